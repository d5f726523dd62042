//! Tickets: what finds out later what became of a create that ended in doubt. They are kept in the store under random ids.

use std::sync::Arc;

use drift::{Error, ErrorKind, ExternalId, Resolution, Ticket};
use serde_json::{Value, json};

use super::Work;
use crate::accounts::Caller;
use crate::reply::Reply;
use crate::store::{
    AccountId, Begun, Content, Identity, NewRecord, RecordKey, Release, Repeatability, StoreError,
};

/// No key of a caller begins so: they have no control characters.
const PREFIX: &str = "\u{1}ticket ";

impl Work {
    /// The reply to an error of a create for this person; where it is in doubt, with the id of its ticket.
    pub(crate) async fn with_ticket(
        &self,
        caller: &Caller,
        person: Identity,
        error: &Error,
    ) -> Reply {
        let reply = Reply::from(error);
        let Some(ticket) = error.ticket() else {
            return reply;
        };
        match self.keep_ticket(caller, person, ticket).await {
            Ok(id) => reply.with("ticket", id),
            // Without the id there is still the look-up by the contact's own identity.
            Err(problem) => {
                tracing::warn!(%problem, "a ticket is not stored");
                reply
            }
        }
    }

    /// Keeps a ticket, and returns its id.
    async fn keep_ticket(
        &self,
        caller: &Caller,
        person: Identity,
        ticket: &Ticket,
    ) -> Result<String, StoreError> {
        let id = format!(
            "t_{}",
            ExternalId::random().as_str().trim_start_matches("r_")
        );
        let json = serde_json::to_string(ticket).unwrap_or_default();
        let record = NewRecord {
            key: key(caller, &id),
            fingerprint: [0; 32],
            operation: "ticket".to_owned(),
            repeatability: Repeatability::AfterLookUp,
            content: Content {
                ticket: Some(json.clone()),
                ..Content::default()
            },
            identity: person,
        };
        let begun = self.store.begin(record, self.settings.terms()).await?;
        if let Begun::Started(lease) = begun {
            let release = Release {
                may_be_executed: true,
                ticket: Some(json),
                ..Release::default()
            };
            self.store.release(&lease, release).await?;
        }
        Ok(id)
    }

    /// Finds out what became of the create of a ticket. Only look-ups are sent.
    pub(crate) async fn resolve(self: Arc<Self>, caller: Caller, id: String) -> Reply {
        let (work, share) = (self.clone(), caller.share());
        self.run(&share, async move { work.resolved(&caller, &id).await })
            .await
    }

    async fn resolved(&self, caller: &Caller, id: &str) -> Reply {
        // The token must be one of Drift's before anything that was stored is read with it.
        if let Err(refused) = caller.account().await {
            return refused;
        }
        let record = match self.store.read(&key(caller, id)).await {
            Ok(record) => record,
            Err(error) => return Reply::store_away(&error),
        };
        let ticket = record.and_then(|record| record.content.ticket);
        let ticket = ticket.and_then(|json| serde_json::from_str::<Ticket>(&json).ok());
        let Some(ticket) = ticket else {
            return unknown();
        };
        match caller.client.contacts().resolve(&ticket).await {
            Ok(Resolution::Found(outcome)) => shown(json!({
                "id": id,
                "state": "exists",
                "outcome": outcome.as_str(),
                "contact": outcome.contact().to_json(),
            })),
            Ok(Resolution::Absent) => shown(json!({"id": id, "state": "absent"})),
            // It was given for another organization.
            Err(error) if error.kind() == ErrorKind::Input => unknown(),
            Err(error) if error.ticket().is_some() || error.kind() == ErrorKind::Unresolved => {
                shown(json!({"id": id, "state": "unresolved"}))
            }
            Err(error) => Reply::from(&error),
        }
    }
}

fn shown(ticket: Value) -> Reply {
    Reply::success(200, json!({ "data": ticket }))
}

/// Tickets belong to an endpoint; the library checks the organization, which may be unknown when one is given.
fn key(caller: &Caller, id: &str) -> RecordKey {
    let account = AccountId::new(caller.endpoint());
    RecordKey::new(account, format!("{PREFIX}{id}"))
}

fn unknown() -> Reply {
    Reply::error(
        404,
        "not_found",
        "There is no such ticket for this access token",
    )
}

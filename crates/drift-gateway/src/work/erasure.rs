//! When a person is erased in Drift, what the store holds of the person goes too.

use drift::{ContactId, Email};
use serde_json::Value;

use super::Work;
use crate::accounts::Caller;
use crate::reply::Reply;
use crate::store::{AccountId, Identity};

impl Work {
    /// Whose contact it is, to be asked before it is deleted. Records that ended without a contact are found by its
    /// external id; by its email only where it has none, since other contacts may have the same email.
    pub(crate) async fn person_of(&self, caller: &Caller, id: ContactId) -> Identity {
        let mut person = Identity {
            contact: Some(id.get()),
            ..Identity::default()
        };
        // One that cannot be read can hardly be deleted.
        if let Ok(contact) = caller.client.contacts().get(id).await {
            person.external_id = contact.external_id();
            if person.external_id.is_none() {
                person.email = contact.email().map(Email::comparison_key);
            }
        }
        person
    }

    /// The reply to an erasure that was done.
    pub(crate) async fn erase_email(&self, caller: &Caller, body: &Value, done: Reply) -> Reply {
        let email = body["email"].as_str().map(Email::comparison_key);
        let person = Identity {
            email,
            ..Identity::default()
        };
        self.erase(caller, person, done).await
    }

    /// Where the records cannot be removed the caller hears it, and can repeat the request.
    pub(crate) async fn erase(&self, caller: &Caller, person: Identity, done: Reply) -> Reply {
        let account = match caller.account().await {
            Ok(account) => account,
            Err(reply) => return reply,
        };
        // Tickets are kept below the endpoint, since the organization need not be known when they are given.
        for account in [account, AccountId::new(caller.endpoint())] {
            if let Err(error) = self.store.erase(&account, &person).await {
                return Reply::store_away(&error);
            }
        }
        done
    }
}

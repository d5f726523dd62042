//! A create without a key: the library's own, which joins equal ones in flight.

use std::sync::Arc;

use drift::protocol::Goal;
use drift::{Error, ErrorKind, NewContact, NextAction};

use super::Work;
use super::new_contact::Person;
use crate::accounts::Caller;
use crate::reply::{self, Reply};

impl Work {
    /// Creates, ensures or upserts a contact.
    pub(crate) async fn write(
        self: Arc<Self>,
        caller: Caller,
        goal: Goal,
        person: Person,
    ) -> Reply {
        let (work, share) = (self.clone(), caller.share());
        self.run(&share, async move {
            let written = work.written(&caller, goal, person.contact.clone()).await;
            let reply = match written {
                Ok(reply) => reply,
                Err(error) if is_not_shown_yet(goal, &error) => reply::not_shown_yet(),
                Err(error) => work.with_ticket(&caller, person.identity(), &error).await,
            };
            work.metrics.outcome(&reply);
            reply
        })
        .await
    }

    async fn written(&self, caller: &Caller, goal: Goal, new: NewContact) -> Result<Reply, Error> {
        let mut contacts = caller.client.contacts();
        if let Some(attribute) = &self.settings.stamp {
            let options = caller.client.options().clone();
            contacts = contacts.with_options(options.stamp(attribute));
        }
        match goal {
            Goal::Create => contacts
                .create(new)
                .await
                .map(|done| reply::of_outcome(&done)),
            Goal::Ensure => contacts
                .ensure(new)
                .await
                .map(|done| reply::of_outcome(&done)),
            Goal::Update => contacts
                .upsert(new)
                .await
                .map(|done| reply::of_upserted(&done)),
        }
    }
}

/// Whether Drift has refused a create since the contact exists, and no look-up shows it: a caller who wants the contact that is
/// there gets it later. An update can also be refused since another contact has the email, which stays so.
fn is_not_shown_yet(goal: Goal, error: &Error) -> bool {
    let is_of_create = match goal {
        Goal::Create => false,
        Goal::Ensure => true,
        Goal::Update => {
            error.kind() == ErrorKind::DuplicateExternalId
                || matches!(error.next_action(), NextAction::Wait(_))
        }
    };
    is_of_create && reply::is_duplicate(error)
}

//! A create without a key: the library's own, which joins equal ones in flight.

use std::sync::Arc;

use drift::protocol::Goal;
use drift::{Error, NewContact};

use super::Work;
use crate::accounts::Caller;
use crate::reply::{self, Reply};

impl Work {
    /// Creates, ensures or upserts a contact.
    pub(crate) async fn write(
        self: Arc<Self>,
        caller: Caller,
        goal: Goal,
        new: NewContact,
    ) -> Reply {
        let work = self.clone();
        self.run(async move {
            let written = work.written(&caller, goal, new).await;
            let reply = match written {
                Ok(reply) => reply,
                Err(error) => work.with_ticket(&caller, &error).await,
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

//! A create without a key: the library's own, which joins equal ones in flight.

use std::sync::Arc;

use drift::protocol::Goal;
use drift::{Error, NewContact};

use super::Work;
use crate::accounts::Session;
use crate::reply::{self, Reply};

impl Work {
    /// Creates, ensures or upserts a contact.
    pub(crate) async fn write(
        self: Arc<Self>,
        session: Arc<Session>,
        goal: Goal,
        new: NewContact,
    ) -> Reply {
        let work = self.clone();
        self.run(async move {
            let reply = match written(&session, goal, new).await {
                Ok(reply) => reply,
                Err(error) => work.with_ticket(&session, &error).await,
            };
            work.metrics.outcome(&reply);
            reply
        })
        .await
    }
}

async fn written(session: &Session, goal: Goal, new: NewContact) -> Result<Reply, Error> {
    let contacts = session.client.contacts();
    match goal {
        Goal::Create => contacts.create(new).await.map(|outcome| reply::of_outcome(&outcome)),
        Goal::Ensure => contacts.ensure(new).await.map(|outcome| reply::of_outcome(&outcome)),
        Goal::Update => contacts.upsert(new).await.map(|done| reply::of_upserted(&done)),
    }
}

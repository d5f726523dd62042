//! When a person is erased in Drift, what the store holds of the person goes too.

use drift::Email;
use serde_json::Value;

use super::Work;
use crate::accounts::Caller;
use crate::reply::Reply;
use crate::store::{AccountId, Identity};

impl Work {
    /// The reply to a delete of a contact that was done.
    pub(crate) async fn erase_contact(&self, caller: &Caller, id: i64, done: Reply) -> Reply {
        let person = Identity {
            contact: Some(id),
            ..Identity::default()
        };
        self.erase(caller, person, done).await
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
    async fn erase(&self, caller: &Caller, person: Identity, done: Reply) -> Reply {
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

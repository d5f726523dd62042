//! Whose request it is: the caller's token or key, the client that serves it, and the organization that it belongs to. It
//! knows the library and no route.

mod bearer;
mod caller_clients;
mod gateway_keys;
mod organization;

use std::sync::Arc;

use drift::Client;
use http::HeaderMap;

pub(crate) use organization::Organization;

use crate::reply::Reply;
use crate::store::{AccountId, Store};
use caller_clients::CallerClients;
use gateway_keys::GatewayKeys;
pub use gateway_keys::hash_key;

/// Where the credentials of a request come from.
pub(crate) enum Accounts {
    /// Each caller's own token is used for the caller's request.
    Callers(CallerClients),
    /// The gateway holds the credentials, and callers present a key of the gateway.
    Held {
        session: Arc<Session>,
        keys: GatewayKeys,
    },
}

/// A client, and what is known of its account.
pub(crate) struct Session {
    pub(crate) client: Client,
    /// The organization of the token, once it was asked for.
    pub(crate) organization: Organization,
    /// Stands in an account's name for the base URL, where that changes from run to run.
    endpoint: Option<String>,
}

impl Session {
    fn new(client: Client, endpoint: Option<String>) -> Arc<Self> {
        Arc::new(Self {
            client,
            organization: Organization::default(),
            endpoint,
        })
    }

    /// The account that keys belong to: base URL and organization. Asks Drift, at most once a minute.
    pub(crate) async fn account(&self) -> Result<AccountId, Reply> {
        let organization = self.organization.of(&self.client).await?;
        Ok(AccountId::new(format!(
            "{} {organization}",
            self.endpoint()
        )))
    }

    /// The base URL, or what stands for it.
    pub(crate) fn endpoint(&self) -> &str {
        self.endpoint.as_deref().unwrap_or(self.client.base_url())
    }
}

impl Accounts {
    pub(crate) fn callers(template: Client, endpoint: Option<String>) -> Self {
        Self::Callers(CallerClients::new(template, endpoint))
    }

    pub(crate) fn held(client: Client, endpoint: Option<String>, store: Arc<dyn Store>) -> Self {
        Self::Held {
            session: Session::new(client, endpoint),
            keys: GatewayKeys::new(store),
        }
    }

    /// The client that serves a request, by its `Authorization`.
    pub(crate) async fn session(&self, headers: &HeaderMap) -> Result<Arc<Session>, Reply> {
        let token = bearer::token(headers).ok_or_else(unauthorized)?;
        match self {
            Self::Callers(clients) => clients.session(token),
            Self::Held { session, keys } => match keys.holds(token).await? {
                true => Ok(session.clone()),
                false => Err(unauthorized()),
            },
        }
    }

    /// The credentials of the gateway's own, if it holds any.
    pub(crate) fn held_session(&self) -> Option<&Arc<Session>> {
        match self {
            Self::Callers(_) => None,
            Self::Held { session, .. } => Some(session),
        }
    }
}

fn unauthorized() -> Reply {
    let sentence = "The access token is invalid or has expired";
    Reply::error(401, "authentication_error", sentence)
}

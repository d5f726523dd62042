//! Whose request it is: the caller's token or key, the client that serves it, and the organization that it belongs to. It
//! knows the library and no route.

mod bearer;
mod caller_clients;
mod gateway_keys;
mod organization;

use std::sync::Arc;

use drift::Client;
use http::HeaderMap;

use organization::Organization;

use crate::observe::span::traceparent;
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
    organization: Organization,
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

    /// Base URL and organization. Asks Drift at most once a minute.
    async fn account(&self) -> Result<AccountId, Reply> {
        let organization = self.organization.of(&self.client).await?;
        Ok(AccountId::new(format!(
            "{} {organization}",
            self.endpoint()
        )))
    }

    /// The base URL, or what stands for it.
    fn endpoint(&self) -> &str {
        self.endpoint.as_deref().unwrap_or(self.client.base_url())
    }
}

/// Who sends a request: a session, and the client for this request.
#[derive(Clone)]
pub(crate) struct Caller {
    session: Arc<Session>,
    pub(crate) client: Client,
}

impl Caller {
    pub(crate) fn of(session: Arc<Session>) -> Self {
        let client = session.client.clone();
        Self { session, client }
    }

    /// The same, whose calls carry the trace of the request on.
    fn traced(mut self, headers: &HeaderMap) -> Self {
        if let Some(trace) = traceparent(headers)
            && let Ok(options) = self.client.options().clone().header("traceparent", trace)
        {
            self.client = self.client.with_options(options);
        }
        self
    }

    /// The account that its keys belong to.
    pub(crate) async fn account(&self) -> Result<AccountId, Reply> {
        self.session.account().await
    }

    /// The base URL, or what stands for it.
    pub(crate) fn endpoint(&self) -> &str {
        self.session.endpoint()
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

    /// Who sends a request, by its `Authorization`.
    pub(crate) async fn caller(&self, headers: &HeaderMap) -> Result<Caller, Reply> {
        let token = bearer::token(headers).ok_or_else(unauthorized)?;
        let session = match self {
            Self::Callers(clients) => clients.session(token)?,
            Self::Held { session, keys } => match keys.holds(token).await? {
                true => session.clone(),
                false => return Err(unauthorized()),
            },
        };
        Ok(Caller::of(session).traced(headers))
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

//! Whose request it is: the caller's token or key, the client that serves it, and the organization that it belongs to. It
//! knows the library and no route.

mod bearer;
mod caller_clients;
mod gateway_keys;
mod organization;
mod paces;
mod share;
pub(crate) mod shared_pace;
mod stored_tokens;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use drift::Client;
use http::HeaderMap;
use ring::digest::{SHA256, digest};

use organization::{Organization, Remembered};

use crate::observe::Metrics;
use crate::observe::span::traceparent;
use crate::reply::Reply;
use crate::store::{AccountId, Store};
use caller_clients::CallerClients;
use gateway_keys::GatewayKeys;
pub use gateway_keys::hash_key;
use paces::{OnPause, PaceOfAccount, Paces};
pub(crate) use share::Share;
pub use stored_tokens::StoredTokens;

/// Says in `WWW-Authenticate` that a key of the gateway is asked for, and no token of Drift.
pub(crate) const GATEWAY_REALM: &str = "Bearer realm=\"drift gateway\"";

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
    share: Share,
    pace: PaceOfAccount,
    /// Whether the account was asked for, to join its pace.
    asked_for_pace: AtomicBool,
}

impl Session {
    /// The one session of a gateway that holds the credentials.
    fn held(client: Client, endpoint: Option<String>, organization: Organization) -> Arc<Self> {
        let pace = PaceOfAccount {
            paces: Arc::default(),
            asking: client.clone(),
        };
        Arc::new(Self::of(client, endpoint, pace, organization))
    }

    /// One of a caller's token, which joins the pace of its account once Drift asks for a pause.
    fn of_caller(client: Client, endpoint: Option<String>, pace: PaceOfAccount) -> Arc<Self> {
        Arc::new_cyclic(|session| {
            let options = client.options().clone();
            let options = options.interceptor(OnPause(session.clone()));
            let client = client.with_options(options);
            Self::of(client, endpoint, pace, Organization::of_caller())
        })
    }

    fn of(
        client: Client,
        endpoint: Option<String>,
        pace: PaceOfAccount,
        organization: Organization,
    ) -> Self {
        Self {
            client,
            organization,
            endpoint,
            share: Share::default(),
            pace,
            asked_for_pace: AtomicBool::new(false),
        }
    }

    /// Base URL and organization. Asks Drift at most once a minute.
    async fn account(&self) -> Result<AccountId, Reply> {
        self.account_by(&self.client).await
    }

    async fn account_by(&self, asking: &Client) -> Result<AccountId, Reply> {
        let organization = self.organization.of(asking).await?;
        let account = AccountId::new(format!("{} {organization}", self.endpoint()));
        self.pace.paces.join(&account, &self.client);
        Ok(account)
    }

    /// Joins the pace of the account, whose name is asked for once. Where it is not known the session keeps its own.
    async fn join_pace(&self) {
        if !self.asked_for_pace.swap(true, Ordering::Relaxed) {
            let _unknown = self.account_by(&self.pace.asking).await;
        }
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
    share: Share,
}

impl Caller {
    /// One whose requests are the session's.
    pub(crate) fn of(session: Arc<Session>) -> Self {
        let share = session.share.clone();
        Self::with_share(session, share)
    }

    fn with_share(session: Arc<Session>, share: Share) -> Self {
        let client = session.client.clone();
        Self {
            session,
            client,
            share,
        }
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

    /// The caller's places in the queue.
    pub(crate) fn share(&self) -> Share {
        self.share.clone()
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
    pub(crate) fn callers(
        template: Client,
        endpoint: Option<String>,
        metrics: Arc<Metrics>,
    ) -> Self {
        Self::Callers(CallerClients::new(template, endpoint, metrics))
    }

    /// `name` names the credentials of the client and no others.
    pub(crate) fn held(
        client: Client,
        endpoint: Option<String>,
        store: Arc<dyn Store>,
        name: Option<String>,
    ) -> Self {
        let remembered = name.map(|name| Remembered {
            name: format!("organization {name}"),
            store: store.clone(),
        });
        let organization = Organization::of_gateway(remembered);
        Self::Held {
            session: Session::held(client, endpoint, organization),
            keys: GatewayKeys::new(store),
        }
    }

    /// Who sends a request, by its `Authorization`.
    pub(crate) async fn caller(&self, headers: &HeaderMap) -> Result<Caller, Reply> {
        let token = bearer::token(headers).ok_or_else(|| match self {
            Self::Callers(_) => unauthorized(),
            Self::Held { .. } => no_key(),
        })?;
        let caller = match self {
            Self::Callers(clients) => Caller::of(clients.session(token).await?),
            Self::Held { session, keys } => {
                let share = keys.share_of(token).await?.ok_or_else(no_key)?;
                Caller::with_share(session.clone(), share)
            }
        };
        Ok(caller.traced(headers))
    }

    /// The paces of all accounts that are known.
    pub(crate) fn paces(&self) -> &Arc<Paces> {
        match self {
            Self::Callers(clients) => clients.paces(),
            Self::Held { session, .. } => &session.pace.paces,
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

/// A caller of a gateway that holds the credentials has no key of it.
fn no_key() -> Reply {
    let sentence = "Authorization has no key of this gateway. Its operator makes one: drift gateway keys add NAME";
    Reply::error(401, "authentication_error", sentence).header("www-authenticate", GATEWAY_REALM)
}

/// Stands for a secret that nobody is to read again.
fn sha256(secret: &str) -> [u8; 32] {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest(&SHA256, secret.as_bytes()).as_ref());
    hash
}

fn unauthorized() -> Reply {
    let sentence = "The access token is invalid or has expired";
    Reply::error(401, "authentication_error", sentence)
}

//! The organization of a token, as Drift says it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use drift::{Client, ErrorKind};
use tokio::sync::Mutex;

use crate::reply::{self, Reply};
use crate::store::{Store, StoreError};

/// How long that of a caller's token is believed.
const BELIEVED: Duration = Duration::from_secs(60);

/// The organization of one token, once it was asked for.
pub(crate) struct Organization {
    known: Mutex<Option<(Instant, i64)>>,
    believed: Duration,
    remembered: Option<Remembered>,
}

/// Where the organization of the gateway's own credentials outlives the gateway.
pub(crate) struct Remembered {
    pub(crate) store: Arc<dyn Store>,
    /// Names these credentials and no others.
    pub(crate) name: String,
}

impl Organization {
    /// That of a caller's token. It is asked for at most once a minute, so that a token that was revoked does not read what
    /// belongs to its account for long.
    pub(crate) fn of_caller() -> Self {
        Self {
            known: Mutex::default(),
            believed: BELIEVED,
            remembered: None,
        }
    }

    /// That of the gateway's own credentials. Callers prove themselves by a key of the gateway, so it is asked for once, and
    /// deliveries are accepted while Drift is away.
    pub(crate) fn of_gateway(remembered: Option<Remembered>) -> Self {
        Self {
            known: Mutex::default(),
            believed: Duration::MAX,
            remembered,
        }
    }

    /// The organization of this client's token. Requests at the same time ask once.
    pub(crate) async fn of(&self, client: &Client) -> Result<i64, Reply> {
        let mut known = self.known.lock().await;
        if let Some((asked_at, organization)) = *known
            && asked_at.elapsed() < self.believed
        {
            return Ok(organization);
        }
        *known = None;
        let organization = match self.recall().await {
            Some(organization) => organization,
            None => self.ask(client).await?,
        };
        *known = Some((Instant::now(), organization));
        Ok(organization)
    }

    async fn ask(&self, client: &Client) -> Result<i64, Reply> {
        let described = client.token_info().await;
        let organization = described
            .map_err(|error| refused(&error))?
            .organization()
            .ok_or_else(unknown)?;
        if let Some(remembered) = &self.remembered
            && let Err(error) = remembered.keep(organization).await
        {
            tracing::warn!(%error, "the organization is not remembered");
        }
        Ok(organization)
    }

    async fn recall(&self) -> Option<i64> {
        let remembered = self.remembered.as_ref()?;
        let kept = remembered.store.token(&remembered.name).await;
        kept.ok()??.parse().ok()
    }
}

impl Remembered {
    async fn keep(&self, organization: i64) -> Result<(), StoreError> {
        let lock = self.store.lock_token(&self.name).await?;
        lock.store(organization.to_string()).await
    }
}

/// A token that is refused is refused; anything else leaves the organization unknown.
fn refused(error: &drift::Error) -> Reply {
    match error.kind() {
        ErrorKind::Unauthorized | ErrorKind::Forbidden => Reply::from(error),
        _ => unknown(),
    }
}

fn unknown() -> Reply {
    reply::unavailable(
        "The organization of the access token could not be read from Drift, and nothing was sent. Send the request again \
         as it is.",
    )
}

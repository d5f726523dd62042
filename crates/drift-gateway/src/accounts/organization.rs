//! The organization of a token, as Drift says it. Asked for at most once a minute, so that a token that was revoked does
//! not read what belongs to its account for long.

use std::time::{Duration, Instant};

use drift::{Client, ErrorKind};
use tokio::sync::Mutex;

use crate::reply::{self, Reply};

/// How long it is believed.
const BELIEVED: Duration = Duration::from_secs(60);

/// What was last learnt.
#[derive(Default)]
pub(crate) struct Organization(Mutex<Option<(Instant, i64)>>);

impl Organization {
    /// The organization of this client's token. Requests at the same time ask once.
    pub(crate) async fn of(&self, client: &Client) -> Result<i64, Reply> {
        let mut known = self.0.lock().await;
        if let Some((asked_at, organization)) = *known
            && asked_at.elapsed() < BELIEVED
        {
            return Ok(organization);
        }
        *known = None;
        let described = client.token_info().await;
        let organization = described
            .map_err(|error| refused(&error))?
            .organization()
            .ok_or_else(unknown)?;
        *known = Some((Instant::now(), organization));
        Ok(organization)
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

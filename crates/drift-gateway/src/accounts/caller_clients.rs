//! A client for each caller's token, over one pool of connections.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use drift::Client;

use super::paces::{PaceOfAccount, Paces};
use super::{Session, sha256};
use crate::observe::Metrics;
use crate::reply::Reply;

/// The most tokens that are remembered; the one that was used longest ago goes first.
const MOST: usize = 1_000;

/// The limit for learning an account, to join its pace: 5 s.
const LONGEST_QUESTION: Duration = Duration::from_secs(5);

/// Clients by the hash of their token.
pub(crate) struct CallerClients {
    template: Client,
    endpoint: Option<String>,
    paces: Arc<Paces>,
    metrics: Arc<Metrics>,
    sessions: Mutex<HashMap<[u8; 32], Used>>,
}

struct Used {
    session: Arc<Session>,
    last: Instant,
}

impl CallerClients {
    /// Clients like this one, but for the token.
    pub(crate) fn new(template: Client, endpoint: Option<String>, metrics: Arc<Metrics>) -> Self {
        Self {
            template,
            endpoint,
            paces: Arc::default(),
            metrics,
            sessions: Mutex::default(),
        }
    }

    /// The paces of the accounts of all tokens.
    pub(super) fn paces(&self) -> &Arc<Paces> {
        &self.paces
    }

    /// The session of a token. Once Drift has asked anybody to pause, a new one joins the pace of its account first.
    pub(crate) async fn session(&self, token: &str) -> Result<Arc<Session>, Reply> {
        let session = self.get_or_make(token)?;
        if self.metrics.was_asked_to_pause() {
            session.join_pace().await;
        }
        Ok(session)
    }

    fn get_or_make(&self, token: &str) -> Result<Arc<Session>, Reply> {
        let name = sha256(token);
        let mut sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(used) = sessions.get_mut(&name) {
            used.last = Instant::now();
            return Ok(used.session.clone());
        }
        let client = || {
            let made = self.template.with_token(token);
            made.map_err(|error| Reply::from(&error))
        };
        let pace = PaceOfAccount {
            paces: self.paces.clone(),
            asking: asking(&client()?),
        };
        if sessions.len() >= MOST {
            forget_oldest(&mut sessions);
        }
        let session = Session::of_caller(client()?, self.endpoint.clone(), pace);
        let last = Instant::now();
        sessions.insert(
            name,
            Used {
                session: session.clone(),
                last,
            },
        );
        Ok(session)
    }
}

/// Nobody waits for long to learn whose pace it is.
fn asking(client: &Client) -> Client {
    let options = client.options().clone();
    client.with_options(options.total_timeout(LONGEST_QUESTION))
}

/// One whose requests are in flight stays, so that equal ones are still joined.
fn forget_oldest(sessions: &mut HashMap<[u8; 32], Used>) {
    let idle = sessions
        .iter()
        .filter(|(_, used)| Arc::strong_count(&used.session) == 1);
    let oldest = idle
        .min_by_key(|(_, used)| used.last)
        .map(|(name, _)| *name);
    if let Some(name) = oldest {
        sessions.remove(&name);
    }
}

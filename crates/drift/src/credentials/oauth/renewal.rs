//! The tokens in use, and the one renewal that all who need another one share.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use crate::credentials::oauth::store::{Lock, Store};
use crate::credentials::oauth::tokens::Age;
use crate::credentials::oauth::{OAuthApp, OAuthTokens};
use crate::credentials::{AccessToken, TokenEndpoint};
use crate::error::{Error, ErrorKind};
use crate::random;

/// Tokens that are renewed.
pub(super) struct Renewal {
    app: OAuthApp,
    store: Store,
    now: Mutex<Now>,
    /// Counts the renewals that have ended. Whoever waits for one holds nothing that others need, so that one who is held
    /// and not polled holds up nobody.
    ended: watch::Sender<u64>,
}

/// What is known now.
#[derive(Default)]
struct Now {
    tokens: Option<OAuthTokens>,
    /// Drift refused the access token.
    is_refused: bool,
    /// What could not be kept when it was renewed.
    is_unkept: bool,
    /// The refresh token that Drift refused: it is not sent again.
    spent: Option<String>,
    is_running: bool,
    /// How the last renewal failed.
    failure: Option<Error>,
    /// Nothing is renewed early before this moment, since the last early renewal failed.
    not_early_before: Option<Instant>,
}

/// After an early renewal that failed, the next one waits so long.
const EARLY_PAUSE: Duration = Duration::from_secs(1);

impl Renewal {
    pub(super) fn new(app: OAuthApp, store: Store, tokens: Option<OAuthTokens>) -> Self {
        Self {
            app,
            store,
            now: Mutex::new(Now {
                tokens,
                ..Now::default()
            }),
            ended: watch::Sender::new(0),
        }
    }

    fn now(&self) -> MutexGuard<'_, Now> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The access token to send, renewed where that is due.
    pub(super) async fn token(
        self: &Arc<Self>,
        endpoint: &TokenEndpoint,
    ) -> Result<AccessToken, Error> {
        self.read_first()?;
        self.keep_what_was_not_kept();
        let usable = self.now().usable();
        match usable {
            (Some(token), Age::Fresh) => Ok(token),
            (Some(token), Age::Old) => {
                self.renew_early(endpoint);
                Ok(token)
            }
            _ => self.renewed(endpoint).await,
        }
    }

    pub(super) fn refused(&self, token: &AccessToken) {
        let mut now = self.now();
        let access = now.tokens.as_ref().and_then(OAuthTokens::access_token);
        if access == Some(token) {
            now.is_refused = true;
        }
    }

    pub(super) fn set_tokens(&self, tokens: OAuthTokens) {
        let mut now = self.now();
        now.use_tokens(tokens);
        now.is_unkept = false;
    }

    /// Reads the file before the first call.
    fn read_first(&self) -> Result<(), Error> {
        let mut now = self.now();
        if now.tokens.is_none() {
            now.tokens = self.store.read_first().map_err(Error::no_token)?;
        }
        Ok(())
    }

    fn keep_what_was_not_kept(&self) {
        let mut now = self.now();
        if now.is_unkept
            && let Some(tokens) = &now.tokens
            && let Some(kept) = self.store.keep_at_once(tokens)
        {
            now.is_unkept = kept.is_err();
        }
    }

    /// Starts a renewal that nobody waits for, unless one runs. The token still works meanwhile.
    fn renew_early(self: &Arc<Self>, endpoint: &TokenEndpoint) {
        let mut now = self.now();
        if now.usable().1 == Age::Old {
            self.start(&mut now, endpoint);
        }
    }

    /// Starts a renewal, unless one runs. It runs by itself, so that nobody breaks it off who gives up waiting: its response
    /// may have the only refresh token.
    fn start(self: &Arc<Self>, now: &mut Now, endpoint: &TokenEndpoint) {
        if !now.is_running {
            now.is_running = true;
            let broken_off = "the renewal of the access token was broken off";
            now.failure = Some(Error::no_token(broken_off));
            tokio::spawn(run(Ending(self.clone()), endpoint.clone()));
        }
    }

    /// Joins the renewal that runs, or starts one, and waits for its end.
    async fn renewed(self: &Arc<Self>, endpoint: &TokenEndpoint) -> Result<AccessToken, Error> {
        let mut ended = {
            let mut now = self.now();
            // One may have ended since the token was looked at.
            if let (Some(token), Age::Fresh | Age::Old) = now.usable() {
                return Ok(token);
            }
            self.start(&mut now, endpoint);
            self.ended.subscribe()
        };
        let _the_sender_lives_on = ended.changed().await;
        let now = self.now();
        match (now.usable(), now.failure.clone()) {
            ((Some(token), Age::Fresh | Age::Old), _) => Ok(token),
            (_, Some(error)) => Err(error),
            // A life so short that it is over already; Drift decides.
            ((Some(token), Age::Over), None) => Ok(token),
            ((None, _), None) => Err(Error::no_token("there is no access token")),
        }
    }
}

impl Now {
    /// The access token, and how old it is. One that was refused is over.
    fn usable(&self) -> (Option<AccessToken>, Age) {
        let Some(tokens) = &self.tokens else {
            return (None, Age::Over);
        };
        let waits = self.not_early_before;
        let age = match tokens.age() {
            _ if self.is_refused => Age::Over,
            Age::Old | Age::Fresh if waits.is_some_and(|moment| Instant::now() < moment) => {
                Age::Fresh
            }
            // The processes that share them have to get them.
            Age::Fresh if self.is_unkept => Age::Old,
            age => age,
        };
        (tokens.access_token().cloned(), age)
    }

    fn use_tokens(&mut self, tokens: OAuthTokens) {
        self.tokens = Some(tokens);
        self.is_refused = false;
        self.spent = None;
    }
}

/// A renewal from its begin to its end.
async fn run(ending: Ending, endpoint: TokenEndpoint) {
    let failure = renew(&ending.0, &endpoint).await.err();
    ending.0.now().failure = failure;
}

/// Ends the renewal that runs, also where its runtime ends first.
struct Ending(Arc<Renewal>);

impl Drop for Ending {
    fn drop(&mut self) {
        let mut now = self.0.now();
        now.is_running = false;
        now.not_early_before = now.failure.as_ref().map(|_| Instant::now() + EARLY_PAUSE);
        self.0.ended.send_modify(|ended| *ended += 1);
    }
}

/// Renews under the lock that processes share.
async fn renew(renewal: &Renewal, endpoint: &TokenEndpoint) -> Result<(), Error> {
    let lock = renewal.store.lock().await.map_err(Error::no_token)?;
    if let Some(unkept) = renewal.unkept() {
        return renewal.keep(lock, &unkept).await;
    }
    if renewal.took_over(&lock)? {
        return Ok(());
    }
    let (used, spent) = {
        let now = renewal.now();
        let used = now
            .tokens
            .as_ref()
            .map(|tokens| tokens.refresh_token.clone());
        (used.unwrap_or_default(), now.spent.clone())
    };
    if spent.as_ref() == Some(&used) {
        return Err(Error::login_required());
    }
    match renewal.refreshed(endpoint, &used).await {
        Ok(tokens) => {
            renewal.now().use_tokens(tokens.clone());
            // The new tokens work, so what keeping them fails with is no failure of the call.
            let _tried_again = renewal.keep(lock, &tokens).await;
            Ok(())
        }
        Err(error) => {
            if error.kind() == ErrorKind::LoginRequired {
                renewal.now().spent = Some(used);
            }
            Err(error)
        }
    }
}

impl Renewal {
    /// Takes over the tokens that another process has renewed meanwhile, or a login has put there.
    fn took_over(&self, lock: &Lock<'_>) -> Result<bool, Error> {
        let Some(kept) = lock.read().map_err(Error::no_token)? else {
            return Ok(false);
        };
        let mut now = self.now();
        if now.is_unkept || now.tokens.as_ref() == Some(&kept) {
            return Ok(false);
        }
        let works = kept.age() != Age::Over;
        let is_refused = now.is_refused
            && now.tokens.as_ref().and_then(OAuthTokens::access_token) == kept.access_token();
        now.use_tokens(kept);
        now.is_refused = is_refused;
        Ok(works && !is_refused)
    }

    /// Tokens in use that could not be kept when they were renewed, where the lock is needed to keep them.
    fn unkept(&self) -> Option<OAuthTokens> {
        let now = self.now();
        let tokens = now.tokens.clone().filter(|_| now.is_unkept)?;
        matches!(now.usable().1, Age::Fresh | Age::Old).then_some(tokens)
    }

    /// Keeps what was renewed. Where that fails it is tried again with the next call.
    async fn keep(&self, lock: Lock<'_>, tokens: &OAuthTokens) -> Result<(), Error> {
        let kept = lock.keep(tokens).await;
        self.now().is_unkept = kept.is_err();
        kept.map_err(|cause| {
            tracing::warn!(
                "the renewed tokens could not be kept; it is tried again with the next call"
            );
            Error::no_token(cause)
        })
    }

    /// Makes requests until one gets tokens, by the retry policy of the client: none of its budget, since it is one
    /// request for all calls.
    async fn refreshed(
        &self,
        endpoint: &TokenEndpoint,
        refresh_token: &str,
    ) -> Result<OAuthTokens, Error> {
        let policy = &endpoint.options().retry;
        let mut number = 1;
        loop {
            let error = match endpoint.refresh(&self.app, refresh_token).await {
                Ok(tokens) => return Ok(tokens),
                Err(error) => error,
            };
            let wait = policy.wait(number, random::chance(), error.retry_after());
            match wait {
                Some(wait) if number < policy.max_attempts && !is_last_word(&error) => {
                    tokio::time::sleep(wait).await;
                }
                _ => return Err(error),
            }
            number += 1;
        }
    }
}

fn is_last_word(error: &Error) -> bool {
    error.is_final() || error.is_permanent()
}

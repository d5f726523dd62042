//! A token that changes while a client runs: what is sent with which token, and when another one is asked for.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use drift_sdk::{Transport, types};
use tokio::time::Instant;

use crate::credentials::{AccessToken, Credentials, TokenEndpoint};
use crate::engine::access::Authorized;
use crate::engine::access::describe::{DESCRIBE, describe_token, organization};
use crate::engine::attempt::{SdkMethod, send};
use crate::engine::call::Call;
use crate::error::{Error, ErrorKind};
use crate::model::decoding::Decode;
use crate::policy::delivery::Delivery;

/// One attempt is made with at most so many tokens. The second is the one that replaces a token that has expired; the
/// third is for a second that expired on its way.
const MOST_TOKENS: usize = 3;

/// Where other tokens were refused as well, the last one is not replaced for so long: the reason is another one, such as
/// a scope that is missing.
const NO_USE: Duration = Duration::from_secs(30);

/// A call waits so long for another one that describes the token, and then describes it itself: the other one may be held
/// and not polled.
const CHECK_WAIT: Duration = Duration::from_secs(1);

/// The changing token of one connection.
pub(crate) struct Changing {
    credentials: Arc<dyn Credentials>,
    endpoint: TokenEndpoint,
    /// Without a token.
    transport: Transport,
    /// The last token whose organization is known to be the right one.
    current: Mutex<Option<Authorized>>,
    /// Held by the one who describes a new token, so that it is described once.
    checking: tokio::sync::Mutex<()>,
    /// The token that it was of no use to replace, and when that was seen.
    no_use: Mutex<Option<(AccessToken, Instant)>>,
}

/// Makes one attempt; where Drift refuses the token, again with another one. What was refused was not executed, so it
/// makes no difference what is sent.
pub(crate) async fn attempt<T: Decode>(
    call: &Call<'_>,
    number: u32,
    limit: Duration,
    changing: &Changing,
    method: impl SdkMethod<T>,
) -> Result<T::Value, Error> {
    let mut refused: Option<(AccessToken, Error)> = None;
    for _ in 0..MOST_TOKENS {
        let limit = limit.min(call.deadline.left());
        let token = changing.token(limit).await?;
        if refused.as_ref().is_some_and(|(last, _)| *last == token) {
            break;
        }
        let result = match changing.authorized(call, limit, &token).await {
            Ok(authorized) => {
                let limit = limit.min(call.deadline.left());
                send(call, number, limit, &authorized.transport, &method).await
            }
            Err(error) => Err(error),
        };
        match result {
            Err(error) if error.refuses_token() => {
                if changing.is_of_no_use(&token) {
                    return Err(error);
                }
                changing.credentials.refused(&token);
                refused = Some((token, error));
            }
            result => return result,
        }
    }
    match refused {
        Some((token, error)) => {
            *lock(&changing.no_use) = Some((token, Instant::now()));
            Err(error)
        }
        None => Err(Error::of_kind(ErrorKind::Credentials, Delivery::NotSent)),
    }
}

impl Changing {
    pub(crate) fn new(
        credentials: Arc<dyn Credentials>,
        endpoint: TokenEndpoint,
        transport: Transport,
    ) -> Self {
        Self {
            credentials,
            endpoint,
            transport,
            current: Mutex::new(None),
            checking: tokio::sync::Mutex::new(()),
            no_use: Mutex::new(None),
        }
    }

    /// What was used last; none before the first call.
    pub(crate) fn last<T>(&self, read: impl FnOnce(&Authorized) -> T) -> Option<T> {
        lock(&self.current).as_ref().map(read)
    }

    /// The token to send now.
    async fn token(&self, limit: Duration) -> Result<AccessToken, Error> {
        let asked = self.credentials.token(&self.endpoint);
        match tokio::time::timeout(limit, asked).await {
            Ok(token) => token.map_err(Error::before_it_was_sent),
            Err(_) => Err(Error::of_kind(ErrorKind::Timeout, Delivery::NotSent)),
        }
    }

    /// What sends this token, once it is known to be of the same organization as the one before.
    async fn authorized(
        &self,
        call: &Call<'_>,
        limit: Duration,
        token: &AccessToken,
    ) -> Result<Authorized, Error> {
        if let Some(authorized) = self.known(token) {
            return Ok(authorized);
        }
        let _one_at_a_time = tokio::time::timeout(CHECK_WAIT, self.checking.lock()).await;
        if let Some(authorized) = self.known(token) {
            return Ok(authorized);
        }
        let account = call.connection.account(token);
        let authorized = Authorized::new(&self.transport, token.clone(), account)?;
        check_organization(call, limit, &authorized).await?;
        *lock(&self.current) = Some(authorized.clone());
        Ok(authorized)
    }

    fn known(&self, token: &AccessToken) -> Option<Authorized> {
        let current = lock(&self.current);
        let known = current.as_ref().filter(|known| known.token == *token);
        known.cloned()
    }

    fn is_of_no_use(&self, token: &AccessToken) -> bool {
        let no_use = lock(&self.no_use);
        no_use
            .as_ref()
            .is_some_and(|(last, seen)| last == token && seen.elapsed() < NO_USE)
    }
}

/// Makes sure that a token belongs to the organization of those before it, and notes the organization of the first.
///
/// The first one may belong to nobody knows whom, as where a server stands in for Drift that does not describe tokens. A
/// later one must then belong to nobody knows whom too, or be the first that is known.
async fn check_organization(
    call: &Call<'_>,
    limit: Duration,
    authorized: &Authorized,
) -> Result<(), Error> {
    let describe = call.part(DESCRIBE);
    let described = send::<types::TokenInfo>(
        &describe,
        1,
        limit.min(call.deadline.left()),
        &authorized.transport,
        &describe_token,
    );
    let found = match described.await {
        Ok(described) => organization(&described),
        Err(error) if error.refuses_token() => return Err(error),
        Err(error) if error.is_final() || error.is_unreadable_success() => None,
        Err(error) if error.kind() == ErrorKind::NotDrift => None,
        Err(error) => return Err(error.before_it_was_sent()),
    };
    match (call.connection.organization(), found) {
        (Some(known), found) if found != Some(known) => {
            Err(Error::other_organization(known, found))
        }
        (None, Some(found)) => {
            call.connection.learn_organization(found);
            Ok(())
        }
        _ => Ok(()),
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

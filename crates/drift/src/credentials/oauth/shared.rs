//! Tokens that several processes keep together.

use std::error::Error as StdError;
use std::pin::Pin;

use crate::credentials::oauth::OAuthTokens;

/// What a call to [`SharedTokens`] returns: a boxed future, so that the traits are object-safe.
pub type SharedFuture<'a, T> =
    Pin<Box<dyn Future<Output = Result<T, Box<dyn StdError + Send + Sync>>> + Send + 'a>>;

/// Where several processes keep the tokens of one login together, such as in a row of a database.
///
/// One of them renews at a time, under the lock. The others wait for it, and then find what it got.
pub trait SharedTokens: Send + Sync + 'static {
    /// Waits until nobody else holds the lock, and takes it.
    ///
    /// # Errors
    ///
    /// Whatever keeps it from being taken. The tokens are not renewed then.
    fn lock(&self) -> SharedFuture<'_, Box<dyn LockedTokens>>;
}

/// The tokens, while nobody else renews them. Dropped, they are unlocked as they were.
pub trait LockedTokens: Send {
    /// What was kept last; none where nothing was.
    fn current(&self) -> Option<OAuthTokens>;

    /// Keeps these, and unlocks them.
    ///
    /// # Errors
    ///
    /// Whatever keeps them from being stored. It is tried again, at most once a second, with the next calls.
    fn keep(self: Box<Self>, tokens: &OAuthTokens) -> SharedFuture<'static, ()>;
}

//! Tokens from a closure.

use std::error::Error as StdError;

use crate::credentials::{AccessToken, Credentials, TokenEndpoint, TokenFuture};
use crate::error::Error;

/// Tokens from a closure, which is called before every attempt of a call: let it keep the token itself, and fetch another
/// one when it must.
///
/// What it fails with becomes the [`source`](std::error::Error::source) of the call's error.
///
/// ```
/// # fn main() -> drift::Result<()> {
/// use drift::credentials::from_fn;
///
/// # async fn from_vault() -> Result<String, std::io::Error> { Ok("my-token".to_owned()) }
/// let client = drift::Client::builder_with_credentials(from_fn(from_vault)).build()?;
/// # Ok(())
/// # }
/// ```
pub fn from_fn<F, Fetching, Token, Cause>(fetch: F) -> FromFn<F>
where
    F: Fn() -> Fetching + Send + Sync + 'static,
    Fetching: Future<Output = Result<Token, Cause>> + Send + 'static,
    Token: AsRef<str>,
    Cause: Into<Box<dyn StdError + Send + Sync>>,
{
    FromFn(fetch)
}

/// Made by [`from_fn`].
pub struct FromFn<F>(F);

impl<F, Fetching, Token, Cause> Credentials for FromFn<F>
where
    F: Fn() -> Fetching + Send + Sync + 'static,
    Fetching: Future<Output = Result<Token, Cause>> + Send + 'static,
    Token: AsRef<str>,
    Cause: Into<Box<dyn StdError + Send + Sync>>,
{
    fn token<'a>(&'a self, _: &'a TokenEndpoint) -> TokenFuture<'a> {
        let fetching = (self.0)();
        Box::pin(async move {
            let token = fetching.await.map_err(Error::no_token)?;
            AccessToken::new(token).map_err(Error::no_token)
        })
    }
}

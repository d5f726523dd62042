//! Where a client gets its access token from: a fixed one, a file, a closure, OAuth, or anything that implements
//! [`Credentials`].
//!
//! What is here knows tokens and where they are kept. When a token is asked for, and that another one belongs to the same
//! organization, is the business of the engine (`engine/access`).

mod access_token;
mod from_fn;
mod oauth;
mod token_endpoint;
mod token_file;

use std::pin::Pin;

pub use access_token::AccessToken;
pub use from_fn::{FromFn, from_fn};
pub use oauth::{LockedTokens, OAuth, OAuthApp, OAuthTokens, SharedFuture, SharedTokens};
pub use token_endpoint::TokenEndpoint;
pub use token_file::TokenFile;

use crate::error::Error;

/// What [`Credentials::token`] returns: a boxed future, so that the trait is object-safe.
pub type TokenFuture<'a> = Pin<Box<dyn Future<Output = Result<AccessToken, Error>> + Send + 'a>>;

/// Where a client gets its access token from, for tokens that change while it runs.
///
/// Ready-made: [`OAuth`], [`TokenFile`], [`from_fn()`], and an [`AccessToken`] that never changes. One value serves any number of
/// clients and calls at the same time; make it cheap, since every attempt asks it.
///
/// A token that Drift refuses was not looked at further: the request was not executed, and is sent once more where there
/// is another token by then, creates included. The first token and every other one are described
/// ([`token_info`](crate::Client::token_info)) before anything is sent with them. One of another organization is refused
/// ([`OtherOrganization`](crate::ErrorKind::OtherOrganization)), so what a client began for one organization never continues
/// in another.
///
/// ```
/// use std::sync::Mutex;
/// use drift::credentials::{AccessToken, Credentials, TokenEndpoint, TokenFuture};
///
/// /// Tokens that another part of the program renews.
/// struct Renewed(Mutex<AccessToken>);
///
/// impl Credentials for Renewed {
///     fn token<'a>(&'a self, _: &'a TokenEndpoint) -> TokenFuture<'a> {
///         let token = self.0.lock().expect("no panic while it was held").clone();
///         Box::pin(async { Ok(token) })
///     }
/// }
///
/// # fn main() -> drift::Result<()> {
/// let credentials = Renewed(Mutex::new(AccessToken::new("my-token")?));
/// let client = drift::Client::builder_with_credentials(credentials).build()?;
/// # Ok(())
/// # }
/// ```
pub trait Credentials: Send + Sync + 'static {
    /// The token to send now. `endpoint` is where Drift renews tokens, over the connections of the client that asks.
    ///
    /// # Errors
    ///
    /// Whatever [`Error::no_token`] makes of the cause, or an error of the endpoint. The call that asked ends with it, or
    /// asks again after the wait of its retry policy.
    fn token<'a>(&'a self, endpoint: &'a TokenEndpoint) -> TokenFuture<'a>;

    /// Notes that Drift refused this token, so that [`token`](Self::token) returns another one if there is any. It may
    /// come late, when another token is in use already. By default nothing is done.
    fn refused(&self, token: &AccessToken) {
        let _ = token;
    }
}

/// A token that never changes.
impl Credentials for AccessToken {
    fn token<'a>(&'a self, _: &'a TokenEndpoint) -> TokenFuture<'a> {
        Box::pin(async { Ok(self.clone()) })
    }
}

impl<T: Credentials + ?Sized> Credentials for std::sync::Arc<T> {
    fn token<'a>(&'a self, endpoint: &'a TokenEndpoint) -> TokenFuture<'a> {
        (**self).token(endpoint)
    }

    fn refused(&self, token: &AccessToken) {
        (**self).refused(token);
    }
}

//! OAuth 2.0 as Drift has it for apps that other organizations install: access tokens that are valid for two hours, and a
//! refresh token to get the next with.

mod app;
mod renewal;
mod shared;
mod store;
mod tokens;

use std::error::Error as StdError;
use std::path::PathBuf;
use std::sync::Arc;

pub use app::OAuthApp;
pub use shared::{LockedTokens, SharedFuture, SharedTokens};
pub use tokens::OAuthTokens;

use crate::credentials::{AccessToken, Credentials, TokenEndpoint, TokenFuture};
use renewal::Renewal;
use store::Store;

/// Credentials of an OAuth app for one organization. Clones share their tokens.
///
/// The access token is renewed shortly before it expires: 60 s, or in the last tenth of its life where that is less. Where
/// Drift does not say how long it is valid, and where it is refused earlier, it is renewed then. Calls at the same time share
/// one renewal, and a caller that gives up does not break it off. While the old token still works, a renewal that fails
/// fails no call; afterwards it is retried by the retry policy, and then by that of each call.
///
/// # Several processes
///
/// Processes that share a refresh token must share a [file](Self::in_file): they renew under a lock
/// (`<file>.lock`), and read the file again first, so that one of them renews and the others take over what it got. On
/// several machines a database does the same, by [`SharedTokens`].
///
/// # A renewal whose response was lost
///
/// A refresh token may be replaced when it is used. When the response that has the next one is lost, the old one is sent
/// again: where Drift has replaced it for good, that is refused, and the calls fail with
/// [`LoginRequired`](crate::ErrorKind::LoginRequired). Nothing else is lost: log in again, with
/// [`set_tokens`](Self::set_tokens) or into the same file, and the same client continues, as do tickets and journals, which
/// belong to the organization.
///
/// ```no_run
/// # fn main() -> drift::Result<()> {
/// use drift::credentials::{OAuth, OAuthApp};
///
/// let app = OAuthApp::new("client-id", "client-secret");
/// let client = drift::Client::builder_with_credentials(OAuth::in_file(app, "drift-tokens.json")).build()?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct OAuth(Arc<Renewal>);

impl OAuth {
    /// The tokens are in this file: [saved](OAuthTokens::save) there by a login, and replaced there when they are renewed,
    /// at once and readable by its owner alone. It is read with the first call.
    pub fn in_file(app: OAuthApp, path: impl Into<PathBuf>) -> Self {
        Self(Arc::new(Renewal::new(app, Store::file(path.into()), None)))
    }

    /// The tokens are kept by the program: `keep` gets them when they were renewed, and must have stored them when it
    /// returns. Where it fails, it is called again with the next call. It runs on a thread of the runtime: be brief.
    ///
    /// ```
    /// # fn main() -> drift::Result<()> {
    /// use drift::credentials::{OAuth, OAuthApp, OAuthTokens};
    ///
    /// # fn store(_: &str, _: String) -> Result<(), std::io::Error> { Ok(()) }
    /// # let stored = r#"{"refresh_token":"a-refresh-token"}"#;
    /// let app = OAuthApp::new("client-id", "client-secret");
    /// let tokens: OAuthTokens = serde_json::from_str(stored).expect("tokens");
    /// let credentials = OAuth::kept_by(app, tokens, |tokens: &OAuthTokens| {
    ///     store("acme", serde_json::to_string(tokens).expect("JSON"))
    /// });
    /// let client = drift::Client::builder_with_credentials(credentials).build()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn kept_by<Cause>(
        app: OAuthApp,
        tokens: OAuthTokens,
        keep: impl Fn(&OAuthTokens) -> Result<(), Cause> + Send + Sync + 'static,
    ) -> Self
    where
        Cause: Into<Box<dyn StdError + Send + Sync>>,
    {
        let store = Store::callback(move |tokens| keep(tokens).map_err(Into::into));
        Self(Arc::new(Renewal::new(app, store, Some(tokens))))
    }

    /// The tokens are kept where several processes share them; these are used until something is there. All processes begin
    /// with the tokens of the same login.
    pub fn shared_by(app: OAuthApp, tokens: OAuthTokens, shared: impl SharedTokens) -> Self {
        let store = Store::Shared(Box::new(shared));
        Self(Arc::new(Renewal::new(app, store, Some(tokens))))
    }

    /// Uses these tokens from now on, as after somebody has logged in again. Where they are kept they are not stored: save
    /// them yourself, and in a file that alone suffices.
    pub fn set_tokens(&self, tokens: OAuthTokens) {
        self.0.set_tokens(tokens);
    }
}

impl Credentials for OAuth {
    fn token<'a>(&'a self, endpoint: &'a TokenEndpoint) -> TokenFuture<'a> {
        Box::pin(Renewal::token(&self.0, endpoint))
    }

    fn refused(&self, token: &AccessToken) {
        self.0.refused(token);
    }
}

//! Where Drift grants and renews tokens.

use std::fmt;
use std::sync::Arc;

use drift_sdk::types;

use crate::credentials::oauth::{OAuthApp, OAuthTokens};
use crate::engine::call::Call;
use crate::engine::connection::Connection;
use crate::engine::operation::Operation;
use crate::error::{Error, ErrorKind};
use crate::model::token_exchange::Exchanged;
use crate::options::CallOptions;
use crate::policy::grant_refusal::{GrantRefusal, grant_refusal};

/// An exchange is not idempotent: a refresh token that was used may be worth nothing afterwards.
const EXCHANGE: Operation =
    Operation::writing("token.exchange", ErrorKind::InvalidRequest, false).without_contact();

/// Where Drift grants and renews access tokens (`POST /oauth2/token`), as one client reaches it: over its connections, at
/// its base URL. Each exchange is one request, without retries.
///
/// [`ClientBuilder::token_endpoint`](crate::ClientBuilder::token_endpoint) makes one for a login, before there is a token.
#[derive(Clone)]
pub struct TokenEndpoint {
    connection: Arc<Connection>,
    options: Arc<CallOptions>,
}

impl TokenEndpoint {
    pub(crate) fn new(connection: Arc<Connection>, options: Arc<CallOptions>) -> Self {
        Self {
            connection,
            options,
        }
    }

    /// The base URL of the client, without a slash at the end.
    pub fn base_url(&self) -> &str {
        self.connection.base_url()
    }

    pub(crate) fn options(&self) -> &CallOptions {
        &self.options
    }

    /// Exchanges the code that a browser brought back from Drift's consent page. `redirect_uri` is where it was brought.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::LoginRequired`] where the code is not valid, or not any more; [`ErrorKind::Unauthorized`] where the
    /// client id or the secret is wrong; else as any call.
    ///
    /// ```no_run
    /// # async fn example(code: &str) -> drift::Result<()> {
    /// use drift::credentials::OAuthApp;
    ///
    /// let endpoint = drift::Client::builder("").token_endpoint()?;
    /// let app = OAuthApp::new("client-id", "client-secret");
    /// let tokens = endpoint.exchange_code(&app, code, Some("http://127.0.0.1:8976/callback")).await?;
    /// tokens.save("drift-tokens.json")?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn exchange_code(
        &self,
        app: &OAuthApp,
        code: &str,
        redirect_uri: Option<&str>,
    ) -> Result<OAuthTokens, Error> {
        let body = types::TokenExchangeRequest {
            code: Some(code.to_owned()),
            redirect_uri: redirect_uri.map(str::to_owned),
            ..request(app, "authorization_code")
        };
        let exchanged = self.exchange(&body).await?;
        match exchanged.refresh_token.clone() {
            Some(refresh_token) => OAuthTokens::granted(exchanged, refresh_token),
            None => Err(Error::unreadable_at("refresh_token")),
        }
    }

    /// Exchanges a refresh token for another access token. Where the response brings no other refresh token, the one that
    /// was sent stays.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::LoginRequired`] where the refresh token is worth nothing, or nothing any more;
    /// [`ErrorKind::Unauthorized`] where the client id or the secret is wrong; else as any call. With an unknown delivery
    /// the refresh token may have been replaced by one that nobody knows.
    pub async fn refresh(&self, app: &OAuthApp, refresh_token: &str) -> Result<OAuthTokens, Error> {
        let body = types::TokenExchangeRequest {
            refresh_token: Some(refresh_token.to_owned()),
            ..request(app, "refresh_token")
        };
        let exchanged = self.exchange(&body).await?;
        let next = exchanged.refresh_token.clone();
        OAuthTokens::granted(exchanged, next.unwrap_or_else(|| refresh_token.to_owned()))
    }

    async fn exchange(&self, body: &types::TokenExchangeRequest) -> Result<Exchanged, Error> {
        let call = Call::new(&self.connection, &self.options, EXCHANGE);
        let method = |sdk: drift_sdk::Client| async move { sdk.exchange_token(body).await };
        let exchanged = call.in_span(call.attempt::<types::TokenExchange>(1, method));
        exchanged.await.map_err(refused)
    }
}

fn request(app: &OAuthApp, grant_type: &str) -> types::TokenExchangeRequest {
    types::TokenExchangeRequest {
        client_id: app.client_id().to_owned(),
        client_secret: app.client_secret().to_owned(),
        grant_type: grant_type.to_owned(),
        code: None,
        redirect_uri: None,
        refresh_token: None,
    }
}

/// What a refusal means for whoever holds the tokens.
fn refused(error: Error) -> Error {
    match grant_refusal(error.status(), error.error_type(), error.server_message()) {
        Some(GrantRefusal::LogInAgain) => error.into_login_required(),
        Some(GrantRefusal::UnknownApp) => error.into_unknown_app(),
        None => error,
    }
}

impl fmt::Debug for TokenEndpoint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("TokenEndpoint")
            .field("base_url", &self.base_url())
            .finish_non_exhaustive()
    }
}

//! A code is exchanged for tokens. (Interim.)

use drift::sdk::{Client, Transport, types};
use serde_json::Value;

use crate::failure::Failure;

/// Exchanges a code.
pub async fn exchange(
    base_url: &str,
    client_id: &str,
    client_secret: &str,
    code: &str,
    redirect: &str,
) -> Result<Value, Failure> {
    let http = drift::Client::http_client_builder().map_err(|e| Failure::of_reading(&e))?;
    let http = http.build().map_err(|e| Failure::other(e.to_string()))?;
    let client = Client::new_with_client(base_url, http, Transport::anonymous());
    let body = types::TokenExchangeRequest {
        client_id: client_id.to_owned(),
        client_secret: client_secret.to_owned(),
        grant_type: "authorization_code".to_owned(),
        code: Some(code.to_owned()),
        redirect_uri: Some(redirect.to_owned()),
        refresh_token: None,
    };
    match client.exchange_token(&body).await {
        Ok(response) => Ok(serde_json::to_value(response.into_inner()).unwrap_or_default()),
        Err(_) => Err(Failure::refused("unauthorized", "Drift refused the login")),
    }
}

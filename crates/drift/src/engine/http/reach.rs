//! Whether a server can be reached at all.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use drift_sdk::Stage;
use reqwest::header::DATE;

use crate::engine::http::failure::Unsent;
use crate::error::{Error, ErrorKind, Inner};
use crate::policy::delivery::Delivery;

/// Sends one request without a token. Any response will do; returns the time by the server's clock, if it says.
pub(crate) async fn reach(
    http: &reqwest::Client,
    base_url: &str,
    limit: Duration,
    may_redirect: bool,
) -> Result<Option<SystemTime>, Error> {
    let sent = http.get(base_url).timeout(limit).send().await;
    let response = sent.map_err(|error| failed(error, may_redirect))?;
    let date = response.headers().get(DATE);
    let date = date.and_then(|date| date.to_str().ok());
    Ok(date.and_then(|date| httpdate::parse_http_date(date).ok()))
}

fn failed(error: reqwest::Error, may_redirect: bool) -> Error {
    let unsent = Unsent::read(Stage::Sending, may_redirect, &error);
    let kind = match unsent {
        _ if error.is_timeout() => ErrorKind::Timeout,
        Some(_) => ErrorKind::Connect,
        None => ErrorKind::Interrupted,
    };
    let delivery = unsent.map_or(Delivery::Unknown, |_| Delivery::NotSent);
    Error::new(Inner {
        detail: unsent.map(|unsent| unsent.sentence().to_owned()),
        next_action: unsent.and_then(Unsent::next_action),
        source: Some(Arc::new(error.without_url())),
        ..Inner::bare(kind, delivery)
    })
}

//! The consent of a person in a browser.

use std::time::Duration;

use crate::failure::Failure;
use crate::output::Screen;
use crate::session::login::{Bound, Page, State, browser, consent_url};

/// How long a consent is waited for.
const PATIENCE: Duration = Duration::from_secs(10 * 60);

/// What is asked for in the browser.
pub struct Request<'a> {
    /// The consent page.
    pub page: &'a str,
    pub client_id: &'a str,
    /// Whether to open the browser, beside showing the address.
    pub open: bool,
}

/// Sends the person to the consent page, and continues with the code that comes back. The browser shows how that ended.
pub async fn with_consent<T>(
    bound: Bound,
    request: &Request<'_>,
    screen: &Screen,
    go_on: impl AsyncFnOnce(&str) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let state = State::random();
    let address = consent_url(request.page, request.client_id, bound.redirect(), &state)?;
    let mut listener = bound.listen(state);
    screen.instruct(
        "open",
        &format!("Open this address in a browser of this machine: {address}"),
    );
    if request.open {
        browser::open(&address);
    }
    let consent = tokio::time::timeout(PATIENCE, listener.consent()).await;
    let Ok(Some(consent)) = consent else {
        return Err(Failure::input("access was not allowed within 10 minutes")
            .next("run the command again when you can"));
    };
    let ended = match &consent.code {
        Ok(code) => go_on(code).await,
        Err(reason) => Err(Failure::refused(
            "denied",
            format!("the access was not allowed: {reason}"),
        )
        .next("run the command again, and allow it on the page")),
    };
    let page = match (&consent.code, &ended) {
        (Err(_), _) => Page::Denied,
        (Ok(_), Ok(_)) => Page::LoggedIn,
        (Ok(_), Err(_)) => Page::Failed,
    };
    consent.reply(page);
    listener.close().await;
    ended
}

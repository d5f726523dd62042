//! A response for a browser: its headers, and the page that explains a refusal.

use std::sync::Arc;

use askama::Template;
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::{HeaderName, HeaderValue, StatusCode, header};

use crate::store::StoreError;

/// Nothing from elsewhere, no inline script or style, no frame around it.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
     connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// What every page and every file of a page carries.
pub(super) const GUARDS: [(HeaderName, HeaderValue); 5] = [
    (
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(POLICY),
    ),
    (
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    ),
    (
        header::REFERRER_POLICY,
        // With `no-referrer` a browser sends a form of our own page with `Origin: null`, which is refused.
        HeaderValue::from_static("same-origin"),
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("same-origin"),
    ),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static("same-origin"),
    ),
];

/// A page that may hold personal data, so that no cache keeps it.
pub(super) fn page(template: &impl Template) -> Result<Response, Refusal> {
    let html = template.render().map_err(|_| Refusal::Broken)?;
    let mut response = Response::new(Body::from(html));
    let headers = response.headers_mut();
    headers.extend(GUARDS);
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/html; charset=utf-8"),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// Why there is no page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// No token, or an unknown one.
    Token,
    /// The token lacks `contact_read`.
    Scope,
    /// There is no such contact, or it was deleted.
    Contact,
    /// The query cannot be read.
    Query,
    /// An app asks for access that it cannot have: it is not known, or is not on this machine.
    App,
    /// There is no such file.
    File,
    /// The database or a template failed.
    Broken,
}

#[derive(Template)]
#[template(path = "refusal.html")]
struct RefusalPage {
    title: &'static str,
    explanation: &'static str,
}

impl Refusal {
    fn status(self) -> StatusCode {
        match self {
            Refusal::Token => StatusCode::UNAUTHORIZED,
            Refusal::Scope => StatusCode::FORBIDDEN,
            Refusal::Contact | Refusal::File => StatusCode::NOT_FOUND,
            Refusal::Query | Refusal::App => StatusCode::BAD_REQUEST,
            Refusal::Broken => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn page(self) -> RefusalPage {
        let (title, explanation) = match self {
            Refusal::Token => (
                "A token is needed",
                "This emulator has its own token. Enter it as the password; the user name does not matter.",
            ),
            Refusal::Scope => (
                "The token may not read contacts",
                "It lacks the scope contact_read.",
            ),
            Refusal::Contact => (
                "No such contact",
                "No contact has this id. It may have been deleted, or belong to another organization.",
            ),
            Refusal::Query => (
                "The URL is not valid",
                "The part after the question mark is not valid.",
            ),
            Refusal::App => (
                "This app gets no access",
                "Its client id is unknown, or its redirect URL is not on this machine.",
            ),
            Refusal::File => ("No such page", "There is no page at this URL."),
            Refusal::Broken => ("The page could not be created", "The database failed."),
        };
        RefusalPage { title, explanation }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = page(&self.page()).unwrap_or_default();
        *response.status_mut() = self.status();
        if self == Refusal::Token {
            let challenge =
                HeaderValue::from_static("Basic realm=\"drift emulator\", charset=\"UTF-8\"");
            response
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, challenge);
        }
        response
    }
}

impl From<StoreError> for Refusal {
    fn from(_: StoreError) -> Self {
        Refusal::Broken
    }
}

/// What a handler of a page needs.
pub(super) type Shared = axum::extract::State<Arc<crate::app::App>>;

//! The pages that a browser shows at the end of a login. Their texts are fixed: nothing of a request is repeated.

use axum::http::{HeaderName, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

const TEMPLATE: &str = include_str!("page.html");

/// What a page says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Page {
    /// The login is complete.
    LoggedIn,
    /// The person, or Drift, did not allow it.
    Denied,
    /// Drift did not accept the consent, or the result could not be kept.
    Failed,
    /// The request belongs to no login, or to another one.
    Foreign,
    /// This login has its consent already.
    Used,
    /// Another address than the redirect URL.
    Missing,
}

impl Page {
    fn parts(self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::LoggedIn => (
                StatusCode::OK,
                "You are logged in",
                "You can close this window and continue in the terminal.",
            ),
            Self::Denied => (
                StatusCode::OK,
                "You are not logged in",
                "Access was not allowed, so nothing was kept. To try again, start drift login again.",
            ),
            Self::Failed => (
                StatusCode::BAD_GATEWAY,
                "The login failed",
                "The terminal says why. Nothing was kept.",
            ),
            Self::Foreign => (
                StatusCode::BAD_REQUEST,
                "This is not the login that the terminal waits for",
                "Open the address that the terminal shows now. Earlier ones no longer work.",
            ),
            Self::Used => (
                StatusCode::CONFLICT,
                "This login was used already",
                "Each login counts once. The terminal says how it ended.",
            ),
            Self::Missing => (
                StatusCode::NOT_FOUND,
                "There is nothing here",
                "Open the address that the terminal shows.",
            ),
        }
    }
}

/// The address of the page holds a code: no other page learns it, and nothing is loaded or framed.
const HEADERS: [(HeaderName, &str); 4] = [
    (header::CACHE_CONTROL, "no-store"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    ),
];

impl IntoResponse for Page {
    fn into_response(self) -> Response {
        let (status, title, text) = self.parts();
        let html = TEMPLATE.replace("TITLE", title).replace("TEXT", text);
        (status, HEADERS, Html(html)).into_response()
    }
}

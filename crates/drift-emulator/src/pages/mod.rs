//! The pages for people: the list of contacts, the page of one, and the API reference.
//!
//! HTML and what it is made of belong here. Pages only read, but for the one that asks whether an app may have access;
//! they know no fault.
//! They are made on the server and are whole without scripts. On an emulator with the default token, which
//! listens on loopback only, they are open; any other wants HTTP Basic with a token as the password.

mod access;
mod assets;
mod attribute;
mod authorize;
mod contact;
mod external_id;
mod list;
mod moment;
mod reference;
mod response;
mod text;

use std::sync::Arc;

use axum::Router;
use axum::routing::get;

use crate::app::App;

/// The routes of the pages. None of them is a path of the API.
pub(crate) fn router() -> Router<Arc<App>> {
    Router::new()
        .route("/", get(list::list))
        .route("/contacts/details/{id}", get(contact::details))
        .route("/docs", get(reference::reference))
        .route("/docs/contacts.yaml", get(reference::contract))
        .route("/authorize", get(authorize::ask).post(authorize::decide))
        .route("/assets/{name}", get(assets::asset))
}

/// Whether a path belongs here, and not to the API: it is not faulted then.
pub(crate) fn is_page(path: &str) -> bool {
    ["/", "/docs", "/authorize"].contains(&path)
        || ["/docs/", "/assets/", "/contacts/details/"]
            .iter()
            .any(|folder| path.starts_with(folder))
}

#[cfg(test)]
mod tests {
    use super::is_page;

    #[test]
    fn pages_are_distinguished_from_the_api() {
        for page in [
            "/",
            "/docs",
            "/docs/contacts.yaml",
            "/authorize",
            "/assets/style.css",
            "/contacts/details/7",
        ] {
            assert!(is_page(page), "{page}");
        }
        for path in [
            "/contacts",
            "/contacts/7",
            "/contacts/details",
            "/contacts/attributes",
            "/_emulator/state",
            "/docsx",
            "/authorize/",
            "/oauth2/token",
        ] {
            assert!(!is_page(path), "{path}");
        }
    }
}

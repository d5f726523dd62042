//! `/docs`: the API reference, drawn from the contract by Swagger UI.

use std::sync::LazyLock;

use askama::Template;
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use http::{HeaderValue, header};

use super::access::open_to_all;
use super::response::{GUARDS, Refusal, Shared, page};
use crate::rules::auth::DEFAULT_TOKEN;

/// A copy of the contract, written by `cargo xtask generate`.
const CONTRACT: &str = include_str!("../../openapi/contacts.yaml");

/// The contract, with this emulator as its server instead of Drift.
static LOCAL_CONTRACT: LazyLock<String> = LazyLock::new(|| local(CONTRACT));

#[derive(Template)]
#[template(path = "reference.html")]
struct ReferencePage {
    /// The token with which requests can be tried; empty when it is a secret.
    token: &'static str,
}

/// `GET /docs`. It holds nothing personal and is open on every emulator; a request from it needs a token.
pub(super) async fn reference(State(app): Shared) -> Result<Response, Refusal> {
    let token = open_to_all(&app).map_or("", |_| DEFAULT_TOKEN);
    page(&ReferencePage { token })
}

/// `GET /docs/contacts.yaml`
pub(super) async fn contract() -> Response {
    let mut response = Response::new(Body::from(LOCAL_CONTRACT.as_str()));
    let headers = response.headers_mut();
    headers.extend(GUARDS);
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/yaml"),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

/// Replaces the top-level `servers` block.
fn local(contract: &str) -> String {
    let mut out = String::with_capacity(contract.len());
    let mut among_servers = false;
    for line in contract.lines() {
        if line.starts_with("servers:") {
            among_servers = true;
            out.push_str("servers:\n  - url: /\n    description: This emulator\n");
            continue;
        }
        among_servers &= line.is_empty() || line.starts_with([' ', '-', '#']);
        if !among_servers {
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{CONTRACT, local};

    #[test]
    fn the_emulator_replaces_drift_as_the_server() {
        let local = local(CONTRACT);
        assert!(CONTRACT.contains("url: https://driftapi.com\n"));
        assert!(!local.contains("url: https://driftapi.com"));
        assert!(
            local.contains("\nservers:\n  - url: /\n    description: This emulator\nsecurity:\n")
        );
    }

    #[test]
    fn nothing_else_of_the_contract_changes() {
        let contract = "a: 1\nservers:\n  - url: https://x\n    description: x\n\n- url: y\nb:\n  servers: 2\n";
        assert_eq!(
            local(contract),
            "a: 1\nservers:\n  - url: /\n    description: This emulator\nb:\n  servers: 2\n"
        );
    }
}

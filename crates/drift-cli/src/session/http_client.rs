//! HTTP clients that are built here, since the one of `drift` would use proxies or send the token.

use super::base_url::is_on_this_machine;
use crate::failure::Failure;

/// How the command names itself to servers.
pub const USER_AGENT: &str = concat!("drift-cli/", env!("CARGO_PKG_VERSION"));

/// An HTTP client that ignores the proxies of the environment: between this machine and itself none is needed, and it
/// would see the token.
pub fn without_proxy() -> Result<reqwest::Client, Failure> {
    // Only the first provider of a process counts, and none was chosen before.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .user_agent(USER_AGENT)
        .no_proxy()
        // No TLS between this machine and itself: loading the system's certificates would be most of the start.
        .tls_certs_only([])
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .build()
        .map_err(|cause| Failure::other(format!("the HTTP client cannot be made: {cause}")))
}

/// A client for one plain request without the token, which uses the proxies unless the server is on this machine.
pub fn for_reachability_check(base_url: &str) -> Result<reqwest::Client, Failure> {
    if is_on_this_machine(base_url) {
        return without_proxy();
    }
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .map_err(|cause| Failure::other(cause.to_string()))
}

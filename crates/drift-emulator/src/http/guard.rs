//! Keeps web pages out: a foreign `Host` (DNS rebinding) and writes from a foreign `Origin` are refused.

use std::net::{IpAddr, SocketAddr};

use axum::http::uri::Authority;
use http::{HeaderMap, Request, Version, header};

use crate::rules::error::ApiError;

/// The host names under which the emulator can be reached, besides IP addresses of its own kind.
pub(crate) struct Guard {
    /// The address in the form in which nearly every client sends it; known without taking it apart.
    own: String,
    names: Vec<String>,
    loopback: bool,
}

impl Guard {
    /// On loopback only loopback addresses and `localhost` are known; elsewhere any IP address is, since no
    /// rebinding can produce one. `names` are known in both cases.
    pub(crate) fn new(bound: SocketAddr, names: Vec<String>) -> Self {
        Guard {
            own: bound.to_string(),
            names,
            loopback: bound.ip().is_loopback(),
        }
    }

    pub(crate) fn check<Body>(&self, request: &Request<Body>) -> Result<(), ApiError> {
        let headers = request.headers();
        if !self.known_host(headers, request.version()) {
            return Err(ApiError::forbidden(
                403,
                "This Host is not allowed (see --allow-host)",
            ));
        }
        if !request.method().is_safe() && !self.known_origin(headers) {
            return Err(ApiError::forbidden(
                403,
                "Writes from a foreign Origin are refused",
            ));
        }
        Ok(())
    }

    /// HTTP/1.0 need not say its host; no web page can make a browser speak it.
    fn known_host(&self, headers: &HeaderMap, version: Version) -> bool {
        let mut hosts = headers.get_all(header::HOST).iter();
        match (hosts.next().map(|host| host.to_str()), hosts.next()) {
            (Some(Ok(host)), None) => self.knows(host),
            (None, _) => version <= Version::HTTP_10,
            _ => false,
        }
    }

    fn known_origin(&self, headers: &HeaderMap) -> bool {
        headers.get_all(header::ORIGIN).iter().all(|origin| {
            let host = origin
                .to_str()
                .ok()
                .and_then(|origin| origin.split_once("://"))
                .map(|(_, host)| host);
            host.is_some_and(|host| self.knows(host))
        })
    }

    fn knows(&self, authority: &str) -> bool {
        if authority == self.own {
            return true;
        }
        let Ok(authority) = authority.parse::<Authority>() else {
            return false;
        };
        let name = authority.host();
        let bare = name
            .strip_prefix('[')
            .and_then(|name| name.strip_suffix(']'))
            .unwrap_or(name);
        match bare.parse::<IpAddr>() {
            Ok(address) => address.is_loopback() || !self.loopback,
            Err(_) => {
                name.eq_ignore_ascii_case("localhost")
                    || self
                        .names
                        .iter()
                        .any(|known| known.eq_ignore_ascii_case(name))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderName, Method, Request, Version, header};

    use super::Guard;

    fn is_let_in(guard: &Guard, method: Method, headers: &[(HeaderName, &str)]) -> bool {
        let mut request = Request::builder().method(method);
        for (name, value) in headers {
            request = request.header(name, *value);
        }
        guard.check(&request.body(()).unwrap()).is_ok()
    }

    #[test]
    fn foreign_hosts_and_origins_are_recognized() {
        let local = Guard::new(([127, 0, 0, 1], 80).into(), vec!["drift.local".to_owned()]);
        let open = Guard::new(([0, 0, 0, 0], 80).into(), Vec::new());
        let table = [
            ("127.0.0.1:8080", true, true),
            ("localhost", true, true),
            ("LOCALHOST:1", true, true),
            ("[::1]:80", true, true),
            ("drift.local:80", true, false),
            ("10.0.0.7:80", false, true),
            ("evil.example", false, false),
            ("127.0.0.1.evil.example", false, false),
            ("", false, false),
        ];
        for (host, on_loopback, elsewhere) in table {
            let named = [(header::HOST, host)];
            assert_eq!(
                is_let_in(&local, Method::GET, &named),
                on_loopback,
                "{host}"
            );
            assert_eq!(is_let_in(&open, Method::GET, &named), elsewhere, "{host}");
            let origin = format!("http://{host}");
            let from = [(header::HOST, "localhost"), (header::ORIGIN, &origin)];
            let written = is_let_in(&local, Method::POST, &from);
            assert_eq!(written, on_loopback, "origin {host}");
            assert!(
                is_let_in(&local, Method::GET, &from),
                "reads have no origin rule"
            );
        }
    }

    #[test]
    fn a_request_without_host_or_with_a_null_origin_is_refused() {
        let guard = Guard::new(([127, 0, 0, 1], 80).into(), Vec::new());
        assert!(!is_let_in(&guard, Method::GET, &[]));
        let from_nowhere = [(header::HOST, "localhost"), (header::ORIGIN, "null")];
        assert!(!is_let_in(&guard, Method::POST, &from_nowhere));
    }

    #[test]
    fn only_http_1_0_may_leave_the_host_out() {
        let guard = Guard::new(([127, 0, 0, 1], 80).into(), Vec::new());
        for (version, host, let_in) in [
            (Version::HTTP_10, None, true),
            (Version::HTTP_10, Some("evil.example"), false),
            (Version::HTTP_11, None, false),
        ] {
            let mut request = Request::builder().version(version);
            if let Some(host) = host {
                request = request.header(header::HOST, host);
            }
            let request = request.body(()).unwrap();
            assert_eq!(guard.check(&request).is_ok(), let_in, "{request:?}");
        }
    }
}

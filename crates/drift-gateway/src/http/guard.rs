//! Keeps web pages out: a foreign `Host` (DNS rebinding) and a foreign `Origin` are refused, for reads too.

use std::net::{IpAddr, SocketAddr};

use axum::http::uri::Authority;
use http::{HeaderMap, Request, Version, header};

use crate::reply::Reply;

/// The host names under which the gateway can be reached, besides IP addresses of its own kind.
pub(crate) struct Guard {
    names: Vec<String>,
    is_loopback: bool,
}

impl Guard {
    /// On loopback only loopback addresses and `localhost` are known; elsewhere any IP address is, since no rebinding can
    /// produce one. `names` are known in both cases.
    pub(crate) fn new(bound: SocketAddr, names: Vec<String>) -> Self {
        Self {
            names,
            is_loopback: bound.ip().is_loopback(),
        }
    }

    pub(crate) fn check<Body>(&self, request: &Request<Body>) -> Result<(), Reply> {
        let headers = request.headers();
        if !self.is_known_host(headers, request.version()) {
            let sentence = "This Host is not known to the gateway (see --allow-host)";
            return Err(Reply::error(403, "forbidden", sentence));
        }
        if !self.is_known_origin(headers) {
            let sentence = "Requests of web pages are refused";
            return Err(Reply::error(403, "forbidden", sentence));
        }
        Ok(())
    }

    /// HTTP/1.0 need not say its host; no web page can make a browser speak it.
    fn is_known_host(&self, headers: &HeaderMap, version: Version) -> bool {
        let mut hosts = headers.get_all(header::HOST).iter();
        match (hosts.next().map(|host| host.to_str()), hosts.next()) {
            (Some(Ok(host)), None) => self.knows(host),
            (None, _) => version <= Version::HTTP_10,
            _ => false,
        }
    }

    fn is_known_origin(&self, headers: &HeaderMap) -> bool {
        headers.get_all(header::ORIGIN).iter().all(|origin| {
            let origin = origin.to_str().ok();
            let host = origin.and_then(|origin| origin.split_once("://"));
            host.is_some_and(|(_, host)| self.knows(host))
        })
    }

    fn knows(&self, authority: &str) -> bool {
        let Ok(authority) = authority.parse::<Authority>() else {
            return false;
        };
        let name = authority.host();
        let bare = name
            .strip_prefix('[')
            .and_then(|name| name.strip_suffix(']'))
            .unwrap_or(name);
        match bare.parse::<IpAddr>() {
            Ok(address) => address.is_loopback() || !self.is_loopback,
            Err(_) => {
                let is_named = |known: &String| known.eq_ignore_ascii_case(name);
                name.eq_ignore_ascii_case("localhost") || self.names.iter().any(is_named)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_let_in(
        guard: &Guard,
        host: Option<&str>,
        origin: Option<&str>,
        version: Version,
    ) -> bool {
        let mut request = Request::builder().version(version);
        for (name, value) in [(header::HOST, host), (header::ORIGIN, origin)] {
            if let Some(value) = value {
                request = request.header(name, value);
            }
        }
        let request = request.body(()).expect("a request");
        guard.check(&request).is_ok()
    }

    #[test]
    fn foreign_hosts_and_origins_are_refused() {
        let local = Guard::new(([127, 0, 0, 1], 80).into(), vec!["drift.local".to_owned()]);
        let open = Guard::new(([0, 0, 0, 0], 80).into(), Vec::new());
        for (host, on_loopback, elsewhere) in [
            ("127.0.0.1:8080", true, true),
            ("localhost", true, true),
            ("LOCALHOST:1", true, true),
            ("[::1]:80", true, true),
            ("drift.local:80", true, false),
            ("10.0.0.7:80", false, true),
            ("evil.example", false, false),
            ("127.0.0.1.evil.example", false, false),
            ("", false, false),
        ] {
            let is_let_in = |guard, origin| is_let_in(guard, Some(host), origin, Version::HTTP_11);
            assert_eq!(is_let_in(&local, None), on_loopback, "{host}");
            assert_eq!(is_let_in(&open, None), elsewhere, "{host}");
            let origin = format!("http://{host}");
            let from_page =
                super::tests::is_let_in(&local, Some("localhost"), Some(&origin), Version::HTTP_11);
            assert_eq!(from_page, on_loopback, "origin {host}");
        }
    }

    #[test]
    fn only_http_1_0_may_leave_the_host_out_and_null_is_no_origin() {
        let guard = Guard::new(([127, 0, 0, 1], 80).into(), Vec::new());
        assert!(is_let_in(&guard, None, None, Version::HTTP_10));
        assert!(!is_let_in(&guard, None, None, Version::HTTP_11));
        assert!(!is_let_in(
            &guard,
            Some("localhost"),
            Some("null"),
            Version::HTTP_11
        ));
    }
}

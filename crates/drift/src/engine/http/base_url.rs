//! The base URL: checked once, so that a token never travels unencrypted.

use reqwest::Url;

use crate::error::Error;

/// Drift's own address.
pub const DRIFT: &str = "https://driftapi.com";

/// Checks a base URL and drops the slash at its end.
pub(crate) fn check(text: &str) -> Result<String, Error> {
    let url = Url::parse(text)
        .map_err(|problem| Error::input(format!("the base URL is not a URL: {problem}")))?;
    let host = url.host_str().unwrap_or_default();
    match url.scheme() {
        "https" if !host.is_empty() => {}
        "http" if is_loopback(host) => {}
        "http" => {
            return Err(Error::input(
                "the base URL is http:// to another machine, which would send the token unencrypted; use https://",
            ));
        }
        _ => return Err(Error::input("the base URL must begin with https://")),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Error::input(
            "the base URL must not hold a user name or a password",
        ));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(Error::input(
            "the base URL must not hold a query or a fragment",
        ));
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost"
        || bare
            .parse::<std::net::IpAddr>()
            .is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base_urls() {
        for (text, checked) in [
            ("https://driftapi.com", Some("https://driftapi.com")),
            ("https://driftapi.com/", Some("https://driftapi.com")),
            (
                "https://gateway.example.test/drift/",
                Some("https://gateway.example.test/drift"),
            ),
            ("http://127.0.0.1:8080", Some("http://127.0.0.1:8080")),
            ("http://localhost:8080/", Some("http://localhost:8080")),
            ("http://[::1]:8080", Some("http://[::1]:8080")),
            ("http://driftapi.com", None),
            ("http://127.0.0.1.example.test", None),
            ("http://localhost.example.test", None),
            ("ftp://driftapi.com", None),
            ("driftapi.com", None),
            ("", None),
            ("https://user:secret@driftapi.com", None),
            ("https://driftapi.com?x=1", None),
            ("https://driftapi.com#x", None),
        ] {
            assert_eq!(check(text).ok().as_deref(), checked, "{text}");
        }
    }
}

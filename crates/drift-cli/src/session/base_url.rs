//! What a base URL says: where it points, and how it can be shown.

use std::net::IpAddr;

/// A base URL as it can be shown: a password in it, which is refused later, is left out.
pub fn shown_url(base_url: &str) -> String {
    let begin = base_url.find("://").map_or(0, |at| at + "://".len());
    let (scheme, rest) = base_url.split_at(begin);
    let authority = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    match rest[..authority].rfind('@') {
        Some(at) => format!("{scheme}…{}", &rest[at..]),
        None => base_url.to_owned(),
    }
}

/// Whether a base URL points to this machine.
pub fn is_on_this_machine(base_url: &str) -> bool {
    let Some(rest) = base_url.strip_prefix("http://") else {
        return false;
    };
    let authority = rest.split('/').next().unwrap_or_default();
    let host = match authority.strip_prefix('[') {
        Some(v6) => v6.split(']').next(),
        None => authority.split(':').next(),
    };
    let host = host.unwrap_or_default();
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_not_shown() {
        for (url, shown) in [
            ("https://driftapi.com/a@b", "https://driftapi.com/a@b"),
            ("https://me:hunter2@x.test/v1", "https://…@x.test/v1"),
            ("https://me:hunt@r2@x.test", "https://…@x.test"),
            ("me:hunter2@x.test", "…@x.test"),
            ("not a URL", "not a URL"),
        ] {
            assert_eq!(shown_url(url), shown);
        }
    }

    #[test]
    fn this_machine_is_told_from_others() {
        for (url, here) in [
            ("http://127.0.0.1:8080", true),
            ("http://localhost:8080", true),
            ("http://[::1]:8080", true),
            ("https://driftapi.com", false),
            ("https://127.0.0.1.example.test", false),
        ] {
            assert_eq!(is_on_this_machine(url), here, "{url}");
        }
    }
}

//! Base URLs that a person gives: how one is checked, and how it can be shown.

use crate::failure::Failure;

/// The base URL as calls use it. What the library would refuse is refused now.
pub fn checked_base_url(base_url: &str) -> Result<String, Failure> {
    let client = drift::Client::builder("any").base_url(base_url).build();
    client
        .map(|client| client.base_url().to_owned())
        .map_err(|error| Failure::of_reading(&error))
}

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
}

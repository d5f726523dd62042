//! Headers that a caller adds to requests, such as `traceparent`.

use std::fmt;
use std::sync::Arc;

use reqwest::header::{self, HeaderMap, HeaderName, HeaderValue};

use crate::error::Error;

/// What is set here or by HTTP itself: another value would send the token elsewhere, break the request, or make the
/// response unreadable.
const OURS: [HeaderName; 16] = [
    header::ACCEPT,
    header::ACCEPT_ENCODING,
    header::AUTHORIZATION,
    header::CONNECTION,
    header::CONTENT_ENCODING,
    header::CONTENT_LENGTH,
    header::CONTENT_TYPE,
    header::EXPECT,
    header::HOST,
    header::PROXY_AUTHORIZATION,
    header::RANGE,
    header::TE,
    header::TRAILER,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
    header::USER_AGENT,
];

/// Names without a constant, and those of conditional requests, whose responses have no contact.
const OURS_TOO: [&str; 7] = [
    "keep-alive",
    "proxy-connection",
    "if-match",
    "if-modified-since",
    "if-none-match",
    "if-range",
    "if-unmodified-since",
];

/// Headers beside ours. A clone is cheap, and none cost nothing. `Debug` hides them.
#[derive(Clone, Default)]
pub(crate) struct CallHeaders(Option<Arc<HeaderMap>>);

impl CallHeaders {
    /// Sets a header, in place of one with the same name.
    pub(crate) fn set(&mut self, name: &str, value: &str) -> Result<(), Error> {
        let name = HeaderName::try_from(name).map_err(|_| {
            Error::input("the name of a header is empty or has an invalid character")
        })?;
        if OURS.contains(&name) || OURS_TOO.contains(&name.as_str()) {
            return Err(Error::input(format_args!(
                "the header {name} cannot be set: the client sets it itself"
            )));
        }
        let mut value = HeaderValue::try_from(value).map_err(|_| {
            Error::input(format_args!(
                "the value of the header {name} has an invalid character"
            ))
        })?;
        value.set_sensitive(true);
        Arc::make_mut(self.0.get_or_insert_default()).insert(name, value);
        Ok(())
    }

    /// The headers, if there are any.
    pub(crate) fn into_map(self) -> Option<Arc<HeaderMap>> {
        self.0
    }
}

impl fmt::Debug for CallHeaders {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("CallHeaders(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_not_ours_can_be_set() {
        for (name, value, problem) in [
            ("traceparent", "00-7", None),
            ("X-Tenant", "", None),
            (
                "Authorization",
                "Bearer x",
                Some("the client sets it itself"),
            ),
            ("content-length", "0", Some("the client sets it itself")),
            ("If-None-Match", "*", Some("the client sets it itself")),
            ("User-Agent", "mine", Some("the client sets it itself")),
            ("", "x", Some("name of a header")),
            ("a b", "x", Some("name of a header")),
            ("x-y", "secret\r\nx: y", Some("value of the header x-y")),
        ] {
            let mut headers = CallHeaders::default();
            let said = headers
                .set(name, value)
                .err()
                .map(|error| error.to_string());
            assert_eq!(said.is_some(), problem.is_some(), "{name}: {said:?}");
            let said = said.unwrap_or_default();
            assert!(said.contains(problem.unwrap_or_default()), "{said}");
            assert!(!said.contains("secret"), "{said}");
        }
    }

    #[test]
    fn a_clone_keeps_its_own() {
        let mut headers = CallHeaders::default();
        headers.set("x-a", "1").expect("set");
        let mut other = headers.clone();
        other.set("X-A", "2").expect("set");
        let value = |headers: CallHeaders| headers.into_map().expect("headers")["x-a"].clone();
        assert_eq!(
            (value(headers), value(other)),
            ("1".parse().expect("a value"), "2".parse().expect("a value"))
        );
    }
}

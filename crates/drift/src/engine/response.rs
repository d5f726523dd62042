//! What a failed response says, wherever in it Drift put it. Pure: the caller passes the time in.

use std::time::{Duration, SystemTime};

use drift_sdk::types::ErrorResponse;
use reqwest::header::{HeaderMap, RETRY_AFTER};
use serde_json::Value;

use crate::error::ErrorKind;
use crate::policy::delivery::ResponseBody;
use crate::policy::retry;

/// The parts of a failed response that decisions are made on.
#[derive(Default)]
pub(crate) struct FailedResponse {
    pub(crate) body: Option<ResponseBody>,
    pub(crate) error_type: Option<String>,
    pub(crate) code: Option<String>,
    pub(crate) message: Option<String>,
    /// It is whole, and comes from another server than Drift: a page, or JSON of another shape.
    foreign: bool,
}

impl FailedResponse {
    /// Reads the declared error, or the text that stands in for one that is not declared.
    pub(crate) fn read(response: &ErrorResponse) -> Self {
        let text = |value: &Option<drift_sdk::types::NullableString>| {
            value.as_ref().and_then(|value| value.0.clone())
        };
        let error = &response.error;
        let (kind, code, message) = (text(&error.type_), text(&error.code), text(&error.message));
        if kind.as_deref() == Some(drift_sdk::UNREADABLE) {
            return Self::from_text(message.unwrap_or_default());
        }
        let found = [&kind, &code, &message]
            .into_iter()
            .flatten()
            .find_map(|text| contact_code(text));
        Self {
            body: Some(ResponseBody::Readable),
            error_type: kind,
            code: found,
            message,
            foreign: false,
        }
    }

    /// Reads the body of a success that is not what the contract says.
    pub(crate) fn of_success(body: &[u8]) -> Self {
        Self {
            foreign: body.trim_ascii_start().starts_with(b"<"),
            ..Self::default()
        }
    }

    /// Reads a body that is not the declared error. Two public clients know an older shape, `{"errors":[…]}`; anything
    /// else does not come from Drift.
    fn from_text(text: String) -> Self {
        let read = serde_json::from_str::<Value>(&text);
        // A body that breaks off within its JSON may come from Drift.
        let foreign = !read.as_ref().is_err_and(serde_json::Error::is_eof);
        let older = read.is_ok_and(|json| json["errors"].is_array());
        let body = if older {
            ResponseBody::Readable
        } else {
            ResponseBody::Unreadable
        };
        let message = (!text.is_empty()).then_some(text);
        let code = message.as_deref().and_then(contact_code);
        Self {
            body: Some(body),
            error_type: None,
            code,
            message,
            foreign: foreign && !older,
        }
    }

    /// Why the response shows that it does not come from Drift, but from another server at the base URL or from a proxy;
    /// `None` where it does not show that. A 404 can be about a contact only if the operation names one.
    pub(crate) fn not_drift(&self, status: u16, names_a_contact: bool) -> Option<&'static str> {
        let unreadable = self.body == Some(ResponseBody::Unreadable);
        match status {
            200..=299 | 404 if self.foreign => Some(ANOTHER_SERVER),
            405 | 501 if unreadable => Some(ANOTHER_SERVER),
            404 if self.code.is_none() && !names_a_contact => Some(NO_SUCH_ENDPOINT),
            _ => None,
        }
    }
}

const ANOTHER_SERVER: &str =
    "the response does not come from Drift, but from another server or a proxy";
const NO_SUCH_ENDPOINT: &str = "there is no such endpoint at this base URL";

/// The first `CONTACT-n` in a text.
pub(crate) fn contact_code(text: &str) -> Option<String> {
    text.match_indices("CONTACT-").find_map(|(at, mark)| {
        let digits: String = text[at + mark.len()..]
            .chars()
            .take_while(char::is_ascii_digit)
            .take(4)
            .collect();
        (!digits.is_empty()).then(|| format!("{mark}{digits}"))
    })
}

/// The kind of a failure by its status; `conflict` is what a 409 means for the operation.
pub(crate) fn kind(status: u16, rate_limited: bool, conflict: ErrorKind) -> ErrorKind {
    match status {
        200..=299 => ErrorKind::UnreadableResponse,
        300..=399 => ErrorKind::Redirected,
        401 => ErrorKind::Unauthorized,
        403 => ErrorKind::Forbidden,
        404 => ErrorKind::NotFound,
        409 => conflict,
        _ if rate_limited => ErrorKind::RateLimited,
        500..=599 => ErrorKind::Server,
        _ => ErrorKind::InvalidRequest,
    }
}

/// The server's id of the request. Drift documents no such header; these are the usual ones.
pub(crate) fn request_id(headers: &HeaderMap) -> Option<String> {
    ["x-request-id", "request-id", "x-amzn-requestid"]
        .iter()
        .find_map(|name| {
            let value = headers.get(*name)?.to_str().ok()?;
            let plain = (1..=128).contains(&value.len()) && value.bytes().all(is_id_byte);
            plain.then(|| value.to_owned())
        })
}

/// Whether ids of requests have such a byte. An email address has an `@`, so it is never shown with the error.
fn is_id_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-_.:/+=".contains(&byte)
}

/// How long the server asks to wait, counted from `now`.
pub(crate) fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    retry::retry_after(headers.get(RETRY_AFTER)?.to_str().ok()?, now)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_code_is_found_in_any_member() {
        for (error, code) in [
            (
                json!({"type": "CONTACT-6", "message": "taken"}),
                Some("CONTACT-6"),
            ),
            (
                json!({"type": "conflict", "code": "CONTACT-6"}),
                Some("CONTACT-6"),
            ),
            (
                json!({"type": "x", "message": "[CONTACT-11] no"}),
                Some("CONTACT-11"),
            ),
            (
                json!({"type": null, "message": "CONTACT- then CONTACT-4"}),
                Some("CONTACT-4"),
            ),
            (json!({"type": "not_found"}), None),
            (json!({}), None),
        ] {
            let response = serde_json::from_value(json!({ "error": error })).expect("an error");
            assert_eq!(
                FailedResponse::read(&response).code.as_deref(),
                code,
                "{error}"
            );
        }
    }

    #[test]
    fn a_request_id_is_plain_ascii() {
        for (value, plain) in [
            ("emulated-00000007", true),
            ("Root=1-67891233-abcdef012345678912345678", true),
            ("", false),
            ("ada@example.test", false),
            ("Ada Lovelace", false),
            (&"a".repeat(129), false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert("x-request-id", value.parse().expect("a header"));
            let id = request_id(&headers);
            assert_eq!(id.as_deref(), plain.then_some(value));
        }
    }

    #[test]
    fn a_response_that_does_not_come_from_drift_is_no_missing_contact() {
        let read = |body: &str| match serde_json::from_str(body) {
            Ok(response) => FailedResponse::read(&response),
            Err(_) => FailedResponse::from_text(body.to_owned()),
        };
        let (coded, bare) = (
            r#"{"error":{"type":"not_found","code":"CONTACT-1"}}"#,
            r#"{"error":{"type":"not_found","message":"no such path"}}"#,
        );
        let (page, other) = ("<html>Not Found</html>", r#"{"detail":"Not Found"}"#);
        let older = r#"{"errors":[{"type":"x"}]}"#;
        for (status, body, by_id, by_email) in [
            (404, coded, None, None),
            (404, bare, None, Some(NO_SUCH_ENDPOINT)),
            (404, older, None, Some(NO_SUCH_ENDPOINT)),
            (404, "", None, Some(NO_SUCH_ENDPOINT)),
            (404, r#"{"error":{"ty"#, None, Some(NO_SUCH_ENDPOINT)),
            (404, page, Some(ANOTHER_SERVER), Some(ANOTHER_SERVER)),
            (404, other, Some(ANOTHER_SERVER), Some(ANOTHER_SERVER)),
            (404, "Not Found", Some(ANOTHER_SERVER), Some(ANOTHER_SERVER)),
            (405, bare, None, None),
            (405, "", Some(ANOTHER_SERVER), Some(ANOTHER_SERVER)),
            (501, page, Some(ANOTHER_SERVER), Some(ANOTHER_SERVER)),
            (503, page, None, None),
            (401, page, None, None),
        ] {
            let failed = read(body);
            assert_eq!(failed.not_drift(status, true), by_id, "{status} {body}");
            assert_eq!(failed.not_drift(status, false), by_email, "{status} {body}");
        }
    }

    #[test]
    fn a_page_with_status_200_does_not_come_from_drift() {
        for (body, foreign) in [
            (&b"\n<!doctype html>"[..], true),
            (b"{\"data\":{}}", false),
            (b"\xff\x00", false),
            (b"", false),
        ] {
            let shown = FailedResponse::of_success(body).not_drift(200, true);
            assert_eq!(shown.is_some(), foreign, "{body:?}");
        }
    }

    #[test]
    fn the_older_shape_is_readable_and_a_page_is_not() {
        for (text, readable, code) in [
            (
                r#"{"errors":[{"type":"CONTACT-6"}]}"#,
                ResponseBody::Readable,
                Some("CONTACT-6"),
            ),
            ("<html>502</html>", ResponseBody::Unreadable, None),
            ("", ResponseBody::Unreadable, None),
        ] {
            let stand_in = json!({ "error": { "type": drift_sdk::UNREADABLE, "message": text } });
            let failed = FailedResponse::read(&serde_json::from_value(stand_in).expect("an error"));
            assert_eq!(failed.body, Some(readable), "{text}");
            assert_eq!(failed.code.as_deref(), code);
        }
    }
}

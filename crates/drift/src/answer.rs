//! What a failed answer says, wherever in it Drift put it.

use std::time::{Duration, SystemTime};

use drift_sdk::types::ErrorResponse;
use reqwest::header::{HeaderMap, RETRY_AFTER};
use serde_json::Value;

use crate::delivery::AnswerBody;
use crate::error::ErrorKind;
use crate::retry;

/// The parts of a failed answer that decisions are made on.
#[derive(Default)]
pub(crate) struct Answer {
    pub(crate) body: Option<AnswerBody>,
    pub(crate) error_type: Option<String>,
    pub(crate) code: Option<String>,
    pub(crate) message: Option<String>,
}

impl Answer {
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
            body: Some(AnswerBody::Readable),
            error_type: kind,
            code: found,
            message,
        }
    }

    /// Two public clients read an older shape, `{"errors":[…]}`. Anything else is not Drift's.
    fn from_text(text: String) -> Self {
        let older =
            serde_json::from_str::<Value>(&text).is_ok_and(|json| json["errors"].is_array());
        let body = if older {
            AnswerBody::Readable
        } else {
            AnswerBody::Unreadable
        };
        let message = (!text.is_empty()).then_some(text);
        let code = message.as_deref().and_then(contact_code);
        Self {
            body: Some(body),
            error_type: None,
            code,
            message,
        }
    }
}

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
pub(crate) fn kind(status: u16, put_off: bool, conflict: ErrorKind) -> ErrorKind {
    match status {
        200..=299 => ErrorKind::UnreadableAnswer,
        300..=399 => ErrorKind::Redirected,
        401 => ErrorKind::Unauthorized,
        403 => ErrorKind::Forbidden,
        404 => ErrorKind::NotFound,
        409 => conflict,
        _ if put_off => ErrorKind::RateLimited,
        500..=599 => ErrorKind::Server,
        _ => ErrorKind::InvalidRequest,
    }
}

/// The server's id of the call. Drift names no such header; these are the usual ones.
pub(crate) fn request_id(headers: &HeaderMap) -> Option<String> {
    ["x-request-id", "request-id", "x-amzn-requestid"]
        .iter()
        .find_map(|name| {
            let value = headers.get(*name)?.to_str().ok()?;
            let plain = (1..=128).contains(&value.len()) && value.bytes().all(is_of_an_id);
            plain.then(|| value.to_owned())
        })
}

/// What ids of calls consist of. An address has an `@`, and would be shown with the error.
fn is_of_an_id(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-_.:/+=".contains(&byte)
}

/// How long the server asks to wait.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    retry::retry_after(headers.get(RETRY_AFTER)?.to_str().ok()?, SystemTime::now())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_code_is_found_wherever_it_stands() {
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
            assert_eq!(Answer::read(&response).code.as_deref(), code, "{error}");
        }
    }

    #[test]
    fn an_id_of_a_call_is_plain() {
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
    fn the_older_shape_is_readable_and_a_page_is_not() {
        for (text, readable, code) in [
            (
                r#"{"errors":[{"type":"CONTACT-6"}]}"#,
                AnswerBody::Readable,
                Some("CONTACT-6"),
            ),
            ("<html>502</html>", AnswerBody::Unreadable, None),
            ("", AnswerBody::Unreadable, None),
        ] {
            let stand_in = json!({ "error": { "type": drift_sdk::UNREADABLE, "message": text } });
            let answer = Answer::read(&serde_json::from_value(stand_in).expect("an error"));
            assert_eq!(answer.body, Some(readable), "{text}");
            assert_eq!(answer.code.as_deref(), code);
        }
    }
}

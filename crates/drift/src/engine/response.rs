//! What a failed response says, wherever in it Drift put it. Pure: the caller passes the time in.

use std::time::{Duration, SystemTime};

use drift_sdk::types::ErrorResponse;
use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};
use serde_json::Value;

use crate::error::ErrorKind;
use crate::model::decoding::BYTE_ORDER_MARK;
use crate::next_action::NextAction;
use crate::policy::delivery::ResponseBody;
use crate::policy::retry;

/// The parts of a failed response that decisions are made on.
#[derive(Default)]
pub(crate) struct FailedResponse {
    pub(crate) body: Option<ResponseBody>,
    pub(crate) error_type: Option<String>,
    pub(crate) code: Option<String>,
    pub(crate) message: Option<String>,
    /// It is a page, where a success of Drift is JSON.
    is_page: bool,
    /// It breaks off within its JSON, so that it may be Drift's.
    is_cut: bool,
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
            ..Self::default()
        }
    }

    /// Reads the body of a success that is not what the contract says.
    pub(crate) fn of_success(body: &[u8]) -> Self {
        let body = body.strip_prefix(BYTE_ORDER_MARK).unwrap_or(body);
        Self {
            is_page: body.trim_ascii_start().starts_with(b"<"),
            ..Self::default()
        }
    }

    /// Reads a body that is not the declared error. Drift's may have a member of another type; two public clients know an
    /// older shape, `{"errors":[{"type", "message", "param"}]}`; anything else does not come from Drift.
    fn from_text(text: String) -> Self {
        let read = serde_json::from_str::<Value>(&text);
        let is_cut = !text.is_empty() && read.as_ref().is_err_and(serde_json::Error::is_eof);
        let json = read.unwrap_or_default();
        let body = if json["error"].is_object() || json["errors"].is_array() {
            ResponseBody::Readable
        } else {
            ResponseBody::Unreadable
        };
        let message = (!text.is_empty()).then_some(text);
        let code = message.as_deref().and_then(contact_code);
        Self {
            body: Some(body),
            error_type: [&json["error"]["type"], &json["errors"][0]["type"]]
                .into_iter()
                .find_map(|kind| kind.as_str().map(str::to_owned)),
            code,
            message,
            is_cut,
            ..Self::default()
        }
    }

    /// What is more to say of a response than its status says: its kind, and the sentence. A 404 can be about a contact
    /// only if the operation names one, and only Drift can say it; it counts where no more than its end is missing.
    pub(crate) fn explain(&self, status: u16, names_a_contact: bool) -> Option<Explained> {
        let foreign = self.body != Some(ResponseBody::Readable);
        let (kind, sentence) = match status {
            ..200 => (ErrorKind::NotDrift, ANOTHER_PROTOCOL),
            200..=299 if self.is_page => (ErrorKind::NotDrift, PAGE),
            401 if foreign => (ErrorKind::Unauthorized, TOKEN_REFUSED),
            403 if foreign => (ErrorKind::Forbidden, REFUSED_BY_A_PAGE),
            400 | 422 if foreign => (ErrorKind::InvalidRequest, REFUSED_BY_A_PAGE),
            404 if self.is_cut && names_a_contact => return None,
            404 | 405 | 411 | 415 | 417 | 501 if foreign => (ErrorKind::NotDrift, ANOTHER_SERVER),
            404 if self.code.is_none() && !names_a_contact => {
                (ErrorKind::NotDrift, NO_SUCH_ENDPOINT)
            }
            407 => (ErrorKind::NotDrift, PROXY_SIGN_IN),
            408 => (ErrorKind::Timeout, TOO_SLOW),
            413 => (ErrorKind::InvalidRequest, TOO_LARGE),
            414 => (ErrorKind::InvalidRequest, URL_TOO_LONG),
            421 => (ErrorKind::NotDrift, MISDIRECTED),
            425 => (ErrorKind::Server, TOO_EARLY),
            431 => (ErrorKind::InvalidRequest, HEADERS_TOO_LARGE),
            511 => (ErrorKind::NotDrift, NETWORK_SIGN_IN),
            600.. => (ErrorKind::NotDrift, ANOTHER_SERVER),
            _ => return None,
        };
        // A filter that refuses a request says nothing of the token, nor a network that asks to sign in of the base URL.
        let is_on_the_way = status == 511 || (status == 403 && foreign);
        Some(Explained {
            kind,
            sentence,
            next_action: is_on_the_way.then_some(NextAction::CheckNetwork),
        })
    }
}

/// What is more to say of a response than its status says.
pub(crate) struct Explained {
    pub(crate) kind: ErrorKind,
    pub(crate) sentence: &'static str,
    /// What to do, where the kind alone would advise something else.
    pub(crate) next_action: Option<NextAction>,
}

const ANOTHER_SERVER: &str =
    "the response does not come from Drift, but from another server or a proxy";
const NO_SUCH_ENDPOINT: &str = "there is no such endpoint at this base URL";
const PAGE: &str = "a page came instead of Drift's response; it is another server's, a proxy's, or that of a \
     network that asks to sign in first (a captive portal)";
const TOKEN_REFUSED: &str = "the access token was refused, by Drift or by a gateway on the way";
const REFUSED_BY_A_PAGE: &str = "the request was refused, and not in Drift's words; a filter or a proxy on the way may \
     have done so";
// The proxy of HTTPS_PROXY never says so here: it makes the connection, and what it refuses then is no response.
const PROXY_SIGN_IN: &str =
    "what responds at the base URL is a proxy that asks for a user and a password, and not Drift";
const ANOTHER_PROTOCOL: &str =
    "the server does not respond, and changes to another protocol instead";
const TOO_SLOW: &str = "the server did not get the whole request in time";
const TOO_LARGE: &str =
    "the request is too large for the server or a proxy on the way; send fewer or shorter values";
const URL_TOO_LONG: &str =
    "the URL is too long for the server or a proxy on the way; ask for fewer ids at a time";
const MISDIRECTED: &str = "the server that responds is not the one for this host name";
const TOO_EARLY: &str = "the server asks to send the request again later";
const HEADERS_TOO_LARGE: &str =
    "the headers are too large for the server or a proxy on the way; is the token whole?";
const NETWORK_SIGN_IN: &str =
    "the network asks to sign in first (a captive portal); open a page in a browser, and try again";

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

/// How long the server asks to wait. A date counts from the response's own, since clocks differ, or else from `now`.
pub(crate) fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = |name| headers.get(name)?.to_str().ok();
    let date = text(DATE).and_then(|date| httpdate::parse_http_date(date.trim()).ok());
    retry::retry_after(text(RETRY_AFTER)?, date.unwrap_or(now))
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

    fn read(body: &str) -> FailedResponse {
        match serde_json::from_str(body) {
            Ok(response) => FailedResponse::read(&response),
            Err(_) => FailedResponse::from_text(body.to_owned()),
        }
    }

    const BARE: &str = r#"{"error":{"type":"not_found","message":"no such path"}}"#;
    const PAGE_OF_A_PROXY: &str = "<html>No</html>";

    #[test]
    fn a_response_that_does_not_come_from_drift_is_no_missing_contact() {
        let coded = r#"{"error":{"type":"not_found","code":"CONTACT-1"}}"#;
        let older = r#"{"errors":[{"type":"x"}]}"#;
        let (endpoint, server) = (Some(NO_SUCH_ENDPOINT), Some(ANOTHER_SERVER));
        for (body, by_id, by_email) in [
            (coded, None, None),
            (BARE, None, endpoint),
            (older, None, endpoint),
            ("", server, server),
            (r#"{"error":{"ty"#, None, server),
            (PAGE_OF_A_PROXY, server, server),
            (r#"{"detail":"Not Found"}"#, server, server),
            ("Not Found", server, server),
        ] {
            let failed = read(body);
            let said = |names| failed.explain(404, names).map(|said| said.sentence);
            assert_eq!(said(true), by_id, "{body}");
            assert_eq!(said(false), by_email, "{body}");
        }
    }

    #[test]
    fn a_status_says_what_to_do_whoever_says_it() {
        use ErrorKind::{Forbidden, InvalidRequest, NotDrift, Server, Timeout, Unauthorized};
        for (status, by_drift, by_another) in [
            (101, Some(NotDrift), Some(NotDrift)),
            (400, None, Some(InvalidRequest)),
            (401, None, Some(Unauthorized)),
            (402, None, None),
            (403, None, Some(Forbidden)),
            (405, None, Some(NotDrift)),
            (407, Some(NotDrift), Some(NotDrift)),
            (408, Some(Timeout), Some(Timeout)),
            (409, None, None),
            (411, None, Some(NotDrift)),
            (413, Some(InvalidRequest), Some(InvalidRequest)),
            (414, Some(InvalidRequest), Some(InvalidRequest)),
            (415, None, Some(NotDrift)),
            (417, None, Some(NotDrift)),
            (421, Some(NotDrift), Some(NotDrift)),
            (422, None, Some(InvalidRequest)),
            (425, Some(Server), Some(Server)),
            (431, Some(InvalidRequest), Some(InvalidRequest)),
            (500, None, None),
            (501, None, Some(NotDrift)),
            (503, None, None),
            (511, Some(NotDrift), Some(NotDrift)),
            (999, Some(NotDrift), Some(NotDrift)),
        ] {
            let kind = |body| read(body).explain(status, true).map(|said| said.kind);
            assert_eq!(kind(BARE), by_drift, "{status}");
            for body in ["", PAGE_OF_A_PROXY, r#"{"message":"no"}"#] {
                assert_eq!(kind(body), by_another, "{status} {body}");
            }
        }
    }

    #[test]
    fn what_is_on_the_way_is_named_and_neither_the_token_nor_the_base_url() {
        for (status, body, is_on_the_way) in [
            (403, PAGE_OF_A_PROXY, true),
            (403, "", true),
            (403, BARE, false),
            (401, PAGE_OF_A_PROXY, false),
            (404, PAGE_OF_A_PROXY, false),
            (511, PAGE_OF_A_PROXY, true),
        ] {
            let action = read(body)
                .explain(status, true)
                .and_then(|said| said.next_action);
            let expected = is_on_the_way.then_some(NextAction::CheckNetwork);
            assert_eq!(action, expected, "{status} {body}");
        }
    }

    #[test]
    fn a_date_counts_from_the_responses_own() {
        let clock = httpdate::parse_http_date("Mon, 23 Nov 2026 11:00:00 GMT").expect("a date");
        let until = "Mon, 23 Nov 2026 10:00:30 GMT";
        for (date, value, seconds) in [
            (Some("Mon, 23 Nov 2026 10:00:00 GMT"), until, Some(30)),
            (Some("Mon, 23 Nov 2026 10:01:00 GMT"), until, Some(0)),
            (Some("not a date"), until, Some(0)),
            (None, until, Some(0)),
            (None, "Mon, 23 Nov 2026 11:00:07 GMT", Some(7)),
            (Some("Mon, 23 Nov 2026 10:00:00 GMT"), "5", Some(5)),
            (None, "soon", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(RETRY_AFTER, value.parse().expect("a header"));
            if let Some(date) = date {
                headers.insert(DATE, date.parse().expect("a header"));
            }
            let wait = retry_after(&headers, clock);
            assert_eq!(wait, seconds.map(Duration::from_secs), "{date:?} {value}");
        }
    }

    #[test]
    fn a_page_with_status_200_does_not_come_from_drift() {
        for (body, is_page) in [
            (&b"\n<!doctype html>"[..], true),
            (b"\xef\xbb\xbf<html>", true),
            (b"{\"data\":{}}", false),
            (b"\xff\x00", false),
            (b"", false),
        ] {
            let said = FailedResponse::of_success(body).explain(200, true);
            assert_eq!(said.is_some(), is_page, "{body:?}");
        }
    }

    #[test]
    fn what_is_nearly_drifts_error_is_readable_and_a_page_is_not() {
        use ResponseBody::{Readable, Unreadable};
        for (text, readable, kind, code) in [
            (
                r#"{"error":{"type":6,"code":"CONTACT-6","message":["taken"]}}"#,
                Readable,
                None,
                Some("CONTACT-6"),
            ),
            (r#"{"error":"internal"}"#, Unreadable, None, None),
            (
                r#"{"errors":[{"type":"CONTACT-6"}]}"#,
                Readable,
                Some("CONTACT-6"),
                Some("CONTACT-6"),
            ),
            (
                r#"{"errors":[{"type":"rate_limit","message":"slower","param":null}]}"#,
                Readable,
                Some("rate_limit"),
                None,
            ),
            ("<html>502</html>", Unreadable, None, None),
            ("", Unreadable, None, None),
        ] {
            let stand_in = json!({ "error": { "type": drift_sdk::UNREADABLE, "message": text } });
            let failed = FailedResponse::read(&serde_json::from_value(stand_in).expect("an error"));
            assert_eq!(failed.body, Some(readable), "{text}");
            assert_eq!(failed.error_type.as_deref(), kind, "{text}");
            assert_eq!(failed.code.as_deref(), code);
        }
    }
}

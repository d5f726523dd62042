//! What a refusal of the token endpoint means.

use serde_json::Value;

/// Why the token endpoint grants nothing, where another request would fare no better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum GrantRefusal {
    /// The code or the refresh token is worth nothing, or nothing any more.
    LogInAgain,
    /// The client id or the secret is wrong.
    UnknownApp,
}

/// Reads a refusal in Drift's envelope, whose `type` is `error_type`, or as RFC 6749 has it, where `text` is the whole body.
///
/// Gateways of the kind that seems to stand before Drift say `invalid_request` of a refresh token that they do not know,
/// and name it in the sentence.
pub(crate) fn grant_refusal(
    status: Option<u16>,
    error_type: Option<&str>,
    text: Option<&str>,
) -> Option<GrantRefusal> {
    let status = status?;
    if !(400..500).contains(&status) {
        return None;
    }
    let text = text.unwrap_or_default();
    let json = serde_json::from_str::<Value>(text).unwrap_or_default();
    let word = json["error"].as_str().or(error_type).unwrap_or_default();
    let sentence = json["error_description"].as_str().unwrap_or(text);
    let names_the_token = || {
        ["refresh_token", "refresh token"]
            .iter()
            .any(|name| sentence.contains(name))
    };
    match word {
        "invalid_grant" => Some(GrantRefusal::LogInAgain),
        "invalid_request" if names_the_token() => Some(GrantRefusal::LogInAgain),
        "invalid_client" | "unauthorized_client" => Some(GrantRefusal::UnknownApp),
        _ if matches!(status, 401 | 403) => Some(GrantRefusal::UnknownApp),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_read_in_either_form() {
        use GrantRefusal::{LogInAgain, UnknownApp};
        let rfc = |error: &str, sentence: &str| {
            format!(r#"{{"error":"{error}","error_description":"{sentence}"}}"#)
        };
        for (status, error_type, text, expected) in [
            (
                400,
                Some("invalid_grant"),
                "spent".to_owned(),
                Some(LogInAgain),
            ),
            (400, None, rfc("invalid_grant", "spent"), Some(LogInAgain)),
            (401, None, rfc("invalid_grant", "spent"), Some(LogInAgain)),
            (
                400,
                None,
                rfc("invalid_request", "Invalid refresh_token"),
                Some(LogInAgain),
            ),
            (
                400,
                None,
                rfc("invalid_request", "grant_type is missing"),
                None,
            ),
            (
                400,
                Some("invalid_request"),
                "The refresh token is unknown".to_owned(),
                Some(LogInAgain),
            ),
            (401, Some("invalid_client"), String::new(), Some(UnknownApp)),
            (400, None, rfc("unauthorized_client", ""), Some(UnknownApp)),
            (401, None, String::new(), Some(UnknownApp)),
            (
                403,
                Some("authentication_error"),
                String::new(),
                Some(UnknownApp),
            ),
            (404, None, "<html>".to_owned(), None),
            (429, Some("rate_limit"), String::new(), None),
            (500, Some("invalid_grant"), String::new(), None),
        ] {
            let found = grant_refusal(Some(status), error_type, Some(&text));
            assert_eq!(found, expected, "{status} {error_type:?} {text}");
        }
        assert_eq!(grant_refusal(None, None, None), None);
    }
}

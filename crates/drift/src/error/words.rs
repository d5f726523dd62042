//! What is known of a failure as single words: for metrics, logs, tables and JSON. They are the words of the command's
//! `--json` and of the decision tables, and stay as they are.

use std::fmt;

use serde::ser::{Serialize, SerializeStruct, Serializer};

use crate::error::{ErrorKind, NextAction};
use crate::policy::delivery::Delivery;

impl ErrorKind {
    /// The kind as one word, in snake case: `duplicate_email`, `rate_limited`. That of
    /// [`UnreadableResponse`](Self::UnreadableResponse) is `unreadable_answer`, its name in the first version.
    ///
    /// ```
    /// assert_eq!(drift::ErrorKind::DuplicateEmail.as_str(), "duplicate_email");
    /// ```
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Input => "input",
            Self::Connect => "connect",
            Self::Timeout => "timeout",
            Self::Interrupted => "interrupted",
            Self::DuplicateEmail => "duplicate_email",
            Self::DuplicateExternalId => "duplicate_external_id",
            Self::InvalidRequest => "invalid_request",
            Self::Unauthorized => "unauthorized",
            Self::Credentials => "credentials",
            Self::LoginRequired => "login_required",
            Self::OtherOrganization => "other_organization",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not_found",
            Self::RateLimited => "rate_limited",
            Self::Server => "server",
            Self::Redirected => "redirected",
            Self::UnreadableResponse => "unreadable_answer",
            Self::NotDrift => "not_drift",
            Self::Ambiguous => "ambiguous",
            Self::Unresolved => "unresolved",
        }
    }
}

impl Delivery {
    /// The delivery as one word: `not_sent`, `refused`, `unknown`, `done`.
    ///
    /// ```
    /// assert_eq!(drift::Delivery::NotSent.as_str(), "not_sent");
    /// ```
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotSent => "not_sent",
            Self::Refused => "refused",
            Self::Unknown => "unknown",
            Self::Done => "done",
        }
    }
}

impl NextAction {
    /// The action as one word: `fix_input`, `wait`, `look_up`, `check_in_drift`, `ask_admin`, `log_in`,
    /// `check_base_url`, `check_certificates`, `check_proxy`, `report`. `Display` is a sentence for people.
    ///
    /// ```
    /// assert_eq!(drift::NextAction::LookUp.as_str(), "look_up");
    /// ```
    pub fn as_str(self) -> &'static str {
        match self {
            Self::FixInput => "fix_input",
            Self::Wait(_) => "wait",
            Self::LookUp => "look_up",
            Self::CheckInDrift => "check_in_drift",
            Self::AskAdmin => "ask_admin",
            Self::LogIn => "log_in",
            Self::CheckBaseUrl => "check_base_url",
            Self::CheckCertificates => "check_certificates",
            Self::CheckProxy => "check_proxy",
            Self::Report => "report",
        }
    }
}

/// The word of [`as_str`](ErrorKind::as_str), as a label of a metric, say.
impl fmt::Display for ErrorKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

/// The word of [`as_str`](Delivery::as_str), as a label of a metric, say.
impl fmt::Display for Delivery {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

/// The word of [`as_str`](ErrorKind::as_str).
impl Serialize for ErrorKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// `{"action": "fix_input"}`; with `wait` also how long, in milliseconds: `{"action": "wait", "wait_ms": 1000}`.
impl Serialize for NextAction {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let wait = match self {
            Self::Wait(time) => Some(u64::try_from(time.as_millis()).unwrap_or(u64::MAX)),
            _ => None,
        };
        let mut object =
            serializer.serialize_struct("NextAction", 1 + usize::from(wait.is_some()))?;
        object.serialize_field("action", self.as_str())?;
        if let Some(wait) = wait {
            object.serialize_field("wait_ms", &wait)?;
        }
        object.end()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::json;

    use super::*;

    #[test]
    fn a_kind_is_its_name_in_snake_case_but_for_one() {
        for kind in [
            ErrorKind::Input,
            ErrorKind::Connect,
            ErrorKind::Timeout,
            ErrorKind::Interrupted,
            ErrorKind::DuplicateEmail,
            ErrorKind::DuplicateExternalId,
            ErrorKind::InvalidRequest,
            ErrorKind::Unauthorized,
            ErrorKind::Credentials,
            ErrorKind::LoginRequired,
            ErrorKind::OtherOrganization,
            ErrorKind::Forbidden,
            ErrorKind::NotFound,
            ErrorKind::RateLimited,
            ErrorKind::Server,
            ErrorKind::Redirected,
            ErrorKind::UnreadableResponse,
            ErrorKind::NotDrift,
            ErrorKind::Ambiguous,
            ErrorKind::Unresolved,
        ] {
            let word = match kind {
                ErrorKind::UnreadableResponse => "unreadable_answer".to_owned(),
                kind => snake_case(&format!("{kind:?}")),
            };
            assert_eq!(kind.to_string(), word);
            assert_eq!(serde_json::to_value(kind).expect("JSON"), json!(word));
        }
    }

    fn snake_case(name: &str) -> String {
        let mut word = String::new();
        for letter in name.chars() {
            if letter.is_uppercase() && !word.is_empty() {
                word.push('_');
            }
            word.extend(letter.to_lowercase());
        }
        word
    }

    #[test]
    fn a_delivery_is_shown_by_the_word_that_the_tables_have() {
        for delivery in [
            Delivery::NotSent,
            Delivery::Refused,
            Delivery::Unknown,
            Delivery::Done,
        ] {
            let json = serde_json::to_value(delivery).expect("JSON");
            assert_eq!(json, json!(delivery.to_string()));
        }
    }

    #[test]
    fn an_action_says_how_long_to_wait() {
        for (action, json) in [
            (NextAction::FixInput, json!({"action": "fix_input"})),
            (
                NextAction::Wait(Duration::from_millis(1_500)),
                json!({"action": "wait", "wait_ms": 1_500}),
            ),
            (
                NextAction::Wait(Duration::MAX),
                json!({"action": "wait", "wait_ms": u64::MAX}),
            ),
            (NextAction::LookUp, json!({"action": "look_up"})),
            (
                NextAction::CheckInDrift,
                json!({"action": "check_in_drift"}),
            ),
            (NextAction::LogIn, json!({"action": "log_in"})),
            (NextAction::AskAdmin, json!({"action": "ask_admin"})),
            (
                NextAction::CheckBaseUrl,
                json!({"action": "check_base_url"}),
            ),
            (
                NextAction::CheckCertificates,
                json!({"action": "check_certificates"}),
            ),
            (NextAction::CheckProxy, json!({"action": "check_proxy"})),
            (NextAction::Report, json!({"action": "report"})),
        ] {
            assert_eq!(serde_json::to_value(action).expect("JSON"), json);
        }
    }
}

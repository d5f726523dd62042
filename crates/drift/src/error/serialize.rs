//! An error as JSON, in the words of the command's `--json`.

use std::time::Duration;

use serde::ser::{Serialize, Serializer};

use crate::error::{Error, ErrorKind, NextAction};
use crate::model::contact_id::ContactId;
use crate::policy::delivery::Delivery;

/// What stands in the JSON. What is not known is left out.
#[derive(serde::Serialize)]
struct Facts<'a> {
    kind: ErrorKind,
    message: String,
    delivery: Delivery,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after_ms: Option<u64>,
    #[serde(skip_serializing_if = "<[ContactId]>::is_empty")]
    candidates: &'a [ContactId],
    next_action: NextAction,
}

/// `kind`, `message` (the sentence of `Display`), `delivery` and `next_action`; and, where they are known, `status`, `code`,
/// `request_id`, `retry_after_ms` and `candidates`.
///
/// It holds no personal data and can be logged: neither what the server wrote nor the ticket is in it. Serialize
/// [`Error::ticket`] by itself, and keep it as safe as the contact.
///
/// ```
/// let error = drift::Client::new("").expect_err("no token");
/// let json = serde_json::to_value(&error).expect("JSON");
/// assert_eq!(json["kind"], "input");
/// assert_eq!(json["delivery"], "not_sent");
/// assert_eq!(json["next_action"]["action"], "fix_input");
/// ```
impl Serialize for Error {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let facts = Facts {
            kind: self.kind(),
            message: self.to_string(),
            delivery: self.delivery(),
            status: self.status(),
            code: self.code(),
            request_id: self.request_id(),
            retry_after_ms: self.retry_after().map(millis),
            candidates: self.candidates(),
            next_action: self.next_action(),
        };
        facts.serialize(serializer)
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::error::Inner;
    use crate::model::proof::Proof;
    use crate::model::ticket::Ticket;

    #[test]
    fn what_is_known_is_there_and_nothing_personal() {
        let bare = |kind, delivery| Inner::bare(kind, delivery);
        for (inner, expected) in [
            (
                bare(ErrorKind::Connect, Delivery::NotSent),
                json!({
                    "kind": "connect",
                    "message": "no connection to Drift could be made",
                    "delivery": "not_sent",
                    "next_action": {"action": "wait", "wait_ms": 1_000},
                }),
            ),
            (
                Inner {
                    status: Some(409),
                    code: Some("CONTACT-6".to_owned()),
                    request_id: Some("r-7".to_owned()),
                    retry_after: Some(Duration::from_secs(2)),
                    server_message: Some("ada@example.test is taken".to_owned()),
                    candidates: vec![ContactId::new(7), ContactId::new(8)],
                    ticket: Some(Ticket {
                        email: "ada@example.test".to_owned(),
                        external_id: None,
                        proof: Proof::None,
                        surely_there: false,
                        origin: crate::model::ticket::Origin::default(),
                    }),
                    ..bare(ErrorKind::Ambiguous, Delivery::Refused)
                },
                json!({
                    "kind": "ambiguous",
                    "message": "several contacts match (status 409, CONTACT-6, request r-7)",
                    "delivery": "refused",
                    "status": 409,
                    "code": "CONTACT-6",
                    "request_id": "r-7",
                    "retry_after_ms": 2_000,
                    "candidates": [7, 8],
                    "next_action": {"action": "fix_input"},
                }),
            ),
        ] {
            let json = serde_json::to_value(Error::new(inner)).expect("JSON");
            assert_eq!(json, expected);
        }
    }
}

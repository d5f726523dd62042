//! An event of a timeline as JSON, as it is sent: `{"contactId": …, "event": …, "createdAt": …}`.

use serde::de::{Deserialize, Deserializer, Error};
use serde::ser::{Serialize, Serializer};

use crate::model::json::members::{Members, Mismatch};
use crate::model::timeline_event::TimelineEvent;

/// The JSON that is sent for it. It is personal data.
impl Serialize for TimelineEvent {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.body().serialize(serializer)
    }
}

/// Reads what `Serialize` writes: a text in `event`, one of `contactId` and `externalId`, and `createdAt` in milliseconds
/// or not at all.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use drift::TimelineEvent;
///
/// let event: TimelineEvent = serde_json::from_str(r#"{"contactId":24100000017,"event":"Invoice paid"}"#)?;
/// assert_eq!(event, TimelineEvent::of(24_100_000_017, "Invoice paid"));
/// # Ok(())
/// # }
/// ```
impl<'de> Deserialize<'de> for TimelineEvent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let event = of_members(Members::read(deserializer)?).map_err(D::Error::custom)?;
        event.check().map_err(D::Error::custom)?;
        Ok(event)
    }
}

const ONE_CONTACT: &str = "an event needs one of \"contactId\" and \"externalId\"";

fn of_members(mut members: Members) -> Result<TimelineEvent, crate::Error> {
    let text = members.text("event")?.ok_or(Mismatch::Missing("event"))?;
    let ids = (members.integer("contactId")?, members.text("externalId")?);
    let event = match ids {
        (Some(id), None) => TimelineEvent::of(id, text),
        (None, Some(id)) => TimelineEvent::of_external_id(id, text),
        _ => return Err(crate::Error::input(ONE_CONTACT)),
    };
    let at = members.integer("createdAt")?;
    members.end()?;
    Ok(at.into_iter().fold(event, TimelineEvent::at_millis))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn read(json: Value) -> Result<TimelineEvent, String> {
        serde_json::from_value(json).map_err(|error| error.to_string())
    }

    #[test]
    fn what_is_written_is_read() {
        let paid = || TimelineEvent::of(7, "Paid");
        let moment = std::time::UNIX_EPOCH + std::time::Duration::from_millis(1_735_689_600_123);
        for (event, json) in [
            (paid(), json!({"contactId": 7, "event": "Paid"})),
            (
                paid().at(moment),
                json!({"contactId": 7, "event": "Paid", "createdAt": 1_735_689_600_123_i64}),
            ),
            (
                TimelineEvent::of_external_id("u_9f3cK2mQ7x", "Paid"),
                json!({"externalId": "u_9f3cK2mQ7x", "event": "Paid"}),
            ),
        ] {
            assert_eq!(serde_json::to_value(&event).expect("JSON"), json);
            assert_eq!(read(json), Ok(event));
        }
    }

    #[test]
    fn what_is_read_is_checked_and_not_shown() {
        for (json, sentence) in [
            (json!({"contactId": 7}), "the member \"event\" is missing"),
            (
                json!({"contactId": 7, "event": " "}),
                "the event has no text",
            ),
            (json!({"event": "Paid"}), ONE_CONTACT),
            (
                json!({"event": "Paid", "contactId": 7, "externalId": "u_9f3cK2mQ7x"}),
                ONE_CONTACT,
            ),
            (
                json!({"event": "Paid", "contactId": "secret"}),
                "the member \"contactId\" must be a whole number of 64 bits",
            ),
            (
                json!({"event": "Paid", "contactId": 7, "secret": 1}),
                "it has a member that is not known",
            ),
        ] {
            assert_eq!(
                read(json.clone()).err().as_deref(),
                Some(sentence),
                "{json}"
            );
        }
    }
}

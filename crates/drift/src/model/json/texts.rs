//! Addresses and external ids as JSON: their text. What serde itself says of something else shows it.

use serde::de::{Deserialize, Deserializer, Error};
use serde::ser::{Serialize, Serializer};

use crate::model::email::Email;
use crate::model::external_id::ExternalId;

/// The address. It is personal data.
impl Serialize for Email {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// Checks the text as [`Email::new`] does.
///
/// ```
/// let email: Result<drift::Email, _> = serde_json::from_str(r#""ada@example.test""#);
/// assert!(email.is_ok());
/// assert!(serde_json::from_str::<drift::Email>(r#""ada""#).is_err());
/// ```
impl<'de> Deserialize<'de> for Email {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(text(deserializer)?).map_err(D::Error::custom)
    }
}

/// The id. Whoever has it can pose as the contact.
impl Serialize for ExternalId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// Checks the text as [`ExternalId::new`] does, so one that was made by [`ExternalId::allow_guessable`] may be refused.
/// An id that is read is no proof of who created the contact, also where it was random before.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use drift::ExternalId;
///
/// let id = ExternalId::random();
/// let stored = serde_json::to_string(&id)?;
/// assert_eq!(serde_json::from_str::<ExternalId>(&stored)?, id);
/// assert!(serde_json::from_str::<ExternalId>(r#""user-00123""#).is_err());
/// # Ok(())
/// # }
/// ```
impl<'de> Deserialize<'de> for ExternalId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(text(deserializer)?).map_err(D::Error::custom)
    }
}

const NO_TEXT: &str = "it must be text";

/// A text.
pub(crate) fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    String::deserialize(deserializer).map_err(|_| D::Error::custom(NO_TEXT))
}

/// A text or null.
pub(crate) fn text_or_null<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<String>, D::Error> {
    Option::deserialize(deserializer).map_err(|_| D::Error::custom(NO_TEXT))
}

#[cfg(test)]
mod tests {
    use serde::de::DeserializeOwned;
    use serde_json::{Value, json};

    use super::*;

    fn sentence<T: DeserializeOwned>(json: &Value) -> Option<String> {
        let read = serde_json::from_value::<T>(json.clone()).err();
        read.map(|error| error.to_string())
    }

    #[test]
    fn what_is_read_is_checked_and_not_shown() {
        let no_at = Some("the email address needs exactly one @");
        for (json, email, external_id) in [
            (json!(15550100), Some(NO_TEXT), Some(NO_TEXT)),
            (
                json!("user-00123"),
                no_at,
                Some("the external id is a sequence number, which strangers can count"),
            ),
            (
                json!("ada@example.test"),
                None,
                Some("the external id is an email address, which strangers can guess"),
            ),
            (json!("8f14e45f-ceea-467f-9575-3f1b2a6c9d01"), no_at, None),
        ] {
            assert_eq!(sentence::<Email>(&json).as_deref(), email, "{json}");
            let seen = sentence::<ExternalId>(&json);
            assert_eq!(seen.as_deref(), external_id, "{json}");
        }
    }
}

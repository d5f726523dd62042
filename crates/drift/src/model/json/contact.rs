//! A contact as JSON, as Drift sends it: `{"id": …, "createdAt": …, "attributes": {…}}`; and its attributes as a type of
//! the caller's own.

use std::cell::RefCell;

use drift_sdk::types;
use serde::de::value::MapDeserializer;
use serde::de::{Deserialize, DeserializeOwned, Deserializer, Error};
use serde::ser::{Serialize, Serializer};
use serde_json::Value;

use crate::model::contact::{AttributeTypeError, Contact};

/// The object that Drift sent, as [`Contact::to_json`] shows it. It is personal data.
impl Serialize for Contact {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.serialize_as_sent(serializer)
    }
}

/// Reads what `Serialize` writes, from a cache or a queue, say. It is what was true then: Drift may hold something else
/// by now.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let stored = r#"{"id":24100000017,"createdAt":1735689600123,"attributes":{"email":"ada@example.test","plan":"pro"}}"#;
/// let contact: drift::Contact = serde_json::from_str(stored)?;
/// assert_eq!(contact.email(), Some("ada@example.test"));
/// assert_eq!(contact.attribute::<String>("plan")?.as_deref(), Some("pro"));
/// # Ok(())
/// # }
/// ```
impl<'de> Deserialize<'de> for Contact {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let sent = Value::deserialize(deserializer)?;
        // What serde says of a wrong type shows the value.
        let read = types::Contact::deserialize(&sent).ok().map(Self::new);
        let read = read.or_else(|| Self::read_leniently(&sent));
        read.ok_or_else(|| D::Error::custom("it is no contact as Drift sends it"))
    }
}

impl Contact {
    /// All attributes as a type of your own, Drift's under the names of the wire (`email`, `externalId`, `first_name`)
    /// beside custom ones. What your type does not name is left out.
    ///
    /// # Errors
    ///
    /// [`AttributeTypeError`] when an attribute is missing or has another type.
    ///
    /// ```
    /// # fn example(contact: drift::Contact) -> Result<(), drift::AttributeTypeError> {
    /// #[derive(serde::Deserialize)]
    /// struct Lead {
    ///     email: String,
    ///     plan: Option<String>,
    ///     #[serde(default)]
    ///     seats: u32,
    /// }
    ///
    /// let lead: Lead = contact.attributes_as()?;
    /// println!("{} seats", lead.seats);
    /// # Ok(())
    /// # }
    /// ```
    pub fn attributes_as<T: DeserializeOwned>(&self) -> Result<T, AttributeTypeError> {
        let current = RefCell::new(None);
        let mut attributes = self.attributes().into_iter();
        let watched = std::iter::from_fn(|| {
            let next = attributes.next();
            current.replace(next.as_ref().map(|(name, _)| name.clone()));
            next
        });
        let read = T::deserialize(MapDeserializer::<_, serde_json::Error>::new(watched));
        read.map_err(|error| AttributeTypeError::new(current.take().or_else(|| missing(&error))))
    }
}

/// The member that serde says is missing: its name alone, no value.
fn missing(error: &serde_json::Error) -> Option<String> {
    let text = error.to_string();
    let (name, _) = text.strip_prefix("missing field `")?.split_once('`')?;
    Some(name.to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[derive(serde::Deserialize, PartialEq)]
    struct Lead {
        email: String,
        plan: Option<String>,
        #[serde(default)]
        seats: u32,
    }

    fn contact(attributes: Value) -> Contact {
        let json = json!({"id": 7, "createdAt": 1, "attributes": attributes, "other": [1]});
        let contact: Contact = serde_json::from_value(json.clone()).expect("a contact");
        assert_eq!(serde_json::to_value(&contact).expect("JSON"), json);
        contact
    }

    #[test]
    fn attributes_become_a_type_or_the_one_that_does_not_fit_is_named() {
        let lead = |plan: Option<&str>, seats| {
            Ok(Lead {
                email: "a@b".to_owned(),
                plan: plan.map(str::to_owned),
                seats,
            })
        };
        let wrong = |name: &str| Err(AttributeTypeError::new(Some(name.to_owned())));
        for (attributes, read) in [
            (json!({"email": "a@b", "other": [1]}), lead(None, 0)),
            (
                json!({"email": "a@b", "plan": "pro", "seats": 12}),
                lead(Some("pro"), 12),
            ),
            (json!({"email": "a@b", "plan": null}), lead(None, 0)),
            (json!({"email": "a@b", "plan": 7}), wrong("plan")),
            (json!({"email": "a@b", "seats": "twelve"}), wrong("seats")),
            (json!({"seats": 12}), wrong("email")),
        ] {
            let contact = contact(attributes.clone());
            assert!(contact.attributes_as::<Lead>() == read, "{attributes}");
        }
    }

    #[test]
    fn what_is_no_contact_is_not_shown() {
        for json in [
            json!("secret"),
            json!({"id": "secret", "createdAt": 1, "attributes": {}}),
        ] {
            let read = serde_json::from_value::<Contact>(json);
            let sentence = read.expect_err("refused").to_string();
            assert_eq!(sentence, "it is no contact as Drift sends it");
        }
    }
}

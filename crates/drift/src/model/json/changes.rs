//! Changes of a contact as JSON: `{"attributes": {"name": …, "phone": null, "plan": …}}`.

use serde::de::{Deserialize, Deserializer, Error};
use serde::ser::{Serialize, Serializer};

use crate::model::email::Email;
use crate::model::external_id::ExternalId;
use crate::model::json::members::Members;
use crate::model::new_contact::ContactChanges;

/// The JSON that is sent for them: what is to be set, and null for what is to be cleared. It is personal data.
impl Serialize for ContactChanges {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.body().serialize(serializer)
    }
}

/// Reads what `Serialize` writes, and checks it as the methods of [`ContactChanges`] and of [`ExternalId`] do.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use drift::ContactChanges;
///
/// let changes: ContactChanges = serde_json::from_str(r#"{"attributes":{"phone":null,"plan":"pro"}}"#)?;
/// assert_eq!(changes, ContactChanges::new().clear_phone().attribute("plan", "pro"));
/// # Ok(())
/// # }
/// ```
impl<'de> Deserialize<'de> for ContactChanges {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut members = Members::read(deserializer)?;
        let attributes = members.object("attributes").map_err(D::Error::custom)?;
        members.end().map_err(D::Error::custom)?;
        let changes = of_attributes(attributes).map_err(D::Error::custom)?;
        if !changes.is_empty() {
            changes.check().map_err(D::Error::custom)?;
        }
        Ok(changes)
    }
}

fn of_attributes(mut attributes: Members) -> Result<ContactChanges, crate::Error> {
    let mut changes = ContactChanges::new();
    if let Some(email) = attributes.text("email")? {
        changes = changes.email(Email::new(email)?);
    }
    if let Some(id) = attributes.text("externalId")? {
        changes = changes.external_id(ExternalId::new(id)?);
    }
    changes = match attributes.text_or_null("name")? {
        Some(None) => changes.clear_name(),
        name => changes.maybe_name(name.flatten()),
    };
    changes = match attributes.text_or_null("phone")? {
        Some(None) => changes.clear_phone(),
        phone => changes.maybe_phone(phone.flatten()),
    };
    Ok(changes.attributes(attributes.rest()))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn read(json: Value) -> Result<ContactChanges, String> {
        serde_json::from_value(json).map_err(|error| error.to_string())
    }

    #[test]
    fn what_is_written_is_read() {
        let none = ContactChanges::new;
        for (changes, attributes) in [
            (none(), json!({})),
            (
                none()
                    .email("ada@example.test".parse().expect("an address"))
                    .external_id(ExternalId::new("u_9f3cK2mQ7x").expect("an id"))
                    .name("Ada")
                    .phone("+1 555 0100"),
                json!({
                    "email": "ada@example.test",
                    "externalId": "u_9f3cK2mQ7x",
                    "name": "Ada",
                    "phone": "+1 555 0100",
                }),
            ),
            (
                none()
                    .clear_name()
                    .clear_phone()
                    .attribute("plan", Value::Null),
                json!({"name": null, "phone": null, "plan": null}),
            ),
        ] {
            let json = json!({ "attributes": attributes });
            assert_eq!(serde_json::to_value(&changes).expect("JSON"), json);
            assert_eq!(read(json), Ok(changes));
        }
    }

    #[test]
    fn what_is_read_is_checked_and_not_shown() {
        for (attributes, sentence) in [
            (json!(7), "the member \"attributes\" must be an object"),
            (json!({"email": null}), "the member \"email\" must be text"),
            (
                json!({"email": "secret"}),
                "the email address needs exactly one @",
            ),
            (
                json!({"externalId": "1234"}),
                "the external id is a sequence number, which strangers can count",
            ),
            (
                json!({"name": 7}),
                "the member \"name\" must be text or null",
            ),
            (json!({" ": 7}), "an attribute has no name"),
        ] {
            let json = json!({ "attributes": attributes });
            assert_eq!(
                read(json.clone()).err().as_deref(),
                Some(sentence),
                "{json}"
            );
        }
    }
}

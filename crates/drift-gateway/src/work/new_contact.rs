//! The body of a create as a contact to write. What the library refuses is refused before Drift hears of it.

use drift::{ExternalId, NewContact};
use serde_json::Value;

use crate::reply::Reply;
use crate::store::Identity;

/// A contact to write, and whom it is about.
pub(crate) struct Person {
    pub(crate) contact: NewContact,
    external_id: Option<String>,
}

impl Person {
    /// To find the record when this person is erased.
    pub(crate) fn identity(&self) -> Identity {
        Identity {
            email: Some(drift::Email::comparison_key(self.contact.email())),
            external_id: self.external_id.clone(),
            contact: None,
        }
    }
}

/// Reads the body. An external id that strangers can guess is accepted, as Drift does: a caller changes its base URL
/// alone.
pub(crate) fn read(mut body: Value) -> Result<Person, Reply> {
    let attributes = body
        .get_mut("attributes")
        .ok_or_else(|| Reply::error(400, "CONTACT-8", "The body needs an object \"attributes\""))?;
    if attributes["email"].is_null() {
        return Err(Reply::error(
            400,
            "CONTACT-7",
            "An email is required to create a contact",
        ));
    }
    let id = match attributes.as_object_mut() {
        Some(attributes) => attributes.remove("externalId"),
        None => None,
    };
    let contact: NewContact =
        serde_json::from_value(body).map_err(|error| refused(&error.to_string()))?;
    match id {
        None => Ok(Person {
            contact,
            external_id: None,
        }),
        Some(Value::String(id)) if !id.is_empty() => Ok(Person {
            contact: contact.external_id(ExternalId::allow_guessable(id.clone())),
            external_id: Some(id),
        }),
        Some(_) => Err(refused("the member \"externalId\" must be text")),
    }
}

/// Whom a body that was stored is about.
pub(crate) fn identity_of(body: &Value) -> Identity {
    let attributes = &body["attributes"];
    Identity {
        email: attributes["email"]
            .as_str()
            .map(drift::Email::comparison_key),
        external_id: attributes["externalId"].as_str().map(str::to_owned),
        contact: None,
    }
}

fn refused(sentence: &str) -> Reply {
    Reply::error(400, "validation_error", sentence)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_drift_takes_is_handed_on() {
        for attributes in [
            json!({"email": "ada@example.test"}),
            json!({"email": "ada@example.test", "externalId": "12345", "plan": "pro", "seats": 12}),
            json!({"email": "ada@example.test", "externalId": "u_9f3c", "name": "Ada", "phone": "1"}),
        ] {
            let body = json!({ "attributes": attributes });
            let person = read(body.clone()).expect("a contact");
            assert_eq!(person.contact.to_json(), body);
            assert!(person.identity() == identity_of(&body));
        }
    }

    #[test]
    fn what_is_wrong_is_refused_in_drifts_words() {
        for (body, kind) in [
            (json!({"email": "ada@example.test"}), "CONTACT-8"),
            (json!([]), "CONTACT-8"),
            (json!({"attributes": {}}), "CONTACT-7"),
            (json!({"attributes": {"email": null}}), "CONTACT-7"),
            (json!({"attributes": {"email": "ada"}}), "validation_error"),
            (
                json!({"attributes": {"email": "a@b.test", "externalId": 7}}),
                "validation_error",
            ),
            (
                json!({"attributes": {"email": "a@b.test", "externalId": ""}}),
                "validation_error",
            ),
            (
                json!({"attributes": {"email": "a@b.test", "plan": null}}),
                "validation_error",
            ),
            (
                json!({"attributes": {"email": "a@b.test"}, "other": 1}),
                "validation_error",
            ),
            (json!({"attributes": "ada@example.test"}), "CONTACT-7"),
        ] {
            let refused = read(body).err().expect("refused");
            assert_eq!((refused.status, refused.error_type()), (400, Some(kind)));
        }
    }
}

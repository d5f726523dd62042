//! A contact to create as JSON: `{"attributes": {"email": …, "externalId": …, "name": …, "plan": …}}`.

use serde::de::{Deserialize, Deserializer, Error};
use serde::ser::{Serialize, Serializer};

use crate::model::external_id::ExternalId;
use crate::model::json::members::{Members, Mismatch};
use crate::model::new_contact::NewContact;

/// The JSON that is sent for it, as [`NewContact::to_json`] shows it. It is personal data.
impl Serialize for NewContact {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_json().serialize(serializer)
    }
}

/// Reads what `Serialize` writes, and checks it as [`NewContact::new`], [`ExternalId::new`] and [`NewContact::check`]
/// do. An external id that is read is no proof of who created the contact, whatever it was before.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use drift::NewContact;
///
/// let new: NewContact = serde_json::from_str(r#"{"attributes":{"email":"ada@example.test","seats":12}}"#)?;
/// assert_eq!(new, NewContact::new("ada@example.test")?.attribute("seats", 12));
///
/// let wrong = serde_json::from_str::<NewContact>(r#"{"attributes":{"email":"ada"}}"#);
/// assert_eq!(wrong.map_err(|error| error.to_string()), Err("the email address needs exactly one @".to_owned()));
/// # Ok(())
/// # }
/// ```
impl<'de> Deserialize<'de> for NewContact {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut members = Members::read(deserializer)?;
        let attributes = members.object("attributes").map_err(D::Error::custom)?;
        members.end().map_err(D::Error::custom)?;
        let new = of_attributes(attributes).map_err(D::Error::custom)?;
        new.check().map_err(D::Error::custom)?;
        Ok(new)
    }
}

fn of_attributes(mut attributes: Members) -> Result<NewContact, crate::Error> {
    let email = attributes
        .text("email")?
        .ok_or(Mismatch::Missing("email"))?;
    let mut new = NewContact::new(email)?;
    if let Some(id) = attributes.text("externalId")? {
        new = new.external_id(ExternalId::new(id)?);
    }
    new = new
        .maybe_name(attributes.text("name")?)
        .maybe_phone(attributes.text("phone")?);
    Ok(new.attributes(attributes.rest()))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn read(json: Value) -> Result<NewContact, String> {
        serde_json::from_value(json).map_err(|error| error.to_string())
    }

    fn ada() -> NewContact {
        NewContact::new("ada@example.test").expect("an address")
    }

    #[test]
    fn what_is_written_is_read() {
        for (new, json) in [
            (ada(), json!({"attributes": {"email": "ada@example.test"}})),
            (
                ada()
                    .external_id(ExternalId::new("u_9f3cK2mQ7x").expect("an id"))
                    .name("Ada")
                    .phone("+1 555 0100")
                    .attribute("seats", 12)
                    .attribute("vip", true),
                json!({"attributes": {
                    "email": "ada@example.test",
                    "externalId": "u_9f3cK2mQ7x",
                    "name": "Ada",
                    "phone": "+1 555 0100",
                    "seats": 12,
                    "vip": true,
                }}),
            ),
        ] {
            assert_eq!(serde_json::to_value(&new).expect("JSON"), json);
            assert_eq!(read(json), Ok(new));
        }
    }

    #[test]
    fn what_is_read_is_checked_and_not_shown() {
        for (json, sentence) in [
            (json!(["secret"]), "it must be a JSON object"),
            (json!({}), "the member \"attributes\" is missing"),
            (
                json!({"attributes": "secret"}),
                "the member \"attributes\" must be an object",
            ),
            (
                json!({"attributes": {"email": "a@b"}, "secret": 1}),
                "it has a member that is not known",
            ),
            (json!({"attributes": {}}), "the member \"email\" is missing"),
            (
                json!({"attributes": {"email": 7}}),
                "the member \"email\" must be text",
            ),
            (
                json!({"attributes": {"email": "a@b", "phone": 15550100}}),
                "the member \"phone\" must be text",
            ),
            (
                json!({"attributes": {"email": "a@b", "externalId": "user-00123"}}),
                "the external id is a sequence number, which strangers can count",
            ),
            (
                // MD5 of the address.
                json!({"attributes": {"email": "ada@example.test", "externalId": md5_of_ada()}}),
                "the external id is the plain hash of the contact's email, which strangers can compute",
            ),
            (
                json!({"attributes": {"email": "a@b", "plan": null}}),
                "the attribute \"plan\" must not be null: leave it out",
            ),
            (
                json!({"attributes": {"email": "a@b", "start_date": 1}}),
                "the attribute \"start_date\" is Drift's own and cannot be set",
            ),
        ] {
            assert_eq!(
                read(json.clone()).err().as_deref(),
                Some(sentence),
                "{json}"
            );
        }
    }

    fn md5_of_ada() -> String {
        format!("{:x}", md5::compute("ada@example.test"))
    }

    #[test]
    fn an_external_id_that_is_read_is_no_proof() {
        let random = ExternalId::random();
        random.count_use();
        assert!(random.is_proof());
        let new = ada().external_id(ExternalId::random());
        let json = serde_json::to_value(&new).expect("JSON");
        let (_, read) = read(json).expect("the same").into_body();
        let read = read.expect("an id");
        read.count_use();
        assert!(!read.is_random() && !read.is_proof() && !read.may_be_guessable());
    }
}

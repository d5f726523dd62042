//! Outcomes as JSON: `{"outcome": "created", "contact": {…}}`, in the words of the command's `--json`.

use serde::ser::{Serialize, SerializeStruct, Serializer};

use crate::model::contact::Contact;
use crate::model::outcome::{Outcome, Resolution, Upserted};

/// The outcome and, where there is one, the contact.
fn write<S: Serializer>(
    serializer: S,
    outcome: &'static str,
    contact: Option<&Contact>,
) -> Result<S::Ok, S::Error> {
    let members = 1 + usize::from(contact.is_some());
    let mut object = serializer.serialize_struct("Outcome", members)?;
    object.serialize_field("outcome", outcome)?;
    if let Some(contact) = contact {
        object.serialize_field("contact", contact)?;
    }
    object.end()
}

/// `{"outcome": "created", "contact": {…}}`; or `recovered`, or `existed`.
impl Serialize for Outcome {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        write(serializer, self.as_str(), Some(self.contact()))
    }
}

/// `{"outcome": "updated", "contact": {…}}`; or `created`.
impl Serialize for Upserted {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        write(serializer, self.as_str(), Some(self.contact()))
    }
}

/// As an [`Outcome`], or `{"outcome": "absent"}`.
impl Serialize for Resolution {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Found(outcome) => outcome.serialize(serializer),
            Self::Absent => write(serializer, "absent", None),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn json(value: impl Serialize) -> Value {
        serde_json::to_value(value).expect("JSON")
    }

    #[test]
    fn every_outcome_has_its_word() {
        let ada = json!({"id": 7, "createdAt": 1, "attributes": {"email": "ada@example.test"}});
        let contact = || serde_json::from_value::<Contact>(ada.clone()).expect("a contact");
        for (written, outcome) in [
            (json(Outcome::Created(contact())), "created"),
            (json(Outcome::Recovered(contact())), "recovered"),
            (json(Outcome::Existed(contact())), "existed"),
            (json(Upserted::Created(contact())), "created"),
            (json(Upserted::Updated(contact())), "updated"),
            (
                json(Resolution::Found(Outcome::Existed(contact()))),
                "existed",
            ),
        ] {
            assert_eq!(written, json!({"outcome": outcome, "contact": ada}));
        }
        assert_eq!(json(Resolution::Absent), json!({"outcome": "absent"}));
    }
}

//! A contact as Drift holds it.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use drift_sdk::types;
use serde::de::DeserializeOwned;
use serde::ser::{Serialize, Serializer};
use serde_json::{Map, Value};

use crate::model::contact_id::ContactId;
use crate::model::decoding::fit;
use crate::model::email::Email;

/// A contact as Drift holds it: its id, when it was created, and its attributes, Drift's own and custom ones.
///
/// `Debug` shows the id alone, since the rest is personal data. Cloning is cheap.
#[derive(Clone, PartialEq)]
pub struct Contact(Arc<Inner>);

#[derive(PartialEq)]
struct Inner {
    /// What the contract's types hold of it. An attribute of another type is in `extra`, as it was sent.
    contact: types::Contact,
    /// All of it as it was sent, where it is not what the contract says.
    raw: Option<Value>,
}

/// An attribute that has another type than was asked for. It does not show the value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttributeTypeError {
    /// None where the type that was asked for does not say which it is.
    name: Option<String>,
}

impl fmt::Display for AttributeTypeError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) => write!(formatter, "the attribute {name:?}")?,
            None => formatter.write_str("an attribute")?,
        }
        formatter.write_str(" is missing, or has another type than was asked for")
    }
}

impl std::error::Error for AttributeTypeError {}

impl AttributeTypeError {
    pub(crate) fn new(name: Option<String>) -> Self {
        Self { name }
    }
}

impl Contact {
    pub(crate) fn new(contact: types::Contact) -> Self {
        Self(Arc::new(Inner { contact, raw: None }))
    }

    /// Reads a contact that is not what the contract says; `None` where it has no id.
    pub(crate) fn read_leniently(sent: &Value) -> Option<Self> {
        let id = sent.get("id")?.as_i64()?;
        let members = sent.get("attributes").and_then(Value::as_object);
        let (mut attributes, others): (types::ContactAttributes, _) =
            members.and_then(fit).unwrap_or_default();
        attributes.extra.extend(others);
        let contact = types::Contact {
            id,
            created_at: 0,
            attributes,
            extra: Map::new(),
        };
        let raw = Some(sent.clone());
        Some(Self(Arc::new(Inner { contact, raw })))
    }

    /// The first value of another type than documented, in a contact that is read leniently: `attributes.phone`.
    pub(crate) fn odd_attribute(sent: &Value) -> Option<String> {
        let Some(attributes) = sent.get("attributes").and_then(Value::as_object) else {
            return Some("attributes".to_owned());
        };
        if let Some((_, others)) = fit::<types::ContactAttributes>(attributes)
            && let Some(name) = others.keys().next()
        {
            return Some(format!("attributes.{name}"));
        }
        let has_time = sent.get("createdAt").is_some_and(Value::is_i64);
        (!has_time).then(|| "createdAt".to_owned())
    }

    /// Whether it has the attributes that an update has sent. What was to be cleared is null, or not there.
    pub(crate) fn shows(&self, sent: &types::ContactUpdateAttributes) -> bool {
        let sent = serde_json::to_value(sent).unwrap_or_default();
        let own = self.attributes();
        let is_shown = |(name, value): (&String, &Value)| match (name.as_str(), value) {
            ("email", Value::String(email)) => self.has_email(email),
            ("externalId", Value::String(id)) => self.has_external_id(id),
            (name, Value::Null) => own.get(name).is_none_or(Value::is_null),
            (name, value) => own.get(name) == Some(value),
        };
        sent.as_object()
            .is_some_and(|sent| sent.iter().all(is_shown))
    }

    /// The id that Drift gave it.
    pub fn id(&self) -> ContactId {
        ContactId::new(self.0.contact.id)
    }

    /// When it was created, to the millisecond; `None` where Drift does not say so, or not as a number.
    pub fn created_at(&self) -> Option<SystemTime> {
        let millis = self.created_at_millis()?;
        let distance = Duration::from_millis(millis.unsigned_abs());
        if millis < 0 {
            SystemTime::UNIX_EPOCH.checked_sub(distance)
        } else {
            SystemTime::UNIX_EPOCH.checked_add(distance)
        }
    }

    /// When it was created, in milliseconds since 1970-01-01 UTC; `None` where Drift does not say so, or not as a number.
    pub fn created_at_millis(&self) -> Option<i64> {
        match &self.0.raw {
            None => Some(self.0.contact.created_at),
            Some(sent) => sent.get("createdAt")?.as_i64(),
        }
    }

    /// Where a person can look at it in Drift.
    /// Source: <https://devdocs.drift.com/docs/creating-a-contact>.
    ///
    /// A contact of the emulator is shown by the emulator instead, under the same path without the host.
    pub fn ui_url(&self) -> String {
        format!(
            "https://app.drift.com/contacts/details/{}",
            self.0.contact.id
        )
    }

    /// The email address; `None` where it is absent or null, or where Drift sent another type than text: then
    /// [`attribute`](Self::attribute) fails and [`value`](Self::value) has it. So for each of Drift's own attributes.
    pub fn email(&self) -> Option<&str> {
        text(&self.0.contact.attributes.email)
    }

    /// Your own id of it. Drift holds some older ones as numbers; they are shown as text.
    pub fn external_id(&self) -> Option<String> {
        match self.0.contact.attributes.external_id.as_ref()? {
            Value::String(id) => Some(id.clone()),
            Value::Number(id) => Some(id.to_string()),
            _ => None,
        }
    }

    /// Whether it has this email address.
    pub(crate) fn has_email(&self, email: &str) -> bool {
        self.email().is_some_and(|own| Email::is_same(own, email))
    }

    /// Whether a custom attribute holds exactly this text. So a [stamp](crate::CallOptions::stamp) proves which create
    /// made the contact.
    pub fn is_stamped(&self, attribute: &str, stamp: &str) -> bool {
        self.value(attribute).and_then(Value::as_str) == Some(stamp)
    }

    /// Whether it has this id of your own, without copying it.
    pub(crate) fn has_external_id(&self, id: &str) -> bool {
        match &self.0.contact.attributes.external_id {
            Some(Value::String(own)) => own == id,
            _ => self.external_id().as_deref() == Some(id),
        }
    }

    /// The full name.
    pub fn name(&self) -> Option<&str> {
        text(&self.0.contact.attributes.name)
    }

    /// The phone number.
    pub fn phone(&self) -> Option<&str> {
        text(&self.0.contact.attributes.phone)
    }

    /// The first name, as found by chat, an integration or enrichment.
    pub fn first_name(&self) -> Option<&str> {
        text(&self.0.contact.attributes.first_name)
    }

    /// The last name, as found by chat, an integration or enrichment.
    pub fn last_name(&self) -> Option<&str> {
        text(&self.0.contact.attributes.last_name)
    }

    /// A custom attribute, or one of Drift's that has no method of its own here, or has another type than documented;
    /// `None` where it is absent.
    pub fn value(&self, name: &str) -> Option<&Value> {
        self.0.contact.attributes.extra.get(name)
    }

    /// An attribute, Drift's own or a custom one, as the type that it should have; `None` where it is absent or null.
    ///
    /// # Errors
    ///
    /// [`AttributeTypeError`] when it has another type.
    ///
    /// ```no_run
    /// # fn example(contact: drift::Contact) -> Result<(), drift::AttributeTypeError> {
    /// let seats: Option<u32> = contact.attribute("seats")?;
    /// let phone: Option<String> = contact.attribute("phone")?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn attribute<T: DeserializeOwned>(
        &self,
        name: &str,
    ) -> Result<Option<T>, AttributeTypeError> {
        let value = match self.value(name) {
            Some(value) => Some(value.clone()),
            None => self.attributes().remove(name),
        };
        let Some(value) = value.filter(|value| !value.is_null()) else {
            return Ok(None);
        };
        T::deserialize(value)
            .map(Some)
            .map_err(|_| AttributeTypeError::new(Some(name.to_owned())))
    }

    /// All attributes, Drift's own and custom ones, under the names of the wire.
    pub fn attributes(&self) -> Map<String, Value> {
        match serde_json::to_value(&self.0.contact.attributes) {
            Ok(Value::Object(attributes)) => attributes,
            _ => Map::new(),
        }
    }

    /// The object that Drift sent under `data`, unknown members included.
    pub fn to_json(&self) -> Value {
        match &self.0.raw {
            None => serde_json::to_value(&self.0.contact).unwrap_or_default(),
            Some(sent) => sent.clone(),
        }
    }

    /// Writes what [`to_json`](Self::to_json) shows.
    pub(crate) fn serialize_as_sent<S: Serializer>(
        &self,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match &self.0.raw {
            None => self.0.contact.serialize(serializer),
            Some(sent) => sent.serialize(serializer),
        }
    }
}

fn text(value: &Option<types::NullableString>) -> Option<&str> {
    value.as_ref()?.0.as_deref()
}

impl fmt::Debug for Contact {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Contact({}, ..)", self.0.contact.id)
    }
}

//! A contact as Drift holds it.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use drift_sdk::types;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::model::contact_id::ContactId;
use crate::model::email::Email;

/// A contact as Drift holds it: its id, when it was created, and its attributes, Drift's own and custom ones.
///
/// `Debug` shows the id alone, since the rest is personal data. Cloning is cheap.
#[derive(Clone, PartialEq)]
pub struct Contact(Arc<types::Contact>);

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
        Self(Arc::new(contact))
    }

    /// The id that Drift gave it.
    pub fn id(&self) -> ContactId {
        ContactId::new(self.0.id)
    }

    /// When it was created, to the millisecond.
    pub fn created_at(&self) -> SystemTime {
        let millis = self.0.created_at;
        let distance = Duration::from_millis(millis.unsigned_abs());
        let moment = if millis < 0 {
            SystemTime::UNIX_EPOCH.checked_sub(distance)
        } else {
            SystemTime::UNIX_EPOCH.checked_add(distance)
        };
        moment.unwrap_or(SystemTime::UNIX_EPOCH)
    }

    /// When it was created, in milliseconds since 1970-01-01 UTC.
    pub fn created_at_millis(&self) -> i64 {
        self.0.created_at
    }

    /// Where a person can look at it in Drift.
    /// Source: <https://devdocs.drift.com/docs/creating-a-contact>.
    ///
    /// A contact of the emulator is shown by the emulator instead, under the same path without the host.
    pub fn ui_url(&self) -> String {
        format!("https://app.drift.com/contacts/details/{}", self.0.id)
    }

    /// The email address.
    pub fn email(&self) -> Option<&str> {
        text(&self.0.attributes.email)
    }

    /// Your own id of it. Drift holds some older ones as numbers; they are shown as text.
    pub fn external_id(&self) -> Option<String> {
        match self.0.attributes.external_id.as_ref()? {
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
        match &self.0.attributes.external_id {
            Some(Value::String(own)) => own == id,
            _ => self.external_id().as_deref() == Some(id),
        }
    }

    /// The full name.
    pub fn name(&self) -> Option<&str> {
        text(&self.0.attributes.name)
    }

    /// The phone number.
    pub fn phone(&self) -> Option<&str> {
        text(&self.0.attributes.phone)
    }

    /// The first name, as found by chat, an integration or enrichment.
    pub fn first_name(&self) -> Option<&str> {
        text(&self.0.attributes.first_name)
    }

    /// The last name, as found by chat, an integration or enrichment.
    pub fn last_name(&self) -> Option<&str> {
        text(&self.0.attributes.last_name)
    }

    /// A custom attribute, or one of Drift's that has no method of its own here; `None` where it is absent.
    pub fn value(&self, name: &str) -> Option<&Value> {
        self.0.attributes.extra.get(name)
    }

    /// A custom attribute as the type that it should have; `None` where it is absent or null.
    ///
    /// # Errors
    ///
    /// [`AttributeTypeError`] when it has another type.
    ///
    /// ```no_run
    /// # fn example(contact: drift::Contact) -> Result<(), drift::AttributeTypeError> {
    /// let seats: Option<u32> = contact.attribute("seats")?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn attribute<T: DeserializeOwned>(
        &self,
        name: &str,
    ) -> Result<Option<T>, AttributeTypeError> {
        let Some(value) = self.value(name).filter(|value| !value.is_null()) else {
            return Ok(None);
        };
        T::deserialize(value)
            .map(Some)
            .map_err(|_| AttributeTypeError::new(Some(name.to_owned())))
    }

    /// All attributes, Drift's own and custom ones, under the names of the wire.
    pub fn attributes(&self) -> Map<String, Value> {
        match serde_json::to_value(&self.0.attributes) {
            Ok(Value::Object(attributes)) => attributes,
            _ => Map::new(),
        }
    }

    /// The object that Drift sent under `data`, unknown members included.
    pub fn to_json(&self) -> Value {
        serde_json::to_value(&*self.0).unwrap_or_default()
    }
}

fn text(value: &Option<types::NullableString>) -> Option<&str> {
    value.as_ref()?.0.as_deref()
}

impl fmt::Debug for Contact {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Contact({}, ..)", self.0.id)
    }
}

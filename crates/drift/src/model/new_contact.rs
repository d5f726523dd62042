//! What a contact is to be created or changed with.

use std::fmt;
use std::sync::Arc;

use drift_sdk::types;
use serde_json::{Map, Value};

use crate::error::Error;
use crate::model::email::{Email, InvalidEmail};
use crate::model::external_id::ExternalId;
use crate::model::guessable::{Guessable, is_hash_of_email};

/// A contact to create. `Debug` hides it. Cloning is cheap.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use drift::{ExternalId, NewContact};
///
/// let new = NewContact::new("ada@example.test")?
///     .external_id(ExternalId::random())
///     .name("Ada Lovelace")
///     .phone("+1 555 0100")
///     .attribute("seats", 12)
///     .attribute("newsletter", true);
/// assert_eq!(format!("{new:?}"), "NewContact(..)");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, PartialEq)]
pub struct NewContact {
    /// What is sent, in which the external id stands too.
    body: Arc<types::ContactCreateRequest>,
    /// The external id with what is known of it.
    pub(crate) external_id: Option<ExternalId>,
}

impl NewContact {
    /// A contact with this email address, the only thing that Drift requires.
    ///
    /// # Errors
    ///
    /// [`InvalidEmail`] when the text is surely no address.
    pub fn new(email: impl AsRef<str>) -> Result<Self, InvalidEmail> {
        Email::new(email).map(Self::with_email)
    }

    /// A contact with an address that was checked before.
    pub fn with_email(email: Email) -> Self {
        let attributes = types::ContactCreateAttributes {
            email: email.into_string(),
            external_id: None,
            name: None,
            phone: None,
            extra: Map::new(),
        };
        Self {
            body: Arc::new(types::ContactCreateRequest { attributes }),
            external_id: None,
        }
    }

    /// Gives it your own id. Drift then does *not* check the email: two contacts may come to share it.
    #[must_use]
    pub fn external_id(mut self, id: ExternalId) -> Self {
        self.set().external_id = Some(id.as_str().to_owned());
        self.external_id = Some(id);
        self
    }

    /// Gives it a full name.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.set().name = Some(name.into());
        self
    }

    /// Gives it a phone number, in any form.
    #[must_use]
    pub fn phone(mut self, phone: impl Into<String>) -> Self {
        self.set().phone = Some(phone.into());
        self
    }

    /// Gives it a custom attribute. A key that is Drift's alone, or a null, is refused when the contact is created.
    #[must_use]
    pub fn attribute(mut self, key: impl Into<String>, value: impl Into<Value>) -> Self {
        self.set().extra.insert(key.into(), value.into());
        self
    }

    /// Gives it several custom attributes, each as [`attribute`](Self::attribute) does.
    ///
    /// ```
    /// # fn main() -> Result<(), drift::Error> {
    /// use drift::NewContact;
    ///
    /// let new = NewContact::new("ada@example.test")?.attributes([("plan", "pro"), ("city", "London")]);
    /// assert_eq!(new.to_json()["attributes"]["city"], "London");
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn attributes<Key: Into<String>, Item: Into<Value>>(
        mut self,
        attributes: impl IntoIterator<Item = (Key, Item)>,
    ) -> Self {
        let attributes = attributes.into_iter();
        let attributes = attributes.map(|(key, value)| (key.into(), value.into()));
        self.set().extra.extend(attributes);
        self
    }

    /// Gives it your own id, if there is one.
    #[must_use]
    pub fn maybe_external_id(self, id: Option<ExternalId>) -> Self {
        match id {
            Some(id) => self.external_id(id),
            None => self,
        }
    }

    /// Gives it a full name, if there is one.
    ///
    /// ```
    /// # fn main() -> Result<(), drift::Error> {
    /// use drift::NewContact;
    ///
    /// let (name, phone): (Option<String>, Option<&str>) = (Some("Ada".to_owned()), None);
    /// let new = NewContact::new("ada@example.test")?.maybe_name(name).maybe_phone(phone);
    /// assert_eq!(new, NewContact::new("ada@example.test")?.name("Ada"));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn maybe_name(self, name: Option<impl Into<String>>) -> Self {
        match name {
            Some(name) => self.name(name),
            None => self,
        }
    }

    /// Gives it a phone number, if there is one.
    #[must_use]
    pub fn maybe_phone(self, phone: Option<impl Into<String>>) -> Self {
        match phone {
            Some(phone) => self.phone(phone),
            None => self,
        }
    }

    /// Gives it a custom attribute, if there is a value.
    #[must_use]
    pub fn maybe_attribute(self, key: impl Into<String>, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.attribute(key, value),
            None => self,
        }
    }

    /// Checks it before anything is sent. [`create`](crate::Contacts::create) does so itself.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Input`](crate::ErrorKind::Input) when an attribute has a name that is Drift's alone or has a
    /// method here, an empty name, or the value null; or when the external id is the unkeyed hash of the email.
    pub fn check(&self) -> Result<(), Error> {
        for (key, value) in &self.sent().extra {
            check_key(key)?;
            if value.is_null() {
                return Err(Error::input(format!(
                    "the attribute {key:?} must not be null: leave it out"
                )));
            }
        }
        if let Some(id) = &self.external_id
            && !id.may_be_guessable()
            && is_hash_of_email(id.as_str(), self.email())
        {
            return Err(Error::input(Guessable::HashOfEmail));
        }
        Ok(())
    }

    /// The JSON that is sent for it, to look at or to compare: what was set, under `attributes`. It is personal data.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use drift::NewContact;
    /// use serde_json::json;
    ///
    /// let new = NewContact::new("ada@example.test")?.name("Ada").attribute("seats", 12);
    /// let sent = json!({ "attributes": { "email": "ada@example.test", "name": "Ada", "seats": 12 } });
    /// assert_eq!(new.to_json(), sent);
    /// # Ok(())
    /// # }
    /// ```
    pub fn to_json(&self) -> Value {
        serde_json::to_value(&*self.body).unwrap_or_default()
    }

    /// Its email address.
    pub fn email(&self) -> &str {
        &self.sent().email
    }

    /// What is sent, and the external id with what is known of it.
    pub(crate) fn into_body(self) -> (Arc<types::ContactCreateRequest>, Option<ExternalId>) {
        (self.body, self.external_id)
    }

    fn sent(&self) -> &types::ContactCreateAttributes {
        &self.body.attributes
    }

    /// The attributes, to change them; copied first where a clone has them too.
    fn set(&mut self) -> &mut types::ContactCreateAttributes {
        &mut Arc::make_mut(&mut self.body).attributes
    }
}

impl fmt::Debug for NewContact {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("NewContact(..)")
    }
}

/// What to change of a contact; what is not named stays. `Debug` hides it.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use drift::ContactChanges;
///
/// let changes = ContactChanges::new().name("Ada King").clear_phone().attribute("plan", "pro");
/// assert!(!changes.is_empty());
/// assert!(ContactChanges::new().is_empty());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Default, PartialEq)]
pub struct ContactChanges {
    email: Option<Option<String>>,
    external_id: Option<Option<String>>,
    name: Option<Option<String>>,
    phone: Option<Option<String>>,
    custom: Map<String, Value>,
}

impl ContactChanges {
    /// No change yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the email address.
    #[must_use]
    pub fn email(mut self, email: Email) -> Self {
        self.email = Some(Some(email.as_str().to_owned()));
        self
    }

    /// Sets your own id of the contact.
    #[must_use]
    pub fn external_id(mut self, id: ExternalId) -> Self {
        self.external_id = Some(Some(id.as_str().to_owned()));
        self
    }

    /// Sets the full name.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(Some(name.into()));
        self
    }

    /// Asks that the full name be cleared, by sending null. What Drift makes of a null is not documented.
    #[must_use]
    pub fn clear_name(mut self) -> Self {
        self.name = Some(None);
        self
    }

    /// Sets the phone number.
    #[must_use]
    pub fn phone(mut self, phone: impl Into<String>) -> Self {
        self.phone = Some(Some(phone.into()));
        self
    }

    /// Asks that the phone number be cleared, by sending null.
    #[must_use]
    pub fn clear_phone(mut self) -> Self {
        self.phone = Some(None);
        self
    }

    /// Sets a custom attribute; null asks that it be cleared.
    #[must_use]
    pub fn attribute(mut self, key: impl Into<String>, value: impl Into<Value>) -> Self {
        self.custom.insert(key.into(), value.into());
        self
    }

    /// Sets several custom attributes, each as [`attribute`](Self::attribute) does.
    #[must_use]
    pub fn attributes<Key: Into<String>, Item: Into<Value>>(
        mut self,
        attributes: impl IntoIterator<Item = (Key, Item)>,
    ) -> Self {
        let attributes = attributes.into_iter();
        let attributes = attributes.map(|(key, value)| (key.into(), value.into()));
        self.custom.extend(attributes);
        self
    }

    /// Sets the full name, if there is one; else it stays.
    #[must_use]
    pub fn maybe_name(self, name: Option<impl Into<String>>) -> Self {
        match name {
            Some(name) => self.name(name),
            None => self,
        }
    }

    /// Sets the phone number, if there is one; else it stays.
    #[must_use]
    pub fn maybe_phone(self, phone: Option<impl Into<String>>) -> Self {
        match phone {
            Some(phone) => self.phone(phone),
            None => self,
        }
    }

    /// Sets a custom attribute, if there is a value; else it stays.
    #[must_use]
    pub fn maybe_attribute(self, key: impl Into<String>, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.attribute(key, value),
            None => self,
        }
    }

    /// The attributes of a new contact as a change of one that exists, without the stamp. The external id is not among
    /// them, since it names the contact.
    pub(crate) fn of_new(sent: &types::ContactCreateAttributes, stamp: Option<&str>) -> Self {
        let mut changes = Self::new();
        changes.name = sent.name.clone().map(Some);
        changes.phone = sent.phone.clone().map(Some);
        changes.custom = sent.extra.clone();
        if let Some(attribute) = stamp {
            changes.custom.remove(attribute);
        }
        if sent.external_id.is_some() {
            changes.email = Some(Some(sent.email.clone()));
        }
        changes
    }

    /// Whether nothing is to be changed.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    pub(crate) fn changes_external_id(&self) -> bool {
        self.external_id.is_some()
    }

    pub(crate) fn check(&self) -> Result<(), Error> {
        if self.is_empty() {
            return Err(Error::input("there is nothing to change"));
        }
        self.custom.keys().try_for_each(|key| check_key(key))
    }

    pub(crate) fn body(&self) -> types::ContactUpdateRequest {
        let nullable = |value: &Option<Option<String>>| value.clone().map(types::NullableString);
        types::ContactUpdateRequest {
            attributes: types::ContactUpdateAttributes {
                email: nullable(&self.email),
                external_id: nullable(&self.external_id),
                name: nullable(&self.name),
                phone: nullable(&self.phone),
                extra: self.custom.clone(),
            },
        }
    }
}

impl fmt::Debug for ContactChanges {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ContactChanges(..)")
    }
}

/// Fields of a contact, which have methods of their own.
fn is_field(key: &str) -> bool {
    matches!(
        key,
        "email" | "externalId" | "external_id" | "name" | "phone"
    )
}

/// What Drift alone writes.
fn is_drifts_own(key: &str) -> bool {
    matches!(
        key,
        "_END_USER_VERSION"
            | "_end_user_version"
            | "_calculated_version"
            | "socialProfiles"
            | "events"
            | "start_date"
    )
}

pub(crate) fn check_key(key: &str) -> Result<(), Error> {
    if key.chars().all(char::is_whitespace) {
        return Err(Error::input("an attribute has no name"));
    }
    if is_field(key) {
        return Err(Error::input(format!(
            "the attribute {key:?} is a field of the contact: set it as that field, not as a custom attribute"
        )));
    }
    if is_drifts_own(key) {
        return Err(Error::input(format!(
            "the attribute {key:?} is Drift's own and cannot be set"
        )));
    }
    Ok(())
}

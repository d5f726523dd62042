//! The contact that a record asks for, and the hash by which it is known again.

use std::collections::BTreeMap;
use std::fmt::Write;

use drift::{Email, ExternalId, NewContact};
use serde_json::Value;
use sha2::{Digest, Sha256};

pub(crate) use crate::input::value::address::key::email_key;

use crate::input::hash::{Hash, short};

/// The contact that a record asks for.
#[derive(Clone)]
pub(crate) struct Row {
    pub(crate) email: Email,
    pub(crate) external_id: Option<ExternalId>,
    pub(super) name: Option<String>,
    pub(super) phone: Option<String>,
    pub(super) attributes: BTreeMap<String, Value>,
    /// What is to be said of it although it is sent.
    pub(crate) warnings: Vec<String>,
}

impl Row {
    /// By this the row is known again: a hash of what would be sent, wherever in whichever file it stands.
    pub(crate) fn hash(&self) -> Hash {
        let mut hash = Sha256::new();
        let mut part = |kind: u8, text: &str| {
            hash.update([kind]);
            hash.update((text.len() as u64).to_le_bytes());
            hash.update(text.as_bytes());
        };
        part(b'e', self.email.as_str());
        if let Some(id) = &self.external_id {
            part(b'x', id.as_str());
        }
        self.name.iter().for_each(|name| part(b'n', name));
        self.phone.iter().for_each(|phone| part(b'p', phone));
        let mut text = String::with_capacity(64);
        for (name, value) in &self.attributes {
            text.clear();
            let _written = write!(text, "{value}");
            part(b'k', name);
            part(b'v', &text);
        }
        short(hash)
    }

    /// The names of the attributes that an update of a contact would write. It writes the address only where another
    /// identity names the contact.
    pub(crate) fn updated_attributes(&self) -> Vec<String> {
        let own = [
            ("email", self.external_id.is_some()),
            ("name", self.name.is_some()),
            ("phone", self.phone.is_some()),
        ];
        let own = own.into_iter().filter(|(_, is_there)| *is_there);
        let own = own.map(|(name, _)| name.to_owned());
        own.chain(self.attributes.keys().cloned()).collect()
    }

    /// The same for an update that does not write these attributes.
    pub(crate) fn without(mut self, kept: &[String]) -> Self {
        for name in kept {
            match name.as_str() {
                // An update writes the address of a row that has an external id.
                "email" => self.external_id = None,
                "name" => self.name = None,
                "phone" => self.phone = None,
                name => drop(self.attributes.remove(name)),
            }
        }
        self
    }

    /// The contact to create.
    pub(crate) fn contact(self) -> NewContact {
        let mut new = NewContact::with_email(self.email);
        if let Some(id) = self.external_id {
            new = new.external_id(id);
        }
        if let Some(name) = self.name {
            new = new.name(name);
        }
        if let Some(phone) = self.phone {
            new = new.phone(phone);
        }
        for (name, value) in self.attributes {
            new = new.attribute(name, value);
        }
        new
    }
}

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

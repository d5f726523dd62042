//! A row that is to be decided, while the facts about it are collected.

use drift::{Contact, ContactId};

use crate::input::value::row::{Row, email_key};
use crate::plan::decision::{Facts, Found};

/// A row that is to be decided.
pub(super) struct Undecided {
    pub(super) seq: i64,
    pub(super) row: Row,
    pub(super) facts: Facts,
}

impl Undecided {
    /// Whether the file alone decides, whatever Drift holds.
    pub(super) fn is_decided(&self) -> bool {
        self.facts.suppressed || self.facts.in_sequence || self.facts.line_with_id.is_some()
    }

    /// Whether its email is to be looked up.
    pub(super) fn wants_email(&self) -> bool {
        let known = matches!(self.facts.by_id, Found::One(_) | Found::Several(_));
        !self.is_decided() && !known && self.facts.line_with_email.is_none()
    }

    pub(super) fn external_id(&self) -> Option<&str> {
        self.row.external_id.as_ref().map(|id| id.as_str())
    }

    /// Takes the contacts that have its external id.
    pub(super) fn set_found_by_id(&mut self, contacts: &[Known]) {
        self.facts.by_id = found(contacts);
        let own = email_key(self.row.email.as_str());
        self.facts.other_email = contacts.iter().any(|known| known.email != own);
    }

    /// Takes the contacts that a look-up by its email found.
    pub(super) fn set_found_by_email(&mut self, contacts: &[Contact]) {
        let own = email_key(self.row.email.as_str());
        let same: Vec<Known> = contacts
            .iter()
            .map(Known::of)
            .filter(|known| known.email == own)
            .collect();
        self.facts.by_email = found(&same);
    }
}

/// What is kept of a contact that was found.
pub(super) struct Known {
    id: ContactId,
    email: String,
}

impl Known {
    pub(super) fn of(contact: &Contact) -> Self {
        Self {
            id: contact.id(),
            email: contact.email().map(email_key).unwrap_or_default(),
        }
    }
}

fn found(contacts: &[Known]) -> Found {
    match contacts {
        [] => Found::Nobody,
        [only] => Found::One(only.id),
        several => Found::Several(several.len()),
    }
}

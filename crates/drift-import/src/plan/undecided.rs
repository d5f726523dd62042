//! A row that is to be decided, while the facts about it are collected.

use drift::{Contact, ContactId};

use crate::input::value::row::{Row, email_key};
use crate::plan::decision::{Facts, Found};
use crate::plan::filling::Filling;

/// A row that is to be decided.
pub(super) struct Undecided {
    pub(super) seq: i64,
    pub(super) row: Row,
    pub(super) facts: Facts,
    /// Whether an update writes only what the contact lacks.
    pub(super) fills: bool,
    /// The contacts that were found by its email.
    pub(super) by_email: Vec<Known>,
}

impl Undecided {
    /// Whether the file alone decides, whatever Drift holds.
    pub(super) fn is_decided(&self) -> bool {
        self.facts.suppressed
            || self.facts.in_sequence
            || self.facts.shares_own_id
            || self.facts.line_with_id.is_some()
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
    pub(super) fn set_found_by_id(&mut self, contacts: &[Contact]) {
        let own = email_key(self.row.email.as_str());
        let known: Vec<Known> = contacts.iter().map(Known::of).collect();
        self.facts.other_email = known.iter().any(|known| known.email != own);
        self.facts.by_id = found(&known);
        self.compare(contacts.first());
    }

    /// Compares the row to the contact that was found.
    fn compare(&mut self, contact: Option<&Contact>) {
        if let Some(contact) = contact.filter(|_| self.fills) {
            self.facts.filling = Filling::of(&self.row, contact);
        }
    }

    /// Takes the contacts that a look-up by one spelling of its email found.
    pub(super) fn add_found_by_email(&mut self, contacts: &[Contact]) {
        let own = email_key(self.row.email.as_str());
        for contact in contacts {
            let known = Known::of(contact);
            let is_new = self.by_email.iter().all(|other| other.id != known.id);
            if known.email == own && is_new {
                self.by_email.push(known);
                self.compare(Some(contact));
            }
        }
        self.facts.by_email = found(&self.by_email);
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

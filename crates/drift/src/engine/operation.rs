//! What the engine must know of an operation of the contract.

use crate::error::ErrorKind;

/// An operation: its name, and what decides how its failures are read and whether it is retried.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Operation {
    /// For spans: `contacts.create`.
    pub(crate) name: &'static str,
    /// What a 409 means.
    pub(crate) conflict: ErrorKind,
    /// Whether a second execution changes nothing.
    pub(crate) idempotent: bool,
    /// Whether it changes nothing.
    pub(crate) is_read: bool,
    /// Whether a lost response is looked for, which takes time of the call.
    pub(crate) is_looked_up: bool,
    /// Whether what it has made is read where its success cannot be.
    pub(crate) is_read_back: bool,
    /// Whether it names a contact, or a person, which a 404 can be about.
    pub(crate) names_a_contact: bool,
}

impl Operation {
    /// One that changes nothing.
    pub(crate) const fn reading(name: &'static str) -> Self {
        let mut operation = Self::writing(name, ErrorKind::InvalidRequest, true);
        operation.is_read = true;
        operation
    }

    /// One that changes something.
    pub(crate) const fn writing(name: &'static str, conflict: ErrorKind, idempotent: bool) -> Self {
        Self {
            name,
            conflict,
            idempotent,
            is_read: false,
            is_looked_up: false,
            is_read_back: false,
            names_a_contact: true,
        }
    }

    /// The same, where a lost response is looked for: time is left for that.
    pub(crate) const fn looked_up(mut self) -> Self {
        self.is_looked_up = true;
        self
    }

    /// The same, where the contact is read if the response of a success cannot be.
    pub(crate) const fn read_back(mut self) -> Self {
        self.is_read_back = true;
        self
    }

    /// The same, without a contact that a 404 could be about: a 404 then says that the endpoint does not exist.
    pub(crate) const fn without_contact(mut self) -> Self {
        self.names_a_contact = false;
        self
    }
}

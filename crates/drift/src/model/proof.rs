//! What proves that a contact was made by a certain create.

use serde::{Deserialize, Serialize};

use crate::model::contact::Contact;

/// What would prove that a contact was made by this very create. Stored in tickets.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Proof {
    /// Its external id was random, and no other create has used it.
    FreshId,
    /// The contact has this value in this attribute.
    Stamp { attribute: String, value: String },
    /// Nothing.
    None,
}

impl Proof {
    /// Whether it proves that this contact, which a look-up for the create has found, was made by the create.
    pub(crate) fn holds_for(&self, contact: &Contact) -> bool {
        match self {
            Self::FreshId => true,
            Self::Stamp { attribute, value } => contact.is_stamped(attribute, value),
            Self::None => false,
        }
    }
}

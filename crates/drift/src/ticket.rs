//! What is kept of a create whose end is not known, to ask again later.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Names a create whose delivery is unknown; [`resolve`](crate::Contacts::resolve) asks what became of it.
///
/// It can be stored (serde) and used by another process. It holds the contact's identity, so `Debug` hides it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    pub(crate) email: String,
    pub(crate) external_id: Option<String>,
    pub(crate) proof: Proof,
}

/// What would prove that a contact was made by this very call.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Proof {
    /// Its external id was random, so nobody else has it.
    FreshId,
    /// It holds this stamp.
    Stamp { attribute: String, value: String },
    /// Nothing.
    None,
}

impl fmt::Debug for Ticket {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Ticket(..)")
    }
}

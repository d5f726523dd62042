//! What is kept of a create whose end is not known, to ask again later.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::model::external_id::ExternalId;

/// Names a create whose delivery is unknown; [`resolve`](crate::Contacts::resolve) asks what became of it.
///
/// It can be stored (serde) and used by another process, with a client of the same base URL and token. It holds the
/// contact's identity, so `Debug` hides it.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # fn keep(error: &drift::Error) -> Result<(), Box<dyn std::error::Error>> {
/// use drift::Ticket;
///
/// if let Some(ticket) = error.ticket() {
///     let stored = serde_json::to_string(ticket)?; // as private as the contact
///     let again: Ticket = serde_json::from_str(&stored)?;
///     assert_eq!(&again, ticket);
/// }
/// # Ok(())
/// # }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    pub(crate) email: String,
    pub(crate) external_id: Option<String>,
    pub(crate) proof: Proof,
    /// The create was told of a duplicate, so a contact that is not found is no absent one.
    #[serde(default)]
    pub(crate) surely_there: bool,
    /// Where it was created, and by whom; see [`Client::place`](crate::Client).
    #[serde(default)]
    pub(crate) place: Option<u32>,
}

impl Ticket {
    /// The external id that the create had, to create the contact again *with it*: under another one there may come
    /// to be two.
    pub fn external_id(&self) -> Option<ExternalId> {
        self.external_id.as_deref().map(ExternalId::allow_guessable)
    }
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

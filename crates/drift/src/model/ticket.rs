//! What is kept of a create whose outcome is unknown, to resolve it later.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::model::external_id::ExternalId;
use crate::model::proof::Proof;

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
///     let read: Ticket = serde_json::from_str(&stored)?;
///     assert_eq!(&read, ticket);
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
    /// The server refused the create as a duplicate: the contact exists, even where no look-up finds it yet.
    #[serde(default)]
    pub(crate) surely_there: bool,
    /// The account that it was created in; none in tickets of an early version. Stored as `place`.
    #[serde(default, rename = "place")]
    pub(crate) account: Option<u32>,
}

impl Ticket {
    /// The external id that the create had, to create the contact again *with it*: under another one there may come
    /// to be two.
    pub fn external_id(&self) -> Option<ExternalId> {
        self.external_id.as_deref().map(ExternalId::allow_guessable)
    }
}

impl fmt::Debug for Ticket {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Ticket(..)")
    }
}

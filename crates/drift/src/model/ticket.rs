//! What is kept of a create whose outcome is unknown, to resolve it later.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::model::external_id::ExternalId;
use crate::model::json::texts;
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
    #[serde(deserialize_with = "texts::text")]
    pub(crate) email: String,
    #[serde(default, deserialize_with = "texts::text_or_null")]
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_no_ticket_is_not_shown() {
        let email = "ada@example.test";
        for (email, external_id) in [
            (json!(15550100), json!(null)),
            (json!(email), json!(15550100)),
        ] {
            let json = json!({"email": email, "external_id": external_id, "proof": "None"});
            let read = serde_json::from_value::<Ticket>(json);
            let sentence = read.expect_err("refused").to_string();
            assert_eq!(sentence, "it must be text");
        }
    }

    #[test]
    fn a_ticket_needs_no_external_id() {
        for json in [
            json!({"email": "ada@example.test", "proof": "None"}),
            json!({"email": "ada@example.test", "external_id": null, "proof": "None"}),
        ] {
            let ticket: Ticket = serde_json::from_value(json).expect("a ticket");
            assert_eq!(ticket.external_id(), None);
        }
    }
}

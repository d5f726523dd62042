//! What is kept of a create whose outcome is unknown, to resolve it later.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::model::external_id::ExternalId;
use crate::model::json::texts;
use crate::model::proof::Proof;

/// Names a create whose delivery is unknown; [`resolve`](crate::Contacts::resolve) asks what became of it.
///
/// It can be stored (serde) and used by another process, with a client of the same base URL and organization; the
/// token may be another one. It holds the contact's identity, so `Debug` hides it.
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
    /// Where it was created.
    #[serde(flatten)]
    pub(crate) origin: Origin,
}

/// Where a create was sent, as numbers to compare.
#[derive(Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Origin {
    /// The base URL and the token; none in tickets of an early version. Stored as `place`.
    #[serde(default, rename = "place")]
    pub(crate) account: Option<u32>,
    /// The base URL alone; none in tickets of earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) endpoint: Option<u32>,
    /// The organization of the token, where it was known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) organization: Option<i64>,
}

/// Whether a ticket can be resolved by a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Belonging {
    /// It was given by a client of this account.
    Ours,
    /// It was given for another base URL or organization.
    Foreign,
    /// The base URL is the same and the token is not; whether the organization is, must be asked for.
    OfOrganization(i64),
    /// The same, where the ticket does not know its organization.
    Unconfirmed,
}

impl Origin {
    /// Whether what was created there is seen from `here`.
    pub(crate) fn belonging(&self, here: &Self) -> Belonging {
        // Before its first call, a client whose token changes has the number of its endpoint alone.
        let names_a_token = self.account != self.endpoint;
        if self.account.is_none() || (names_a_token && self.account == here.account) {
            return Belonging::Ours;
        }
        match (self.endpoint, self.organization) {
            (None, _) => Belonging::Foreign,
            (endpoint, _) if endpoint != here.endpoint => Belonging::Foreign,
            (_, organization @ Some(_)) if organization == here.organization => Belonging::Ours,
            (_, Some(organization)) => Belonging::OfOrganization(organization),
            (_, None) => Belonging::Unconfirmed,
        }
    }
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

    #[test]
    fn a_ticket_belongs_to_its_base_url_and_organization() {
        let origin = |account, endpoint, organization| Origin {
            account,
            endpoint,
            organization,
        };
        let here = origin(Some(1), Some(7), Some(40));
        for (from, belonging) in [
            (origin(None, None, None), Belonging::Ours),
            (origin(Some(1), None, None), Belonging::Ours),
            (origin(Some(7), Some(7), None), Belonging::Unconfirmed),
            (origin(Some(1), Some(7), None), Belonging::Ours),
            (origin(Some(2), None, None), Belonging::Foreign),
            (origin(Some(2), Some(8), Some(40)), Belonging::Foreign),
            (origin(Some(2), Some(7), None), Belonging::Unconfirmed),
            (origin(Some(2), Some(7), Some(40)), Belonging::Ours),
            (
                origin(Some(2), Some(7), Some(41)),
                Belonging::OfOrganization(41),
            ),
        ] {
            assert_eq!(from.belonging(&here), belonging);
        }
    }
}

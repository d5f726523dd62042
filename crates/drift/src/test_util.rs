//! Contacts, errors and tickets for tests of your own code, without a server. Behind the feature `test-util`; ask for it
//! under `[dev-dependencies]` alone.
//!
//! An [`Outcome`](crate::Outcome) needs nothing of this: `Outcome::Created(contact)`. For a contact with other members,
//! such as `first_name`, read it from JSON, as [`Contact`] shows.
//!
//! ```
//! # fn main() -> Result<(), drift::Error> {
//! use drift::test_util::{ErrorBuilder, contact, ticket};
//! use drift::{Delivery, ErrorKind, NewContact, Outcome};
//!
//! let ada = NewContact::new("ada@example.test")?.attribute("plan", "pro");
//! let created = Outcome::Created(contact(24_100_000_017, &ada));
//! assert_eq!(created.contact().email(), Some("ada@example.test"));
//!
//! let lost = ErrorBuilder::new(ErrorKind::Unresolved, Delivery::Unknown).ticket(ticket(&ada)).build();
//! assert!(lost.is_unresolved() && lost.ticket().is_some());
//! # Ok(())
//! # }
//! ```

use std::fmt;
use std::time::Duration;

use drift_sdk::types;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::error::{Error, ErrorKind, Inner};
use crate::model::attribute_definition::{AttributeDefinition, AttributeKind};
use crate::model::contact::Contact;
use crate::model::contact_id::ContactId;
use crate::model::new_contact::NewContact;
use crate::model::outcome::Written;
use crate::model::proof::Proof;
use crate::model::ticket::{Origin, Ticket};
use crate::policy::delivery::Delivery;
use crate::policy::protocol::Claim;

/// When a [`contact`] was created: 2026-01-01T00:00:00Z.
const CREATED_AT: i64 = 1_767_225_600_000;

/// The contact that Drift would hold after it created `new` with this id, on 2026-01-01T00:00:00Z.
pub fn contact(id: impl Into<ContactId>, new: &NewContact) -> Contact {
    let attributes = types::ContactAttributes::deserialize(&new.to_json()["attributes"]);
    Contact::new(types::Contact {
        id: id.into().get(),
        created_at: CREATED_AT,
        attributes: attributes.unwrap_or_default(),
        extra: Default::default(),
    })
}

/// How a [safe write](crate::SafeWrite) succeeded, as [`ContactsApi::write`](crate::ContactsApi::write) returns it.
pub fn written(claim: Claim, contact: Contact) -> Written {
    Written { claim, contact }
}

/// The definition of a custom attribute, as [`ContactsApi::attributes`](crate::ContactsApi::attributes) returns it.
pub fn attribute_definition(name: impl Into<String>, kind: &AttributeKind) -> AttributeDefinition {
    let (name, kind) = (name.into(), kind.to_string());
    let sent = Map::from_iter([
        ("name".to_owned(), Value::from(name.as_str())),
        ("type".to_owned(), Value::from(kind.as_str())),
    ]);
    AttributeDefinition::read_leniently(name, kind, &sent)
}

/// A ticket of a create of `new` whose delivery is unknown. No client resolves it to a contact that is proved to be ours.
pub fn ticket(new: &NewContact) -> Ticket {
    Ticket {
        email: new.email().to_owned(),
        external_id: new.external_id.as_ref().map(|id| id.as_str().to_owned()),
        proof: Proof::None,
        surely_there: false,
        origin: Origin::default(),
    }
}

/// Makes an [`Error`] as a call would return it.
///
/// ```
/// use std::time::Duration;
/// use drift::test_util::ErrorBuilder;
/// use drift::{Delivery, ErrorKind};
///
/// let wait = Duration::from_secs(2);
/// let error = ErrorBuilder::new(ErrorKind::RateLimited, Delivery::Refused).status(429).retry_after(wait).build();
/// assert_eq!(error.to_string(), "Drift's rate limit is reached (status 429)");
/// assert!(error.is_retryable());
/// ```
pub struct ErrorBuilder(Inner);

impl ErrorBuilder {
    /// An error of this kind, after which this is known of the request.
    pub fn new(kind: ErrorKind, delivery: Delivery) -> Self {
        Self(Inner::bare(kind, delivery))
    }

    /// With the status of a response.
    #[must_use]
    pub fn status(mut self, status: u16) -> Self {
        self.0.status = Some(status);
        self
    }

    /// With a code of Drift's, `CONTACT-1` to `CONTACT-11`.
    #[must_use]
    pub fn code(mut self, code: impl Into<String>) -> Self {
        self.0.code = Some(code.into());
        self
    }

    /// With the server's id of the call.
    #[must_use]
    pub fn request_id(mut self, id: impl Into<String>) -> Self {
        self.0.request_id = Some(id.into());
        self
    }

    /// With the time that the server asks to wait.
    #[must_use]
    pub fn retry_after(mut self, wait: Duration) -> Self {
        self.0.retry_after = Some(wait);
        self
    }

    /// With what the server wrote.
    #[must_use]
    pub fn server_message(mut self, message: impl Into<String>) -> Self {
        self.0.server_message = Some(message.into());
        self
    }

    /// With the contacts that match.
    #[must_use]
    pub fn candidates(mut self, ids: impl IntoIterator<Item = ContactId>) -> Self {
        self.0.candidates = ids.into_iter().collect();
        self
    }

    /// With what resolves the create later.
    #[must_use]
    pub fn ticket(mut self, ticket: Ticket) -> Self {
        self.0.ticket = Some(ticket);
        self
    }

    /// The error.
    pub fn build(self) -> Error {
        Error::new(self.0)
    }
}

impl fmt::Debug for ErrorBuilder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ErrorBuilder(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::external_id::ExternalId;

    #[test]
    fn a_contact_has_what_it_was_created_with() {
        let id = ExternalId::random();
        let new = NewContact::new("ada@example.test").expect("an address");
        let new = new
            .external_id(id.clone())
            .name("Ada")
            .attribute("seats", 12);
        let contact = contact(7, &new);
        assert_eq!(contact.id().get(), 7);
        assert_eq!(contact.to_json()["createdAt"], CREATED_AT);
        assert_eq!(new.to_json()["attributes"], contact.to_json()["attributes"]);
        assert_eq!(contact.external_id().as_deref(), Some(id.as_str()));
        assert_eq!(ticket(&new).external_id(), Some(id));
    }

    #[test]
    fn an_error_says_what_it_was_given() {
        let new = NewContact::new("ada@example.test").expect("an address");
        let error = ErrorBuilder::new(ErrorKind::Ambiguous, Delivery::Refused)
            .status(409)
            .code("CONTACT-6")
            .request_id("r-7")
            .retry_after(Duration::from_secs(2))
            .server_message("taken")
            .candidates([ContactId::new(7)])
            .ticket(ticket(&new))
            .build();
        assert_eq!(error.kind(), ErrorKind::Ambiguous);
        assert_eq!(error.delivery(), Delivery::Refused);
        assert_eq!(error.status(), Some(409));
        assert_eq!(error.code(), Some("CONTACT-6"));
        assert_eq!(error.request_id(), Some("r-7"));
        assert_eq!(error.retry_after(), Some(Duration::from_secs(2)));
        assert_eq!(error.server_message(), Some("taken"));
        assert_eq!(error.candidates(), [ContactId::new(7)]);
        assert!(error.ticket() == Some(&ticket(&new)));
    }
}

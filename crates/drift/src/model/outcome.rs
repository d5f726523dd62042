//! How a create succeeded.

use std::fmt;

use crate::model::contact::Contact;
use crate::policy::protocol::Claim;

/// How a create succeeded. Each claim is as strong as what can be proved.
///
/// ```no_run
/// # async fn example(client: drift::Client) -> Result<(), Box<dyn std::error::Error>> {
/// use drift::{NewContact, Outcome};
///
/// match client.contacts().ensure(NewContact::new("ada@example.test")?).await? {
///     Outcome::Created(contact) | Outcome::Recovered(contact) => println!("ours: {}", contact.id()),
///     Outcome::Existed(contact) => println!("there already: {}", contact.id()),
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// The server responded that it created the contact.
    Created(Contact),
    /// A response was lost, or the network delivered the request twice and the server refused the second one. The
    /// contact was found, and it is proved that this call made it: its external id was random and no other create of
    /// this process used it, or it holds the call's stamp.
    Recovered(Contact),
    /// The contact is there, and nothing proves that this call made it: it was there before, somebody else was
    /// faster, or an attempt of this call made it and its response was lost.
    Existed(Contact),
}

impl Outcome {
    /// The contact, however it came to be.
    pub fn contact(&self) -> &Contact {
        match self {
            Self::Created(contact) | Self::Recovered(contact) | Self::Existed(contact) => contact,
        }
    }

    /// The contact, however it came to be.
    pub fn into_contact(self) -> Contact {
        match self {
            Self::Created(contact) | Self::Recovered(contact) | Self::Existed(contact) => contact,
        }
    }

    /// The outcome as one word, for metrics and tables: `created`, `recovered`, `existed`.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Created(_) => "created",
            Self::Recovered(_) => "recovered",
            Self::Existed(_) => "existed",
        }
    }

    /// Whether it is proved that this call made the contact. Equal creates at the same time are one request: each of them
    /// gets the outcome of that request.
    pub fn is_ours(&self) -> bool {
        !matches!(self, Self::Existed(_))
    }
}

/// As [`as_str`](Outcome::as_str).
impl fmt::Display for Outcome {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

/// How a [safe write](crate::SafeWrite) succeeded.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Written {
    /// What is claimed of the contact.
    pub claim: Claim,
    /// The contact.
    pub contact: Contact,
}

impl From<Written> for Outcome {
    /// A contact that was updated existed.
    fn from(written: Written) -> Self {
        let Written { claim, contact } = written;
        match claim {
            Claim::Created => Self::Created(contact),
            Claim::Recovered => Self::Recovered(contact),
            Claim::Existed | Claim::Updated => Self::Existed(contact),
        }
    }
}

impl From<Written> for Upserted {
    /// Of an update that had nothing to change, the contact existed as it was to be.
    fn from(written: Written) -> Self {
        let Written { claim, contact } = written;
        match claim {
            Claim::Created | Claim::Recovered => Self::Created(contact),
            Claim::Existed | Claim::Updated => Self::Updated(contact),
        }
    }
}

/// What [`upsert`](crate::Contacts::upsert) did.
#[derive(Clone, Debug, PartialEq)]
pub enum Upserted {
    /// The contact is new, made by this call.
    Created(Contact),
    /// The contact was there, and has now the attributes that were given.
    Updated(Contact),
}

impl Upserted {
    /// The contact as it is now.
    pub fn contact(&self) -> &Contact {
        match self {
            Self::Created(contact) | Self::Updated(contact) => contact,
        }
    }

    /// The contact as it is now.
    pub fn into_contact(self) -> Contact {
        match self {
            Self::Created(contact) | Self::Updated(contact) => contact,
        }
    }

    /// What was done as one word, for metrics and tables: `created`, `updated`.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Created(_) => "created",
            Self::Updated(_) => "updated",
        }
    }
}

/// As [`as_str`](Upserted::as_str).
impl fmt::Display for Upserted {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

/// What became of a create whose outcome was unknown.
#[derive(Clone, Debug, PartialEq)]
pub enum Resolution {
    /// The contact is there.
    Found(Outcome),
    /// The contact was not found, by as many look-ups as a create makes, after all their waits: 5,000 ms unless
    /// [set](crate::CallOptions::verify). Where look-ups lag behind for longer than that, it may be there all the same. Creating it again *with the same external
    /// id*, or with none if it had none, is safe: should the first request still arrive, the server refuses one of
    /// the two. [`Ticket::external_id`](crate::Ticket::external_id) has the id.
    Absent,
}

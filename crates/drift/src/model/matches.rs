//! What a look-up by email found.

use std::ops::Deref;

use serde::{Serialize, Serializer};

use crate::model::contact::Contact;

/// The contacts that have an email address: a slice of them, and whether there may be more.
///
/// ```
/// # #[tokio::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let emulator = drift_emulator::Emulator::start().await?;
/// # let client = drift::Client::builder(emulator.token()).base_url(emulator.url()).build()?;
/// let found = client.contacts().find_by_email("ada@example.test").await?;
/// if found.may_be_more() {
///     println!("more than {} contacts have this email", found.len());
/// }
/// for contact in found {
///     println!("{}", contact.id());
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Matches {
    contacts: Vec<Contact>,
    may_be_more: bool,
}

impl Matches {
    pub(crate) fn new(contacts: Vec<Contact>, may_be_more: bool) -> Self {
        Self {
            contacts,
            may_be_more,
        }
    }

    /// Whether Drift may know more of them: it sent as many as it sends at once, which is 100.
    pub fn may_be_more(&self) -> bool {
        self.may_be_more
    }

    /// The contacts.
    pub fn into_vec(self) -> Vec<Contact> {
        self.contacts
    }
}

impl Deref for Matches {
    type Target = [Contact];

    fn deref(&self) -> &[Contact] {
        &self.contacts
    }
}

impl IntoIterator for Matches {
    type Item = Contact;
    type IntoIter = std::vec::IntoIter<Contact>;

    fn into_iter(self) -> Self::IntoIter {
        self.contacts.into_iter()
    }
}

impl<'a> IntoIterator for &'a Matches {
    type Item = &'a Contact;
    type IntoIter = std::slice::Iter<'a, Contact>;

    fn into_iter(self) -> Self::IntoIter {
        self.contacts.iter()
    }
}

/// All that there are, for fakes in tests.
impl From<Vec<Contact>> for Matches {
    fn from(contacts: Vec<Contact>) -> Self {
        Self::new(contacts, false)
    }
}

impl From<Matches> for Vec<Contact> {
    fn from(matches: Matches) -> Self {
        matches.contacts
    }
}

/// As the list of the contacts.
impl Serialize for Matches {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.contacts.serialize(serializer)
    }
}

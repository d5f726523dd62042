//! What is created: the same contact for every client, its text made before the clock starts.

use drift::{Email, ExternalId};

/// One contact to create.
pub struct Person {
    /// A fresh address.
    pub email: String,
    /// The same address, as `drift` takes it.
    pub checked_email: Email,
    /// A fresh id of the caller's own.
    pub external_id: ExternalId,
}

/// So many people.
///
/// # Errors
///
/// Never, unless `drift` comes to refuse these addresses.
pub fn people(count: usize) -> Result<Vec<Person>, crate::Fault> {
    (0..count).map(person).collect()
}

fn person(number: usize) -> Result<Person, crate::Fault> {
    let email = format!("person{number}@example.test");
    Ok(Person {
        checked_email: Email::new(&email)?,
        email,
        external_id: ExternalId::random(),
    })
}

/// The full name of everybody.
pub const NAME: &str = "Ada Lovelace";
/// The phone number of everybody.
pub const PHONE: &str = "+44 20 7946 0001";
/// A custom attribute of everybody.
pub const PLAN: &str = "pro";
/// The access token of every client.
pub const TOKEN: &str = "bench-token-0123456789abcdef";

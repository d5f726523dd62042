//! The id that Drift gives a contact.

use std::fmt;
use std::num::TryFromIntError;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The id that Drift gave a contact: a number that does not fit in 32 bits.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use drift::ContactId;
///
/// let id = ContactId::from(24_100_000_017);
/// assert_eq!(i64::from(id), 24_100_000_017);
/// assert_eq!(u64::try_from(id)?, 24_100_000_017);
/// assert_eq!("24100000017".parse::<ContactId>()?, id);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ContactId(i64);

impl ContactId {
    /// The id with this number.
    pub const fn new(id: i64) -> Self {
        Self(id)
    }

    /// The number.
    pub const fn get(self) -> i64 {
        self.0
    }
}

impl From<i64> for ContactId {
    fn from(id: i64) -> Self {
        Self(id)
    }
}

impl From<ContactId> for i64 {
    fn from(id: ContactId) -> Self {
        id.0
    }
}

impl TryFrom<u64> for ContactId {
    type Error = TryFromIntError;

    fn try_from(id: u64) -> Result<Self, TryFromIntError> {
        i64::try_from(id).map(Self)
    }
}

impl TryFrom<ContactId> for u64 {
    type Error = TryFromIntError;

    fn try_from(id: ContactId) -> Result<Self, TryFromIntError> {
        Self::try_from(id.0)
    }
}

impl fmt::Display for ContactId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl FromStr for ContactId {
    type Err = InvalidContactId;

    fn from_str(text: &str) -> Result<Self, InvalidContactId> {
        text.parse().map(Self).map_err(|_| InvalidContactId)
    }
}

/// A text that is no id of Drift's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidContactId;

impl fmt::Display for InvalidContactId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an id of a contact is a whole number of at most 64 bits")
    }
}

impl std::error::Error for InvalidContactId {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_fit_are_ids() {
        for (number, id) in [
            (0_u64, Some(0)),
            (24_100_000_017, Some(24_100_000_017)),
            (i64::MAX as u64, Some(i64::MAX)),
            (i64::MAX as u64 + 1, None),
        ] {
            assert_eq!(ContactId::try_from(number).ok().map(i64::from), id);
        }
        assert_eq!(u64::try_from(ContactId::new(7)), Ok(7));
        assert!(u64::try_from(ContactId::new(-1)).is_err());
    }
}

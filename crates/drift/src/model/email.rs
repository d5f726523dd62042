//! An email address, checked as far as a typing mistake shows.

use std::fmt;
use std::str::FromStr;

/// An email address.
///
/// Checked for what is surely wrong (no `@`, white space, an empty part, more than 254 bytes), not for what a mail
/// server would say. Drift's own check is not documented. `Debug` hides it; `Display` shows it.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use drift::{Email, InvalidEmail};
///
/// assert_eq!(Email::new(" ada@example.test ")?.as_str(), "ada@example.test");
/// assert_eq!(Email::new("ada"), Err(InvalidEmail::At));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Email(String);

/// Why a text is no email address. It does not show the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidEmail {
    /// There is no text.
    Empty,
    /// There is not exactly one `@` outside quotes.
    At,
    /// There is nothing before or after the `@`.
    Part,
    /// There is white space or a control character.
    Space,
    /// It is longer than 254 bytes, the most that a mail server accepts.
    Long,
}

impl fmt::Display for InvalidEmail {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Empty => "the email address is empty",
            Self::At => "the email address needs exactly one @",
            Self::Part => "the email address has nothing before or after its @",
            Self::Space => "the email address has a space or a control character in it",
            Self::Long => "the email address is longer than 254 bytes",
        })
    }
}

impl std::error::Error for InvalidEmail {}

const LONGEST: usize = 254;

impl Email {
    /// Checks an address; white space around it is dropped.
    ///
    /// # Errors
    ///
    /// [`InvalidEmail`] when the text is surely no address.
    pub fn new(text: impl AsRef<str>) -> Result<Self, InvalidEmail> {
        let text = text.as_ref().trim();
        check(text)?;
        Ok(Self(text.to_owned()))
    }

    /// What addresses are compared by: without white space around, and without case. Two texts with the same key are
    /// one address to Drift.
    ///
    /// ```
    /// use drift::Email;
    ///
    /// assert_eq!(Email::comparison_key(" Ada@Example.test"), Email::comparison_key("ada@example.test"));
    /// ```
    pub fn comparison_key(text: &str) -> String {
        text.trim().to_lowercase()
    }

    /// Whether two texts are one address, as [`comparison_key`](Self::comparison_key) says. Most are equal as they
    /// stand, or are ASCII; only the rest is worth two copies.
    pub(crate) fn is_same(one: &str, other: &str) -> bool {
        one == other
            || one.trim().eq_ignore_ascii_case(other.trim())
            || Self::comparison_key(one) == Self::comparison_key(other)
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn into_string(self) -> String {
        self.0
    }
}

fn check(text: &str) -> Result<(), InvalidEmail> {
    if text.is_empty() {
        return Err(InvalidEmail::Empty);
    }
    if text.len() > LONGEST {
        return Err(InvalidEmail::Long);
    }
    if text.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(InvalidEmail::Space);
    }
    let (local, domain) = text.rsplit_once('@').ok_or(InvalidEmail::At)?;
    if local.is_empty() || domain.is_empty() || domain.starts_with('.') || domain.ends_with('.') {
        return Err(InvalidEmail::Part);
    }
    if local.contains('@') && !(local.starts_with('"') && local.ends_with('"')) {
        return Err(InvalidEmail::At);
    }
    Ok(())
}

impl AsRef<str> for Email {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Email {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl fmt::Debug for Email {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Email(..)")
    }
}

impl From<Email> for String {
    fn from(email: Email) -> Self {
        email.0
    }
}

impl TryFrom<&str> for Email {
    type Error = InvalidEmail;

    fn try_from(text: &str) -> Result<Self, InvalidEmail> {
        Self::new(text)
    }
}

impl TryFrom<String> for Email {
    type Error = InvalidEmail;

    fn try_from(text: String) -> Result<Self, InvalidEmail> {
        Self::new(text)
    }
}

impl FromStr for Email {
    type Err = InvalidEmail;

    fn from_str(text: &str) -> Result<Self, InvalidEmail> {
        Self::new(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_are_accepted() {
        for text in [
            "ada@example.test",
            "a+b@example.test",
            " ada@x ",
            "\"a@b\"@example.test",
            "ü@exämple.test",
        ] {
            assert_eq!(
                Email::new(text).map(|email| email.0),
                Ok(text.trim().to_owned())
            );
        }
    }

    #[test]
    fn texts_that_are_no_addresses() {
        let long = format!("{}@example.test", "a".repeat(250));
        for (text, reason) in [
            ("", InvalidEmail::Empty),
            ("  ", InvalidEmail::Empty),
            ("ada", InvalidEmail::At),
            ("a@b@example.test", InvalidEmail::At),
            ("@example.test", InvalidEmail::Part),
            ("ada@", InvalidEmail::Part),
            ("ada@example.", InvalidEmail::Part),
            ("a da@example.test", InvalidEmail::Space),
            ("ada\n@example.test", InvalidEmail::Space),
            (&long, InvalidEmail::Long),
        ] {
            assert_eq!(Email::new(text), Err(reason), "{text:?}");
        }
    }
}

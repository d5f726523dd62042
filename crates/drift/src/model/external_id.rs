//! External ids: your own id of a contact, unguessable, since whoever guesses it can pose as the contact.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use ring::hmac;

use crate::hex::hex;
use crate::model::guessable::{Guessable, guessable};
use crate::random;

/// Your own id of a contact, the first argument of `drift.identify()`.
///
/// Whoever knows it can pose as the contact in the chat widget unless signed identities are set to required, so it
/// must be unguessable: [`random`](Self::random), or [`derive`](Self::derive)d from your own id with a key.
/// Source: <https://devdocs.drift.com/docs/creating-a-contact>. `Debug` hides it; `Display` shows it.
#[derive(Clone)]
pub struct ExternalId {
    value: String,
    source: Source,
}

#[derive(Clone)]
enum Source {
    /// Made here and now, so nobody else can have used it; counts the creates here that did, over all clones.
    Random(Arc<AtomicU32>),
    Given,
    Allowed,
}

impl ExternalId {
    /// A new id of 128 random bits: `r_` and 32 hexadecimal digits. Keep it: it cannot be made again.
    ///
    /// # Panics
    ///
    /// When the operating system has no random bits to give.
    ///
    /// ```
    /// let id = drift::ExternalId::random();
    /// assert_eq!(id.as_str().len(), 34);
    /// ```
    pub fn random() -> Self {
        Self {
            value: format!("r_{}", hex(&random::bytes::<16>())),
            source: Source::Random(Arc::default()),
        }
    }

    /// The id of the contact that is `own_id` with you: the same on every run, and unguessable without the key.
    ///
    /// It is `k`, the key's id, `_` and 160 bits of HMAC-SHA-256 in hexadecimal. White space around `own_id` does not
    /// count.
    ///
    /// # Errors
    ///
    /// [`Guessable::Empty`] when there is no own id: all contacts without one would become the same.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use drift::{ExternalId, IdKey};
    ///
    /// let key = IdKey::new("2026", b"32 secret bytes from your vault.")?;
    /// assert_eq!(ExternalId::derive(&key, "customer 7")?, ExternalId::derive(&key, "customer 7")?);
    /// # Ok(())
    /// # }
    /// ```
    pub fn derive(key: &IdKey, own_id: impl AsRef<str>) -> Result<Self, Guessable> {
        let own_id = own_id.as_ref().trim();
        if own_id.is_empty() {
            return Err(Guessable::Empty);
        }
        let digest = hmac::sign(&key.secret, own_id.as_bytes());
        let value = format!("k{}_{}", key.id, hex(&digest.as_ref()[..20]));
        Ok(Self {
            value,
            source: Source::Given,
        })
    }

    /// An id that you made elsewhere.
    ///
    /// # Errors
    ///
    /// [`Guessable`] when the id is an email address, a sequence number, short, or of few different characters. An
    /// id that is the unkeyed hash of the contact's own email is refused when the contact is created.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use drift::{ExternalId, Guessable};
    ///
    /// assert_eq!(ExternalId::new("user-00123"), Err(Guessable::Sequence));
    /// assert_eq!(ExternalId::new("ada@example.test"), Err(Guessable::Email));
    /// let id = ExternalId::new("8f14e45f-ceea-467f-9575-3f1b2a6c9d01")?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn new(value: impl Into<String>) -> Result<Self, Guessable> {
        let value = value.into();
        match guessable(&value) {
            Some(reason) => Err(reason),
            None => Ok(Self {
                value,
                source: Source::Given,
            }),
        }
    }

    /// Any id, guessable ones too. Only right where signed identities are set to *required* in the security
    /// settings of the widget; anywhere else it lets strangers pose as the contact.
    pub fn allow_guessable(value: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            source: Source::Allowed,
        }
    }

    /// The id.
    pub fn as_str(&self) -> &str {
        &self.value
    }

    /// Whether it was made here at random.
    pub(crate) fn is_random(&self) -> bool {
        matches!(self.source, Source::Random(_))
    }

    /// Counts a create that is about to use it.
    pub(crate) fn count_use(&self) {
        if let Source::Random(uses) = &self.source {
            uses.fetch_add(1, Ordering::AcqRel);
        }
    }

    /// Whether it is random and one create alone has used it: a contact that has it was then made by that create.
    pub(crate) fn is_proof(&self) -> bool {
        matches!(&self.source, Source::Random(uses) if uses.load(Ordering::Acquire) == 1)
    }

    pub(crate) fn may_be_guessable(&self) -> bool {
        matches!(self.source, Source::Allowed)
    }
}

impl PartialEq for ExternalId {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl Eq for ExternalId {}

impl Hash for ExternalId {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.value.hash(state);
    }
}

/// As [`ExternalId::new`].
impl FromStr for ExternalId {
    type Err = Guessable;

    fn from_str(text: &str) -> Result<Self, Guessable> {
        Self::new(text)
    }
}

/// As [`ExternalId::new`].
impl TryFrom<&str> for ExternalId {
    type Error = Guessable;

    fn try_from(text: &str) -> Result<Self, Guessable> {
        Self::new(text)
    }
}

/// As [`ExternalId::new`].
impl TryFrom<String> for ExternalId {
    type Error = Guessable;

    fn try_from(text: String) -> Result<Self, Guessable> {
        Self::new(text)
    }
}

impl AsRef<str> for ExternalId {
    fn as_ref(&self) -> &str {
        &self.value
    }
}

impl fmt::Display for ExternalId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.value)
    }
}

impl fmt::Debug for ExternalId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ExternalId(..)")
    }
}

/// A secret key to derive external ids with, and its public id, so that keys can be changed: ids of an old key are
/// recognized by their prefix.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use drift::{ExternalId, IdKey};
///
/// let old = IdKey::new("2025", b"the secret bytes of last year...")?;
/// let new = IdKey::new("2026", b"32 secret bytes from your vault.")?;
/// assert!(ExternalId::derive(&new, "customer 7")?.as_str().starts_with("k2026_"));
/// assert_ne!(ExternalId::derive(&new, "customer 7")?, ExternalId::derive(&old, "customer 7")?);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct IdKey {
    id: String,
    secret: hmac::Key,
}

/// Why a key is not valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidIdKey {
    /// The key's id is not 1 to 16 lower-case letters and digits.
    Id,
    /// The secret is shorter than 16 bytes.
    Secret,
    /// The text has no `:` between the key's id and the secret.
    Form,
}

impl fmt::Display for InvalidIdKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Id => "the id of the key must be 1 to 16 lower-case letters and digits",
            Self::Secret => "the secret of the key must be at least 16 bytes",
            Self::Form => "the key for derived ids has not the form KEYID:SECRET",
        })
    }
}

impl std::error::Error for InvalidIdKey {}

impl IdKey {
    /// A key with its id.
    ///
    /// # Errors
    ///
    /// [`InvalidIdKey`] when the id is not 1 to 16 lower-case letters and digits, or the secret is shorter than 16
    /// bytes.
    pub fn new(id: impl Into<String>, secret: &[u8]) -> Result<Self, InvalidIdKey> {
        let id = id.into();
        let plain = id
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
        if !plain || !(1..=16).contains(&id.len()) {
            return Err(InvalidIdKey::Id);
        }
        if secret.len() < 16 {
            return Err(InvalidIdKey::Secret);
        }
        let secret = hmac::Key::new(hmac::HMAC_SHA256, secret);
        Ok(Self { id, secret })
    }

    /// The id of the key.
    pub fn id(&self) -> &str {
        &self.id
    }
}

/// Reads `KEYID:SECRET`, as the command's `DRIFT_ID_KEY` has it.
///
/// ```
/// # fn main() -> Result<(), drift::InvalidIdKey> {
/// use drift::IdKey;
///
/// let key: IdKey = "2026:32 secret bytes from your vault.".parse()?;
/// assert_eq!(key.id(), "2026");
/// # Ok(())
/// # }
/// ```
impl FromStr for IdKey {
    type Err = InvalidIdKey;

    fn from_str(text: &str) -> Result<Self, InvalidIdKey> {
        let (id, secret) = text.split_once(':').ok_or(InvalidIdKey::Form)?;
        Self::new(id, secret.as_bytes())
    }
}

/// As [`FromStr`].
impl TryFrom<&str> for IdKey {
    type Error = InvalidIdKey;

    fn try_from(text: &str) -> Result<Self, InvalidIdKey> {
        text.parse()
    }
}

/// As [`FromStr`].
impl TryFrom<String> for IdKey {
    type Error = InvalidIdKey;

    fn try_from(text: String) -> Result<Self, InvalidIdKey> {
        text.parse()
    }
}

impl fmt::Debug for IdKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "IdKey({}, ..)", self.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn derived_ids_depend_on_key_and_own_id_alone() {
        let first = IdKey::new("a", &[7; 32]).expect("a key");
        let second = IdKey::new("b", &[8; 32]).expect("a key");
        let derive = |key, own_id| ExternalId::derive(key, own_id).expect("an own id");
        let id = derive(&first, "customer 7");
        for own_id in ["customer 7", " customer 7\n"] {
            assert_eq!(id, derive(&first, own_id), "{own_id:?}");
        }
        assert_ne!(id, derive(&first, "customer 8"));
        assert_ne!(id, derive(&second, "customer 7"));
        for none in ["", " \t"] {
            assert_eq!(ExternalId::derive(&first, none), Err(Guessable::Empty));
        }
        assert!(id.as_str().starts_with("ka_"));
        assert_eq!(id.as_str().len(), 43);
    }

    #[test]
    fn the_derivation_is_hmac_sha_256() {
        // The key of RFC 4231, test case 2, is too short here; this vector was made with openssl.
        let key = IdKey::new("1", b"0123456789abcdef").expect("a key");
        let id = ExternalId::derive(&key, "what do ya want for nothing?").expect("an own id");
        assert_eq!(id.as_str(), "k1_e9265dc1bf18d4ec36915d9e82226c7ea0fa4e7f");
    }

    #[test]
    fn our_own_ids_are_not_guessable() {
        let key = IdKey::new("1", &[7; 32]).expect("a key");
        let derived = ExternalId::derive(&key, "7").expect("an own id");
        assert_eq!(guessable(derived.as_str()), None);
        for _ in 0..1000 {
            assert_eq!(guessable(ExternalId::random().as_str()), None);
        }
    }

    #[test]
    fn keys_are_checked_and_hidden() {
        assert_eq!(IdKey::new("A", &[0; 16]).err(), Some(InvalidIdKey::Id));
        assert_eq!(IdKey::new("", &[0; 16]).err(), Some(InvalidIdKey::Id));
        assert_eq!(IdKey::new("a", &[0; 15]).err(), Some(InvalidIdKey::Secret));
        for (text, problem) in [
            ("a0123456789abcdef", Some(InvalidIdKey::Form)),
            ("A:0123456789abcdef", Some(InvalidIdKey::Id)),
            ("a:0123456789:bcdef", None),
            ("a:0123456789abcde", Some(InvalidIdKey::Secret)),
        ] {
            assert_eq!(text.parse::<IdKey>().err(), problem, "{text}");
        }
        let key = IdKey::new("a", b"secretsecretsecret").expect("a key");
        assert_eq!(format!("{key:?}"), "IdKey(a, ..)");
        assert_eq!(format!("{:?}", ExternalId::random()), "ExternalId(..)");
    }
}

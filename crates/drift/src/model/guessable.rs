//! Which external ids a stranger could guess: a pure judgement of the text.

use std::collections::HashSet;
use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY as SHA1, SHA256, SHA512, digest};

use crate::hex::hex;

/// Why an external id can be guessed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Guessable {
    /// There is no text.
    Empty,
    /// It is an email address.
    Email,
    /// It is the hash of the contact's email without a key: whoever knows the address can compute it.
    HashOfEmail,
    /// It is a number, perhaps behind a word: `123`, `user-00123`; or a phone number: `+49 170 1234567`.
    Sequence,
    /// It is a UUID made of the time and the machine (version 1 or 2).
    TimeUuid,
    /// It has fewer than 12 characters.
    Short,
    /// It has fewer than 6 different characters.
    LowVariety,
}

impl Guessable {
    /// The reason as one word, for tables and files.
    pub fn code(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Email => "email",
            Self::HashOfEmail => "hash_of_email",
            Self::Sequence => "sequence",
            Self::TimeUuid => "time_uuid",
            Self::Short => "short",
            Self::LowVariety => "low_variety",
        }
    }
}

impl fmt::Display for Guessable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Empty => "the external id is empty",
            Self::Email => "the external id is an email address, which strangers can guess",
            Self::HashOfEmail => {
                "the external id is the plain hash of the contact's email, which strangers can compute"
            }
            Self::Sequence => "the external id is a sequence number, which strangers can count",
            Self::TimeUuid => "the external id is a UUID made of the time, which strangers can narrow down",
            Self::Short => "the external id has fewer than 12 characters, which strangers can try",
            Self::LowVariety => {
                "the external id has fewer than 6 different characters, which strangers can try"
            }
        })
    }
}

impl std::error::Error for Guessable {}

const SHORTEST: usize = 12;
const LEAST_VARIETY: usize = 6;
/// A number this long is no sequence number, but a random one.
const LONGEST_SEQUENCE: usize = 18;

/// Judges an external id by itself; `None` when nothing speaks against it.
///
/// The table that it is tested with is `tests/vectors/identity.json`.
pub fn guessable(id: &str) -> Option<Guessable> {
    let id = id.trim();
    if id.is_empty() {
        return Some(Guessable::Empty);
    }
    if crate::Email::new(id).is_ok() {
        return Some(Guessable::Email);
    }
    if is_sequence(id) {
        return Some(Guessable::Sequence);
    }
    if is_time_uuid(id) {
        return Some(Guessable::TimeUuid);
    }
    if id.chars().count() < SHORTEST {
        return Some(Guessable::Short);
    }
    let variety = id.chars().collect::<HashSet<char>>().len();
    (variety < LEAST_VARIETY).then_some(Guessable::LowVariety)
}

/// Whether an external id is the MD5, SHA-1, SHA-256 or SHA-512 of an email, as given or in lower case, without a key;
/// in hexadecimal or in base64, perhaps behind the name of the hash and a colon.
pub fn is_hash_of_email(id: &str, email: &str) -> bool {
    let id = id.trim().trim_end_matches('=');
    let id = id.split_once(':').map_or(id, |(_, hash)| hash);
    let hash: fn(&[u8]) -> Vec<u8> = match id.len() {
        22 | 32 => |email| md5::compute(email).to_vec(),
        27 | 40 => |email| digest(&SHA1, email).as_ref().to_vec(),
        43 | 64 => |email| digest(&SHA256, email).as_ref().to_vec(),
        86 | 128 => |email| digest(&SHA512, email).as_ref().to_vec(),
        _ => return false,
    };
    let base64 = id.replace('-', "+").replace('_', "/");
    [email.trim(), &email.trim().to_lowercase()]
        .iter()
        .map(|email| hash(email.as_bytes()))
        .any(|hash| id.eq_ignore_ascii_case(&hex(&hash)) || STANDARD_NO_PAD.encode(&hash) == base64)
}

/// A number with nothing before it, or a word and a mark: `42`, `user-42`, `cust_0042`; its digits may stand in groups,
/// as those of a phone number do: `tel:+49 170 123-45`.
fn is_sequence(id: &str) -> bool {
    let id: String = id.chars().filter(|c| !" -.()/".contains(*c)).collect();
    let word_end = id.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    let (word, digits) = id.split_at(word_end);
    let plain_word = word
        .chars()
        .all(|c| c.is_alphabetic() || matches!(c, '_' | ':' | '#' | '+'));
    !digits.is_empty()
        && digits.len() <= LONGEST_SEQUENCE
        && plain_word
        && word.chars().count() <= 32
}

fn is_time_uuid(id: &str) -> bool {
    let bytes = id.as_bytes();
    let dashes = [8, 13, 18, 23];
    bytes.len() == 36
        && bytes.iter().enumerate().all(|(at, byte)| {
            if dashes.contains(&at) {
                *byte == b'-'
            } else {
                byte.is_ascii_hexdigit()
            }
        })
        && matches!(bytes[14], b'1' | b'2')
}

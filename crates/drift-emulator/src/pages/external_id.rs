//! What a contact's external id risks: a pure judgement of its text.

use std::collections::HashSet;

use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY as SHA1, SHA256, digest};

const SHORTEST: usize = 12;
const LEAST_VARIETY: usize = 6;
/// A number this long is no sequence number, but a random one.
const LONGEST_SEQUENCE: usize = 18;
/// Lengths of MD5, SHA-1 and SHA-256 in hexadecimal digits.
const HASHES: [usize; 3] = [32, 40, 64];

/// How well an external id keeps strangers from being taken for the contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Strength {
    /// There is none, so that the chat widget cannot identify the visitor.
    Unset,
    /// It is the contact's own email.
    OwnEmail,
    /// It is a hash of the contact's own email, made without a key.
    HashOfOwnEmail,
    /// It is an email address.
    Email,
    /// It is a number, perhaps behind a word.
    Sequence,
    /// It is a UUID made of the time (version 1 or 2).
    TimeUuid,
    /// It has fewer than 12 characters.
    Short,
    /// It has fewer than 6 different characters.
    LowVariety,
    /// It looks like a hash, which is only good if a key went into it.
    Hash,
    /// Nothing speaks against it.
    Unguessable,
}

/// Judges the external id of a contact with this email.
pub(super) fn strength(id: Option<&str>, email: Option<&str>) -> Strength {
    let Some(id) = id.map(str::trim).filter(|id| !id.is_empty()) else {
        return Strength::Unset;
    };
    let email = email.map(str::trim).filter(|email| !email.is_empty());
    match email {
        Some(email) if is_same(id, email) => Strength::OwnEmail,
        Some(email) if is_hash(id, email) => Strength::HashOfOwnEmail,
        _ => strength_of_text(id),
    }
}

/// Judges the external id by itself.
fn strength_of_text(id: &str) -> Strength {
    if is_email(id) {
        Strength::Email
    } else if is_sequence(id) {
        Strength::Sequence
    } else if is_time_uuid(id) {
        Strength::TimeUuid
    } else if id.chars().count() < SHORTEST {
        Strength::Short
    } else if id.chars().collect::<HashSet<_>>().len() < LEAST_VARIETY {
        Strength::LowVariety
    } else if HASHES.contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        Strength::Hash
    } else {
        Strength::Unguessable
    }
}

impl Strength {
    /// Whether strangers can find it out.
    pub(super) fn is_guessable(self) -> bool {
        !matches!(
            self,
            Strength::Unset | Strength::Hash | Strength::Unguessable
        )
    }

    /// The judgement as a sentence.
    pub(super) fn sentence(self) -> &'static str {
        match self {
            Strength::Unset => {
                "This contact has no external id. It cannot be used with drift.identify(), and Drift will not create one."
            }
            Strength::OwnEmail => {
                "This external id is the contact's own email, which strangers know or guess."
            }
            Strength::HashOfOwnEmail => {
                "This external id is a hash of the contact's own email, without a key. Whoever knows the email can compute it."
            }
            Strength::Email => {
                "This external id is an email address, which strangers know or guess."
            }
            Strength::Sequence => {
                "This external id is a sequence number, which strangers can count."
            }
            Strength::TimeUuid => {
                "This external id is a UUID made from the time, which strangers can narrow down."
            }
            Strength::Short => {
                "This external id has fewer than 12 characters, which strangers can guess by trying."
            }
            Strength::LowVariety => {
                "This external id has fewer than 6 different characters, which strangers can guess by trying."
            }
            Strength::Hash => {
                "This external id looks like a hash. If no secret key went into it, whoever knows the email can compute it."
            }
            Strength::Unguessable => "This external id is hard to guess: it is long and varied.",
        }
    }
}

fn is_same(id: &str, email: &str) -> bool {
    id.to_lowercase() == email.to_lowercase()
}

/// Whether the id is the MD5, SHA-1 or SHA-256 of the email, as it is or in lower case, in hexadecimal digits.
fn is_hash(id: &str, email: &str) -> bool {
    let hash = match id.len() {
        32 => |email: &str| hex(&md5::compute(email).0),
        40 => |email: &str| hex(digest(&SHA1, email.as_bytes()).as_ref()),
        64 => |email: &str| hex(digest(&SHA256, email.as_bytes()).as_ref()),
        _ => return false,
    };
    [email, &email.to_lowercase()]
        .iter()
        .any(|email| id.eq_ignore_ascii_case(&hash(email)))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn is_email(id: &str) -> bool {
    id.split_once('@')
        .is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.'))
        && !id.contains(char::is_whitespace)
}

/// A number with nothing before it, or a word and a mark: `42`, `user-42`, `cust_0042`.
fn is_sequence(id: &str) -> bool {
    let word = id.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = id.len() - word.len();
    let plain_word = word
        .chars()
        .all(|c| c.is_alphabetic() || matches!(c, '-' | '_' | ':' | '#' | '.' | '/' | ' '));
    (1..=LONGEST_SEQUENCE).contains(&digits) && plain_word && word.chars().count() <= 32
}

fn is_time_uuid(id: &str) -> bool {
    let dashes = [8, 13, 18, 23];
    let digit_or_dash = |(index, byte): (usize, u8)| {
        if dashes.contains(&index) {
            byte == b'-'
        } else {
            byte.is_ascii_hexdigit()
        }
    };
    id.len() == 36
        && id.bytes().enumerate().all(digit_or_dash)
        && matches!(id.as_bytes()[14], b'1' | b'2')
}

#[cfg(test)]
mod tests {
    use super::{Strength, strength};

    #[test]
    fn external_ids_are_judged_by_their_text() {
        let table = [
            (None, Strength::Unset),
            (Some(" "), Strength::Unset),
            (Some("ada@example.test"), Strength::Email),
            (Some("42"), Strength::Sequence),
            (Some("user-00042"), Strength::Sequence),
            (Some("1234567890123456789"), Strength::Unguessable),
            (
                Some("f81d4fae-7dec-11d0-a765-00a0c91e6bf6"),
                Strength::TimeUuid,
            ),
            (
                Some("f81d4fae-7dec-41d0-a765-00a0c91e6bf6"),
                Strength::Unguessable,
            ),
            (Some("u_9f3c1a"), Strength::Short),
            (Some("abababababababab"), Strength::LowVariety),
            (Some("d41d8cd98f00b204e9800998ecf8427e"), Strength::Hash),
            (Some("u_9f3c1ad27b60e845"), Strength::Unguessable),
        ];
        for (id, expected) in table {
            assert_eq!(strength(id, None), expected, "{id:?}");
            assert_eq!(strength(id, Some("bob@example.test")), expected, "{id:?}");
        }
    }

    #[test]
    fn the_contacts_own_email_is_recognized_in_every_form() {
        let email = Some(" Ada@Example.test");
        let table = [
            ("ada@example.test", Strength::OwnEmail),
            ("ADA@EXAMPLE.TEST ", Strength::OwnEmail),
            // printf Ada@Example.test | md5sum, and of the email in lower case.
            ("ca49051dcb2af68d775a3d2dd0c33f6c", Strength::HashOfOwnEmail),
            ("28ae5bf8fa0cde12855e61ac303859cc", Strength::HashOfOwnEmail),
            (
                "360f75072d593e83888cfba65696f4b6f4680958",
                Strength::HashOfOwnEmail,
            ),
            (
                "b97222ea69dadf792baa97fa768ecb840a0023714c831ab1328838cba9f7f437",
                Strength::HashOfOwnEmail,
            ),
            (
                "360F75072D593E83888CFBA65696F4B6F4680958",
                Strength::HashOfOwnEmail,
            ),
            // Somebody else's.
            ("d41d8cd98f00b204e9800998ecf8427e", Strength::Hash),
            ("bob@example.test", Strength::Email),
        ];
        for (id, expected) in table {
            assert_eq!(strength(Some(id), email), expected, "{id:?}");
        }
        // Where the emulator takes any text for an email.
        assert_eq!(
            strength(Some("the visitor 4711"), Some("the visitor 4711")),
            Strength::OwnEmail
        );
        assert_eq!(
            strength(Some("d41d8cd98f00b204e9800998ecf8427e"), Some(" ")),
            Strength::Hash,
            "the hash of nothing is nobody's email"
        );
    }
}

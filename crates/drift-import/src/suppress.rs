//! A do-not-contact list: addresses, whole domains, or keyed hashes of addresses.

use std::collections::HashSet;
use std::io::BufRead;
use std::path::Path;

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use crate::error::{Error, at};
use crate::row::{Hash, email_key, hex, short_hash};

/// Addresses that must not be imported. It holds hashes only: 16 bytes for each address.
///
/// A list has one entry per line: an address, `@domain` for a whole domain, or the 64 hexadecimal digits of
/// HMAC-SHA-256 over the address in lower case. Empty lines and those that begin with `#` are left out.
#[derive(Clone)]
pub struct Suppression {
    plain: HashSet<Hash>,
    keyed: HashSet<Hash>,
    key: Option<Hmac<Sha256>>,
    fingerprint: String,
}

impl Suppression {
    /// Reads a list; `key` is what its hashes were made with.
    ///
    /// # Errors
    ///
    /// [`Error::File`] when it cannot be read; [`Error::Input`] when it holds hashes and no key is given, or a line
    /// that is neither.
    pub fn read(path: &Path, key: Option<&[u8]>) -> Result<Self, Error> {
        let file = std::fs::File::open(path).map_err(at(path))?;
        let name = path.display().to_string();
        Self::from_lines(std::io::BufReader::new(file), &name, key)
    }

    fn from_lines(lines: impl BufRead, name: &str, key: Option<&[u8]>) -> Result<Self, Error> {
        let mut list = Self {
            plain: HashSet::new(),
            keyed: HashSet::new(),
            key: key.and_then(|key| Hmac::new_from_slice(key).ok()),
            fingerprint: String::new(),
        };
        let mut whole = Sha256::new();
        for (number, line) in (1..).zip(lines.lines()) {
            let wrong = |problem: &str| Error::Input {
                place: format!("{name}, line {number}"),
                problem: problem.to_owned(),
            };
            let line = line.map_err(|_| wrong("not UTF-8"))?;
            let entry = email_key(line.trim_start_matches('\u{feff}'));
            if entry.is_empty() || entry.starts_with('#') {
                continue;
            }
            whole.update(entry.as_bytes());
            whole.update(b"\n");
            list.add(&entry).map_err(wrong)?;
        }
        list.fingerprint = hex(&whole.finalize());
        Ok(list)
    }

    fn add(&mut self, entry: &str) -> Result<(), &'static str> {
        if entry.len() == 64 && entry.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            if self.key.is_none() {
                return Err("a hash, and no key is given to compare it with");
            }
            self.keyed.insert(short_hash(entry));
            return Ok(());
        }
        if !entry.contains('@') || entry.contains(char::is_whitespace) {
            return Err("neither an address, nor @domain, nor a keyed hash");
        }
        self.plain.insert(short_hash(entry));
        Ok(())
    }

    /// Whether an address is on the list.
    pub fn holds(&self, email: &str) -> bool {
        let email = email_key(email);
        let domain = email.rfind('@').map(|at| &email[at..]);
        self.plain.contains(&short_hash(&email))
            || domain.is_some_and(|domain| self.plain.contains(&short_hash(domain)))
            || self.keyed_holds(&email)
    }

    fn keyed_holds(&self, email: &str) -> bool {
        let Some(key) = self.key.as_ref().filter(|_| !self.keyed.is_empty()) else {
            return false;
        };
        let mut mac = key.clone();
        mac.update(email.as_bytes());
        self.keyed
            .contains(&short_hash(&hex(&mac.finalize().into_bytes())))
    }

    pub(crate) fn fingerprint(&self) -> &str {
        &self.fingerprint
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(text: &str, key: Option<&[u8]>) -> Result<Suppression, Error> {
        Suppression::from_lines(text.as_bytes(), "list", key)
    }

    #[test]
    fn addresses_domains_and_keyed_hashes_are_held() {
        let mut mac = Hmac::<Sha256>::new_from_slice(b"key").expect("a key");
        mac.update(b"secret@x.test");
        let hash = hex(&mac.finalize().into_bytes());
        let text = format!("# no contact\nAda@x.test\n\n@gone.test\n{hash}\n");
        let list = list(&text, Some(b"key")).expect("a list");
        for (email, held) in [
            ("ada@X.test", true),
            ("bob@x.test", false),
            ("anyone@gone.test", true),
            ("anyone@sub.gone.test", false),
            ("Secret@x.test", true),
        ] {
            assert_eq!(list.holds(email), held, "{email}");
        }
    }

    #[test]
    fn a_line_that_cannot_be_compared_is_an_error() {
        assert!(list(&"ab".repeat(32), None).is_err());
        assert!(list("not an address", None).is_err());
    }
}

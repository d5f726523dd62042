//! A do-not-contact list: addresses, whole domains, or keyed hashes of addresses.

use std::collections::HashSet;
use std::io::BufRead;
use std::path::Path;

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use crate::error::{Error, at};
use crate::input::hash::{Hash, hex, short_hash};
use crate::input::source::magic::kind_of;
use crate::input::value::address::key::{email_key, spellings};
use crate::input::value::invisible::{is_blank, is_invisible};

/// Addresses that must not be imported. It holds hashes only: 16 bytes for each address.
///
/// A list has one entry per line: an address, `@domain` for a whole domain, or the 64 hexadecimal digits of
/// HMAC-SHA-256 over the address in lower case. Addresses match in any spelling: composed or decomposed letters, a domain
/// in letters or as `xn--…`. Empty lines and those that begin with `#` are left out. Anything else, such as an address in
/// quotes, in angle brackets or with a second cell beside it, is an error: it would match no address.
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
        let name = path.display().to_string();
        if let Some(kind) = kind_of(path)? {
            return Err(Error::Input {
                place: name,
                problem: kind.to_owned(),
            });
        }
        let file = std::fs::File::open(path).map_err(at(path))?;
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
            let entry = email_key(line.trim_matches(is_blank));
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
        check(entry)?;
        self.plain.insert(short_hash(entry));
        Ok(())
    }

    /// Whether it has no entry, which may be intended or the result of a failed export.
    pub fn is_empty(&self) -> bool {
        self.plain.is_empty() && self.keyed.is_empty()
    }

    /// Whether an address is on the list.
    pub fn holds(&self, email: &str) -> bool {
        let key = email_key(email);
        let domain = key.rfind('@').map(|at| &key[at..]);
        self.plain.contains(&short_hash(&key))
            || domain.is_some_and(|domain| self.plain.contains(&short_hash(domain)))
            || (!self.keyed.is_empty() && self.keyed_holds_any(email))
    }

    /// The hashes were made elsewhere, of one of the spellings in lower case.
    fn keyed_holds_any(&self, email: &str) -> bool {
        let spellings = spellings(email.trim());
        spellings
            .iter()
            .any(|email| self.keyed_holds(&email.to_lowercase()))
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

/// Whether an entry is an address or a domain and nothing beside it, so that it can be equal to one of a file.
fn check(entry: &str) -> Result<(), &'static str> {
    const NEITHER: &str = "neither an address, nor @domain, nor a keyed hash";
    if entry.chars().any(is_invisible) {
        return Err("an invisible character stands in the entry");
    }
    let (local, domain) = entry.rsplit_once('@').ok_or(NEITHER)?;
    if local == "*" {
        return Err("patterns are not supported; write a whole domain as @domain");
    }
    let local = if local.is_empty() { "any" } else { local };
    let address = drift::Email::new(format!("{local}@{domain}"));
    if address.is_err() || !is_local_part(local) || !is_domain(domain) {
        return Err(NEITHER);
    }
    Ok(())
}

fn is_local_part(text: &str) -> bool {
    let quoted = text.len() > 2 && text.starts_with('"') && text.ends_with('"');
    quoted || !text.contains(['"', '<', '>', '(', ')', '[', ']', ',', ';', ':', '\\'])
}

fn is_domain(text: &str) -> bool {
    let literal = text
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    match literal {
        Some(address) => address
            .chars()
            .all(|c| c.is_alphanumeric() || ":.".contains(c)),
        None => text
            .chars()
            .all(|c| c.is_alphanumeric() || ".-_".contains(c)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(text: &str, key: Option<&[u8]>) -> Result<Suppression, Error> {
        Suppression::from_lines(text.as_bytes(), "list", key)
    }

    #[test]
    fn addresses_domains_and_keyed_hashes_are_matched() {
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
    fn a_line_that_could_match_no_address_is_an_error() {
        for line in [
            &"ab".repeat(32),
            "not an address",
            "email",
            "a@x.test,unsubscribed",
            "a@x.test;",
            "a@x.test\tunsubscribed",
            "a@x.test|1",
            "\"a@x.test\"",
            "'a@x.test'",
            "<a@x.test>",
            "Ann<a@x.test>",
            "mailto:a@x.test",
            "a@x.test,b@x.test",
            "a@x.test\rb@x.test",
            "*@x.test",
            "@*.x.test",
            "@",
            "@@x.test",
            "a\0@x.test",
            "st\u{200b}op@x.test",
        ] {
            let error = list(&format!("# ours\n{line}\n"), None).err();
            let message = error.map(|error| error.to_string()).unwrap_or_default();
            assert!(message.starts_with("list, line 2: "), "{line:?}: {message}");
            assert!(
                !message.contains("x.test"),
                "no value is repeated: {message}"
            );
        }
    }

    #[test]
    fn an_address_is_held_in_any_spelling() {
        let mut mac = Hmac::<Sha256>::new_from_slice(b"key").expect("a key");
        mac.update("zo\u{eb}@b\u{fc}cher.test".as_bytes());
        let keyed = hex(&mac.finalize().into_bytes());
        let spellings = [
            "zo\u{eb}@b\u{fc}cher.test",
            "zoe\u{308}@b\u{fc}cher.test",
            "ZO\u{cb}@BU\u{308}CHER.test",
            "zo\u{eb}@xn--bcher-kva.test",
        ];
        for entry in spellings.into_iter().chain([
            "@b\u{fc}cher.test",
            "@xn--bcher-kva.test",
            &keyed,
            "\u{200b}@b\u{fc}cher.test\u{feff}",
        ]) {
            let list = list(entry, Some(b"key")).expect("a list");
            for email in spellings {
                assert!(list.holds(email), "{entry} {email}");
            }
            assert!(!list.holds("zoe@bucher.test"), "{entry}");
        }
    }

    #[test]
    fn unusual_addresses_are_accepted() {
        for email in [
            "o'brien+news@x-y.test",
            "\"a,b\"@x.test",
            "zo\u{eb}@b\u{fc}cher.test",
            "a@[192.0.2.1]",
            "a@[ipv6:2001:db8::1]",
            "a_b/c=d@x_y.test",
        ] {
            assert!(list(email, None).expect("a list").holds(email), "{email}");
        }
    }
}

//! Addresses as they are compared: NFC, lower case, and the domain as an A-label. Never NFKC, which would make one
//! person of two.

use icu_normalizer::ComposingNormalizerBorrowed;
use idna::AsciiDenyList;

/// An address as it is compared.
pub(crate) fn email_key(email: &str) -> String {
    let email = email.trim();
    if email.is_ascii() {
        return email.to_ascii_lowercase();
    }
    let email = nfc_lower(email);
    match email.rsplit_once('@') {
        Some((local, domain)) => {
            let ascii = ascii_domain(domain);
            format!("{local}@{}", ascii.as_deref().unwrap_or(domain))
        }
        None => email,
    }
}

/// The spellings of one address that others may have stored: as written, its key, and with the domain in letters.
pub(crate) fn spellings(email: &str) -> Vec<String> {
    let mut spellings = vec![email.to_owned()];
    if email.is_ascii() && !email.to_ascii_lowercase().contains("xn--") {
        return spellings;
    }
    let key = email_key(email);
    let in_letters = key.rsplit_once('@').map(|(local, domain)| {
        let (domain, _) = idna::domain_to_unicode(domain);
        format!("{local}@{domain}")
    });
    for spelling in std::iter::once(key).chain(in_letters) {
        let known = |known: &String| lower(known) == spelling;
        if !spellings.iter().any(known) {
            spellings.push(spelling);
        }
    }
    spellings
}

/// A domain as an A-label; none where it cannot be written so.
pub(crate) fn ascii_domain(domain: &str) -> Option<String> {
    let ascii = idna::domain_to_ascii_cow(domain.as_bytes(), AsciiDenyList::EMPTY);
    ascii.ok().map(std::borrow::Cow::into_owned)
}

/// Text in normalization form C and lower case.
pub(crate) fn nfc_lower(text: &str) -> String {
    let lower = lower(text);
    let nfc = ComposingNormalizerBorrowed::new_nfc();
    nfc.normalize(&lower).into_owned()
}

/// Letter by letter, since the lower case of a sigma must not depend on its place.
fn lower(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_address_have_one_key() {
        for (one, other, same) in [
            ("Ada@X.test", "ada@x.test", true),
            (" ada@x.test\u{a0}", "ada@x.test", true),
            ("zo\u{eb}@x.test", "zoe\u{308}@x.test", true),
            ("ZO\u{cb}@x.test", "zo\u{eb}@x.test", true),
            ("a@b\u{fc}cher.test", "a@xn--bcher-kva.test", true),
            ("a@bu\u{308}cher.test", "a@XN--BCHER-KVA.test", true),
            ("a@B\u{dc}CHER.test", "a@b\u{fc}cher.test", true),
            ("\u{3a3}@x.test", "\u{3c3}@x.test", true),
            // NFKC would make these equal.
            ("\u{ff41}da@x.test", "ada@x.test", false),
            ("o\u{fb01}@x.test", "ofi@x.test", false),
            ("ada\u{b2}@x.test", "ada2@x.test", false),
            ("zoe@x.test", "zo\u{eb}@x.test", false),
            ("a@x.test", "a@y.test", false),
        ] {
            assert_eq!(email_key(one) == email_key(other), same, "{one} {other}");
        }
    }

    #[test]
    fn an_address_in_other_spellings_is_looked_up_in_each() {
        for (email, others) in [
            ("Ada@x.test", &[][..]),
            ("a@b\u{fc}cher.test", &["a@xn--bcher-kva.test"]),
            ("a@xn--bcher-kva.test", &["a@b\u{fc}cher.test"]),
            ("zoe\u{308}@x.test", &["zo\u{eb}@x.test"]),
        ] {
            assert_eq!(spellings(email)[1..], *others, "{email}");
        }
    }
}

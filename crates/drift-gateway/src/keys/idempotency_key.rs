//! The header `Idempotency-Key`: a structured-header string (RFC 8941), or the same text without quotes, since clients send
//! it so.

use std::fmt;

/// The longest key, in bytes.
pub(crate) const LONGEST: usize = 255;

/// A key that is well formed. A bare one and a quoted one with the same text are equal.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct IdempotencyKey(String);

/// Why a header is no key. It does not show the header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum InvalidKey {
    Empty,
    TooLong,
    Several,
    Malformed,
}

impl fmt::Display for InvalidKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Empty => "the Idempotency-Key is empty",
            Self::TooLong => "the Idempotency-Key is longer than 255 bytes",
            Self::Several => "there is more than one Idempotency-Key; send one",
            Self::Malformed => {
                "the Idempotency-Key is malformed; send visible ASCII characters, with or without double quotes around them"
            }
        })
    }
}

impl fmt::Debug for IdempotencyKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("IdempotencyKey(..)")
    }
}

impl IdempotencyKey {
    /// Reads the values of all headers of this name; `None` where there is none.
    pub(crate) fn read<'a>(
        mut values: impl Iterator<Item = &'a [u8]>,
    ) -> Result<Option<Self>, InvalidKey> {
        let Some(value) = values.next() else {
            return Ok(None);
        };
        if values.next().is_some() {
            return Err(InvalidKey::Several);
        }
        let text = std::str::from_utf8(value).map_err(|_| InvalidKey::Malformed)?;
        let text = text.trim_matches([' ', '\t']);
        let key = match text.strip_prefix('"') {
            Some(quoted) => unquoted(quoted)?,
            None => bare(text)?,
        };
        match key.len() {
            0 => Err(InvalidKey::Empty),
            1..=LONGEST => Ok(Some(Self(key))),
            _ => Err(InvalidKey::TooLong),
        }
    }

    /// The text, without quotes.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// The text of a string of RFC 8941, behind its first quote.
fn unquoted(text: &str) -> Result<String, InvalidKey> {
    let mut key = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '"' if characters.as_str().is_empty() => return Ok(key),
            '"' if characters.as_str().trim_start().starts_with(',') => {
                return Err(InvalidKey::Several);
            }
            '\\' => match characters.next() {
                Some(escaped @ ('"' | '\\')) => key.push(escaped),
                _ => return Err(InvalidKey::Malformed),
            },
            ' '..='~' if character != '"' => key.push(character),
            _ => return Err(InvalidKey::Malformed),
        }
    }
    Err(InvalidKey::Malformed)
}

/// A key without quotes. A comma would make a list of two of it, where a proxy joins headers.
fn bare(text: &str) -> Result<String, InvalidKey> {
    if text.contains(',') {
        return Err(InvalidKey::Several);
    }
    let plain = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\\' | b';');
    match text.bytes().all(plain) {
        true => Ok(text.to_owned()),
        false => Err(InvalidKey::Malformed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(values: &[&str]) -> Result<Option<String>, InvalidKey> {
        let key = IdempotencyKey::read(values.iter().map(|value| value.as_bytes()));
        key.map(|key| key.map(|key| key.as_str().to_owned()))
    }

    #[test]
    fn bare_and_quoted_keys_are_equal() {
        for (value, key) in [
            (
                "8e03978e-40d5-43dd-bc93-6894a57f9324",
                "8e03978e-40d5-43dd-bc93-6894a57f9324",
            ),
            (
                "\"8e03978e-40d5-43dd-bc93-6894a57f9324\"",
                "8e03978e-40d5-43dd-bc93-6894a57f9324",
            ),
            ("  k_7/+=:.~ ", "k_7/+=:.~"),
            ("\"signup of ada\"", "signup of ada"),
            ("\"a,b;c\"", "a,b;c"),
            (r#""a\"b\\c""#, r#"a"b\c"#),
        ] {
            assert_eq!(read(&[value]), Ok(Some(key.to_owned())), "{value}");
        }
        assert_eq!(read(&[]), Ok(None));
    }

    #[test]
    fn the_longest_key_has_255_bytes() {
        let longest = "k".repeat(LONGEST);
        assert_eq!(read(&[&longest]), Ok(Some(longest.clone())));
        assert_eq!(
            read(&[&format!("\"{longest}\"")]),
            Ok(Some(longest.clone()))
        );
        for value in [format!("{longest}k"), format!("\"{longest}k\"")] {
            assert_eq!(read(&[&value]), Err(InvalidKey::TooLong));
        }
    }

    #[test]
    fn what_is_no_key_is_refused() {
        for (values, problem) in [
            (&[""][..], InvalidKey::Empty),
            (&["   "], InvalidKey::Empty),
            (&["\"\""], InvalidKey::Empty),
            (&["a", "a"], InvalidKey::Several),
            (&["a, b"], InvalidKey::Several),
            (&["\"a\", \"b\""], InvalidKey::Several),
            (&["a b"], InvalidKey::Malformed),
            (&["\"a"], InvalidKey::Malformed),
            (&["a\""], InvalidKey::Malformed),
            (&["\"a\"b"], InvalidKey::Malformed),
            (&["\"a\";q=1"], InvalidKey::Malformed),
            (&[r#""a\b""#], InvalidKey::Malformed),
            (&["\"ä\""], InvalidKey::Malformed),
            (&["ä"], InvalidKey::Malformed),
            (&["\"a\tb\""], InvalidKey::Malformed),
        ] {
            assert_eq!(read(values), Err(problem), "{values:?}");
        }
        let not_utf_8 = IdempotencyKey::read([&b"\xff"[..]].into_iter());
        assert_eq!(not_utf_8, Err(InvalidKey::Malformed));
    }
}

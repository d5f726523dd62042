//! The attributes of a request, in the order and with the very text that the caller sent.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error as _, MapAccess, Visitor};
use serde_json::value::RawValue;

/// Up to here a repeated name is found by comparing; beyond it, by hashing.
const SMALL: usize = 16;

/// Attributes in the caller's order; of a repeated name the last value counts, as in most JSON readers.
#[derive(Default)]
pub(crate) struct Attributes<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'a> Attributes<'a> {
    /// Reads the attributes of a JSON object.
    pub(crate) fn from_object(object: &'a str) -> serde_json::Result<Self> {
        serde_json::from_str(object)
    }

    pub(crate) fn get(&self, name: &str) -> Option<&'a RawValue> {
        self.0
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| *value)
    }

    pub(crate) fn set(&mut self, name: Cow<'a, str>, value: &'a RawValue) {
        match self.0.iter_mut().find(|(key, _)| *key == name) {
            Some(slot) => slot.1 = value,
            None => self.0.push((name, value)),
        }
    }

    pub(crate) fn remove(&mut self, name: &str) {
        self.0.retain(|(key, _)| key != name);
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &'a RawValue)> {
        self.0.iter().map(|(key, value)| (key.as_ref(), *value))
    }

    pub(crate) fn retain(&mut self, mut keep: impl FnMut(&str, &RawValue) -> bool) {
        self.0.retain(|(key, value)| keep(key, value));
    }

    /// The attributes as members of a JSON object, without its braces, `email` first.
    pub(crate) fn members(&self) -> String {
        let mut out = String::with_capacity(32 * self.0.len());
        let first = self.0.iter().filter(|(key, _)| key == "email");
        let rest = self.0.iter().filter(|(key, _)| key != "email");
        for (key, value) in first.chain(rest) {
            if !out.is_empty() {
                out.push(',');
            }
            push_string(&mut out, key);
            out.push(':');
            out.push_str(value.get());
        }
        out
    }
}

/// Appends `text` as a JSON string.
pub(crate) fn push_string(out: &mut String, text: &str) {
    let plain = |byte: u8| byte >= 0x20 && byte != b'"' && byte != b'\\';
    if text.bytes().all(plain) {
        out.push('"');
        out.push_str(text);
        out.push('"');
    } else {
        out.push_str(&serde_json::Value::from(text).to_string());
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Attributes<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Members)
    }
}

/// A name borrowed from the body where it holds no escape.
#[derive(Deserialize)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Attributes<'de>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("an object of attributes")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
        let mut members: Vec<(Cow<'de, str>, &'de RawValue)> = Vec::with_capacity(8);
        let mut indexes: HashMap<Cow<'de, str>, usize> = HashMap::new();
        while let Some(Name(name)) = map.next_key()? {
            let value: &'de RawValue = map.next_value()?;
            check_value(value).map_err(M::Error::custom)?;
            if members.len() == SMALL {
                indexes = members
                    .iter()
                    .enumerate()
                    .map(|(index, (name, _))| (name.clone(), index))
                    .collect();
            }
            match find(&members, &indexes, &name) {
                Some(index) => members[index].1 = value,
                None => {
                    if members.len() >= SMALL {
                        indexes.insert(name.clone(), members.len());
                    }
                    members.push((name, value));
                }
            }
        }
        Ok(Attributes(members))
    }
}

fn find(
    members: &[(Cow<'_, str>, &RawValue)],
    indexes: &HashMap<Cow<'_, str>, usize>,
    name: &str,
) -> Option<usize> {
    if members.len() < SMALL {
        members.iter().position(|(known, _)| known == name)
    } else {
        indexes.get(name).copied()
    }
}

/// A raw value is only known to be well-formed; this finds lone surrogates, numbers out of range, and
/// nesting that other readers refuse (deeper than 128).
fn check_value(value: &RawValue) -> serde_json::Result<()> {
    let text = value.get();
    let harmless = match text.as_bytes().first() {
        Some(b'"') => !text.contains("\\u"),
        Some(b'-' | b'0'..=b'9') => !text.contains(['e', 'E']) && text.len() <= 300,
        Some(b't' | b'f' | b'n') => true,
        _ => false,
    };
    if harmless {
        Ok(())
    } else {
        serde_json::from_str::<serde_json::Value>(text).map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::Attributes;

    fn members(json: &str) -> String {
        serde_json::from_str::<Attributes<'_>>(json)
            .unwrap()
            .members()
    }

    #[test]
    fn order_and_text_are_kept() {
        let table = [
            (
                r#"{"z":1.0,"a":"x","email":"e"}"#,
                r#""email":"e","z":1.0,"a":"x""#,
            ),
            (r#"{"a":1,"b":2,"a":3}"#, r#""a":3,"b":2"#),
            (r#"{"q\"":{"b":1,"a":[2]}}"#, r#""q\"":{"b":1,"a":[2]}"#),
            ("{}", ""),
        ];
        for (json, expected) in table {
            assert_eq!(members(json), expected, "{json}");
        }
    }

    #[test]
    fn a_name_repeated_among_many_is_found() {
        let many: Vec<String> = (0..40)
            .chain([5, 39])
            .map(|n| format!("\"k{n}\":{n}"))
            .collect();
        let json = format!("{{{}}}", many.join(","));
        assert_eq!(
            serde_json::from_str::<Attributes<'_>>(&json).unwrap().len(),
            40
        );
    }

    #[test]
    fn values_that_others_cannot_read_are_refused() {
        let deep = format!("{{\"a\":{}{}}}", "[".repeat(500), "]".repeat(500));
        for json in [
            r#"{"a":"\ud800"}"#,
            r#"{"a":1e999999}"#,
            &deep,
            "[]",
            "{\"a\":}",
        ] {
            assert!(
                serde_json::from_str::<Attributes<'_>>(json).is_err(),
                "{json}"
            );
        }
    }
}

//! The members of a JSON object: none of them twice, and no number changed.

use std::collections::BTreeMap;

use serde_json::Value;
use serde_json::value::RawValue;

/// How deep values may be nested, as in serde_json.
const DEEPEST: usize = 128;
/// The problem of an integer that would be sent as another number.
pub(crate) const TOO_LONG: &str = "an integer of more than 64 bits";

/// The value of a member.
#[derive(Clone, PartialEq)]
pub(crate) enum Member {
    Value(Value),
    /// An integer that fits no 64 bits, as it is written.
    Long(String),
    /// An array or an object that could not be sent as it is written, and why.
    Inexact(&'static str),
}

/// The members of an object, or what is wrong with it.
pub(crate) type Members = BTreeMap<String, Member>;

/// Reads an object. Errors repeat none of its values.
pub(crate) fn members(text: &str) -> Result<Members, String> {
    let in_order: InOrder = serde_json::from_str(text).map_err(|error| not_an_object(&error))?;
    let mut members = Members::new();
    for (name, value) in in_order.0 {
        let member = if is_long(value.get()) {
            Member::Long(value.get().to_owned())
        } else {
            exact(&value, 1).map_or_else(Member::Inexact, Member::Value)
        };
        if members.contains_key(&name) {
            return Err(format!("column {name:?}: the key is there twice"));
        }
        members.insert(name, member);
    }
    Ok(members)
}

/// The message of serde may repeat values, so only its position is used.
fn not_an_object(error: &serde_json::Error) -> String {
    format!("not a JSON object, as seen at character {}", error.column())
}

fn is_long(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    digits.bytes().all(|byte| byte.is_ascii_digit())
        && text.parse::<i64>().is_err()
        && text.parse::<u64>().is_err()
}

/// A value, if it can be sent as it is written.
fn exact(value: &RawValue, depth: usize) -> Result<Value, &'static str> {
    const NO_VALUE: &str = "not a JSON value";
    let text = value.get();
    if depth > DEEPEST {
        return Err("nested too deep");
    }
    match text.as_bytes().first() {
        Some(b'{') => {
            let in_order: InOrder = serde_json::from_str(text).map_err(|_| NO_VALUE)?;
            let mut object = serde_json::Map::new();
            for (name, value) in in_order.0 {
                if object.insert(name, exact(&value, depth + 1)?).is_some() {
                    return Err("a key is there twice");
                }
            }
            Ok(Value::Object(object))
        }
        Some(b'[') => {
            let items: Vec<Box<RawValue>> = serde_json::from_str(text).map_err(|_| NO_VALUE)?;
            let items = items.iter().map(|item| exact(item, depth + 1));
            items.collect::<Result<_, _>>().map(Value::Array)
        }
        _ if is_long(text) => Err(TOO_LONG),
        _ => serde_json::from_str(text).map_err(|_| NO_VALUE),
    }
}

/// The members of an object in their order, with their very text.
pub(crate) struct InOrder(pub(crate) Vec<(String, Box<RawValue>)>);

impl<'de> serde::Deserialize<'de> for InOrder {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = InOrder;

            fn expecting(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                out.write_str("an object")
            }

            fn visit_map<M: serde::de::MapAccess<'de>>(
                self,
                mut map: M,
            ) -> Result<InOrder, M::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(InOrder(members))
            }
        }
        deserializer.deserialize_map(Visitor)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_are_kept_exactly_or_refused() {
        for (text, expected) in [
            ("1", Member::Value(json!(1))),
            ("-9223372036854775808", Member::Value(json!(i64::MIN))),
            ("18446744073709551615", Member::Value(json!(u64::MAX))),
            (
                "18446744073709551616",
                Member::Long("18446744073709551616".to_owned()),
            ),
            (
                "-9223372036854775809",
                Member::Long("-9223372036854775809".to_owned()),
            ),
            ("1.50", Member::Value(json!(1.5))),
            ("1e30", Member::Value(json!(1e30))),
            (
                "[1, {\"b\": [null, \"x\"]}]",
                Member::Value(json!([1, {"b": [null, "x"]}])),
            ),
            ("[18446744073709551616]", Member::Inexact(TOO_LONG)),
            ("{\"b\": 18446744073709551616}", Member::Inexact(TOO_LONG)),
            (
                "{\"b\": 1, \"b\": 1}",
                Member::Inexact("a key is there twice"),
            ),
        ] {
            let read = members(&format!("{{ \"a\" : {text} }}")).expect("an object");
            assert!(read["a"] == expected, "{text}");
        }
    }

    #[test]
    fn errors_of_lines_that_are_no_objects_repeat_no_values() {
        for (text, expected) in [
            ("[1]", "not a JSON object, as seen at character 0"),
            ("{\"a\":1", "not a JSON object, as seen at character 6"),
            ("{\"a\":1} x", "not a JSON object, as seen at character 9"),
            ("{\"a\":1,\"a\":2}", "column \"a\": the key is there twice"),
        ] {
            assert_eq!(members(text).err().as_deref(), Some(expected), "{text}");
        }
        let deep = format!("{{\"a\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
        let read = members(&deep).expect("an object");
        assert!(read["a"] == Member::Inexact("nested too deep"));
    }
}

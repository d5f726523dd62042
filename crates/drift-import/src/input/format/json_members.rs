//! The members of a JSON object: none of them twice, and no number changed.

use std::collections::BTreeMap;

use serde_json::Value;
use serde_json::value::RawValue;

/// How deep values may be nested, as in serde_json.
const DEEPEST: usize = 128;
/// The problem of an integer that would be sent as another number.
pub(crate) const TOO_LONG: &str = "an integer of more than 64 bits";

/// The problem of a fraction that would be sent as another number.
const ROUNDED: &str = "a number with more digits than can be sent exactly; write it in quotes";

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
    let in_order: InOrder =
        serde_json::from_str(text).map_err(|error| not_an_object(text, &error))?;
    let mut members = Members::new();
    for (name, value) in in_order.0 {
        let member = if is_long(value.get()) {
            Member::Long(value.get().to_owned())
        } else {
            exact(&value, 1).map_or_else(Member::Inexact, Member::Value)
        };
        if members.contains_key(&name) {
            return Err(format!("column {name:?}: the key occurs twice"));
        }
        members.insert(name, member);
    }
    Ok(members)
}

/// Puts the members of these members in the place of them: `properties.email`. Deeper ones come after those that hold them.
pub(crate) fn unnested(mut members: Members, nested: &[String]) -> Result<Members, String> {
    for name in nested {
        let object = match members.remove(name) {
            Some(Member::Value(Value::Object(object))) => object,
            // What is no object stays a column.
            other => {
                members.extend(other.map(|other| (name.clone(), other)));
                continue;
            }
        };
        for (key, value) in object {
            let column = format!("{name}.{key}");
            if members
                .insert(column.clone(), Member::Value(value))
                .is_some()
            {
                return Err(format!("column {column:?}: the key occurs twice"));
            }
        }
    }
    Ok(members)
}

/// The message of serde may repeat values, so only its position is used.
fn not_an_object(text: &str, error: &serde_json::Error) -> String {
    let found = match text.trim_start().bytes().next() {
        Some(b'[') => "a JSON list",
        Some(b'"') => "a JSON text",
        Some(b'0'..=b'9' | b'-') => "a number",
        Some(b't' | b'f') if matches!(text.trim(), "true" | "false") => "true or false",
        Some(b'n') if text.trim() == "null" => "null",
        Some(b'{') => {
            return format!("not a JSON object, as seen at character {}", error.column());
        }
        _ => return "this line is not JSON; a JSON object is expected".to_owned(),
    };
    format!("{found} where a JSON object is expected")
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
        Some(b'-' | b'0'..=b'9') if is_rounded(text) => Err(ROUNDED),
        _ => serde_json::from_str(text).map_err(|_| NO_VALUE),
    }
}

/// A number as JSON writes it, or why it cannot be sent as it is written; none where the text is no number.
pub(crate) fn exact_number(text: &str) -> Option<Result<Value, &'static str>> {
    let begins = text.starts_with(|c: char| c == '-' || c.is_ascii_digit());
    let number = serde_json::from_str::<serde_json::Number>(text).ok();
    let number = number.filter(|_| begins && text.trim() == text)?;
    Some(match text {
        _ if is_long(text) => Err(TOO_LONG),
        _ if is_rounded(text) => Err(ROUNDED),
        _ => Ok(Value::Number(number)),
    })
}

/// Whether a fraction is not the number that a double keeps of it and shows again.
fn is_rounded(text: &str) -> bool {
    if !text.contains(['.', 'e', 'E']) {
        return false;
    }
    let kept = text.parse::<f64>().ok().filter(|kept| kept.is_finite());
    kept.is_none_or(|kept| decimal(text) != decimal(&format!("{kept:e}")))
}

/// The digits of a number without zeros around them, and its power of ten.
fn decimal(text: &str) -> (String, i64) {
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = [whole.trim_start_matches('-'), fraction].concat();
    let significant = digits.trim_end_matches('0');
    if significant.trim_start_matches('0').is_empty() {
        return (String::new(), 0);
    }
    let zeros = digits.len() - significant.len();
    let shift = zeros as i64 - fraction.len() as i64;
    let exponent = exponent.parse::<i64>().unwrap_or(i64::MAX);
    (
        significant.trim_start_matches('0').to_owned(),
        exponent.saturating_add(shift),
    )
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
            ("0.10", Member::Value(json!(0.1))),
            ("-0.0", Member::Value(json!(-0.0))),
            (
                "1.797693134862315e308",
                Member::Value(json!(1.797693134862315e308)),
            ),
            ("3.14159265358979323846", Member::Inexact(ROUNDED)),
            ("9007199254740993.0", Member::Inexact(ROUNDED)),
            ("1e400", Member::Inexact(ROUNDED)),
            ("[0.12345678901234567891]", Member::Inexact(ROUNDED)),
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
    fn members_of_members_become_columns() {
        let nested = ["a", "a.b"].map(str::to_owned);
        for (text, expected) in [
            (
                "{\"a\":{\"x\":1,\"b\":{\"y\":2}},\"c\":3}",
                Ok("a.b.y,a.x,c"),
            ),
            ("{\"a\":null,\"c\":3}", Ok("a,c")),
            ("{\"c\":3}", Ok("c")),
            (
                "{\"a\":{\"x\":1},\"a.x\":3}",
                Err("column \"a.x\": the key occurs twice"),
            ),
        ] {
            let read = unnested(members(text).expect("an object"), &nested);
            let keys = read.map(|read| read.into_keys().collect::<Vec<_>>().join(","));
            assert_eq!(keys.as_deref().map_err(String::as_str), expected);
        }
    }

    #[test]
    fn errors_of_lines_that_are_no_objects_repeat_no_values() {
        for (text, expected) in [
            ("[1]", "a JSON list where a JSON object is expected"),
            ("\"a\"", "a JSON text where a JSON object is expected"),
            ("-12", "a number where a JSON object is expected"),
            ("true", "true or false where a JSON object is expected"),
            ("null", "null where a JSON object is expected"),
            (
                "email,name",
                "this line is not JSON; a JSON object is expected",
            ),
            ("{\"a\":1", "not a JSON object, as seen at character 6"),
            ("{\"a\":1} x", "not a JSON object, as seen at character 9"),
            ("{\"a\":1,\"a\":2}", "column \"a\": the key occurs twice"),
        ] {
            assert_eq!(members(text).err().as_deref(), Some(expected), "{text}");
        }
        let deep = format!("{{\"a\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
        let read = members(&deep).expect("an object");
        assert!(read["a"] == Member::Inexact("nested too deep"));
    }
}

//! A cell of CSV that an export writes, and that comes back as it was: text that would be read as another type, or
//! trimmed, stands in quotes; numbers and truth values do not.

use drift::AttributeKind;
use serde_json::Value;

use crate::input::format::json_members::exact_number;
use crate::input::value::attribute::cell;

/// A list or an object, or text that cannot be told from one.
const NESTED: &str =
    "a list or an object, or text that looks like one; export JSON Lines, which keeps them apart";

/// A value as an export writes it.
pub(crate) fn written(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => written_text(text),
        Value::Array(_) | Value::Object(_) => in_quotes(&value.to_string()),
        other => other.to_string(),
    }
}

/// A text as an export writes it.
pub(crate) fn written_text(text: &str) -> String {
    let ends = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || ".+)!?".contains(c));
    let plain = ends(text.chars().next())
        && ends(text.chars().next_back())
        && !text.contains([',', '"', '\r', '\n'])
        && typed(text).is_none();
    match plain {
        true => text.to_owned(),
        false => in_quotes(text),
    }
}

fn in_quotes(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// The value of an attribute in a cell as it stands, spaces included.
pub(crate) fn read(kind: &AttributeKind, text: &str, quoted: bool) -> Result<Value, &'static str> {
    match kind {
        AttributeKind::String => Ok(Value::from(text)),
        AttributeKind::Other(_) if !quoted => typed(text).unwrap_or_else(|| Ok(Value::from(text))),
        AttributeKind::Other(_) if is_nested(text) => Err(NESTED),
        AttributeKind::Other(_) => Ok(Value::from(text)),
        kind => cell::from_text(kind, text.trim()),
    }
}

/// A number or a truth value; none where it is neither.
fn typed(text: &str) -> Option<Result<Value, &'static str>> {
    match text {
        "true" => Some(Ok(Value::Bool(true))),
        "false" => Some(Ok(Value::Bool(false))),
        _ => exact_number(text),
    }
}

fn is_nested(text: &str) -> bool {
    text.starts_with(['[', '{']) && serde_json::from_str::<Value>(text).is_ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_value_comes_back_as_it_was() {
        let any = AttributeKind::Other(String::new());
        for value in [
            json!("pro"),
            json!("true"),
            json!("-5"),
            json!("1.10"),
            json!("1e5"),
            json!("007"),
            json!("0"),
            json!(" a leading space"),
            json!("a trailing one "),
            json!(""),
            json!("a \"quote\", and\na line"),
            json!("'apostrophes'"),
            json!("+49 170 1"),
            json!("null"),
            json!("18446744073709551616"),
            json!(true),
            json!(false),
            json!(-5),
            json!(1.1),
            json!(0.1),
            json!(5e-324),
            json!(1.797_693_134_862_315_7e308),
            json!(123_456_789.123_456_79),
            json!(u64::MAX),
            json!(i64::MIN),
            json!(1e21),
        ] {
            let written = written(&value);
            let mut reader = csv::ReaderBuilder::new();
            let mut reader = reader.has_headers(false).from_reader(written.as_bytes());
            let record = reader
                .records()
                .next()
                .expect("a record")
                .expect("a record");
            let read = read(&any, &record[0], written.starts_with('"'));
            assert_eq!(read, Ok(value), "{written}");
        }
    }

    #[test]
    fn a_definition_decides_and_what_is_nested_is_refused() {
        let any = AttributeKind::Other(String::new());
        for (kind, text, quoted, expected) in [
            (AttributeKind::String, "-5", false, Ok(json!("-5"))),
            (AttributeKind::String, " a", true, Ok(json!(" a"))),
            (AttributeKind::Numeric, "-5", true, Ok(json!(-5))),
            (AttributeKind::Boolean, "true", false, Ok(json!(true))),
            (any.clone(), "[1]", true, Err(NESTED)),
            (any.clone(), "{\"a\":1}", true, Err(NESTED)),
            (any, "[sic]", true, Ok(json!("[sic]"))),
        ] {
            assert_eq!(read(&kind, text, quoted), expected, "{text}");
        }
    }
}

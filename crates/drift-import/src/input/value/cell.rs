//! Cells as values of the types that Drift's definitions ask for.

use drift::AttributeKind;
use serde_json::{Number, Value};

use crate::input::format::json_members::{Member, TOO_LONG};

/// A cell's text as a value of this kind. The sentence on failure does not repeat the text.
pub(crate) fn from_text(kind: &AttributeKind, text: &str) -> Result<Value, &'static str> {
    match kind {
        AttributeKind::Numeric => number(text),
        AttributeKind::Boolean => boolean(text).ok_or("neither true nor false"),
        AttributeKind::Datetime => {
            moment(text).ok_or("neither milliseconds nor a moment such as 2026-01-31T12:00:00Z")
        }
        AttributeKind::Date => day(text).ok_or("not a day such as 2026-01-31"),
        _ => Ok(Value::from(text)),
    }
}

/// A member of a JSON object as a value of this kind.
pub(crate) fn from_member(kind: &AttributeKind, member: &Member) -> Result<Value, &'static str> {
    match (kind, member) {
        (_, Member::Value(value)) => from_json(kind, value),
        (AttributeKind::String, Member::Long(digits)) => Ok(Value::from(digits.as_str())),
        (_, Member::Long(_)) => Err(TOO_LONG),
        (_, Member::Inexact(problem)) => Err(problem),
    }
}

/// A JSON value as one of this kind; text is read as a cell's.
fn from_json(kind: &AttributeKind, value: &Value) -> Result<Value, &'static str> {
    match (kind, value) {
        (_, Value::String(text)) => from_text(kind, text),
        (AttributeKind::Numeric, Value::Number(_))
        | (AttributeKind::Boolean, Value::Bool(_))
        | (AttributeKind::Datetime | AttributeKind::Date, Value::Number(_)) => Ok(value.clone()),
        (AttributeKind::Other(_), _) => Ok(value.clone()),
        (AttributeKind::String, Value::Number(number)) => Ok(Value::from(number.to_string())),
        (AttributeKind::String, Value::Bool(value)) => Ok(Value::from(value.to_string())),
        _ => Err("of another type than Drift's definition of the attribute"),
    }
}

fn number(text: &str) -> Result<Value, &'static str> {
    if let Ok(whole) = text.parse::<i64>() {
        return Ok(Value::from(whole));
    }
    if let Ok(whole) = text.parse::<u64>() {
        return Ok(Value::from(whole));
    }
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if !unsigned.is_empty() && unsigned.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(TOO_LONG);
    }
    fraction(text).ok_or("not a number, such as 12 or -3.5")
}

fn fraction(text: &str) -> Option<Value> {
    let digits = text
        .bytes()
        .all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'-' | b'+' | b'e' | b'E'));
    let number = text.parse::<f64>().ok().filter(|_| digits)?;
    Number::from_f64(number).map(Value::Number)
}

fn boolean(text: &str) -> Option<Value> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "yes" | "y" | "1" => Some(Value::Bool(true)),
        "false" | "no" | "n" | "0" => Some(Value::Bool(false)),
        _ => None,
    }
}

fn moment(text: &str) -> Option<Value> {
    if let Ok(millis) = text.parse::<i64>() {
        return Some(Value::from(millis));
    }
    let moment = text.parse::<jiff::Timestamp>().ok()?;
    Some(Value::from(moment.as_millisecond()))
}

fn day(text: &str) -> Option<Value> {
    let day = text.parse::<jiff::civil::Date>().ok()?;
    Some(Value::from(day.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn text_becomes_what_the_definition_says() {
        use AttributeKind::{Boolean, Date, Datetime, Numeric, Other, String};
        for (kind, text, value) in [
            (String, "12", Some(json!("12"))),
            (Other("X".to_owned()), "12", Some(json!("12"))),
            (Numeric, "12", Some(json!(12))),
            (Numeric, "-3.5", Some(json!(-3.5))),
            (Numeric, "1,234", None),
            (Numeric, "NaN", None),
            (Numeric, "", None),
            (Numeric, "18446744073709551615", Some(json!(u64::MAX))),
            (Numeric, "18446744073709551616", None),
            (Numeric, "-9223372036854775809", None),
            (
                String,
                "18446744073709551616",
                Some(json!("18446744073709551616")),
            ),
            (Boolean, "Yes", Some(json!(true))),
            (Boolean, "0", Some(json!(false))),
            (Boolean, "maybe", None),
            (
                Datetime,
                "1735689600123",
                Some(json!(1_735_689_600_123_i64)),
            ),
            (
                Datetime,
                "2025-01-01T00:00:00Z",
                Some(json!(1_735_689_600_000_i64)),
            ),
            (Datetime, "yesterday", None),
            (Date, "2026-01-31", Some(json!("2026-01-31"))),
            (Date, "31.01.2026", None),
        ] {
            assert_eq!(from_text(&kind, text).ok(), value, "{kind} {text:?}");
        }
    }

    #[test]
    fn json_keeps_its_types_where_they_fit() {
        use AttributeKind::{Boolean, Numeric, Other, String};
        for (kind, value, expected) in [
            (Numeric, json!(1.5), Some(json!(1.5))),
            (Numeric, json!("7"), Some(json!(7))),
            (Numeric, json!(true), None),
            (Boolean, json!(true), Some(json!(true))),
            (String, json!(7), Some(json!("7"))),
            (String, json!([1]), None),
            (Other("X".to_owned()), json!([1]), Some(json!([1]))),
        ] {
            assert_eq!(from_json(&kind, &value).ok(), expected, "{kind} {value}");
        }
        let long = Member::Long("18446744073709551616".to_owned());
        for (kind, expected) in [
            (String, Some(json!("18446744073709551616"))),
            (Numeric, None),
            (Other("X".to_owned()), None),
        ] {
            assert_eq!(from_member(&kind, &long).ok(), expected, "{kind}");
        }
    }
}

//! Cells as values of the types that Drift's definitions ask for.

use drift::AttributeKind;
use serde_json::{Number, Value};

use crate::input::format::json_members::{Member, TOO_LONG};

/// The problem of a fraction in the place of text: its digits may not be those that were written.
pub(crate) const NOT_WHOLE: &str = "a fraction where text is expected; write it in quotes";

/// A cell's text as a value of this kind. The sentence on failure does not repeat the text.
pub(crate) fn from_text(kind: &AttributeKind, text: &str) -> Result<Value, &'static str> {
    match kind {
        AttributeKind::Numeric => number(text),
        AttributeKind::Boolean => boolean(text).ok_or("neither true nor false"),
        AttributeKind::Datetime => {
            let moment = moment(text);
            moment.unwrap_or(Err(
                "not a time in milliseconds or such as 2026-01-31T12:00:00Z",
            ))
        }
        AttributeKind::Date => {
            day(text).ok_or("not a day such as 2026-01-31, between 1900 and 2100")
        }
        _ => Ok(Value::from(text)),
    }
}

const A_LIST: &str = "a list; an attribute is text, a number, true or false";
const AN_OBJECT: &str = "an object; an attribute is text, a number, true or false; map one member of the object with --map COLUMN.MEMBER=ATTRIBUTE";

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
        (_, Value::Array(_)) => Err(A_LIST),
        (_, Value::Object(_)) => Err(AN_OBJECT),
        (AttributeKind::Datetime | AttributeKind::Date, Value::Number(number)) => {
            millis(number.as_i64().unwrap_or_default())
        }
        (AttributeKind::Numeric, Value::Number(_))
        | (AttributeKind::Boolean, Value::Bool(_))
        | (AttributeKind::Other(_), _) => Ok(value.clone()),
        (AttributeKind::String, Value::Number(number)) if number.is_f64() => Err(NOT_WHOLE),
        (AttributeKind::String, Value::Number(number)) => Ok(Value::from(number.to_string())),
        (AttributeKind::String, Value::Bool(value)) => Ok(Value::from(value.to_string())),
        _ => Err("not of the type that Drift defines for the attribute"),
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

/// None where the text is neither a number nor a moment.
fn moment(text: &str) -> Option<Result<Value, &'static str>> {
    if let Ok(number) = text.parse::<i64>() {
        return Some(millis(number));
    }
    let moment = text.parse::<jiff::Timestamp>().ok()?;
    let millis = moment.as_millisecond();
    let plausible = PLAUSIBLE.contains(&millis);
    Some(plausible.then_some(Value::from(millis)).ok_or(FAR))
}

/// 1900 to 2100, in milliseconds since 1970.
const PLAUSIBLE: std::ops::RangeInclusive<i64> = -2_208_988_800_000..=4_102_444_800_000;
/// Numbers below are seconds, days of a spreadsheet, or a date without its hyphens: as milliseconds they are all within
/// three years of 1970.
const FEWEST_MILLIS: u64 = 100_000_000_000;
const SECONDS: &str = "implausible: as milliseconds it is near 1970; seconds and numbers such as 20260131 are not read, \
                       so write milliseconds, or a moment such as 2026-01-31T12:00:00Z";
const DIGITS: &str = "implausible: it looks like a date and a time without marks between them, such as 202601311200, and would \
                      be read as milliseconds near 1976; write a moment such as 2026-01-31T12:00:00Z";
const FAR: &str = "implausible: it is not between 1900 and 2100";

pub(crate) fn millis(number: i64) -> Result<Value, &'static str> {
    match number {
        near if near.unsigned_abs() < FEWEST_MILLIS => Err(SECONDS),
        far if !PLAUSIBLE.contains(&far) => Err(FAR),
        digits if is_date_and_time(digits) => Err(DIGITS),
        plausible => Ok(Value::from(plausible)),
    }
}

/// Whether a number of twelve digits is a year, a month, a day, an hour and a minute.
fn is_date_and_time(number: i64) -> bool {
    let part = |divisor: i64, size: i64| number / divisor % size;
    let year = number / 100_000_000;
    (1900..=2100).contains(&year)
        && (1..=12).contains(&part(1_000_000, 100))
        && (1..=31).contains(&part(10_000, 100))
        && part(100, 100) < 24
        && part(1, 100) < 60
}

fn day(text: &str) -> Option<Value> {
    let day = text.parse::<jiff::civil::Date>().ok()?;
    day_value(day).ok()
}

/// A day as it is sent.
pub(crate) fn day_value(day: jiff::civil::Date) -> Result<Value, &'static str> {
    let plausible = (1900..=2100).contains(&day.year());
    plausible.then(|| Value::from(day.to_string())).ok_or(FAR)
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
            (Datetime, "1735689600", None),
            (Datetime, "20260801", None),
            (Datetime, "46235", None),
            (Datetime, "202608011200", None),
            (Datetime, "190012312359", None),
            (Datetime, "20260801120000", None),
            (Datetime, "202613011200", Some(json!(202_613_011_200_i64))),
            (Datetime, "202608012460", Some(json!(202_608_012_460_i64))),
            (Datetime, "199912312359", None),
            (
                Datetime,
                "1000000000000",
                Some(json!(1_000_000_000_000_i64)),
            ),
            (Datetime, "0", None),
            (Datetime, "1735689600123000", None),
            (Datetime, "1970-01-02T00:00:00Z", Some(json!(86_400_000))),
            (Datetime, "0202-01-01T00:00:00Z", None),
            (Date, "0026-01-31", None),
            (Date, "2026-01-31", Some(json!("2026-01-31"))),
            (Date, "31.01.2026", None),
        ] {
            assert_eq!(from_text(&kind, text).ok(), value, "{kind} {text:?}");
        }
    }

    #[test]
    fn json_keeps_its_types_where_they_fit() {
        use AttributeKind::{Boolean, Date, Datetime, Numeric, Other, String};
        for (kind, value, expected) in [
            (Numeric, json!(1.5), Some(json!(1.5))),
            (Numeric, json!("7"), Some(json!(7))),
            (Numeric, json!(true), None),
            (Boolean, json!(true), Some(json!(true))),
            (String, json!(7), Some(json!("7"))),
            (String, json!(1.5), None),
            (String, json!([1]), None),
            (Other("X".to_owned()), json!([1]), None),
            (Other("X".to_owned()), json!({"a": 1}), None),
            (Datetime, json!(1_735_689_600), None),
            (Datetime, json!(202_608_011_200_i64), None),
            (Date, json!(202_608_011_200_i64), None),
            (Date, json!(20_260_801), None),
            (
                Datetime,
                json!(1_735_689_600_123_i64),
                Some(json!(1_735_689_600_123_i64)),
            ),
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

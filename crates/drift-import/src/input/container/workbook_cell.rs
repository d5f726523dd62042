//! A cell of a workbook as a cell of CSV: text in quotes, and numbers, truth values and dates by the cell's own type. Pure.

use calamine::{Data, ExcelDateTime};

use crate::input::value::leftover::spreadsheet::NOT_CALCULATED;

/// The largest integer up to which a double holds each one.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// The cell. `format` is how numbers are shown, such as `00000`.
pub(super) fn csv_cell(value: &Data, format: &str) -> String {
    match value {
        Data::Empty => String::new(),
        Data::String(text) => in_quotes(text),
        Data::Bool(value) => value.to_string(),
        Data::Int(number) => match padded(&number.to_string(), format) {
            Some(text) => in_quotes(&text),
            None => number.to_string(),
        },
        Data::Float(number) => of_number(*number, format),
        Data::DateTime(moment) if moment.is_duration() => of_number(moment.as_f64(), ""),
        Data::DateTime(moment) => in_quotes(&of_moment(*moment)),
        Data::DateTimeIso(text) | Data::DurationIso(text) => in_quotes(text),
        // The reader refuses them, or warns of them.
        Data::Error(error) => in_quotes(&error.to_string()),
    }
}

/// The cell of a formula whose value is not stored. The reader refuses it.
pub(super) fn without_value() -> String {
    in_quotes(NOT_CALCULATED)
}

fn in_quotes(text: &str) -> String {
    match text.is_empty() {
        true => String::new(),
        false => format!("\"{}\"", text.replace('"', "\"\"")),
    }
}

/// A number without an exponent. An integer that is not held exactly is written as a spreadsheet shortens it, which the
/// reader refuses.
fn of_number(number: f64, format: &str) -> String {
    if number.fract() != 0.0 || !number.is_finite() {
        return number.to_string();
    }
    if number.abs() > EXACT {
        return format!("{number:.5e}").replace('e', "E+");
    }
    let digits = format!("{number:.0}");
    let digits = if digits == "-0" {
        "0".to_owned()
    } else {
        digits
    };
    match padded(&digits, format) {
        Some(text) => in_quotes(&text),
        None => digits,
    }
}

/// Digits as a format of zeros alone shows them: a postal code of `00000` is text.
fn padded(digits: &str, format: &str) -> Option<String> {
    let is_padding = format.len() > 1 && format.bytes().all(|byte| byte == b'0');
    let is_whole = digits.bytes().all(|byte| byte.is_ascii_digit());
    (is_padding && is_whole).then(|| format!("{digits:0>width$}", width = format.len()))
}

/// A day, or a day and a time, as ISO 8601 writes them; without a zone, since a cell has none.
fn of_moment(moment: ExcelDateTime) -> String {
    let (year, month, day, hour, minute, second, milli) = moment.to_ymd_hms_milli();
    let date = format!("{year:04}-{month:02}-{day:02}");
    let time = format!("{hour:02}:{minute:02}:{second:02}");
    match (moment.as_f64(), milli) {
        (value, _) if value.fract() == 0.0 => date,
        (value, 0) if value < 1.0 => time,
        (_, 0) => format!("{date}T{time}"),
        (_, milli) => format!("{date}T{time}.{milli:03}"),
    }
}

#[cfg(test)]
mod tests {
    use calamine::{CellErrorType, ExcelDateTimeType};

    use super::*;

    #[test]
    fn cells_are_written_by_their_types() {
        let moment = |value| {
            Data::DateTime(ExcelDateTime::new(
                value,
                ExcelDateTimeType::DateTime,
                false,
            ))
        };
        for (value, format, expected) in [
            (Data::Empty, "General", ""),
            (
                Data::String("Lee, \"Ann\"".to_owned()),
                "General",
                "\"Lee, \"\"Ann\"\"\"",
            ),
            (Data::String("007".to_owned()), "@", "\"007\""),
            (Data::String(String::new()), "@", ""),
            (Data::Bool(true), "General", "true"),
            (Data::Int(12), "General", "12"),
            (Data::Float(12.0), "General", "12"),
            (Data::Float(-0.0), "General", "0"),
            (Data::Float(-3.5), "0.00", "-3.5"),
            (Data::Float(0.1), "General", "0.1"),
            (Data::Float(491_701_234_567.0), "0.00E+00", "491701234567"),
            (Data::Float(1234.0), "00000", "\"01234\""),
            (Data::Float(123_456.0), "00000", "\"123456\""),
            (Data::Int(7), "000", "\"007\""),
            (Data::Float(1234.5), "00000", "1234.5"),
            (Data::Float(7.0), "0", "7"),
            (
                Data::Float(9_007_199_254_740_992.0),
                "0",
                "9007199254740992",
            ),
            (Data::Float(9_007_199_254_740_994.0), "0", "9.00720E+15"),
            (Data::Float(-1.8e19), "0", "-1.80000E+19"),
            (moment(46_235.0), "yyyy-mm-dd", "\"2026-08-01\""),
            (
                moment(46_235.5),
                "yyyy-mm-dd hh:mm",
                "\"2026-08-01T12:00:00\"",
            ),
            (moment(0.5), "hh:mm", "\"12:00:00\""),
            (
                Data::DateTimeIso("2026-08-01".to_owned()),
                "",
                "\"2026-08-01\"",
            ),
            (Data::Error(CellErrorType::NA), "General", "\"#N/A\""),
            (Data::Error(CellErrorType::Ref), "General", "\"#REF!\""),
        ] {
            assert_eq!(csv_cell(&value, format), expected, "{value:?} as {format}");
        }
    }
}

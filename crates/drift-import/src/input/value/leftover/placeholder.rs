//! What files hold in the place of an identity: `NULL`, `N/A`, a spreadsheet's error, a number it has shortened.

use crate::input::value::leftover::spreadsheet;

/// What programs and people write for "nothing", in lower case.
const NOTHING: [&str; 36] = [
    "null",
    "(null)",
    "<null>",
    "[null]",
    "\\n",
    "nil",
    "none",
    "(none)",
    "nan",
    "undefined",
    "n/a",
    "na",
    "n.a.",
    "n.a",
    "#n/a",
    "#na",
    "not available",
    "not applicable",
    "unknown",
    "empty",
    "(empty)",
    "(blank)",
    "0",
    "0.0",
    "false",
    "[object object]",
    "true",
    "tbd",
    "tba",
    "k.a.",
    "k.a",
    "n/v",
    "n/d",
    "n.d.",
    "s/d",
    "s.o.",
];

/// The problem of a placeholder.
const PLACEHOLDER: &str =
    "a placeholder such as NULL or N/A, not an id; allow the value if it is one";

/// Why a text in a column of identities identifies nobody.
pub(crate) fn placeholder(text: &str) -> Option<&'static str> {
    let plain = plain(text);
    if let Some(damage) = spreadsheet::damage(&plain).or_else(|| damaged_identity(&plain)) {
        return Some(damage);
    }
    let marks_only = !text.is_empty() && plain.chars().all(|c| !c.is_alphanumeric());
    let zeros = !plain.is_empty() && plain.bytes().all(|byte| byte == b'0');
    let named = plain.len() <= 20 && NOTHING.contains(&plain.to_lowercase().as_str());
    (marks_only || zeros || named).then_some(PLACEHOLDER)
}

/// Without white space, a delimiter at the end, and the width of letters: `N / A;` is `N/A`.
fn plain(text: &str) -> String {
    let text = text.trim_end_matches([';', ',']);
    let narrow = |c| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        c => c,
    };
    let seen = text.chars().filter(|c| !c.is_whitespace());
    seen.map(narrow).collect()
}

/// What no identity looks like, whatever the language of the spreadsheet: `#N/D`, `#VALOR!`, `12345,67E+3`.
fn damaged_identity(text: &str) -> Option<&'static str> {
    if is_error_in_any_language(text) {
        return Some(spreadsheet::ERROR);
    }
    is_in_scientific_notation(text).then_some(spreadsheet::SHORTENED)
}

fn is_error_in_any_language(text: &str) -> bool {
    let Some(name) = text.strip_prefix('#') else {
        return false;
    };
    let letters = name.chars().filter(|c| c.is_alphabetic()).count();
    let is_upper = letters > 1 && !name.chars().any(char::is_lowercase);
    let is_marked = name.ends_with(['!', '?']) || name.contains('/');
    is_upper && (is_marked || letters == name.chars().count() && letters <= 8)
}

/// A number with a fraction and an exponent.
fn is_in_scientific_notation(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let text = text.trim_start_matches(['+', '-']);
    let Some((mantissa, exponent)) = text.split_once(['E', 'e']) else {
        return false;
    };
    let fraction = mantissa.split_once(['.', ',']);
    fraction.is_some_and(|(whole, fraction)| digits(whole) && digits(fraction))
        && digits(exponent.trim_start_matches(['+', '-']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_no_identity() {
        for (text, is_one) in [
            ("NULL", true),
            ("null", true),
            ("N/A", true),
            ("#N/A", true),
            ("#REF!", true),
            ("#NAME?", true),
            ("none", true),
            ("None", true),
            ("-", true),
            ("--", true),
            ("\u{2014}", true),
            ("?", true),
            ("0", true),
            ("000", true),
            ("\\N", true),
            ("NaN", true),
            ("1.23457E+12", true),
            ("+1.23457E+12", true),
            ("1.23457E+12;", true),
            ("12345,67E+3", true),
            ("NULL;", true),
            ("N / A", true),
            ("\u{ff2e}\u{ff35}\u{ff2c}\u{ff2c}", true),
            ("k.A.", true),
            ("TRUE", true),
            ("#N/D", true),
            ("#\u{bf}NOMBRE?", true),
            ("#V\u{c6}RDI!", true),
            ("#\u{41d}/\u{414}", true),
            ("#YOK", true),
            ("#DIV/0", true),
            ("#A17", false),
            ("#abc", false),
            ("#ORDERNUMBER7", false),
            ("1.5.7E2", false),
            ("5E10", false),
            ("1", false),
            ("100", false),
            ("nullable-7", false),
            ("Nancy", false),
            ("a@x.test", false),
        ] {
            assert_eq!(placeholder(text).is_some(), is_one, "{text}");
        }
    }
}

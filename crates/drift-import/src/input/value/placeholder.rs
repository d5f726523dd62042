//! What files hold in the place of an identity: `NULL`, `N/A`, a spreadsheet's error, a number it has shortened.

use crate::input::value::spreadsheet;

/// What programs and people write for "nothing", in lower case.
const NOTHING: [&str; 26] = [
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
];

/// The problem of a placeholder.
const PLACEHOLDER: &str =
    "a placeholder and no identity, such as NULL or N/A; if it is meant, allow that value";

/// Why a text in a column of identities identifies nobody.
pub(crate) fn placeholder(text: &str) -> Option<&'static str> {
    if let Some(damage) = spreadsheet::damage(text) {
        return Some(damage);
    }
    let marks_only = !text.is_empty() && text.chars().all(|c| !c.is_alphanumeric());
    let zeros = !text.is_empty() && text.bytes().all(|byte| byte == b'0');
    let named = text.len() <= 20 && NOTHING.contains(&text.to_lowercase().as_str());
    (marks_only || zeros || named).then_some(PLACEHOLDER)
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

//! Texts as a terminal can show them.

use std::fmt::Write;

use jiff::Timestamp;

/// Whether a terminal would obey the character instead of showing it. The one list, of text and of JSON:
/// control characters (C0, DEL and C1), line and paragraph separators, and marks that change the direction of the text
/// after them, so that it reads as something else.
fn is_obeyed(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
        )
}

/// A text with every character escaped that a terminal would obey.
pub fn harmless(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if is_obeyed(c) {
            // Writing into a String cannot fail.
            let _ = write!(shown, "{}", c.escape_unicode());
        } else {
            shown.push(c);
        }
    }
    shown
}

/// JSON with the same characters escaped as JSON does it, so that the value stays the same. Line breaks between members
/// stay; within a string JSON has none.
pub fn harmless_json(json: &str) -> String {
    let mut shown = String::with_capacity(json.len());
    for c in json.chars() {
        if is_obeyed(c) && c != '\n' {
            // All of them are in the Basic Multilingual Plane, so one escape is enough.
            let _ = write!(shown, "\\u{:04x}", u32::from(c));
        } else {
            shown.push(c);
        }
    }
    shown
}

/// A count with its noun: `1 contact`, `2 contacts`.
pub fn counted(count: u64, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{plural}")
}

/// A time as ISO 8601 in UTC, to the second.
pub fn moment(millis: i64) -> String {
    match Timestamp::from_millisecond(millis) {
        Ok(time) => time.strftime("%Y-%m-%d %H:%M:%S UTC").to_string(),
        Err(_) => format!("{millis} ms since 1970"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every character of the list, and two that stay.
    const OBEYED: &str = "\u{0}\u{7}\u{8}\t\r\u{1b}\u{7f}\u{80}\u{9b}\u{9f}\u{61c}\u{200e}\u{200f}\u{2028}\u{2029}\u{202a}\u{202e}\u{2066}\u{2069}";

    #[test]
    fn nothing_that_a_terminal_obeys_gets_through() {
        for (text, shown) in [
            ("Ada Löve", "Ada Löve"),
            ("a\u{1b}[2Jb", "a\\u{1b}[2Jb"),
            ("a\nb\rc\u{9b}d", "a\\u{a}b\\u{d}c\\u{9b}d"),
            ("\u{202e}exe", "\\u{202e}exe"),
        ] {
            assert_eq!(harmless(text), shown);
        }
        assert!(harmless(OBEYED).is_ascii());
    }

    #[test]
    fn json_means_the_same_after_it_is_escaped() {
        let value = serde_json::json!({ "name": format!("Löve {OBEYED}") });
        for json in [value.to_string(), format!("{value:#}")] {
            let shown = harmless_json(&json);
            assert!(
                !shown.contains(|c: char| is_obeyed(c) && c != '\n'),
                "{shown:?}"
            );
            assert_eq!(
                serde_json::from_str::<serde_json::Value>(&shown).ok(),
                Some(value.clone())
            );
        }
    }
}

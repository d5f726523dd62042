//! Texts as a terminal can show them.

use std::fmt::Write;

use jiff::Timestamp;

/// A text from elsewhere, with every character escaped that a terminal would obey instead of showing it.
pub fn harmless(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() || is_reordering(c) {
            // Writing into a String cannot fail.
            let _ = write!(shown, "{}", c.escape_unicode());
        } else {
            shown.push(c);
        }
    }
    shown
}

/// Characters that change the direction of the text after them, so that it reads as something else.
fn is_reordering(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}')
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
    }
}

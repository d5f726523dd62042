//! Characters that are not seen, that change how others are seen, or that look like others.

use icu_properties::props::{DefaultIgnorableCodePoint, GeneralCategory, Script};
use icu_properties::{CodePointMapData, CodePointSetData};

/// Whether a character is white space or is not seen.
pub(crate) fn is_blank(c: char) -> bool {
    c.is_whitespace() || (is_invisible(c) && c != char::REPLACEMENT_CHARACTER)
}

/// Whether a character is not seen, or stands for none: controls, format and directional marks, fillers, and what is
/// not assigned. White space is none of them, but for its unusual kinds.
pub(crate) fn is_invisible(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_control();
    }
    matches!(c, '\u{2800}' | char::REPLACEMENT_CHARACTER)
        || CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c)
        || matches!(
            CodePointMapData::<GeneralCategory>::new().get(c),
            GeneralCategory::Control
                | GeneralCategory::Format
                | GeneralCategory::PrivateUse
                | GeneralCategory::Unassigned
                | GeneralCategory::LineSeparator
                | GeneralCategory::ParagraphSeparator
        )
}

/// Whether a character belongs to the letter before it, such as an accent.
pub(crate) fn is_mark(c: char) -> bool {
    matches!(
        CodePointMapData::<GeneralCategory>::new().get(c),
        GeneralCategory::NonspacingMark | GeneralCategory::SpacingMark
    )
}

/// Whether a character in a text was not written by a person: a control but for tabs and line ends, or what stands for a
/// letter that could not be read.
pub(crate) fn is_lost(c: char) -> bool {
    c == char::REPLACEMENT_CHARACTER || (c.is_control() && !matches!(c, '\t' | '\n' | '\r'))
}

/// Whether a word has letters of more than one of the scripts whose letters look alike.
pub(crate) fn mixes_scripts(word: &str) -> bool {
    if word.is_ascii() {
        return false;
    }
    let scripts = CodePointMapData::<Script>::new();
    let alike = |script: &Script| {
        matches!(
            *script,
            Script::Latin | Script::Cyrillic | Script::Greek | Script::Armenian
        )
    };
    let mut found = word.chars().map(|c| scripts.get(c)).filter(alike);
    let first = found.next();
    found.any(|script| Some(script) != first)
}

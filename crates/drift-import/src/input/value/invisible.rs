//! Characters that are not seen, or that change how others are seen.

use icu_properties::props::{DefaultIgnorableCodePoint, GeneralCategory};
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

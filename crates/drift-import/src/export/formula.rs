//! Cells that no spreadsheet takes for a formula. A contact chooses its name itself; a spreadsheet that opens `=…` executes it.

/// With these a formula begins, in one spreadsheet or another; the last four are their full-width forms.
const BEGIN: [char; 8] = [
    '=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}',
];

/// The text, after an apostrophe where it would be a formula. Numbers are none.
pub(super) fn harmless(text: String) -> String {
    let visible = text.trim_start_matches(is_invisible);
    let may_be_formula = visible.starts_with(BEGIN) || text.starts_with(['\t', '\r', '\n']);
    if may_be_formula && !is_number(&text) {
        return format!("'{text}");
    }
    text
}

/// What may stand before a formula unseen.
fn is_invisible(c: char) -> bool {
    let formats = matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}' | '\u{feff}');
    formats || c.is_whitespace() || c.is_control()
}

/// Digits, perhaps with a sign and one point. A phone number that begins with + is one, too; a spreadsheet would drop its
/// sign, so it is not.
fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    !digits.is_empty()
        && digits.chars().filter(|c| *c == '.').count() <= 1
        && digits.chars().all(|c| c.is_ascii_digit() || c == '.')
        && digits.contains(|c: char| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_that_would_be_a_formula_begins_with_an_apostrophe() {
        for (text, formula) in [
            ("", false),
            ("Ada", false),
            ("a=1", false),
            ("-1.5", false),
            ("42", false),
            ("ada@example.test", false),
            ("=1+1", true),
            ("=HYPERLINK(\"http://x.test\")", true),
            ("@SUM(A1)", true),
            ("+49 170 1", true),
            ("+49170", true),
            ("-", true),
            ("-1+1", true),
            ("-1.2.3", true),
            ("  =1", true),
            ("\u{feff}=1", true),
            ("\u{200b}=1", true),
            ("\t=1", true),
            ("\r=1", true),
            ("\ttext", true),
            ("\n=1", true),
            ("\u{ff1d}1", true),
            ("\u{ff20}SUM", true),
        ] {
            let expected = if formula {
                format!("'{text}")
            } else {
                text.to_owned()
            };
            assert_eq!(harmless(text.to_owned()), expected, "{text:?}");
        }
    }
}

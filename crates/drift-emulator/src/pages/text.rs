//! Text that somebody else wrote, made safe to look at.

use askama::Template;
use askama::filters::HtmlSafe;

/// Characters of one value that a page shows; the rest is counted.
const SHOWN: usize = 2000;
/// Characters of code that fit one line on a phone.
const UNBROKEN: usize = 24;

/// Foreign text in a page: escaped, kept apart from the direction of the text around it, and with characters
/// that cannot be seen, or that turn text around, shown by their number.
#[derive(Template, Clone, Debug, PartialEq, Eq)]
#[template(path = "text.html")]
pub(super) struct Text {
    pieces: Vec<Piece>,
    /// Whether it reads from left to right whatever it holds, as code does. Its lines break after punctuation.
    ltr: bool,
    /// Characters that are not shown.
    left_out: usize,
}

/// The template escapes every piece.
impl HtmlSafe for Text {}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Plain(String),
    /// A character that cannot be seen, as `U+202E`.
    Mark(String),
    /// Where a line may break.
    Break,
}

impl Text {
    pub(super) fn new(text: &str) -> Self {
        let mut pieces = Vec::new();
        for character in text.chars().take(SHOWN) {
            match (is_hidden(character), pieces.last_mut()) {
                (true, _) => pieces.push(Piece::Mark(format!("U+{:04X}", u32::from(character)))),
                (false, Some(Piece::Plain(run))) => run.push(character),
                (false, _) => pieces.push(Piece::Plain(character.to_string())),
            }
        }
        Text {
            pieces,
            ltr: false,
            left_out: text.chars().skip(SHOWN).count(),
        }
    }

    /// An email, an id or JSON: its parts keep their order, of whatever script they are. A long one may break after
    /// punctuation, so that no word of it is cut where it is wider than the page.
    pub(super) fn code(text: &str) -> Self {
        let whole = Text::new(text);
        let is_long = text.chars().nth(UNBROKEN).is_some();
        let pieces = match is_long {
            true => whole.pieces.into_iter().flat_map(breakable).collect(),
            false => whole.pieces,
        };
        Text {
            pieces,
            ltr: true,
            left_out: whole.left_out,
        }
    }
}

/// The piece with a break after each run of punctuation.
fn breakable(piece: Piece) -> Vec<Piece> {
    let Piece::Plain(run) = piece else {
        return vec![piece];
    };
    let words = run.split_inclusive(|c| "@.-_+/,:".contains(c));
    let words = words.map(|word| Piece::Plain(word.to_owned()));
    words.flat_map(|word| [word, Piece::Break]).collect()
}

/// Control characters save tab and line break, marks of direction, and blanks without width. The joiners of
/// emoji and of Persian stay: they have a meaning that can be seen.
fn is_hidden(character: char) -> bool {
    match character {
        '\t' | '\n' => false,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' => true,
        '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' => true,
        '\u{e0000}'..='\u{e001f}' => true,
        _ => character.is_control(),
    }
}

#[cfg(test)]
mod tests {
    use super::{SHOWN, Text};

    fn shown(text: &str) -> String {
        Text::new(text).to_string()
    }

    #[test]
    fn markup_is_escaped() {
        let html = shown("<script>alert(\"1\")</script>&'");
        assert!(!html.contains("<script"), "{html}");
        assert!(!html.contains("\"1\""), "{html}");
        assert!(html.contains("&#60;script&#62;"), "{html}");
    }

    #[test]
    fn what_cannot_be_seen_is_shown_by_its_number() {
        let table = [
            ("a\u{202e}b", "U+202E"),
            ("\u{200f}", "U+200F"),
            ("\u{0}", "U+0000"),
            ("\u{7f}", "U+007F"),
            ("a\u{200b}b", "U+200B"),
        ];
        for (text, number) in table {
            let html = shown(text);
            assert!(html.contains(number), "{html}");
            assert!(
                !html.contains(|c: char| text.contains(c) && super::is_hidden(c)),
                "{html:?}"
            );
        }
        assert!(!shown("👩\u{200d}🚀 a\tb\nc שלום").contains("U+"));
    }

    #[test]
    fn foreign_text_keeps_its_direction_to_itself() {
        let html = shown("שלום");
        assert!(
            html.starts_with("<bdi>") && html.trim_end().ends_with("</bdi>"),
            "{html}"
        );
        let html = Text::code("שרה@example.test").to_string();
        assert!(html.starts_with("<bdi dir=\"ltr\">"), "{html}");
    }

    #[test]
    fn a_long_address_breaks_between_its_words() {
        let html = Text::code("augusta.ada.king@example.test").to_string();
        let words = "augusta.<wbr>ada.<wbr>king@<wbr>example.<wbr>test";
        assert!(html.contains(words), "{html}");
        let short = Text::code("ada@example.test").to_string();
        assert!(short.contains("ada@example.test"), "{short}");
    }

    #[test]
    fn long_text_ends_with_what_was_left_out() {
        let html = shown(&"é".repeat(SHOWN + 7));
        assert_eq!(html.matches('é').count(), SHOWN);
        assert!(html.contains("7 more characters"), "{html}");
        assert!(!shown(&"é".repeat(SHOWN)).contains("more characters"));
    }
}

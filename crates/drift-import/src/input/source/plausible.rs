//! Whether a word looks like one that a person wrote, or like one that was read in the wrong encoding.

use icu_properties::CodePointMapData;
use icu_properties::props::{GeneralCategory, Script};

/// Whether a word is plausible: letters of one script, large ones at its beginning only or throughout, and no symbols
/// between letters.
pub(crate) fn is_plausible(word: &str) -> bool {
    let mut letters: Vec<char> = Vec::new();
    let mut parts = word.split([
        '\u{2019}', '\u{2018}', '\u{2013}', '\u{2014}', '\u{2010}', '|', '_', '@',
    ]);
    let whole = parts.all(|part| is_plausible_part(part, &mut letters));
    whole && one_script(&letters)
}

fn is_plausible_part(part: &str, letters: &mut Vec<char>) -> bool {
    let ascii = |c: char| c.is_ascii() && !c.is_alphanumeric();
    let part = part
        .trim_start_matches(|c| ascii(c) || BEFORE.contains(&c) || is_wide_mark(c))
        .trim_end_matches(|c| ascii(c) || AFTER.contains(&c) || is_wide_mark(c));
    let fits = |c: char| c.is_alphanumeric() || (c.is_ascii() && !c.is_ascii_control());
    letters.extend(part.chars().filter(|c| c.is_alphabetic()));
    part.chars().all(|c| fits(c) && !is_odd(c))
        && numbers_fit(part)
        && cases_fit(part)
        && !is_accents_only(part)
}

/// Marks that stand before a word, and after one. Others there are letters of another encoding.
const BEFORE: [char; 16] = [
    '\u{201c}', '\u{201e}', '\u{201a}', '\u{ab}', '\u{bb}', '\u{a1}', '\u{bf}', '\u{20ac}',
    '\u{a3}', '\u{a7}', '\u{2022}', '\u{a9}', '\u{2116}', '\u{b1}', '\u{a0}', '\u{2026}',
];
const AFTER: [char; 14] = [
    '\u{201d}', '\u{201c}', '\u{ab}', '\u{bb}', '\u{2026}', '\u{2122}', '\u{ae}', '\u{a9}',
    '\u{b0}', '\u{20ac}', '\u{a3}', '\u{a0}', '\u{2030}', '\u{2022}',
];

/// Marks of Chinese, Japanese and Korean text.
fn is_wide_mark(c: char) -> bool {
    matches!(c, '\u{3000}'..='\u{303f}' | '\u{ff00}'..='\u{ff0f}' | '\u{ff1a}'..='\u{ff20}' | '\u{30fb}')
}

/// What no file of contacts has: controls, private characters, and what is not assigned.
fn is_odd(c: char) -> bool {
    matches!(
        CodePointMapData::<GeneralCategory>::new().get(c),
        GeneralCategory::Control
            | GeneralCategory::PrivateUse
            | GeneralCategory::Unassigned
            | GeneralCategory::ModifierSymbol
    ) || matches!(
        c,
        '\u{a4}'
            | '\u{a6}'
            | '\u{ac}'
            | '\u{b6}'
            | '\u{2021}'
            | '\u{a8}'
            | '\u{a2}'
            | '\u{b5}'
            | '\u{192}'
            | '\u{2b0}'..='\u{2ff}'
    )
}

/// Whether no small number such as a superscript is before a letter.
fn numbers_fit(word: &str) -> bool {
    let is_number =
        |c: char| CodePointMapData::<GeneralCategory>::new().get(c) == GeneralCategory::OtherNumber;
    let mut pairs = word.chars().zip(word.chars().skip(1));
    !pairs.any(|(one, other)| is_number(one) && other.is_alphabetic())
}

/// Whether no large letter that is not ASCII is inside a word with small ones, and none at all after one that is not.
fn cases_fit(word: &str) -> bool {
    let letters: Vec<char> = word.chars().collect();
    let pairs_fit = letters.windows(2).all(|pair| {
        let ascii = pair[0].is_ascii() && pair[1].is_ascii();
        ascii || !(pair[0].is_lowercase() && pair[1].is_uppercase())
    });
    let inside = |three: &[char]| {
        !three[1].is_ascii()
            && three[0].is_uppercase()
            && three[1].is_uppercase()
            && three[2].is_lowercase()
    };
    pairs_fit && !letters.windows(3).any(inside)
}

/// Whether a word has Chinese, Japanese or Korean characters, and whether letters of ASCII too, as Western words have
/// that are read in such an encoding.
pub(crate) fn wide_and_mixed(word: &str) -> (bool, bool) {
    let is_wide = |c: char| {
        matches!(
            CodePointMapData::<Script>::new().get(c),
            Script::Han | Script::Hiragana | Script::Katakana | Script::Hangul
        )
    };
    let wide = word.chars().any(is_wide);
    (wide, wide && word.chars().any(|c| c.is_ascii_alphabetic()))
}

/// Whether all letters, or four in a row, are Latin ones that are not ASCII: then they are of another script.
fn is_accents_only(word: &str) -> bool {
    let latin = |c: &char| c.is_alphabetic() && !c.is_ascii() && is_latin(*c);
    let letters: Vec<char> = word.chars().collect();
    let only = letters.len() > 1 && letters.iter().all(latin);
    only || letters.windows(4).any(|four| four.iter().all(latin))
}

fn is_latin(c: char) -> bool {
    CodePointMapData::<Script>::new().get(c) == Script::Latin
}

/// Whether letters are of one script, Japanese ones together.
fn one_script(letters: &[char]) -> bool {
    let kind = |c: &char| match CodePointMapData::<Script>::new().get(*c) {
        Script::Han | Script::Hiragana | Script::Katakana => Script::Han,
        // Vowels above and below letters, which no other script has.
        Script::Inherited if ('\u{64b}'..='\u{655}').contains(c) => Script::Arabic,
        // The feminine and masculine ordinals are among them.
        Script::Common | Script::Inherited => Script::Latin,
        script => script,
    };
    let mut kinds = letters.iter().map(kind);
    let first = kinds.next();
    // A word of Chinese, Japanese or Korean may hold Latin letters, but not with accents.
    let accents = letters.iter().any(|c| is_latin(*c) && !c.is_ascii());
    let wide = |script: Script| matches!(script, Script::Han | Script::Hangul);
    kinds.all(|kind| {
        first.is_none_or(|first| {
            first == kind
                || (!accents
                    && (wide(first) || wide(kind))
                    && (first == Script::Latin || kind == Script::Latin))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_look_like_words() {
        for (word, plausible) in [
            ("Ren\u{e9}", true),
            ("Fran\u{e7}ois", true),
            ("\u{c9}COLE", true),
            ("Jos\u{e9}@x", true),
            ("d\u{2019}Arc", true),
            ("it\u{2019}s", true),
            ("\u{201e}Ada\u{201c}", true),
            ("\u{20ac}", true),
            ("\u{e0}", true),
            ("\u{418}\u{432}\u{430}\u{43d}", true),
            ("\u{5f20}\u{4e09}", true),
            ("\u{5f20}abc", true),
            ("Ren\u{201a}", false),
            ("Ren\u{a3}\u{a2}", false),
            ("Ren\u{c8}", false),
            ("Ren\u{17d}", false),
            ("M\u{178}ller", false),
            ("\u{c8}\u{e2}\u{e0}\u{ed}", false),
            ("Ren\u{439}", false),
            ("Fran\u{8d}ois", false),
            ("K\u{159}\u{ed}\u{17e}", true),
            ("m\u{b2}", true),
            ("a\u{b3}b", false),
            ("\u{b6}a", false),
            ("Bj\u{650}rn", false),
            ("\u{645}\u{64f}\u{62d}", true),
        ] {
            assert_eq!(is_plausible(word), plausible, "{word}");
        }
    }
}

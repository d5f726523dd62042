//! Quotes that mean nothing in a file, such as `‘Lee, Ann’` or `'Lee, Ann'`: no CSV program reads them, so a delimiter between
//! them has cut a cell in two, and cells that are all between them would be sent with them.

/// Opening and closing quotes that are none of CSV's.
const PAIRS: [(&str, &str); 9] = [
    ("\u{201c}", "\u{201d}"),
    ("\u{201e}", "\u{201c}"),
    ("\u{201e}", "\u{201d}"),
    ("\u{201d}", "\u{201d}"),
    ("\u{2018}", "\u{2019}"),
    ("\u{201a}", "\u{2018}"),
    ("\u{ab}", "\u{bb}"),
    ("'", "'"),
    ("`", "`"),
];

const CUT: &str = "a cell seems to be cut in two at a delimiter, since it begins with a quote that is none here and another \
                   cell ends with it; write such cells in the quotes of the file, or name the quote";
const ALL: &str =
    "the cells are in quotes that are none here; write \" in their place, or name the quote";

/// Why quotes in cells show that the cells are not what was meant.
pub(super) fn foreign_quotes(cells: &csv::ByteRecord, quoted: &[usize]) -> Option<&'static str> {
    // Nearly all records end here.
    if !cells.iter().any(may_begin_with_one) {
        return None;
    }
    let plain = |place: &usize| !quoted.contains(place);
    let places = (0..cells.len()).filter(plain);
    let texts = places.filter_map(|place| std::str::from_utf8(cells.get(place)?).ok());
    let texts: Vec<&str> = texts
        .map(str::trim)
        .filter(|text| !text.is_empty())
        .collect();
    PAIRS
        .iter()
        .find_map(|(open, close)| judged(&texts, open, close))
}

fn judged(texts: &[&str], open: &str, close: &str) -> Option<&'static str> {
    let is_whole = |text: &&&str| {
        let inner = text
            .strip_prefix(open)
            .and_then(|text| text.strip_suffix(close));
        inner.is_some()
    };
    let whole = texts.iter().filter(is_whole).count();
    // A person with a nickname in quotes is one cell, and not the one with the address.
    let has_address = texts.iter().filter(is_whole).any(|text| text.contains('@'));
    if whole > 1 && (whole == texts.len() || has_address) {
        return Some(ALL);
    }
    let begun = texts.iter().position(|text| is_begun(text, open, close))?;
    let ends = texts[begun + 1..]
        .iter()
        .any(|text| is_ended(text, open, close));
    ends.then_some(CUT)
}

/// Whether a quote opens at the beginning and is not closed.
fn is_begun(text: &str, open: &str, close: &str) -> bool {
    text.strip_prefix(open)
        .is_some_and(|rest| !rest.contains(close))
}

fn is_ended(text: &str, open: &str, close: &str) -> bool {
    text.strip_suffix(close)
        .is_some_and(|rest| !rest.contains(open))
}

fn may_begin_with_one(cell: &[u8]) -> bool {
    let cell = cell.trim_ascii_start();
    matches!(cell.first(), Some(b'\'' | b'`' | 0xE2 | 0xC2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_between_quotes_of_another_kind_are_doubtful() {
        for (cells, expected) in [
            (
                &["\u{201c}a@x.test\u{201d}", "\u{201c}Ann\u{201d}"][..],
                Some(ALL),
            ),
            (&["'a@x.test'", "'Ann'", "12"], Some(ALL)),
            (&["'a@x.test'", "'Ann'", ""], Some(ALL)),
            (&["`a`", "`b`"], Some(ALL)),
            (&["a@x.test", "\u{201c}Lee", "Ann\u{201d}"], Some(CUT)),
            (&["a@x.test", "'Lee", "Ann'", "pro"], Some(CUT)),
            (&["a@x.test", "\u{ab}Lee", "Ann\u{bb}"], Some(CUT)),
            (&["a@x.test", "\u{201c}The Ann\u{201d}"], None),
            (&["'a@x.test'", "Ann"], None),
            (&["'a@x.test'"], None),
            (&["a@x.test", "'s-Hertogenbosch"], None),
            (&["a@x.test", "'s Hertogenbosch", "O'Neill"], None),
            (&["a@x.test", "\u{e9}cole"], None),
            (&[], None),
        ] {
            let record = csv::ByteRecord::from(cells);
            assert_eq!(foreign_quotes(&record, &[]), expected, "{cells:?}");
        }
        let record = csv::ByteRecord::from(&["'a@x.test'", "'Ann'"][..]);
        assert_eq!(
            foreign_quotes(&record, &[0, 1]),
            None,
            "in quotes of the file"
        );
    }
}

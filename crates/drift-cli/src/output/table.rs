//! Tables that fit the width: columns shrink, the widest first, and what is cut ends in `…`.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

const GAP: usize = 2;
/// No column is cut to less.
const LEAST: usize = 6;

/// Lays rows out under a header. The first column is never cut: it names the row.
pub fn lay_out(header: &[&str], rows: &[Vec<String>], width: Option<usize>) -> Vec<String> {
    let header: Vec<String> = header.iter().map(|title| (*title).to_owned()).collect();
    let all: Vec<&Vec<String>> = std::iter::once(&header).chain(rows).collect();
    let mut widths: Vec<usize> = (0..header.len())
        .map(|column| {
            all.iter()
                .filter_map(|row| row.get(column))
                .map(|cell| cell.width())
                .max()
                .unwrap_or(0)
        })
        .collect();
    if let Some(width) = width {
        shrink(&mut widths, width);
    }
    all.iter().map(|row| line(row, &widths)).collect()
}

fn shrink(widths: &mut [usize], width: usize) {
    let gaps = GAP * widths.len().saturating_sub(1);
    while widths.iter().sum::<usize>() + gaps > width {
        let widest = widths.iter_mut().skip(1).max_by_key(|width| **width);
        match widest {
            Some(widest) if *widest > LEAST => *widest -= 1,
            _ => return,
        }
    }
}

fn line(row: &[String], widths: &[usize]) -> String {
    let mut line = String::new();
    for (cell, width) in row.iter().zip(widths) {
        let cell = cut(cell, *width);
        line.push_str(&cell);
        line.extend(std::iter::repeat_n(' ', width - cell.width() + GAP));
    }
    line.trim_end().to_owned()
}

/// The text, cut to a width in columns of the terminal.
fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut kept = String::new();
    let mut used = 1;
    for c in text.chars() {
        used += c.width().unwrap_or(0);
        if used > width {
            break;
        }
        kept.push(c);
    }
    kept.push('…');
    kept
}

/// Breaks a text into lines of at most `width` columns, at spaces where it can.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut used = 0;
    for piece in text.split_inclusive(' ') {
        if used > 0 && used + piece.trim_end().width() > width {
            lines.push(String::new());
            used = 0;
        }
        for c in piece.chars() {
            let columns = c.width().unwrap_or(0);
            if used + columns > width && c != ' ' {
                lines.push(String::new());
                used = 0;
            }
            if let Some(line) = lines.last_mut() {
                line.push(c);
            }
            used += columns;
        }
    }
    lines
        .iter()
        .map(|line| line.trim_end().to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_widest_column_gives_way() {
        let rows = [vec![
            "24100000017".to_owned(),
            "ada.lovelace@example.test".to_owned(),
            "Ada".to_owned(),
        ]];
        for (width, line) in [
            (None, "24100000017  ada.lovelace@example.test  Ada"),
            (Some(44), "24100000017  ada.lovelace@example.test  Ada"),
            (Some(30), "24100000017  ada.lovela…  Ada"),
            (Some(10), "24100000017  ada.l…  Ada"),
        ] {
            assert_eq!(
                lay_out(&["id", "email", "name"], &rows, width)[1],
                line,
                "{width:?}"
            );
        }
    }

    #[test]
    fn wide_characters_count_twice() {
        let rows = [vec!["1".to_owned(), "東京都千代田区".to_owned()]];
        assert_eq!(lay_out(&["id", "city"], &rows, Some(11))[1], "1   東京都…");
    }

    #[test]
    fn long_texts_are_broken_at_spaces() {
        for (text, width, lines) in [
            ("one two three", 7, vec!["one two", "three"]),
            ("onetwothree", 4, vec!["onet", "woth", "ree"]),
            ("", 4, vec![""]),
        ] {
            assert_eq!(wrap(text, width), lines, "{text}");
        }
    }
}

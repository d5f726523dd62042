//! Words with numbers in them.

use std::ops::Range;

use regex::{Captures, Regex};

/// `{}` stands for a number, `{s}` for one in seconds that the code has in milliseconds; all else for itself.
pub struct Pattern {
    regex: Regex,
    /// What each number is worth.
    factors: Vec<u64>,
}

/// A place where the words stand.
pub struct Place {
    /// From where to where.
    pub range: Range<usize>,
    /// The numbers there, in order.
    pub numbers: Vec<u64>,
}

const NUMBER: &str = r"\b([0-9][0-9_,]*)";

impl Pattern {
    /// Words as a table has them.
    pub fn new(words: &str) -> Self {
        let escaped = regex::escape(words)
            .replace(r"\{\}", NUMBER)
            .replace(r"\{s\}", NUMBER);
        let factors = words
            .split('{')
            .skip(1)
            .map(|rest| if rest.starts_with("s}") { 1000 } else { 1 });
        Self {
            regex: Regex::new(&escaped).expect("escaped words are a pattern"),
            factors: factors.collect(),
        }
    }

    /// Every place in a text.
    pub fn places(&self, text: &str) -> Vec<Place> {
        let captures = self.regex.captures_iter(text);
        captures
            .filter_map(|captures| self.place(&captures))
            .collect()
    }

    fn place(&self, captures: &Captures<'_>) -> Option<Place> {
        let numbers = captures.iter().skip(1).flatten().zip(&self.factors);
        let numbers = numbers.map(|(number, factor)| {
            let digits: String = number
                .as_str()
                .chars()
                .filter(char::is_ascii_digit)
                .collect();
            digits.parse::<u64>().ok()?.checked_mul(*factor)
        });
        Some(Place {
            range: captures.get(0)?.range(),
            numbers: numbers.collect::<Option<_>>()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Pattern;

    #[test]
    fn numbers_are_read_however_they_are_written() {
        let cases = [
            ("{} ms", "waits 8,000 ms", vec![vec![8000]]),
            (
                "[{}, {}].map(",
                "[200, 1_300].map(Duration)",
                vec![vec![200, 1300]],
            ),
            (
                "\"{},{},{}\"",
                "\"200,1300,3500\"",
                vec![vec![200, 1300, 3500]],
            ),
            ("{s} s", "60 s, then 5 s", vec![vec![60_000], vec![5_000]]),
            ("{} ms", "no number", vec![]),
            ("5 (of {})", "5 (of 7)", vec![vec![7]]),
        ];
        for (words, text, numbers) in cases {
            let places = Pattern::new(words).places(text);
            let found: Vec<_> = places.into_iter().map(|place| place.numbers).collect();
            assert_eq!(found, numbers, "{words} in {text}");
        }
    }
}

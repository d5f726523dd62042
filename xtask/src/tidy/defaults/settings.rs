//! The emulator's settings: the table in their documentation has a number for each that is one.

use regex::Regex;

use super::pattern::Pattern;
use crate::finding::Finding;
use crate::tidy::source::{Source, line_at};

const FILE: &str = "crates/drift-emulator/src/settings.rs";

/// Rows of the table that differ from the code.
pub fn check(sources: &[Source]) -> Vec<Finding> {
    let file = sources.iter().find(|source| source.path == FILE);
    file.map(faults).unwrap_or_default()
}

fn faults(source: &Source) -> Vec<Finding> {
    let row = Regex::new(r"/// \| `([a-z_]+)` \| ([0-9]+) \|").expect("the pattern is valid");
    let mut found = Vec::new();
    for captures in row.captures_iter(&source.text) {
        let (name, told) = (&captures[1], &captures[2]);
        let set = Pattern::new(&format!(" {name}: {{}},")).places(&source.text);
        let numbers: Vec<String> = set
            .iter()
            .flat_map(|place| &place.numbers)
            .map(u64::to_string)
            .collect();
        if numbers != [told] {
            let at = captures.get(1).map_or(0, |name| name.start());
            let message = format!(
                "`{name}` is told as {told}, and the code below sets {}",
                numbers.join(" and ")
            );
            found.push(Finding::in_file(FILE, line_at(&source.text, at), message));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{FILE, check};
    use crate::tidy::source::of;

    #[test]
    fn the_table_tells_what_is_set() {
        let cases = [
            (
                "/// | `limit` | 409 | why |\nlimit: u16,\n    limit: 409,\n",
                0,
            ),
            ("/// | `limit` | 1000 | why |\n    limit: 1_000,\n", 0),
            ("/// | `limit` | 409 | why |\n    limit: 404,\n", 1),
            ("/// | `limit` | 409 | why |\n", 1),
            ("/// | `limit` | none | why |\n    limit: None,\n", 0),
        ];
        for (text, count) in cases {
            assert_eq!(check(&[of(FILE, text)]).len(), count, "{text}");
        }
    }
}

//! No folder holds more source files than a reader takes in at a glance.

use std::collections::BTreeMap;

use super::source::Source;
use crate::util::finding::Finding;

/// The most source files directly in a folder.
const MOST: usize = 16;

/// How the names of source files end.
const SOURCES: [&str; 10] = [
    "bash", "css", "go", "java", "js", "php", "py", "rb", "rs", "ts",
];

/// Folders that hold too many.
pub fn check(sources: &[Source]) -> Vec<Finding> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let ours = sources
        .iter()
        .filter(|source| SOURCES.contains(&source.extension()));
    for source in ours {
        let folder = source
            .path
            .rsplit_once('/')
            .map_or(".", |(folder, _)| folder);
        *counts.entry(folder).or_default() += 1;
    }
    let crowded = counts.into_iter().filter(|(_, count)| *count > MOST);
    crowded
        .map(|(folder, count)| {
            let message = format!(
                "{count} source files, and {MOST} are the most: make a folder for each layer"
            );
            Finding::new(folder, message)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{MOST, check};
    use crate::tidy::source::{Source, of};

    fn files(count: usize, extension: &str) -> Vec<Source> {
        let names = 0..count;
        names
            .map(|number| of(&format!("crates/a/src/{number}.{extension}"), ""))
            .collect()
    }

    #[test]
    fn a_folder_may_hold_so_many_source_files_and_no_more() {
        assert_eq!(check(&files(MOST, "rs")), []);
        assert_eq!(check(&files(MOST + 1, "md")), []);
        let mut below = files(MOST, "rs");
        below.push(of("crates/a/src/b/c.rs", ""));
        assert_eq!(check(&below), []);
        let found = check(&files(MOST + 1, "rs"));
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].place, "crates/a/src");
    }
}

//! No file is longer than a reader holds in mind.

use super::source::Source;
use crate::util::finding::Finding;

/// The most lines of a file.
const MOST: usize = 500;

/// The contract is one file by decision: a reader searches it, and a generator takes it whole.
const ALLOWED: [&str; 1] = ["openapi/contacts.yaml"];

/// Files that are too long.
pub fn check(sources: &[Source]) -> Vec<Finding> {
    let judged = sources
        .iter()
        .filter(|source| !ALLOWED.contains(&source.path.as_str()));
    judged.filter_map(fault).collect()
}

fn fault(source: &Source) -> Option<Finding> {
    let lines = source.text.lines().count();
    (lines > MOST).then(|| {
        let message = format!("{lines} lines, and {MOST} are the most: split it by subject");
        Finding::in_file(&source.path, MOST + 1, message)
    })
}

#[cfg(test)]
mod tests {
    use super::{MOST, check};
    use crate::tidy::source::of;

    #[test]
    fn a_file_may_have_so_many_lines_and_no_more() {
        let (good, broken) = ("a\n".repeat(MOST), "a\n".repeat(MOST + 1));
        assert!(check(&[of("a.rs", &good)]).is_empty());
        assert_eq!(check(&[of("a.rs", &broken)])[0].place, "a.rs:501");
        assert!(check(&[of("openapi/contacts.yaml", &broken)]).is_empty());
    }
}

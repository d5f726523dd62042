//! docs/benchmarks.md: each part stands between two marks, and is replaced when it is measured anew.

use crate::generator::Failure;
use crate::util::workspace;

const PATH: &str = "docs/benchmarks.md";

/// Puts a new text between the marks of a part.
pub fn replace(mark: &str, text: &str) -> Result<(), Failure> {
    let path = workspace::root().join(PATH);
    let old = workspace::read(&path)?;
    let new = replaced(&old, mark, text)
        .ok_or_else(|| format!("{PATH} has no part between the marks of `{mark}`"))?;
    workspace::write(&path, &new)
}

fn replaced(document: &str, mark: &str, text: &str) -> Option<String> {
    let (begin, end) = (
        format!("<!-- measured: {mark} -->\n"),
        format!("<!-- end: {mark} -->"),
    );
    let start = document.find(&begin)? + begin.len();
    let stop = start + document[start..].find(&end)?;
    let (before, after) = (&document[..start], &document[stop..]);
    Some(format!("{before}\n{}\n\n{after}", text.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_part_changes() {
        let old = "a\n<!-- measured: x -->\nold\n<!-- end: x -->\nb\n";
        let new = "a\n<!-- measured: x -->\n\nnew\n\n<!-- end: x -->\nb\n";
        assert_eq!(replaced(old, "x", "new\n").as_deref(), Some(new));
        assert_eq!(replaced(new, "x", "new").as_deref(), Some(new));
        assert_eq!(replaced(old, "y", "new"), None);
    }
}

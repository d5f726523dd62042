//! A short unified diff: enough to see what changed, not the whole of it.

use similar::TextDiff;

/// The most lines that are shown of one file.
const SHOWN: usize = 40;

/// What to change in `found` to get `wanted`; nothing when they are equal.
pub fn unified(path: &str, found: &str, wanted: &str) -> Option<String> {
    if found == wanted {
        return None;
    }
    let diff = TextDiff::from_lines(found, wanted);
    let text = diff
        .unified_diff()
        .context_radius(2)
        .header(path, "made from the contract")
        .to_string();
    Some(shortened(&text))
}

fn shortened(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let mut shown = lines[..lines.len().min(SHOWN)].join("\n");
    if lines.len() > SHOWN {
        shown += &format!("\n… and {} more lines", lines.len() - SHOWN);
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::{SHOWN, unified};

    #[test]
    fn equal_texts_have_no_diff() {
        assert_eq!(unified("a", "x\n", "x\n"), None);
    }

    #[test]
    fn a_changed_line_is_shown_on_both_sides() {
        let diff = unified("a", "x\nold\n", "x\nnew\n").expect("they differ");
        assert!(diff.contains("-old") && diff.contains("+new"), "{diff}");
    }

    #[test]
    fn a_long_diff_is_cut_and_says_so() {
        let diff = unified("a", "", &"line\n".repeat(SHOWN * 2)).expect("they differ");
        assert_eq!(diff.lines().count(), SHOWN + 1);
        assert!(diff.contains("more lines"), "{diff}");
    }
}

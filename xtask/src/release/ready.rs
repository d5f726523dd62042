//! Whether a version may be handed out: CHANGELOG has it, and all of it is committed.

use crate::generator::Failure;
use crate::util::{git, workspace};

const CHANGELOG: &str = "CHANGELOG.md";

/// Fails with what is to be done first.
pub fn check(version: &str) -> Result<(), Failure> {
    announced(
        &workspace::read(&workspace::root().join(CHANGELOG))?,
        version,
    )?;
    let changed = git::said(&["status", "--porcelain"])?;
    if changed.is_empty() {
        return Ok(());
    }
    Err(format!("commit these first, or give --snapshot:\n{changed}").into())
}

/// The newest heading with a number is this version's, with a date, and something stands below it.
fn announced(changelog: &str, version: &str) -> Result<(), Failure> {
    let wanted = format!("## [{version}] - ");
    let newest = changelog
        .split("\n## [")
        .skip(1)
        .find(|part| !part.starts_with("Unreleased]"));
    let mut lines = newest.unwrap_or_default().lines();
    let heading = lines.next().unwrap_or_default();
    let dated = format!("## [{heading}")
        .strip_prefix(&wanted)
        .is_some_and(is_date);
    if dated && lines.any(|line| line.starts_with("- ")) {
        return Ok(());
    }
    Err(format!("{CHANGELOG} has no `{wanted}YYYY-MM-DD` on top with its changes below; write it, or give --snapshot").into())
}

fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.trim_end().split('-').collect();
    let numbers = parts
        .iter()
        .all(|part| part.chars().all(|c| c.is_ascii_digit()));
    numbers && parts.iter().map(|part| part.len()).eq([4, 2, 2])
}

#[cfg(test)]
mod tests {
    use super::announced;

    #[test]
    fn a_release_is_announced_with_its_date_and_its_changes() {
        let cases = [
            (
                "# Changelog\n\n## [Unreleased]\n\n## [0.2.0] - 2026-11-23\n\n### Added\n\n- One.\n",
                true,
            ),
            (
                "# Changelog\n\n## [0.2.0] - 2026-11-23\n\n- One.\n\n## [0.1.0] - 2026-01-01\n",
                true,
            ),
            ("# Changelog\n\n## [Unreleased]\n\n- One.\n", false),
            ("# Changelog\n\n## [0.2.0] - soon\n\n- One.\n", false),
            (
                "# Changelog\n\n## [0.2.0] - 2026-11-23\n\n## [0.1.0] - 2026-01-01\n\n- One.\n",
                false,
            ),
            (
                "# Changelog\n\n## [0.3.0] - 2026-11-23\n\n- One.\n\n## [0.2.0] - 2026-01-01\n\n- Two.\n",
                false,
            ),
        ];
        for (changelog, good) in cases {
            assert_eq!(announced(changelog, "0.2.0").is_ok(), good, "{changelog}");
        }
    }
}

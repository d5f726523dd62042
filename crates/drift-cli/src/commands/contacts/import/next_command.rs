//! The command to type next, in full: as this one was typed.

use std::path::Path;

use crate::shell_word::shell_word;

/// Options of a dry run only.
const OF_DRY_RUN: [&str; 2] = ["--dry-run", "--list"];

/// This command without what makes it a dry run.
pub fn same() -> String {
    command(
        std::env::args()
            .skip(1)
            .filter(|word| !OF_DRY_RUN.contains(&word.as_str())),
    )
}

/// This command for another file, which stands in the place of its own.
pub fn with_file(file: &Path, other: &Path) -> String {
    let (file, other) = (file.display().to_string(), other.display().to_string());
    let mut replaced = false;
    command(std::env::args().skip(1).map(|word| {
        if word == file && !replaced {
            replaced = true;
            return other.clone();
        }
        word
    }))
}

fn command(words: impl Iterator<Item = String>) -> String {
    let words = words.map(|word| shell_word(&word));
    std::iter::once("drift".to_owned())
        .chain(words)
        .collect::<Vec<_>>()
        .join(" ")
}

//! The folders of `src` know only what they may know, and only `output` prints.

use std::path::{Path, PathBuf};

/// A folder of `src`, and what its code must not contain.
const FORBIDDEN: [(&str, &[&str]); 3] = [
    (
        "arguments",
        &["crate::commands", "crate::session", "crate::output"],
    ),
    ("session", &["crate::commands"]),
    (
        "output",
        &["crate::commands", "crate::session", "crate::arguments"],
    ),
];

const PRINTING: [&str; 4] = ["stdout()", "stderr()", "print!(", "println!("];

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else {
            found.push(path);
        }
    }
    assert!(!found.is_empty(), "{} is empty", folder.display());
    found
}

fn assert_absent(folder: &str, forbidden: &[&str]) {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for path in sources(&source.join(folder)) {
        let text = std::fs::read_to_string(&path).expect("a file");
        for word in forbidden {
            assert!(!text.contains(word), "{} has {word}", path.display());
        }
    }
}

#[test]
fn a_folder_knows_only_what_it_may_know() {
    for (folder, forbidden) in FORBIDDEN {
        assert_absent(folder, forbidden);
    }
}

#[test]
fn only_output_prints() {
    for folder in ["commands", "arguments", "session"] {
        assert_absent(folder, &PRINTING);
    }
}

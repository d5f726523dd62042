//! Imports of refused rows that a person has corrected: each has a journal of its own, beside its file.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

const JOURNAL: &str = ".drift-journal";

/// The journal of a file, where it has been imported.
pub fn journal_of(file: &Path) -> Option<PathBuf> {
    let mut name = OsString::from(file);
    name.push(JOURNAL);
    Some(PathBuf::from(name)).filter(|journal| journal.is_file())
}

/// The journals of the refused rows of an import, and of what was refused of those again, by name. `journal` is that of
/// the import.
pub fn journals_beside(journal: &Path) -> Vec<PathBuf> {
    let Some(first) = name_of(journal).and_then(refused_of) else {
        return Vec::new();
    };
    let folder = match journal.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut found: Vec<PathBuf> = entries
        .map(|entry| journal.with_file_name(entry.file_name()))
        .filter(|path| {
            name_of(path).is_some_and(|name| name.starts_with(&first) && name.ends_with(JOURNAL))
        })
        .collect();
    found.sort();
    found
}

fn name_of(path: &Path) -> Option<&str> {
    path.file_name()?.to_str()
}

/// How the names of the refused rows begin: `leads.refused.` of `leads.xlsx.drift-journal`.
fn refused_of(journal: &str) -> Option<String> {
    let file = journal.strip_suffix(JOURNAL)?;
    let stem = Path::new(file).file_stem()?.to_str()?;
    Some(format!("{stem}.refused."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn journals_of_refused_rows_are_found_beside_the_journal() {
        let folder = tempfile::tempdir().expect("a folder");
        for name in [
            "leads.xlsx.drift-journal",
            "leads.refused.csv",
            "leads.refused.csv.drift-journal",
            "leads.refused.refused.csv.drift-journal",
            "leads.created.csv.drift-journal",
            "other.refused.csv.drift-journal",
        ] {
            std::fs::write(folder.path().join(name), "").expect("written");
        }
        for (journal, expected) in [
            (
                "leads.xlsx.drift-journal",
                &[
                    "leads.refused.csv.drift-journal",
                    "leads.refused.refused.csv.drift-journal",
                ][..],
            ),
            (
                "leads.refused.csv.drift-journal",
                &["leads.refused.refused.csv.drift-journal"],
            ),
            ("leads.created.csv.drift-journal", &[]),
            ("named", &[]),
        ] {
            let found = journals_beside(&folder.path().join(journal));
            let names: Vec<_> = found.iter().filter_map(|path| name_of(path)).collect();
            assert_eq!(names, expected, "{journal}");
        }
        assert!(journal_of(&folder.path().join("leads.refused.csv")).is_some());
        assert!(journal_of(&folder.path().join("leads.csv")).is_none());
    }
}

//! The command to type next, in full: as this one was typed. It can be pasted.

use std::path::Path;

use crate::shell_word::shell_word;

/// Options of a dry run only.
const OF_DRY_RUN: [&str; 2] = ["--dry-run", "--list"];
/// Options of a trial only.
const OF_A_TRIAL: [&str; 1] = ["--limit"];
/// Options that belong to one file alone, with a value.
const OF_ONE_FILE: [&str; 2] = ["--journal", "--results"];
/// Flags that belong to one file alone.
const FLAGS_OF_ONE_FILE: [&str; 1] = ["--replan"];
/// Options with a value that do not fit the results of a file: they are no workbook, and begin with their header. Their
/// encoding, delimiter, quote and escape are those of the file, so these options stay.
const NOT_OF_RESULTS: [&str; 2] = ["--sheet", "--skip-lines"];
/// Flags that do not fit the results of a file.
const FLAGS_NOT_OF_RESULTS: [&str; 1] = ["--no-header"];

/// This command as it was typed.
pub fn typed_again() -> String {
    command(typed().iter().map(String::as_str))
}

/// This command without what makes it a dry run.
pub fn same() -> String {
    let words = typed();
    let kept = words
        .iter()
        .filter(|word| !OF_DRY_RUN.contains(&word.as_str()));
    command(kept.map(String::as_str))
}

/// This command with one more option.
pub fn with(option: &str) -> String {
    format!("{} {option}", same())
}

/// This command for all rows.
pub fn without_limit() -> String {
    command(without(&typed(), &OF_A_TRIAL).into_iter())
}

/// This command for a result file, which has a journal of its own.
pub fn with_result(file: &Path, other: &Path) -> String {
    let (file, other) = (file.display().to_string(), other.display().to_string());
    command(replaced(&typed(), &file, &other).into_iter())
}

fn typed() -> Vec<String> {
    let words = std::env::args_os().skip(1);
    words
        .map(|word| word.to_string_lossy().into_owned())
        .collect()
}

/// The words with the result file in the place of the first that names the file, without what does not fit it.
fn replaced<'a>(words: &'a [String], file: &str, other: &'a str) -> Vec<&'a str> {
    let options = [OF_ONE_FILE, NOT_OF_RESULTS].concat();
    let flags = [FLAGS_OF_ONE_FILE, FLAGS_NOT_OF_RESULTS].concat();
    let mut words = without(words, &options);
    words.retain(|word| !flags.contains(word));
    if let Some(named) = words.iter_mut().find(|word| **word == file) {
        *named = other;
    }
    words
}

/// The words without these options and their values.
fn without<'a>(words: &'a [String], options: &[&str]) -> Vec<&'a str> {
    let mut kept = Vec::new();
    let mut words = words.iter().map(String::as_str);
    while let Some(word) = words.next() {
        let option = word.split('=').next().unwrap_or_default();
        match options.contains(&option) {
            // Its value is the next word.
            true if option == word => drop(words.next()),
            true => {}
            false => kept.push(word),
        }
    }
    kept
}

fn command<'a>(words: impl Iterator<Item = &'a str>) -> String {
    let words = words.map(|word| format!(" {}", shell_word(word)));
    format!("drift{}", words.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::{OF_A_TRIAL, command, replaced, without};

    #[test]
    fn a_trial_is_followed_by_all_rows() {
        for words in [
            &["contacts", "import", "--limit", "10", "leads.csv"][..],
            &["contacts", "import", "--limit=10", "leads.csv"],
            &["contacts", "import", "leads.csv"],
        ] {
            let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
            let line = command(without(&words, &OF_A_TRIAL).into_iter());
            assert_eq!(line, "drift contacts import leads.csv");
        }
    }

    #[test]
    fn the_command_for_a_result_file_has_only_options_that_fit_it() {
        for (words, line) in [
            (
                &["contacts", "import", "leads.csv"][..],
                "drift contacts import 'my leads.refused.csv'",
            ),
            (
                &[
                    "--sandbox",
                    "contacts",
                    "import",
                    "--map",
                    "Full Name=name",
                    "leads.csv",
                ],
                "drift --sandbox contacts import --map 'Full Name=name' 'my leads.refused.csv'",
            ),
            (
                &[
                    "contacts",
                    "import",
                    "leads.csv",
                    "--journal",
                    "leads.csv",
                    "--results=r",
                    "--json",
                ],
                "drift contacts import 'my leads.refused.csv' --json",
            ),
            (
                &[
                    "contacts",
                    "import",
                    "leads.csv",
                    "--sheet",
                    "leads.csv",
                    "--unmapped",
                    "attribute",
                ],
                "drift contacts import 'my leads.refused.csv' --unmapped attribute",
            ),
            (
                &[
                    "contacts",
                    "import",
                    "--sheet=Leads",
                    "leads.csv",
                    "--replan",
                ],
                "drift contacts import 'my leads.refused.csv'",
            ),
            (
                &[
                    "contacts",
                    "import",
                    "--no-header",
                    "leads.csv",
                    "--skip-lines",
                    "2",
                ],
                "drift contacts import 'my leads.refused.csv'",
            ),
            (
                &[
                    "contacts",
                    "import",
                    "leads.csv",
                    "--encoding",
                    "windows-1252",
                    "--delimiter=;",
                    "--quote",
                    "none",
                    "--format",
                    "csv",
                ],
                "drift contacts import 'my leads.refused.csv' --encoding windows-1252 '--delimiter=;' --quote none --format csv",
            ),
        ] {
            let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
            let replaced = replaced(&words, "leads.csv", "my leads.refused.csv");
            assert_eq!(command(replaced.into_iter()), line);
        }
    }
}

//! A mapping of columns that is kept in a file: a line `COLUMN=ATTRIBUTE` for each, as the command takes them.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

use crate::error::{ColumnProblem, Error, at};
use crate::input::source::opening::Source;
use crate::input::source::spool::private;
use crate::plan::reading::Reading;

const HEAD: &str = "# COLUMN=ATTRIBUTE, one in a line: email, name, phone, externalId, or a custom attribute; - leaves the column out.\n";

/// Reads a mapping. Empty lines, and those that begin with `#`, are left out; `\\#` begins the name of a column with `#`.
///
/// # Errors
///
/// [`Error::File`] when it cannot be read; [`Error::Input`] for a line that is no mapping.
pub fn read_mapping(path: &Path) -> Result<Vec<(String, String)>, Error> {
    let text = std::fs::read_to_string(path).map_err(at(path))?;
    let text = text.trim_start_matches('\u{feff}');
    let mut mapping = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.trim_end();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let line = line
            .strip_prefix('\\')
            .filter(|rest| rest.starts_with('#'))
            .unwrap_or(line);
        match line.rsplit_once('=') {
            Some((column, attribute)) if !column.is_empty() && !attribute.is_empty() => {
                mapping.push((column.to_owned(), attribute.to_owned()));
            }
            _ => {
                return Err(Error::Input {
                    place: format!("{}, line {number}", path.display()),
                    problem: "not of the form COLUMN=ATTRIBUTE".to_owned(),
                });
            }
        }
    }
    Ok(mapping)
}

/// Writes where the columns of a plan go.
///
/// # Errors
///
/// [`Error::File`] when the file exists already or cannot be written.
pub fn write_mapping(path: &Path, reading: &Reading) -> Result<(), Error> {
    let mut text = HEAD.to_owned();
    for column in &reading.columns {
        let attribute = column.attribute.as_deref().unwrap_or("-");
        add(&mut text, "", &column.column, attribute);
    }
    write(path, &text)
}

/// Writes what could be a mapping of a file whose columns do not fit: suggestions, as comments, and the columns that have
/// none. Whoever agrees removes the `#`.
///
/// # Errors
///
/// [`Error::File`] when the file exists already or cannot be written.
pub fn write_mapping_draft(
    path: &Path,
    source: &Source,
    problems: &[ColumnProblem],
) -> Result<(), Error> {
    let mut text = HEAD.to_owned();
    text.push_str(
        "# These do not fit yet. Remove the # before each line that is right, or write your own.\n",
    );
    let suggestions = problems
        .iter()
        .filter_map(|problem| problem.suggestion.as_deref());
    for header in source.headers().iter().filter(|header| !header.is_empty()) {
        let of = |suggestion: &&str| {
            suggestion
                .rsplit_once('=')
                .is_some_and(|(column, _)| column == header)
        };
        let suggested = suggestions.clone().find(of);
        let is_problem = problems.iter().any(|problem| problem.column == *header);
        match suggested.and_then(|suggestion| suggestion.rsplit_once('=')) {
            Some((column, attribute)) => add(&mut text, "# ", column, attribute),
            None if is_problem => add(&mut text, "# ", header, "-"),
            None => {}
        }
    }
    write(path, &text)
}

fn add(text: &mut String, before: &str, column: &str, attribute: &str) {
    let escape = if column.starts_with('#') { "\\" } else { "" };
    // A name of several lines is no line; it keeps its place by --map.
    if !column.contains(['\r', '\n']) {
        let _written = writeln!(text, "{before}{escape}{column}={attribute}");
    }
}

fn write(path: &Path, text: &str) -> Result<(), Error> {
    let mut file = private(path)?;
    file.write_all(text.as_bytes()).map_err(at(path))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::source::opening::InputOptions;

    #[test]
    fn lines_are_mappings_or_comments() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("mapping");
        std::fs::write(&path, "# a comment\n\nE-Mail=email\r\na=b=plan\n\\#7=-\n")
            .expect("written");
        let mapping = read_mapping(&path).expect("a mapping");
        let expected = [("E-Mail", "email"), ("a=b", "plan"), ("#7", "-")];
        assert_eq!(
            mapping,
            expected.map(|(column, to)| (column.to_owned(), to.to_owned()))
        );
        std::fs::write(&path, "email\n").expect("written");
        let error = read_mapping(&path).expect_err("no mapping").to_string();
        assert!(error.contains("line 1: not of the form"), "{error}");
    }

    #[test]
    fn a_draft_holds_suggestions_as_comments() {
        let folder = tempfile::tempdir().expect("a folder");
        let (file, path) = (
            folder.path().join("leads.csv"),
            folder.path().join("mapping"),
        );
        std::fs::write(&file, "name,Mail,odd\n").expect("written");
        let source = Source::scan(&file, &InputOptions::default()).expect("a file");
        let problem = |column: &str, suggestion: Option<&str>| ColumnProblem {
            column: column.to_owned(),
            problem: String::new(),
            suggestion: suggestion.map(str::to_owned),
        };
        let problems = [problem("email", Some("Mail=email")), problem("odd", None)];
        write_mapping_draft(&path, &source, &problems).expect("written");
        let text = std::fs::read_to_string(&path).expect("a draft");
        assert!(text.ends_with("\n# Mail=email\n# odd=-\n"), "{text}");
        assert_eq!(read_mapping(&path).expect("comments only"), []);
        assert!(
            write_mapping_draft(&path, &source, &[]).is_err(),
            "it exists"
        );
    }
}

//! Where the names of the columns are: reports have notes before them.

use crate::input::format::dialect::Dialect;
use crate::input::source::detect::sample_records;
use crate::input::value::column_names::normalized;
use crate::input::value::result_columns::{MISFIT, RESULT_COLUMNS};

/// Records among which the header is looked for.
const RECORDS: usize = 20;
/// A longer cell is a sentence, not the name of a column.
const LONGEST_NAME: usize = 30;

/// The lines before the header: 0 unless a record before it cannot be the header, and one after it surely is.
pub(crate) fn lines_before(sample: &[u8], dialect: Dialect, skip_lines: u64) -> u64 {
    let records = sample_records(sample, dialect, skip_lines);
    for (at, (line, cells)) in records.iter().enumerate().take(RECORDS) {
        if names_an_email(cells) && filled(cells) >= most_filled(&records[..at]) {
            let notes = records[..at].iter().all(|(_, cells)| is_note(cells));
            return if at > 0 && notes {
                line - 1
            } else {
                skip_lines
            };
        }
        if !is_note(cells) {
            break;
        }
    }
    skip_lines
}

/// Whether a text begins with the header of a result file.
pub(crate) fn is_of_results(sample: &[u8], dialect: Dialect) -> bool {
    let records = sample_records(sample, dialect, 0);
    let Some((1, header)) = records.first() else {
        return false;
    };
    let has = |name: &&str| {
        header
            .iter()
            .any(|cell| cell.trim_ascii() == name.as_bytes())
    };
    let always_there = RESULT_COLUMNS.iter().filter(|name| **name != MISFIT);
    always_there.into_iter().all(has)
}

fn names_an_email(cells: &csv::ByteRecord) -> bool {
    cells.iter().any(|cell| {
        let name = String::from_utf8_lossy(cell);
        let name = name.trim();
        name.len() <= LONGEST_NAME && !name.contains('@') && normalized(name).contains("mail")
    })
}

/// Whether a record can be no row of contacts: it has no address.
fn is_note(cells: &csv::ByteRecord) -> bool {
    !cells.iter().any(|cell| cell.contains(&b'@'))
}

fn filled(cells: &csv::ByteRecord) -> usize {
    let is_filled = |cell: &&[u8]| !cell.trim_ascii().is_empty();
    cells.iter().filter(is_filled).count()
}

fn most_filled(records: &[(u64, csv::ByteRecord)]) -> usize {
    let filled = records.iter().map(|(_, cells)| filled(cells));
    filled.max().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_result_file_is_known_by_its_header() {
        let added = "drift_line,drift_contact_id,drift_outcome,drift_reason";
        for (text, expected) in [
            (format!("email,{added}\na@x.test,2,,refused,x\n"), true),
            (format!("column_1,{added},drift_misfit\n"), true),
            (format!("email,\"{}\"\n", added.replace(',', "\",\"")), true),
            (format!("a note\nemail,{added}\n"), false),
            ("email,drift_line\na@x.test,2\n".to_owned(), false),
            (String::new(), false),
        ] {
            let found = is_of_results(text.as_bytes(), Dialect::default());
            assert_eq!(found, expected, "{text:?}");
        }
    }

    #[test]
    fn notes_before_the_header_are_found() {
        for (text, lines) in [
            ("email,name\na@x.test,Ada\n", 0),
            ("Name,Plan\nAda,pro\n", 0),
            ("Report of 2026\n\nemail,name\na@x.test,Ada\n", 2),
            (
                "Report,,\nMade by,Ann,\nname,E-Mail,plan\nAda,a@x.test,pro\n",
                2,
            ),
            ("\"a note\nof two lines\"\nemail,name\na@x.test,Ada\n", 2),
            // A row is no note.
            ("a@x.test,Ada\nemail,name\n", 0),
            ("All e-mail contacts\nname,email\nAda,a@x.test\n", 0),
            ("", 0),
        ] {
            assert_eq!(
                lines_before(text.as_bytes(), Dialect::default(), 0),
                lines,
                "{text:?}"
            );
        }
    }
}

//! The table of languages and steps, as Markdown.

use crate::clients::language::Language;
use crate::generator::Failure;
use crate::util::workspace;

/// Where the table stands for readers, between the two marks.
const PAGE: &str = "docs/clients.md";
const BEGIN: &str = "<!-- The table, written by `cargo xtask codegen --verify --write`. -->\n";
const END: &str = "<!-- The table's end. -->\n";

/// What came of a step.
#[derive(Clone, PartialEq, Eq)]
pub enum Cell {
    /// It went as it should.
    Good,
    /// It did not; why.
    Fault(String),
    /// The step is not for this language.
    Nothing,
}

impl From<Option<String>> for Cell {
    fn from(fault: Option<String>) -> Cell {
        fault.map_or(Cell::Good, Cell::Fault)
    }
}

/// What came of a language.
pub struct Row {
    /// The language.
    pub language: Language,
    /// One for each step.
    pub cells: Vec<Cell>,
}

impl Row {
    /// Whether no step failed.
    pub fn is_good(&self) -> bool {
        self.cells
            .iter()
            .all(|cell| !matches!(cell, Cell::Fault(_)))
    }
}

/// The table.
pub fn markdown(steps: &[&str], rows: &[Row]) -> String {
    let mut lines = vec![
        format!("| Client | {} |", steps.join(" | ")),
        format!("| --- |{}", " :-: |".repeat(steps.len())),
    ];
    for row in rows {
        let cells: Vec<&str> = row.cells.iter().map(sign).collect();
        lines.push(format!(
            "| {} | {} |",
            row.language.title(),
            cells.join(" | ")
        ));
    }
    lines.join("\n") + "\n"
}

/// Writes the table into its page.
pub fn write(table: &str) -> Result<(), Failure> {
    let path = workspace::root().join(PAGE);
    let page = workspace::read(&path)?;
    let page =
        replaced(&page, table).ok_or_else(|| format!("{PAGE} has no marks for the table"))?;
    workspace::write(&path, &page)
}

/// Fails when another table stands in its page.
pub fn check(table: &str) -> Result<(), Failure> {
    let page = workspace::read(&workspace::root().join(PAGE))?;
    if replaced(&page, table).as_ref() == Some(&page) {
        return Ok(());
    }
    Err(format!("{PAGE} shows another table; write it with --verify --write").into())
}

fn replaced(page: &str, table: &str) -> Option<String> {
    let (before, rest) = page.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!("{before}{BEGIN}\n{table}\n{END}{after}"))
}

fn sign(cell: &Cell) -> &'static str {
    match cell {
        Cell::Good => "✓",
        Cell::Fault(_) => "✗",
        Cell::Nothing => "–",
    }
}

/// What failed, a line each; what fails every step of a client in the same way is said once.
pub fn faults(steps: &[&str], rows: &[Row]) -> Vec<String> {
    let mut lines = Vec::new();
    for row in rows {
        let title = row.language.title();
        let alike = row.cells.windows(2).all(|two| two[0] == two[1]);
        if let Some(Cell::Fault(fault)) = row.cells.first().filter(|_| alike) {
            lines.push(format!("{title}: {fault}"));
            continue;
        }
        for (step, cell) in steps.iter().zip(&row.cells) {
            if let Cell::Fault(fault) = cell {
                lines.push(format!("{title}, {step}: {fault}"));
            }
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::{BEGIN, Cell, END, Language, Row, faults, markdown, replaced};

    #[test]
    fn the_table_is_replaced_between_its_marks_only() {
        let page = format!("before\n{BEGIN}old\n{END}after\n");
        let once = replaced(&page, "| new |\n").expect("it has marks");
        assert_eq!(once, format!("before\n{BEGIN}\n| new |\n\n{END}after\n"));
        assert_eq!(replaced(&once, "| new |\n").as_ref(), Some(&once));
        assert_eq!(replaced("no marks", ""), None);
    }

    #[test]
    fn a_cell_is_a_step_of_a_language_and_what_failed_is_listed() {
        let rows = [Row {
            language: Language::Go,
            cells: vec![Cell::Good, Cell::Fault("lost".to_owned()), Cell::Nothing],
        }];
        let steps = ["create", "find", "decide"];
        assert_eq!(
            markdown(&steps, &rows),
            "| Client | create | find | decide |\n| --- | :-: | :-: | :-: |\n| Go | ✓ | ✗ | – |\n"
        );
        assert_eq!(faults(&steps, &rows), ["Go, find: lost"]);
        assert!(!rows[0].is_good());
    }

    #[test]
    fn a_client_that_does_not_build_is_listed_once() {
        let rows = [Row {
            language: Language::Ruby,
            cells: vec![Cell::Fault("no ruby".to_owned()); 3],
        }];
        assert_eq!(faults(&["a", "b", "c"], &rows), ["Ruby: no ruby"]);
    }
}

//! The cells of CSV as a row, and those whose quotes and spaces mean something: of a workbook and of an export.

use drift::AttributeKind;

use crate::input::format::records::{NOT_VALID, Record};
use crate::input::value::attribute::exported_cell;
use crate::input::value::attribute::own_attribute::check_own;
use crate::input::value::columns::Columns;
use crate::input::value::mapping::Target;
use crate::input::value::misfit::has_misfit;
use crate::input::value::reading::{
    CELL_LIMIT, Draft, NOT_FIXED, NUL, RowProblem, TOO_LARGE, row_problem,
};
use crate::input::value::result_columns::MISFIT;

impl Draft<'_> {
    pub(super) fn read_cells(
        &mut self,
        record: &Record,
        cells: &csv::ByteRecord,
        columns: &Columns,
    ) -> Result<(), RowProblem> {
        if let Some(problem) = record.problem() {
            return Err(row_problem(None, problem));
        }
        if cells.len() != columns.len() {
            let problem = format!(
                "{} cells where the header has {}",
                cells.len(),
                columns.len()
            );
            return Err(row_problem(None, problem));
        }
        if has_misfit(cells, columns) {
            return Err(row_problem(Some(MISFIT), NOT_FIXED));
        }
        if cells.as_slice().contains(&0) {
            return Err(row_problem(None, NUL));
        }
        for (column, cell) in cells.iter().enumerate() {
            let target = columns.target(column);
            let derives = columns.derive_from() == Some(column);
            if columns.is_nameless(column) && !cell.trim_ascii().is_empty() {
                return Err(row_problem(None, nameless(column)));
            }
            if *target == Target::Nothing && !derives {
                continue;
            }
            let name = columns.name(column);
            let whole = record
                .text(cell)
                .ok_or_else(|| row_problem(Some(name), NOT_VALID))?;
            let (text, quoted) = (whole.trim(), record.is_quoted(column));
            let is_written = text.is_empty() && quoted && columns.is_exact();
            if self.rules.is_empty(text) && !is_written {
                continue;
            }
            if text.len() > CELL_LIMIT {
                return Err(row_problem(Some(name), TOO_LARGE));
            }
            if derives {
                self.own_id = Some(self.id(name, text)?);
            }
            match (columns.is_exact(), columns.is_typed()) {
                (true, _) => self.take_exported(name, target, whole, quoted)?,
                (false, true) => self.take_typed(name, target, text, quoted)?,
                (false, false) => self.take_text(name, target, text)?,
            }
        }
        Ok(())
    }

    /// A cell of a workbook: where its column has no type, it has one itself.
    fn take_typed(
        &mut self,
        column: &str,
        target: &Target,
        text: &str,
        quoted: bool,
    ) -> Result<(), RowProblem> {
        match target {
            Target::Attribute(_, AttributeKind::Other(_)) => {
                self.take_exported(column, target, text, quoted)
            }
            _ => self.take_text(column, target, text),
        }
    }

    /// A cell of an export, whose spaces and quotes mean something.
    pub(super) fn take_exported(
        &mut self,
        column: &str,
        target: &Target,
        whole: &str,
        quoted: bool,
    ) -> Result<(), RowProblem> {
        let text = whole.trim();
        let slot = match target {
            Target::Attribute(name, kind) if name != "tags" => {
                self.check_damage(column, text)?;
                let value = exported_cell::read(kind, whole, quoted);
                let value = value.and_then(|value| check_own(name, &value).map(|()| value));
                let value = value.map_err(|problem| row_problem(Some(column), problem))?;
                self.attributes.insert(name.clone(), value);
                return Ok(());
            }
            _ if text.is_empty() => return Ok(()),
            Target::Name => &mut self.name,
            Target::Phone => &mut self.phone,
            _ => return self.take_text(column, target, text),
        };
        *slot = Some(whole.to_owned());
        self.check_damage(column, text)
    }
}

fn nameless(column: usize) -> String {
    let number = column + 1;
    format!(
        "there is a value in column {number}, which has no name; name it in the header, or leave out what is not mapped"
    )
}

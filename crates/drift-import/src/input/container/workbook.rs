//! Workbooks of Excel (`.xlsx`), which are read a cell at a time, and of OpenDocument (`.ods`), which are loaded whole. A
//! sheet becomes CSV: UTF-8 with a byte-order mark, one record for each row of the sheet, also for those that are empty.

use std::fs::File;
use std::io::{BufReader, BufWriter, Write};
use std::path::Path;
use std::sync::Arc;

use calamine::{Data, DataRef, Ods, Reader, Sheet, SheetType, SheetVisible, Xlsx, XlsxError};

use super::workbook_cell::{csv_cell, without_value};
use super::{Problem, Unpacked, limit, ods_size};

type Packed = BufReader<File>;

/// The largest `.ods` file, in bytes: all of it is in memory while it is read, at about twenty times its size.
const LARGEST_ODS: u64 = 32 << 20;
const ODS_TOO_LARGE: &str = "this OpenDocument spreadsheet is larger than 32 MiB, and would have to be loaded whole; save it as .xlsx or CSV (UTF-8)";
const DAMAGED: &str = "this is a workbook, and it cannot be read; save it as CSV (UTF-8)";
const NO_SHEET: &str = "this is a workbook without a sheet that has a row";

/// The rows of a sheet.
pub(super) fn unpack(path: &Path, is_ods: bool, sheet: Option<&str>) -> Result<Unpacked, Problem> {
    let file = BufReader::new(File::open(path)?);
    let mut out = Rows::new(
        tempfile::tempfile()?,
        limit::most(std::fs::metadata(path)?.len()),
    )?;
    let sheet = match is_ods {
        true if std::fs::metadata(path)?.len() > LARGEST_ODS => return Err(ODS_TOO_LARGE.into()),
        true => {
            ods_size::check(path)?;
            of_ods(Ods::new(file).map_err(damaged)?, sheet, &mut out)?
        }
        false => of_xlsx(Xlsx::new(file).map_err(damaged)?, sheet, &mut out)?,
    };
    Ok(Unpacked {
        file: Arc::new(out.finish()?),
        taken_from: match is_ods {
            true => format!("the sheet {sheet:?}, loaded whole"),
            false => format!("the sheet {sheet:?}"),
        },
        name: path.with_extension("csv"),
        is_workbook: true,
    })
}

fn damaged<E>(_cause: E) -> Problem {
    DAMAGED.into()
}

fn of_xlsx(mut book: Xlsx<Packed>, sheet: Option<&str>, out: &mut Rows) -> Result<String, Problem> {
    let names = visible(book.sheets_metadata());
    let has_cell = |name: &String| {
        let cells = book.worksheet_cells_reader(name);
        let first = cells.and_then(|mut cells| Ok(cells.next_cell()?.is_some()));
        first.unwrap_or(true)
    };
    let name = chosen(names, sheet, has_cell)?;
    xlsx_rows(&mut book, &name, out)?;
    Ok(name)
}

impl From<XlsxError> for Problem {
    fn from(_: XlsxError) -> Self {
        DAMAGED.into()
    }
}

fn xlsx_rows(book: &mut Xlsx<Packed>, name: &str, out: &mut Rows) -> Result<(), Problem> {
    let mut without_values = formulas_without_values(book, name)?.into_iter().peekable();
    let mut cells = book.worksheet_cells_reader(name)?;
    let formats: Vec<String> = cells
        .styles()
        .iter()
        .map(|style| style.number_format.as_ref())
        .map(|format| {
            format
                .map(|format| format.format_code.clone())
                .unwrap_or_default()
        })
        .collect();
    while let Some((cell, style)) = cells.next_cell_with_style_id()? {
        let (row, column) = cell.get_position();
        let value = Data::from(cell.get_value().clone());
        let format = formats.get(style).map_or("", String::as_str);
        let text = match without_values.next_if_eq(&(row, column)) {
            Some(_) => without_value(),
            None => csv_cell(&value, format),
        };
        out.put(row, column, &text)?;
    }
    Ok(())
}

/// Cells with a formula that no spreadsheet program has calculated, in the order of the sheet; a program that only writes
/// workbooks leaves them. The reader of styles does not see formulas, so the sheet is read twice.
fn formulas_without_values(
    book: &mut Xlsx<Packed>,
    name: &str,
) -> Result<Vec<(u32, u32)>, Problem> {
    let mut cells = book.worksheet_cells_reader(name)?;
    let mut found = Vec::new();
    while let Some(cell) = cells.next_cell_with_formula_metadata()? {
        if cell.formula.is_some() && matches!(cell.value, DataRef::Empty) {
            found.push(cell.pos);
        }
    }
    Ok(found)
}

fn of_ods(mut book: Ods<Packed>, sheet: Option<&str>, out: &mut Rows) -> Result<String, Problem> {
    let names = visible(book.sheets_metadata());
    let has_cell = |name: &String| {
        let range = book.worksheet_range(name);
        range.map_or(true, |range| !range.is_empty())
    };
    let name = chosen(names, sheet, has_cell)?;
    let range = book.worksheet_range(&name).map_err(damaged)?;
    let (first_row, first_column) = range.start().unwrap_or_default();
    for (row, cells) in (first_row..).zip(range.rows()) {
        for (column, value) in (first_column..).zip(cells) {
            out.put(row, column, &csv_cell(value, ""))?;
        }
    }
    Ok(name)
}

fn visible(sheets: &[Sheet]) -> Vec<String> {
    let is_visible = |sheet: &&Sheet| {
        sheet.visible == SheetVisible::Visible && sheet.typ == SheetType::WorkSheet
    };
    let visible = sheets.iter().filter(is_visible);
    visible.map(|sheet| sheet.name.clone()).collect()
}

/// The sheet that is named, else the only one that has a cell.
fn chosen(
    names: Vec<String>,
    named: Option<&str>,
    has_cell: impl FnMut(&String) -> bool,
) -> Result<String, Problem> {
    let list = |names: &[String]| {
        let names: Vec<String> = names.iter().map(|name| format!("{name:?}")).collect();
        names.join(", ")
    };
    if let Some(named) = named {
        return match names.iter().find(|name| *name == named) {
            Some(name) => Ok(name.clone()),
            None => Err(Problem::Sentence(format!(
                "there is no sheet {named:?}; there are {}",
                list(&names)
            ))),
        };
    }
    let mut filled: Vec<String> = names.into_iter().filter(has_cell).collect();
    match filled.len() {
        0 => Err(NO_SHEET.into()),
        1 => Ok(filled.remove(0)),
        _ => Err(Problem::Sentence(format!(
            "this is a workbook with several sheets; name one of {}",
            list(&filled)
        ))),
    }
}

/// The rows on their way to the text.
struct Rows {
    out: BufWriter<File>,
    /// How many rows are written.
    written: u32,
    /// The row that is being filled: its cells up to the last one that was put.
    line: Vec<String>,
    /// How many bytes may still be written: a text of a workbook may stand in many cells.
    left: u64,
}

/// The most columns and rows, as Excel has them.
const MOST_COLUMNS: u32 = 16_384;
const MOST_ROWS: u32 = 1_048_576;

impl Rows {
    fn new(file: File, most: u64) -> std::io::Result<Self> {
        let mut out = BufWriter::new(file);
        out.write_all("\u{feff}".as_bytes())?;
        Ok(Self {
            out,
            written: 0,
            line: Vec::new(),
            left: most,
        })
    }

    /// Puts a cell into its place. Cells come row by row and once; else, or outside of any sheet, the file is damaged.
    fn put(&mut self, row: u32, column: u32, cell: &str) -> Result<(), Problem> {
        if row < self.written || row >= MOST_ROWS || column >= MOST_COLUMNS {
            return Err(DAMAGED.into());
        }
        while self.written < row {
            self.end_row()?;
        }
        let place = column as usize;
        if !cell.is_empty() {
            self.line
                .resize(self.line.len().max(place + 1), String::new());
            if !self.line[place].is_empty() {
                return Err(DAMAGED.into());
            }
            self.take(cell.len())?;
            cell.clone_into(&mut self.line[place]);
        }
        Ok(())
    }

    fn take(&mut self, bytes: usize) -> Result<(), Problem> {
        let left = self.left.checked_sub(bytes as u64);
        self.left = left.ok_or(Problem::from(limit::TOO_LARGE))?;
        Ok(())
    }

    /// Ends a row. One without a cell is two empty ones, since a blank line is no record.
    fn end_row(&mut self) -> Result<(), Problem> {
        let (line, cells) = (self.line.join(","), self.line.len());
        self.line.clear();
        self.written += 1;
        let line = if line.is_empty() { "," } else { &line };
        self.take(cells + 2)?;
        self.out.write_all(line.as_bytes())?;
        Ok(self.out.write_all(b"\r\n")?)
    }

    fn finish(mut self) -> Result<File, Problem> {
        if !self.line.is_empty() {
            self.end_row()?;
        }
        let file = self.out.into_inner();
        Ok(file.map_err(std::io::IntoInnerError::into_error)?)
    }
}

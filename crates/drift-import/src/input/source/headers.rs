//! The names of the columns: a CSV file's first record, or the keys of JSON Lines.

use std::collections::HashSet;

use crate::error::Error;
use crate::input::format::Format;
use crate::input::format::records::{Cells, Record, Records, TextFile};
use crate::input::source::opening::wrong;
use crate::input::value::invisible::is_blank;

/// The most columns; a file that has more is most likely one line that was meant as many.
const MOST_COLUMNS: usize = 10_000;
/// Lines of JSON whose keys are looked at.
const LINES: usize = 1_000;

/// The names of the columns of a file.
pub(super) fn read(file: &TextFile, no_header: bool) -> Result<Vec<String>, Error> {
    let names = match file.format {
        Format::Csv => of_csv(file, no_header)?,
        Format::JsonLines => of_json(file)?,
    };
    if names.len() > MOST_COLUMNS {
        let problem = format!(
            "there are {} columns, and more than {MOST_COLUMNS} are not read; is the delimiter right?",
            names.len()
        );
        return Err(wrong(&file.name, problem));
    }
    Ok(names)
}

fn of_csv(file: &TextFile, no_header: bool) -> Result<Vec<String>, Error> {
    let mut records = Records::open(file)?;
    let mut record = Record::default();
    if !records.next(&mut record)? {
        let problem = match file.skip_lines {
            0 => EMPTY,
            _ => NOTHING_LEFT,
        };
        return Err(wrong(&file.name, problem));
    }
    match &record.cells {
        Cells::Csv(cells) if no_header => {
            Ok((1..=cells.len()).map(|n| format!("column_{n}")).collect())
        }
        Cells::Csv(cells) => names(&file.name, cells, &record),
        Cells::Json(..) => Ok(Vec::new()),
    }
}

/// The keys, where at least one line is an object.
fn of_json(file: &TextFile) -> Result<Vec<String>, Error> {
    let mut records = Records::open(file)?;
    let mut record = Record::default();
    let (mut keys, mut known): (Vec<String>, _) = (Vec::new(), HashSet::new());
    let (mut has_object, mut wrong_line) = (false, None);
    for _ in 0..LINES {
        if !records.next(&mut record)? {
            break;
        }
        let Cells::Json(_, members) = &record.cells else {
            continue;
        };
        match members {
            Ok(members) => {
                has_object = true;
                let new = members.keys().filter(|key| known.insert((*key).clone()));
                keys.extend(new.cloned());
            }
            Err(problem) => {
                wrong_line.get_or_insert((record.line, problem.clone()));
            }
        }
    }
    match wrong_line {
        Some((line, problem)) if !has_object => {
            Err(wrong(&file.name, format!("line {line}: {problem}")))
        }
        None if !has_object => Err(wrong(&file.name, EMPTY)),
        _ => Ok(keys),
    }
}

fn names(name: &str, cells: &csv::ByteRecord, record: &Record) -> Result<Vec<String>, Error> {
    let text = |cell: &[u8]| Some(record.text(cell)?.trim_matches(is_blank).to_owned());
    let names: Option<Vec<String>> = cells.iter().map(text).collect();
    let nul = cells.as_slice().contains(&0);
    names
        .filter(|_| !nul && record.problem().is_none())
        .ok_or_else(|| {
            let problem = record.problem().unwrap_or(NO_NAMES);
            wrong(
                name,
                format!("line {}, the names of the columns: {problem}", record.line),
            )
        })
}

const EMPTY: &str = "the file is empty";
const NOTHING_LEFT: &str = "no line is left after those that are skipped";
const NO_NAMES: &str = "not valid in the file's encoding";

//! A file that an export wrote, when it comes back to be imported: what Drift alone sets is left out, and all else is an
//! attribute.

use crate::error::Error;
use crate::input::format::Format;
use crate::input::format::json_members::Member;
use crate::input::format::records::{Cells, Record};
use crate::input::source::opening::Source;
use crate::input::value::column_checks::check_name;
use crate::input::value::mapping::Unmapped;
use crate::input::value::result_columns::RESULT_COLUMNS;

/// The columns by which an export is known.
const ID: &str = "id";
const CREATED_AT: &str = "createdAt";

/// What Drift sets and an export holds, beside what no custom attribute may be called.
const OF_DRIFT: [&str; 6] = [
    ID,
    CREATED_AT,
    "start_date",
    "last_active",
    "last_contacted",
    "tags",
];

/// Drift's own attributes that an import takes.
const OWN: [&str; 4] = ["email", "externalId", "name", "phone"];

/// Whether an export wrote a file: it has the id that Drift gave and the time of creation, both numbers.
pub(crate) fn is_export(source: &Source) -> Result<bool, Error> {
    let headers = source.headers().iter();
    let column = |name: &str| headers.clone().position(|header| header == name);
    let (Some(id), Some(created_at)) = (column(ID), column(CREATED_AT)) else {
        return Ok(false);
    };
    let mut first = Record::default();
    Ok(source.records()?.next(&mut first)? && has_numbers(&first, [id, created_at]))
}

fn has_numbers(record: &Record, columns: [usize; 2]) -> bool {
    match &record.cells {
        Cells::Csv(cells) => columns.iter().all(|column| {
            let text = cells.get(*column).and_then(|cell| record.text(cell));
            text.is_some_and(|text| text.parse::<i64>().is_ok())
        }),
        Cells::Json(_, Ok(members)) => [ID, CREATED_AT].iter().all(|name| {
            let member = members.get(*name);
            matches!(member, Some(Member::Value(value)) if value.is_i64())
        }),
        Cells::Json(_, Err(_)) => false,
    }
}

/// The columns of an export as they are imported, and the attribute of each by its very name, `-` for those that are left
/// out. Where columns that are not mapped are ignored, only Drift's own keep their names.
pub(crate) fn columns_of_export(
    source: &Source,
    unmapped: Unmapped,
) -> (Vec<String>, Vec<(String, String)>) {
    let mut headers = source.headers().to_vec();
    if source.format() == Format::JsonLines {
        // One that first occurs late in the file is left out, too.
        for name in OF_DRIFT {
            if !headers.iter().any(|header| header == name) {
                headers.push(name.to_owned());
            }
        }
    }
    let target = |header: &String| {
        let name = header.as_str();
        let is_own = OWN.contains(&name);
        let of_drift = OF_DRIFT.contains(&name) || !is_own && check_name(header).is_err();
        let of_results = RESULT_COLUMNS.contains(&name);
        match (of_drift, unmapped) {
            (true, _) => Some((header.clone(), "-".to_owned())),
            (false, Unmapped::Ignore | Unmapped::Suggested) if !is_own => None,
            _ if of_results || header.is_empty() => None,
            _ => Some((header.clone(), header.clone())),
        }
    };
    let targets = headers.iter().filter_map(target).collect();
    (headers, targets)
}

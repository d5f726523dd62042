//! What is wrong with the columns of a file as a whole.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use crate::error::ColumnProblem;
use crate::input::value::column_names::{distance, normalized, suggest};
use crate::input::value::mapping::{Mapping, Target};

/// Columns that the caller names and the file does not have.
pub(crate) fn missing(headers: &[String], mapping: &Mapping) -> Vec<ColumnProblem> {
    let given = mapping.given.iter().map(|(column, _)| column.as_str());
    given
        .chain(mapping.derive_from)
        .filter(|column| !headers.iter().any(|header| header == column))
        .map(|column| ColumnProblem {
            column: column.to_owned(),
            problem: "the file has no such column".to_owned(),
            suggestion: headers
                .iter()
                .find(|header| distance(&normalized(header), &normalized(column)) <= 2)
                .cloned(),
        })
        .collect()
}

/// Columns that share a name or an attribute.
pub(crate) fn repeated(headers: &[String], targets: &[Target]) -> Vec<ColumnProblem> {
    let problem = |column: &String, problem: String| ColumnProblem {
        column: column.clone(),
        problem,
        suggestion: None,
    };
    let mut problems = Vec::new();
    let (mut names, mut attributes) = (HashSet::new(), HashMap::new());
    for (header, target) in headers.iter().zip(targets) {
        if !header.is_empty() && !names.insert(header) {
            problems.push(problem(header, "the name occurs twice".to_owned()));
            continue;
        }
        let attribute = match target {
            Target::Nothing => continue,
            Target::Attribute(name, _) => name.as_str(),
            Target::Email => "email",
            Target::ExternalId => "externalId",
            Target::Name => "name",
            Target::Phone => "phone",
        };
        match attributes.entry(attribute) {
            Entry::Vacant(entry) => drop(entry.insert(header)),
            Entry::Occupied(entry) => {
                let sentence = format!("the column {:?} is the same attribute", entry.get());
                problems.push(problem(header, sentence));
            }
        }
    }
    problems
}

/// Whether a custom attribute may have this name.
pub(crate) fn check_name(name: &str) -> Result<(), String> {
    let probe = drift::NewContact::new("probe@example.test").map_err(|error| error.to_string())?;
    let checked = probe.attribute(name, "probe").check();
    checked.map_err(|error| error.to_string())
}

/// Columns whose attribute only Drift may set.
pub(crate) fn reserved(headers: &[String], targets: &[Target]) -> Vec<ColumnProblem> {
    let problem = |(header, target): (&String, &Target)| {
        let Target::Attribute(name, _) = target else {
            return None;
        };
        Some(ColumnProblem {
            column: header.clone(),
            problem: check_name(name).err()?,
            suggestion: Some(format!("{header}=-")),
        })
    };
    headers.iter().zip(targets).filter_map(problem).collect()
}

/// Whether the headers are a row: then no error may repeat them.
pub(crate) fn are_a_row(headers: &[String], mapping: &Mapping) -> bool {
    headers.iter().any(|header| is_personal(header, mapping))
}

/// The problem of headers that are a row.
pub(crate) const NO_HEADER: &str = "the header row looks like data: it holds an address or a phone number; add a header row, e.g. email,name, or read the file without a header";

/// Whether a header is an address or a phone number, and the caller does not map it.
fn is_personal(header: &str, mapping: &Mapping) -> bool {
    let mapped = mapping.given.iter().any(|(column, _)| column == header);
    let digits = header.chars().filter(char::is_ascii_digit).count();
    let is_phone = digits >= FEWEST_OF_A_PHONE
        && header
            .chars()
            .all(|c| c.is_ascii_digit() || " +-()./".contains(c));
    !mapped && (is_phone || drift::Email::new(header).is_ok())
}

/// Fewer digits may be a year or a number of a column.
const FEWEST_OF_A_PHONE: usize = 7;

/// The problem of a header that was most likely meant as several columns.
pub(crate) fn one_column(headers: &[String]) -> Option<ColumnProblem> {
    let [only] = headers else { return None };
    only.contains([',', ';', '\t', '|']).then(|| ColumnProblem {
        column: only.clone(),
        problem: "it is the only column; is the delimiter right?".to_owned(),
        suggestion: None,
    })
}

pub(crate) fn no_email(headers: &[String]) -> ColumnProblem {
    let near = headers
        .iter()
        .find(|header| suggest(header, &[]).as_deref() == Some("email"));
    ColumnProblem {
        column: "email".to_owned(),
        problem: "the file has no such column, and every contact needs an address".to_owned(),
        suggestion: near.map(|header| format!("{header}=email")),
    }
}

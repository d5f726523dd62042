//! Whether the attribute of a stamp is free: neither Drift, nor the file, nor a result file uses it.

use drift::AttributeKind;

use crate::error::{ColumnProblem, Error};
use crate::input::value::column_checks::check_name;
use crate::input::value::column_names::normalized;
use crate::input::value::columns::Columns;
use crate::input::value::mapping::{Definition, Target};
use crate::input::value::result_columns::RESULT_COLUMNS;

/// Names that Drift uses, beside those that no custom attribute may have.
const OF_DRIFT: [&str; 10] = [
    "id",
    "createdAt",
    "email",
    "externalId",
    "name",
    "phone",
    "start_date",
    "last_contacted",
    "last_active",
    "tags",
];

/// Whether an attribute may be that of a stamp, by its name alone. Names are compared without letter case and punctuation, so
/// that none is nearly one of Drift's.
pub(crate) fn check_stamp(name: &str) -> Result<(), Error> {
    let same = |used: &&str| normalized(used) == normalized(name);
    let used = OF_DRIFT.iter().chain(&RESULT_COLUMNS).any(same);
    let problem = if used {
        "Drift or the result files use this name themselves".to_owned()
    } else {
        match check_name(name) {
            Ok(()) => return Ok(()),
            Err(problem) => problem,
        }
    };
    Err(Error::Input {
        place: format!("the stamp {name:?}"),
        problem: format!("{problem}; name an attribute that nothing else uses"),
    })
}

/// Whether no column is the same attribute, and its type in Drift is text.
pub(crate) fn check_free(
    name: &str,
    headers: &[String],
    columns: &Columns,
    definitions: &[Definition],
) -> Result<(), Error> {
    let is_stamp = |column: &usize| matches!(columns.target(*column), Target::Attribute(attribute, _) if attribute == name);
    if let Some(column) = (0..headers.len()).find(is_stamp) {
        return Err(Error::Columns(vec![ColumnProblem {
            column: columns.name(column).to_owned(),
            problem: format!("it is the attribute {name:?}, and so is the stamp"),
            suggestion: Some(format!("{}=-", columns.name(column))),
        }]));
    }
    let mut defined = definitions.iter().filter(|defined| defined.name == name);
    let is_text = |defined: &Definition| {
        matches!(
            defined.kind(),
            AttributeKind::String | AttributeKind::Other(_)
        )
    };
    if !defined.all(is_text) {
        return Err(Error::Input {
            place: format!("the stamp {name:?}"),
            problem: "the attribute of this name in Drift does not hold text; name another"
                .to_owned(),
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_has_a_name_of_its_own() {
        for (name, free) in [
            ("import_stamp", true),
            ("Import", true),
            ("names", true),
            ("email", false),
            ("E-Mail", false),
            ("external_id", false),
            ("ID", false),
            ("created_at", false),
            ("start_date", false),
            ("tags", false),
            ("socialProfiles", false),
            ("_END_USER_VERSION", false),
            ("drift_outcome", false),
            ("drift_misfit", false),
            ("", false),
            ("  ", false),
        ] {
            assert_eq!(check_stamp(name).is_ok(), free, "{name:?}");
        }
    }
}

//! Which column is which attribute: by name, by what the caller says, with a suggestion for near misses.

use std::collections::HashMap;

use crate::error::ColumnProblem;
use crate::input::value::column_checks::{missing, no_email, one_column, repeated, reserved};
use crate::input::value::column_names::{by_name, named, normalized, suggest};
use crate::input::value::mapping::{Mapping, Target, Unmapped};
use crate::input::value::result_columns::{MISFIT, RESULT_COLUMNS};
use crate::input::value::suggestions::suggestions;

/// Where each column goes.
#[derive(Clone)]
pub(crate) struct Columns {
    names: Vec<String>,
    targets: Vec<Target>,
    by_name: HashMap<String, usize>,
    derive_from: Option<usize>,
    misfit: Option<usize>,
    is_exact: bool,
    is_typed: bool,
    pub(crate) unmapped: Unmapped,
}

impl Columns {
    /// Maps columns to attributes.
    pub(crate) fn map(headers: &[String], mapping: &Mapping) -> Result<Self, Vec<ColumnProblem>> {
        let mut problems = missing(headers, mapping);
        let mut targets: Vec<Target> = headers
            .iter()
            .map(|header| {
                target(header, mapping).unwrap_or_else(|problem| {
                    problems.push(problem);
                    Target::Nothing
                })
            })
            .collect();
        if mapping.unmapped == Unmapped::Suggested {
            take_suggestions(headers, mapping, &mut targets);
        }
        problems.extend(repeated(headers, &targets));
        problems.extend(reserved(headers, &targets));
        // Without an address nothing else matters.
        if !targets.contains(&Target::Email) && !mapping.given.iter().any(|(_, to)| to == "email") {
            match one_column(headers) {
                Some(problem) => problems = vec![problem],
                None => problems.insert(0, no_email(headers)),
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let by_name = headers.iter().cloned().zip(0..).collect::<HashMap<_, _>>();
        Ok(Self {
            derive_from: mapping
                .derive_from
                .and_then(|column| by_name.get(column).copied()),
            misfit: by_name.get(MISFIT).copied(),
            names: headers.to_vec(),
            is_exact: false,
            is_typed: false,
            targets,
            by_name,
            unmapped: mapping.unmapped,
        })
    }

    /// Those of a file that an export wrote: its values are taken as they stand.
    pub(crate) fn exact(self) -> Self {
        Self {
            is_exact: true,
            is_typed: true,
            ..self
        }
    }

    /// Those of a workbook: a cell in quotes is text, and another is of the type that it shows.
    pub(crate) fn typed(self) -> Self {
        Self {
            is_typed: true,
            ..self
        }
    }

    /// Whether each cell has a type of its own.
    pub(crate) fn is_typed(&self) -> bool {
        self.is_typed
    }

    /// Whether an export wrote the file.
    pub(crate) fn is_exact(&self) -> bool {
        self.is_exact
    }

    pub(crate) fn len(&self) -> usize {
        self.names.len()
    }

    pub(crate) fn name(&self, column: usize) -> &str {
        self.names.get(column).map_or("", String::as_str)
    }

    /// Whether a column has no name and such columns are not ignored: then no row may have a value there.
    pub(crate) fn is_nameless(&self, column: usize) -> bool {
        self.name(column).is_empty()
            && *self.target(column) == Target::Nothing
            && self.unmapped != Unmapped::Ignore
    }

    pub(crate) fn target(&self, column: usize) -> &Target {
        self.targets.get(column).unwrap_or(&Target::Nothing)
    }

    pub(crate) fn index(&self, name: &str) -> Option<usize> {
        self.by_name.get(name).copied()
    }

    /// The column that result files keep in what did not fit the header.
    pub(crate) fn misfit(&self) -> Option<usize> {
        self.misfit
    }

    pub(crate) fn derive_from(&self) -> Option<usize> {
        self.derive_from
    }
}

fn target(header: &str, mapping: &Mapping) -> Result<Target, ColumnProblem> {
    if let Some((_, attribute)) = mapping.given.iter().find(|(column, _)| column == header) {
        return Ok(named(attribute, mapping.definitions));
    }
    // Spreadsheets leave columns without a name at the end; a row that has a value there is refused.
    if header.is_empty() || RESULT_COLUMNS.contains(&header) || mapping.derive_from == Some(header)
    {
        return Ok(Target::Nothing);
    }
    if let Some(target) = by_name(header, mapping.definitions) {
        return Ok(target);
    }
    match mapping.unmapped {
        Unmapped::Ignore | Unmapped::Suggested => Ok(Target::Nothing),
        Unmapped::Attribute => Ok(named(header, mapping.definitions)),
        Unmapped::Refuse => Err(ColumnProblem {
            column: header.to_owned(),
            problem: "no attribute has this name; map the column, leave it out, or let such columns become attributes"
                .to_owned(),
            suggestion: suggest(header, mapping.definitions)
                .map(|attribute| format!("{header}={attribute}")),
        }),
    }
}

/// Gives columns without a target the suggested one, each attribute once.
fn take_suggestions(headers: &[String], mapping: &Mapping, targets: &mut [Target]) {
    for (wanted, attribute) in suggestions() {
        let target = named(attribute, mapping.definitions);
        if targets.contains(&target) {
            continue;
        }
        let is_open = |header: &String| {
            normalized(header) == wanted
                && !mapping.given.iter().any(|(column, _)| column == header)
        };
        let mut places = headers.iter().zip(targets.iter_mut());
        let open = places.find(|(header, to)| **to == Target::Nothing && is_open(header));
        if let Some((_, to)) = open {
            *to = target;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::value::column_checks::are_a_row;

    fn map(
        headers: &[&str],
        given: &[(&str, &str)],
        unmapped: Unmapped,
    ) -> Result<Columns, Vec<ColumnProblem>> {
        let headers: Vec<String> = headers.iter().map(|header| (*header).to_owned()).collect();
        let given: Vec<(String, String)> = given
            .iter()
            .map(|(column, attribute)| ((*column).to_owned(), (*attribute).to_owned()))
            .collect();
        let mapping = Mapping {
            given: &given,
            definitions: &[],
            unmapped,
            derive_from: None,
        };
        Columns::map(&headers, &mapping)
    }

    #[test]
    fn names_match_without_case_and_punctuation() {
        let columns = map(
            &["E-Mail", "External ID", "drift_line", "Plan"],
            &[],
            Unmapped::Attribute,
        )
        .expect("columns");
        assert_eq!(columns.target(0), &Target::Email);
        assert_eq!(columns.target(1), &Target::ExternalId);
        assert_eq!(columns.target(2), &Target::Nothing);
        assert!(matches!(columns.target(3), Target::Attribute(name, _) if name == "Plan"));
    }

    #[test]
    fn near_misses_are_suggested_and_never_applied() {
        for (header, suggestion) in [
            ("Emial", Some("Emial=email")),
            ("Telephone", Some("Telephone=phone")),
            ("Mail Address", Some("Mail Address=email")),
            ("shoe size", None),
        ] {
            let problems = map(&["email", header], &[], Unmapped::Refuse)
                .err()
                .expect("refused");
            assert_eq!(problems[0].suggestion.as_deref(), suggestion, "{header}");
        }
    }

    #[test]
    fn all_columns_that_cannot_be_mapped_are_reported_at_once() {
        for (headers, given, count) in [
            (&["name", "phone"][..], &[][..], 1),
            (&["name", "a", "b"], &[], 3),
            (&["email", "a", "b"], &[], 2),
            (&["email", "mail"], &[("mail", "email")], 1),
            (&["email", "email"], &[], 1),
            (&["email"], &[("maill", "email")], 1),
            (&["email;name"], &[], 1),
            (&["email", "notes"], &[("notes", "-")], 0),
        ] {
            let problems = map(headers, given, Unmapped::Refuse)
                .err()
                .unwrap_or_default();
            assert_eq!(problems.len(), count, "{headers:?}: {problems:?}");
        }
    }

    #[test]
    fn suggestions_are_taken_where_they_are_asked_for_each_once() {
        let headers = [
            "Email Address",
            "First Name",
            "Mobile",
            "Business Phone",
            "Opt-in",
            "plan",
        ];
        let columns = map(&headers, &[("plan", "plan")], Unmapped::Suggested).expect("columns");
        assert_eq!(columns.target(0), &Target::Email);
        assert!(matches!(columns.target(1), Target::Attribute(name, _) if name == "first_name"));
        assert_eq!(columns.target(2), &Target::Phone);
        assert_eq!(
            columns.target(3),
            &Target::Nothing,
            "a phone is there already"
        );
        assert_eq!(columns.target(4), &Target::Nothing);
        assert!(matches!(columns.target(5), Target::Attribute(name, _) if name == "plan"));
    }

    #[test]
    fn a_missing_email_column_comes_first() {
        let problems = map(&["a", "Email Address"], &[], Unmapped::Refuse)
            .err()
            .expect("refused");
        assert_eq!(problems[0].column, "email");
        assert_eq!(
            problems[0].suggestion.as_deref(),
            Some("Email Address=email")
        );
    }

    #[test]
    fn a_header_that_the_caller_maps_is_accepted() {
        let mapped = map(
            &["email", "2026", "x@y.test"],
            &[("x@y.test", "-"), ("2026", "-")],
            Unmapped::Refuse,
        );
        assert!(mapped.is_ok(), "the caller maps it");
        let given = [("x@y.test".to_owned(), "-".to_owned())];
        let mapping = |given| Mapping {
            given,
            definitions: &[],
            unmapped: Unmapped::Refuse,
            derive_from: None,
        };
        let headers = ["email", "2026", "x@y.test"].map(str::to_owned);
        assert!(!are_a_row(&headers, &mapping(&given)));
        assert!(are_a_row(&headers, &mapping(&[])));
    }
}

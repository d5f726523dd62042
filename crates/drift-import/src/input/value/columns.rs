//! Which column is which attribute: by name, by what the caller says, with a suggestion for near misses.

use std::collections::HashMap;
use std::fmt;

use drift::AttributeKind;
use serde::{Deserialize, Serialize};

/// Columns that result files add; they are never attributes.
pub(crate) const OURS: [&str; 5] = [
    "drift_line",
    "drift_contact_id",
    "drift_outcome",
    "drift_reason",
    MISFIT,
];

/// The column for what did not fit a row's header. A row that has something there is refused.
pub(crate) const MISFIT: &str = "drift_misfit";

/// What a column holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    Email,
    ExternalId,
    Name,
    Phone,
    Attribute(String, AttributeKind),
    Nothing,
}

/// An attribute that Drift has a definition of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Definition {
    name: String,
    label: Option<String>,
    kind: String,
}

impl From<&drift::AttributeDefinition> for Definition {
    fn from(definition: &drift::AttributeDefinition) -> Self {
        Self {
            name: definition.name().to_owned(),
            label: definition.display_name().map(str::to_owned),
            kind: definition.kind().to_string(),
        }
    }
}

impl Definition {
    fn kind(&self) -> AttributeKind {
        match self.kind.as_str() {
            "STRING" => AttributeKind::String,
            "NUMERIC" => AttributeKind::Numeric,
            "BOOLEAN" => AttributeKind::Boolean,
            "DATETIME" => AttributeKind::Datetime,
            "DATE" => AttributeKind::Date,
            other => AttributeKind::Other(other.to_owned()),
        }
    }
}

/// What to do with a column that is no attribute by name and is not mapped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unmapped {
    /// The import does not begin. The default.
    #[default]
    Refuse,
    /// The column is left out.
    Ignore,
    /// The column becomes a custom attribute of that name.
    Attribute,
}

/// A column that cannot be brought together with an attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnProblem {
    /// The column's name.
    pub column: String,
    /// What is wrong.
    pub problem: String,
    /// What was probably meant, as a mapping `column=attribute`.
    pub suggestion: Option<String>,
}

impl fmt::Display for ColumnProblem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "column {:?}: {}", self.column, self.problem)?;
        match &self.suggestion {
            Some(suggestion) => write!(out, "; did you mean {suggestion:?}?"),
            None => Ok(()),
        }
    }
}

/// What decides where columns go.
pub(crate) struct Mapping<'a> {
    /// Column and attribute, as the caller says; `-` leaves a column out.
    pub(crate) given: &'a [(String, String)],
    pub(crate) definitions: &'a [Definition],
    pub(crate) unmapped: Unmapped,
    /// The column that external ids are derived from.
    pub(crate) derive_from: Option<&'a str>,
}

/// Where each column goes.
#[derive(Clone)]
pub(crate) struct Columns {
    names: Vec<String>,
    targets: Vec<Target>,
    by_name: HashMap<String, usize>,
    derive_from: Option<usize>,
    misfit: Option<usize>,
    pub(crate) unmapped: Unmapped,
}

impl Columns {
    /// Brings columns and attributes together.
    pub(crate) fn map(headers: &[String], mapping: &Mapping) -> Result<Self, Vec<ColumnProblem>> {
        let mut problems = absent(headers, mapping);
        let targets: Vec<Target> = headers
            .iter()
            .map(|header| {
                target(header, mapping).unwrap_or_else(|problem| {
                    problems.push(problem);
                    Target::Nothing
                })
            })
            .collect();
        problems.extend(twice(headers, &targets));
        problems.extend(reserved(headers, &targets));
        if problems.is_empty() && !targets.contains(&Target::Email) {
            problems.push(no_email(headers));
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
            targets,
            by_name,
            unmapped: mapping.unmapped,
        })
    }

    pub(crate) fn len(&self) -> usize {
        self.names.len()
    }

    pub(crate) fn name(&self, column: usize) -> &str {
        self.names.get(column).map_or("", String::as_str)
    }

    /// Whether a column has no name and nobody said that such columns are left out: then no row may have a value there.
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
    if header.is_empty() || OURS.contains(&header) || mapping.derive_from == Some(header) {
        return Ok(Target::Nothing);
    }
    if let Some(target) = by_name(header, mapping.definitions) {
        return Ok(target);
    }
    match mapping.unmapped {
        Unmapped::Ignore => Ok(Target::Nothing),
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

/// The target that the caller names.
fn named(attribute: &str, definitions: &[Definition]) -> Target {
    match attribute {
        "-" => Target::Nothing,
        "email" => Target::Email,
        "name" => Target::Name,
        "phone" => Target::Phone,
        "externalId" | "external_id" => Target::ExternalId,
        _ => {
            let kind = definitions
                .iter()
                .find(|definition| definition.name == attribute)
                .map_or(AttributeKind::Other(String::new()), |definition| {
                    definition.kind()
                });
            Target::Attribute(attribute.to_owned(), kind)
        }
    }
}

/// The target that has the column's name, letter case, spaces and punctuation aside.
fn by_name(header: &str, definitions: &[Definition]) -> Option<Target> {
    let wanted = plain(header);
    match wanted.as_str() {
        "" => return None,
        "email" => return Some(Target::Email),
        "name" => return Some(Target::Name),
        "phone" => return Some(Target::Phone),
        "externalid" => return Some(Target::ExternalId),
        _ => {}
    }
    let label = |definition: &Definition| definition.label.as_deref().map(plain);
    definitions
        .iter()
        .find(|definition| definition.name == header)
        .or_else(|| {
            definitions
                .iter()
                .find(|definition| plain(&definition.name) == wanted)
        })
        .or_else(|| {
            definitions
                .iter()
                .find(|definition| label(definition).as_deref() == Some(&wanted))
        })
        .map(|definition| named(&definition.name, definitions))
}

/// Letters and digits only, in lower case.
fn plain(name: &str) -> String {
    name.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// What others call Drift's own attributes.
const SYNONYMS: [(&str, &str); 14] = [
    ("mail", "email"),
    ("emailaddress", "email"),
    ("mailaddress", "email"),
    ("workemail", "email"),
    ("fullname", "name"),
    ("contactname", "name"),
    ("displayname", "name"),
    ("telephone", "phone"),
    ("phonenumber", "phone"),
    ("mobile", "phone"),
    ("tel", "phone"),
    ("userid", "externalId"),
    ("customerid", "externalId"),
    ("contactid", "externalId"),
];

/// The attribute that was probably meant.
fn suggest(header: &str, definitions: &[Definition]) -> Option<String> {
    let wanted = plain(header);
    if let Some((_, attribute)) = SYNONYMS.iter().find(|(synonym, _)| *synonym == wanted) {
        return Some((*attribute).to_owned());
    }
    let own = ["email", "name", "phone", "externalId"].into_iter();
    own.chain(
        definitions
            .iter()
            .map(|definition| definition.name.as_str()),
    )
    .map(|attribute| (distance(&wanted, &plain(attribute)), attribute))
    .filter(|(distance, attribute)| *distance <= 1 + attribute.len() / 5)
    .min_by_key(|(distance, _)| *distance)
    .map(|(_, attribute)| attribute.to_owned())
}

/// The fewest letters to insert, remove or replace (Levenshtein).
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (i, a) in from.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in to.iter().enumerate() {
            let replaced = diagonal + usize::from(a != *b);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[to.len()]
}

/// Columns that the caller names and the file does not have.
fn absent(headers: &[String], mapping: &Mapping) -> Vec<ColumnProblem> {
    let given = mapping.given.iter().map(|(column, _)| column.as_str());
    given
        .chain(mapping.derive_from)
        .filter(|column| !headers.iter().any(|header| header == column))
        .map(|column| ColumnProblem {
            column: column.to_owned(),
            problem: "the file has no such column".to_owned(),
            suggestion: headers
                .iter()
                .find(|header| distance(&plain(header), &plain(column)) <= 2)
                .cloned(),
        })
        .collect()
}

/// Columns that share a name or an attribute.
fn twice(headers: &[String], targets: &[Target]) -> Vec<ColumnProblem> {
    let problem = |column: usize, problem: String| ColumnProblem {
        column: headers[column].clone(),
        problem,
        suggestion: None,
    };
    let mut problems = Vec::new();
    for column in 1..headers.len() {
        let earlier = 0..column;
        let named = !headers[column].is_empty();
        if named
            && earlier
                .clone()
                .any(|other| headers[other] == headers[column])
        {
            problems.push(problem(column, "there are two of this name".to_owned()));
            continue;
        }
        let same = |other: &usize| *other < column && targets[*other] == targets[column];
        if let Some(other) = earlier
            .filter(|_| targets[column] != Target::Nothing)
            .find(same)
        {
            let sentence = format!("the column {:?} is the same attribute", headers[other]);
            problems.push(problem(column, sentence));
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

/// Columns whose attribute is Drift's alone.
fn reserved(headers: &[String], targets: &[Target]) -> Vec<ColumnProblem> {
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

/// What is said of them.
pub(crate) const NO_HEADER: &str = "there is an address or a phone number among the names of the columns, so they look like a row; put a line with the names first";

/// Whether a header is an address or a phone number, and nobody said what it means.
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

fn no_email(headers: &[String]) -> ColumnProblem {
    let near = headers
        .iter()
        .find(|header| suggest(header, &[]).as_deref() == Some("email"));
    ColumnProblem {
        column: "email".to_owned(),
        problem: "the file has no such column, and every contact needs an address".to_owned(),
        suggestion: near.map(|header| format!("{header}=email")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn near_misses_are_suggested_and_never_taken() {
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
    fn what_cannot_be_mapped_is_told_all_at_once() {
        for (headers, given, count) in [
            (&["name", "phone"][..], &[][..], 1),
            (&["email", "a", "b"], &[], 2),
            (&["email", "mail"], &[("mail", "email")], 1),
            (&["email", "email"], &[], 1),
            (&["email"], &[("maill", "email")], 1),
            (&["email", "notes"], &[("notes", "-")], 0),
        ] {
            let problems = map(headers, given, Unmapped::Refuse)
                .err()
                .unwrap_or_default();
            assert_eq!(problems.len(), count, "{headers:?}: {problems:?}");
        }
    }

    #[test]
    fn a_header_that_the_caller_knows_is_one() {
        let mapped = map(
            &["email", "2026", "x@y.test"],
            &[("x@y.test", "-"), ("2026", "-")],
            Unmapped::Refuse,
        );
        assert!(mapped.is_ok(), "the caller knows it");
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

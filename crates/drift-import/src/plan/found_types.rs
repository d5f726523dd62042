//! The types of columns that Drift has no definition of. A column of CSV whose every value is a number by JSON's rules, or
//! `true` or `false`, becomes numbers or truth values, as `drift contacts create --set` makes them; any other is text.

use drift::AttributeKind;
use serde_json::Value;

use crate::context::import_context::ImportContext;
use crate::error::Error;
use crate::input::format::records::{Cells, Record};
use crate::input::value::leftover::spreadsheet;
use crate::input::value::mapping::{Definition, Target};

/// The definitions that the file itself gives to columns without one.
pub(crate) fn found_types(context: &ImportContext) -> Result<Vec<Definition>, Error> {
    let mut columns: Vec<FoundColumn> = (0..context.columns.len())
        .filter_map(|column| match context.columns.target(column) {
            Target::Attribute(name, AttributeKind::Other(kind)) if kind.is_empty() => {
                Some(FoundColumn::new(column, name))
            }
            _ => None,
        })
        .collect();
    let mut records = context.source.records()?;
    let mut record = Record::default();
    while columns.iter().any(FoundColumn::may_be_typed) && records.next(&mut record)? {
        context.check_cancelled()?;
        let Cells::Csv(cells) = &record.cells else {
            return Ok(Vec::new());
        };
        if record.problem().is_some() || cells.len() != context.columns.len() {
            continue;
        }
        for column in &mut columns {
            let cell = cells.get(column.index).and_then(|cell| record.text(cell));
            let text = cell.unwrap_or_default().trim();
            if !context
                .options
                .null_markers
                .iter()
                .any(|marker| marker == text)
            {
                column.see(text);
            }
        }
    }
    Ok(columns.into_iter().filter_map(FoundColumn::found).collect())
}

/// A column, and what all its values so far are.
struct FoundColumn {
    index: usize,
    name: String,
    seen: bool,
    numbers: bool,
    truth_values: bool,
}

impl FoundColumn {
    fn new(index: usize, name: &str) -> Self {
        Self {
            index,
            name: name.to_owned(),
            seen: false,
            numbers: true,
            truth_values: true,
        }
    }

    fn may_be_typed(&self) -> bool {
        self.numbers || self.truth_values
    }

    fn see(&mut self, text: &str) {
        // What a spreadsheet damaged says nothing of the type.
        if text.is_empty() || spreadsheet::damage(text).is_some() {
            return;
        }
        self.seen = true;
        self.numbers = self.numbers && is_number(text);
        self.truth_values = self.truth_values && matches!(text, "true" | "false");
    }

    fn found(self) -> Option<Definition> {
        let kind = match (self.seen, self.numbers, self.truth_values) {
            (true, true, _) => AttributeKind::Numeric,
            (true, _, true) => AttributeKind::Boolean,
            _ => return None,
        };
        Some(Definition::found(self.name, &kind))
    }
}

/// Whether a text is a number by JSON's rules that is sent as it is written. An exponent is more likely a code.
fn is_number(text: &str) -> bool {
    let begins = text.as_bytes().first().copied().unwrap_or_default();
    if !(begins == b'-' || begins.is_ascii_digit()) || text.contains(['e', 'E']) {
        return false;
    }
    match serde_json::from_str(text) {
        Ok(Value::Number(number)) if number.is_f64() => {
            text.contains('.') && text.bytes().filter(u8::is_ascii_digit).count() <= EXACT
        }
        Ok(Value::Number(_)) => true,
        _ => false,
    }
}

/// Digits of a fraction that a double holds exactly enough to show them again.
const EXACT: usize = 15;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_has_a_type_only_if_all_its_values_have() {
        for (values, expected) in [
            (&["12", "-3", "1.5"][..], Some("NUMERIC")),
            (&["12", "", "7"], Some("NUMERIC")),
            (&["12", "#N/A", "7"], Some("NUMERIC")),
            (&["true", "false"], Some("BOOLEAN")),
            (&["true", "12"], None),
            (&["yes", "no"], None),
            (&["12", "a dozen"], None),
            (&["12", "007"], None),
            (&["+49"], None),
            (&["100000000000000000000.5"], None),
            (&["3.14159265358979323846"], None),
            (&["5E10"], None),
            (&["18446744073709551616"], None),
            (&["1,5"], None),
            (&[""], None),
            (&[], None),
        ] {
            let mut column = FoundColumn::new(0, "a");
            values.iter().for_each(|value| column.see(value));
            let found = column.found().map(|found| found.kind().to_string());
            assert_eq!(found.as_deref(), expected, "{values:?}");
        }
    }
}

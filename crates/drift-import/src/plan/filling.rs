//! What an update that only fills gaps writes, and what it keeps: pure.

use drift::Contact;
use serde_json::Value;

use crate::input::value::row::Row;

/// How the attributes of a row compare to those of the contact that was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filling {
    /// Attributes of the row that the contact has values for. They are not sent.
    pub kept: Vec<String>,
    /// Whether the row has an attribute that the contact lacks or has empty.
    pub fills: bool,
}

impl Filling {
    /// Compares the attributes that an update would write.
    pub(crate) fn of(row: &Row, contact: &Contact) -> Self {
        let present = contact.attributes();
        let names = row.updated_attributes();
        let (kept, lacking): (Vec<_>, Vec<_>) =
            (names.into_iter()).partition(|name| !is_empty(present.get(name)));
        Self {
            fills: !lacking.is_empty(),
            kept,
        }
    }
}

/// Whether an attribute is missing, null, or has nothing in it.
fn is_empty(value: Option<&Value>) -> bool {
    match value {
        None | Some(Value::Null) => true,
        Some(Value::String(text)) => text.trim().is_empty(),
        Some(Value::Array(items)) => items.is_empty(),
        Some(Value::Object(members)) => members.is_empty(),
        Some(Value::Bool(_) | Value::Number(_)) => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_values_without_content_are_empty() {
        for (value, expected) in [
            (None, true),
            (Some(json!(null)), true),
            (Some(json!("")), true),
            (Some(json!(" \t")), true),
            (Some(json!([])), true),
            (Some(json!({})), true),
            (Some(json!("a")), false),
            (Some(json!(0)), false),
            (Some(json!(false)), false),
            (Some(json!([""])), false),
        ] {
            assert_eq!(is_empty(value.as_ref()), expected, "{value:?}");
        }
    }
}

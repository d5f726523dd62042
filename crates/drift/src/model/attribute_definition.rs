//! Definitions of custom attributes.

use std::fmt;

use drift_sdk::types;
use serde_json::{Map, Value};

/// The definition of a custom attribute.
/// Source: <https://devdocs.drift.com/docs/listing-custom-attributes>.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttributeDefinition {
    name: String,
    display_name: Option<String>,
    kind: AttributeKind,
    json: Value,
}

/// The type of a custom attribute.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AttributeKind {
    /// Text.
    String,
    /// A number.
    Numeric,
    /// True or false.
    Boolean,
    /// A moment, in milliseconds.
    Datetime,
    /// A day.
    Date,
    /// One that Drift did not document.
    Other(String),
}

impl AttributeKind {
    fn new(kind: String) -> Self {
        match kind.as_str() {
            "STRING" => Self::String,
            "NUMERIC" => Self::Numeric,
            "BOOLEAN" => Self::Boolean,
            "DATETIME" => Self::Datetime,
            "DATE" => Self::Date,
            _ => Self::Other(kind),
        }
    }
}

impl AttributeDefinition {
    pub(crate) fn new(definition: types::AttributeDefinition) -> Self {
        let json = serde_json::to_value(&definition).unwrap_or_default();
        Self {
            name: definition.name,
            display_name: definition.display_name.and_then(|name| name.0),
            kind: AttributeKind::new(definition.type_),
            json,
        }
    }

    /// One whose other members are not of the types that the contract says.
    pub(crate) fn read_leniently(name: String, kind: String, sent: &Map<String, Value>) -> Self {
        let display_name = sent.get("displayName").and_then(Value::as_str);
        Self {
            name,
            display_name: display_name.map(str::to_owned),
            kind: AttributeKind::new(kind),
            json: Value::Object(sent.clone()),
        }
    }

    /// The key in a contact's attributes.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The label in Drift's pages.
    pub fn display_name(&self) -> Option<&str> {
        self.display_name.as_deref()
    }

    /// The type.
    pub fn kind(&self) -> &AttributeKind {
        &self.kind
    }

    /// The object that Drift sent, unknown members included.
    pub fn to_json(&self) -> Value {
        self.json.clone()
    }
}

impl fmt::Display for AttributeKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::String => "STRING",
            Self::Numeric => "NUMERIC",
            Self::Boolean => "BOOLEAN",
            Self::Datetime => "DATETIME",
            Self::Date => "DATE",
            Self::Other(name) => name,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_drift_sent_is_kept() {
        for json in [
            r#"{"name":"plan","displayName":"Plan","type":"STRING","_classification":"custom"}"#,
            r#"{"name":"seats","displayName":null,"type":"NUMERIC"}"#,
            r#"{"name":"colour","type":"COLOUR"}"#,
        ] {
            let json: Value = serde_json::from_str(json).expect("JSON");
            let sent = serde_json::from_value(json.clone()).expect("a definition");
            assert_eq!(AttributeDefinition::new(sent).to_json(), json);
        }
    }
}

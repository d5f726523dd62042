//! What decides which column becomes which attribute: the caller's mapping, and Drift's definitions.

use drift::AttributeKind;
use serde::{Deserialize, Serialize};

/// What decides where columns go.
pub(crate) struct Mapping<'a> {
    /// Column and attribute, as the caller says; `-` leaves a column out.
    pub(crate) given: &'a [(String, String)],
    pub(crate) definitions: &'a [Definition],
    pub(crate) unmapped: Unmapped,
    /// The column that external ids are derived from.
    pub(crate) derive_from: Option<&'a str>,
}

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
    /// The column becomes the attribute that exports of HubSpot, Salesforce, Mailchimp, Intercom, Google and Outlook mean by
    /// its name, unless another column is that attribute already. It is left out if it is none of theirs.
    Suggested,
}

/// An attribute that Drift has a definition of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Definition {
    pub(crate) name: String,
    pub(crate) label: Option<String>,
    kind: String,
    /// Whether the file shows the type, and Drift has no definition.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) found: bool,
}

impl From<&drift::AttributeDefinition> for Definition {
    fn from(definition: &drift::AttributeDefinition) -> Self {
        Self {
            name: definition.name().to_owned(),
            label: definition.display_name().map(str::to_owned),
            kind: definition.kind().to_string(),
            found: false,
        }
    }
}

impl Definition {
    /// One that the file shows.
    pub(crate) fn found(name: String, kind: &AttributeKind) -> Self {
        Self {
            name,
            label: None,
            kind: kind.to_string(),
            found: true,
        }
    }

    pub(crate) fn kind(&self) -> AttributeKind {
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

//! The format of a dump: the whole state as one JSON document.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::rules::attributes::Attributes;
use crate::rules::auth::DEFAULT_ORGANIZATION;

/// Everything an emulator holds, as one JSON document. It holds personal data, so `Debug` shows its size only.
#[derive(Clone, PartialEq, Eq)]
pub struct Dump(pub(super) String);

/// A document that is not a dump.
#[derive(Debug)]
pub struct DumpError(serde_json::Error);

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Document {
    pub(super) contacts: Vec<DumpedContact>,
    #[serde(default)]
    pub(super) attribute_definitions: Vec<DumpedDefinition>,
    #[serde(default)]
    pub(super) timeline_events: Vec<DumpedEvent>,
    #[serde(default)]
    pub(super) unsubscribed_emails: Vec<DumpedEmail>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct DumpedContact {
    pub(super) id: i64,
    #[serde(default = "first_organization")]
    pub(super) organization: i64,
    pub(super) created_at: i64,
    #[serde(default = "first_version")]
    pub(super) version: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) deleted_at: Option<i64>,
    #[serde(default, skip_serializing_if = "is_false")]
    pub(super) erased: bool,
    #[serde(default)]
    pub(super) external_id: serde_json::Value,
    pub(super) attributes: Box<RawValue>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct DumpedDefinition {
    #[serde(default = "first_organization")]
    pub(super) organization: i64,
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) display_name: String,
    pub(super) name: String,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct DumpedEvent {
    #[serde(default = "first_organization")]
    pub(super) organization: i64,
    pub(super) contact_id: i64,
    pub(super) created_at: i64,
    pub(super) event: String,
    pub(super) attributes: Box<RawValue>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct DumpedEmail {
    #[serde(default = "first_organization")]
    pub(super) organization: i64,
    pub(super) email: String,
}

fn first_organization() -> i64 {
    DEFAULT_ORGANIZATION
}

fn first_version() -> i64 {
    3
}

#[allow(
    clippy::trivially_copy_pass_by_ref,
    reason = "the form that serde asks for"
)]
fn is_false(value: &bool) -> bool {
    !value
}

impl Dump {
    /// Reads a document that [`Dump::as_json`] gave, or one written by hand.
    ///
    /// # Errors
    ///
    /// When the text is not JSON of that form.
    pub fn from_json(text: impl Into<String>) -> Result<Self, DumpError> {
        let text = text.into();
        let document: Document = serde_json::from_str(&text).map_err(DumpError)?;
        for contact in &document.contacts {
            Attributes::from_object(contact.attributes.get()).map_err(DumpError)?;
        }
        Ok(Dump(text))
    }

    /// The document.
    pub fn as_json(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Dump {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Dump({} bytes)", self.0.len())
    }
}

impl fmt::Display for DumpError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            out,
            "not a dump of an emulator: line {} column {}",
            self.0.line(),
            self.0.column()
        )
    }
}

impl std::error::Error for DumpError {}

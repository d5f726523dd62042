//! The definition of a custom attribute as JSON, as Drift sends it.

use serde::ser::{Serialize, Serializer};

use crate::model::attribute_definition::AttributeDefinition;

/// The object that Drift sent, as [`AttributeDefinition::to_json`] shows it.
impl Serialize for AttributeDefinition {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_json().serialize(serializer)
    }
}

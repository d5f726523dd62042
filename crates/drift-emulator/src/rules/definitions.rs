//! Definitions of custom attributes, made from the attributes that callers write.

use std::collections::{HashMap, HashSet};
use std::sync::{PoisonError, RwLock};

use super::attributes::Attributes;

/// The definition of a custom attribute.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AttributeDefinition {
    /// `STRING`, `NUMERIC`, `BOOLEAN`, `DATETIME` or `DATE`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The label in Drift's pages.
    pub display_name: String,
    /// The key among a contact's attributes.
    pub name: String,
}

/// Attributes that every contact of Drift may have; they are not custom and get no definition.
const OWN: [&str; 14] = [
    "email",
    "externalId",
    "name",
    "phone",
    "first_name",
    "last_name",
    "display_name",
    "avatarUrl",
    "avatar_url",
    "tags",
    "last_active",
    "last_contacted",
    "ip",
    "original_ip",
];

/// The names that surely have a definition already, so that a create need not ask the database.
#[derive(Default)]
pub(crate) struct KnownNames(RwLock<HashMap<i64, HashSet<String>>>);

impl KnownNames {
    /// Definitions for the attributes that may have none yet.
    pub(crate) fn missing(
        &self,
        organization: i64,
        attributes: &Attributes<'_>,
    ) -> Vec<AttributeDefinition> {
        let all = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let known = all.get(&organization);
        attributes
            .iter()
            .filter(|(name, value)| !OWN.contains(name) && value.get() != "null")
            .filter(|(name, _)| !known.is_some_and(|known| known.contains(*name)))
            .map(|(name, value)| definition(name, value.get()))
            .collect()
    }

    /// Notes that these are stored.
    pub(crate) fn learn(&self, organization: i64, stored: &[String]) {
        if !stored.is_empty() {
            let mut all = self.0.write().unwrap_or_else(PoisonError::into_inner);
            all.entry(organization)
                .or_default()
                .extend(stored.iter().cloned());
        }
    }

    /// Forgets all, after definitions were removed.
    pub(crate) fn forget(&self) {
        self.0
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }
}

fn definition(name: &str, json: &str) -> AttributeDefinition {
    AttributeDefinition {
        kind: kind(json).to_owned(),
        display_name: display_name(name),
        name: name.to_owned(),
    }
}

/// The type that a JSON value speaks for. Text that looks like a date stays text: nothing says otherwise.
fn kind(json: &str) -> &'static str {
    match json.as_bytes().first() {
        Some(b't' | b'f') => "BOOLEAN",
        Some(b'-' | b'0'..=b'9') => "NUMERIC",
        _ => "STRING",
    }
}

/// A label for people: `crm_stage` becomes `Crm Stage`.
fn display_name(name: &str) -> String {
    let words = name.split(['_', '-', ' ']).filter(|word| !word.is_empty());
    let capitals = words.map(|word| {
        let mut letters = word.chars();
        letters
            .next()
            .map(|first| first.to_uppercase().chain(letters).collect::<String>())
            .unwrap_or_default()
    });
    capitals.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::{KnownNames, display_name, kind};

    #[test]
    fn a_type_follows_from_the_value() {
        let table = [
            ("true", "BOOLEAN"),
            ("-1", "NUMERIC"),
            ("1.5", "NUMERIC"),
            ("\"x\"", "STRING"),
            ("{}", "STRING"),
        ];
        for (json, expected) in table {
            assert_eq!(kind(json), expected, "{json}");
        }
    }

    #[test]
    fn a_label_is_made_of_words() {
        let table = [
            ("plan", "Plan"),
            ("crm_stage", "Crm Stage"),
            ("größe", "Größe"),
            ("_", ""),
        ];
        for (name, expected) in table {
            assert_eq!(display_name(name), expected);
        }
    }

    #[test]
    fn only_names_not_yet_known_are_missing() {
        let known = KnownNames::default();
        let attributes =
            serde_json::from_str(r#"{"email":"e","plan":"pro","seats":1,"gone":null}"#).unwrap();
        let names = |organization| -> Vec<String> {
            known
                .missing(organization, &attributes)
                .into_iter()
                .map(|definition| definition.name)
                .collect()
        };
        assert_eq!(names(1), ["plan", "seats"]);
        known.learn(1, &["plan".to_owned()]);
        assert_eq!(names(1), ["seats"]);
        assert_eq!(names(2), ["plan", "seats"]);
    }
}

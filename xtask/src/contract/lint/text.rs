//! Descriptions that rustdoc and every other generator can take into their comments.

use serde_json::Value;

use super::walk::{below, everything, schemas};
use crate::util::finding::Finding;

/// Texts that turn into broken documentation.
pub fn check(contract: &Value) -> Vec<Finding> {
    let mut places = everything(contract);
    places.extend(schemas(contract));
    places.sort_by(|one, other| one.0.cmp(&other.0));
    places.dedup_by(|one, other| one.0 == other.0);
    let mut found = Vec::new();
    for (place, value) in places {
        for key in ["description", "summary"] {
            let text = value[key].as_str().unwrap_or_default();
            found.extend(fault(text).map(|message| Finding::new(below(&place, key), message)));
        }
    }
    found
}

fn fault(text: &str) -> Option<&'static str> {
    let mut fenced = false;
    for line in text.lines() {
        if let Some(language) = line.trim_start().strip_prefix("```") {
            if !fenced && language.is_empty() {
                return Some("a fenced block without a language is compiled as a Rust doctest");
            }
            fenced = !fenced;
        } else if !fenced && line.starts_with("    ") {
            return Some("a line indented by four spaces is compiled as a Rust doctest");
        }
    }
    text.contains("*/")
        .then_some("`*/` ends the comment that it is put into")
}

#[cfg(test)]
mod tests {
    use super::fault;
    use serde_json::json;

    #[test]
    fn texts_that_break_documentation_are_found() {
        for text in ["One:\n\n    indented", "```\ncode\n```", "a */ b"] {
            assert!(fault(text).is_some(), "{text}");
        }
        for text in ["", "One.\n\n* a\n  more of a", "```json\n    {}\n```"] {
            assert_eq!(fault(text), None, "{text}");
        }
    }

    #[test]
    fn a_text_of_a_property_is_looked_at_once() {
        let contract = json!({ "components": { "schemas": { "A": { "properties": { "b": { "description": "    x" } } } } } });
        let found = super::check(&contract);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(
            found[0].place,
            "/components/schemas/A/properties/b/description"
        );
    }
}

//! One attribute of a contact, with its type, as a page shows it.

use std::collections::HashMap;

use super::text::Text;
use crate::rules::attributes::Attributes;
use crate::rules::contact::Contact;
use crate::rules::definitions::AttributeDefinition;

/// A row of the table of attributes.
pub(super) struct Attribute {
    pub(super) name: Text,
    pub(super) value: Value,
    /// Drift's word for the type, by the attribute's definition or else by the value.
    pub(super) kind: Text,
    /// What the value is, where that is not what the definition says.
    pub(super) clash: Option<&'static str>,
}

/// The value of an attribute.
pub(super) enum Value {
    Text(Text),
    /// JSON that is no text.
    Json(Text),
    /// Text without a character.
    Empty,
    Null,
}

/// The attributes that callers wrote, in their order, the external id after the email.
pub(super) fn rows(contact: &Contact, definitions: &[AttributeDefinition]) -> Vec<Attribute> {
    let object = format!("{{{}}}", contact.members);
    let attributes = Attributes::from_object(&object).unwrap_or_default();
    let kinds: HashMap<&str, &str> = definitions
        .iter()
        .map(|definition| (definition.name.as_str(), definition.kind.as_str()))
        .collect();
    let mut rows: Vec<Attribute> = attributes
        .iter()
        .map(|(name, json)| row(name, json.get(), kinds.get(name).copied()))
        .collect();
    if let Some(id) = &contact.external_id {
        let mut json = String::new();
        id.write_json(&mut json);
        let after_email = rows.len().min(1);
        rows.insert(after_email, row("externalId", &json, None));
    }
    rows
}

/// The text of an attribute, if it is one.
pub(super) fn text(contact: &Contact, name: &str) -> Option<String> {
    let object = format!("{{{}}}", contact.members);
    let attributes = Attributes::from_object(&object).ok()?;
    serde_json::from_str(attributes.get(name)?.get()).ok()
}

fn row(name: &str, json: &str, defined: Option<&str>) -> Attribute {
    let held = Held::of(json);
    Attribute {
        name: Text::code(name),
        value: value(json, held),
        kind: Text::new(defined.unwrap_or(held.kind())),
        clash: defined
            .filter(|kind| !held.fits(kind))
            .map(|_| held.words()),
    }
}

fn value(json: &str, held: Held) -> Value {
    match held {
        Held::Null => Value::Null,
        Held::Text => match serde_json::from_str::<String>(json) {
            Ok(text) if text.is_empty() => Value::Empty,
            Ok(text) => Value::Text(Text::new(&text)),
            Err(_) => Value::Json(Text::code(json)),
        },
        _ => Value::Json(Text::code(json)),
    }
}

/// What a JSON value is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Held {
    Text,
    Number,
    Boolean,
    List,
    Object,
    Null,
}

impl Held {
    fn of(json: &str) -> Self {
        match json.as_bytes().first() {
            Some(b'"') => Held::Text,
            Some(b't' | b'f') => Held::Boolean,
            Some(b'[') => Held::List,
            Some(b'{') => Held::Object,
            Some(b'-' | b'0'..=b'9') => Held::Number,
            _ => Held::Null,
        }
    }

    /// Drift's word where it has one.
    fn kind(self) -> &'static str {
        match self {
            Held::Text => "STRING",
            Held::Number => "NUMERIC",
            Held::Boolean => "BOOLEAN",
            Held::List => "list",
            Held::Object => "object",
            Held::Null => "unknown",
        }
    }

    fn words(self) -> &'static str {
        match self {
            Held::Text => "holds text",
            Held::Number => "holds a number",
            Held::Boolean => "holds true or false",
            Held::List => "holds a list",
            Held::Object => "holds an object",
            Held::Null => "holds nothing",
        }
    }

    /// Whether a value of this kind belongs under a definition. How Drift writes dates is not known.
    fn fits(self, defined: &str) -> bool {
        match (self, defined) {
            (Held::Null, _) => true,
            (_, "STRING" | "NUMERIC" | "BOOLEAN") => self.kind() == defined,
            (_, "DATETIME" | "DATE") => matches!(self, Held::Text | Held::Number),
            _ => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Value, row, rows, text};
    use crate::rules::contact::Contact;
    use crate::rules::definitions::AttributeDefinition;
    use crate::rules::external_id::ExternalId;

    #[test]
    fn the_type_is_that_of_the_definition_and_a_clash_is_shown() {
        let table = [
            ("\"pro\"", Some("STRING"), "STRING", None),
            ("\"12\"", Some("NUMERIC"), "NUMERIC", Some("holds text")),
            ("12", Some("STRING"), "STRING", Some("holds a number")),
            ("true", Some("DATE"), "DATE", Some("holds true or false")),
            ("1735689600123", Some("DATETIME"), "DATETIME", None),
            ("null", Some("NUMERIC"), "NUMERIC", None),
            ("[1]", Some("EXOTIC"), "EXOTIC", None),
            ("{}", Some("STRING"), "STRING", Some("holds an object")),
            ("-1.5", None, "NUMERIC", None),
            ("false", None, "BOOLEAN", None),
            ("[]", None, "list", None),
        ];
        for (json, defined, kind, clash) in table {
            let row = row("n", json, defined);
            assert!(row.kind.to_string().contains(kind), "{json}");
            assert_eq!(row.clash, clash, "{json} as {defined:?}");
        }
    }

    #[test]
    fn text_is_shown_without_its_quotes_and_json_as_it_was_sent() {
        assert!(
            matches!(row("n", r#""a\"b""#, None).value, Value::Text(text) if text == super::Text::new("a\"b"))
        );
        assert!(
            matches!(row("n", "1.50", None).value, Value::Json(text) if text == super::Text::code("1.50"))
        );
        assert!(matches!(row("n", "\"\"", None).value, Value::Empty));
        assert!(matches!(row("n", "null", None).value, Value::Null));
    }

    #[test]
    fn the_external_id_comes_after_the_email() {
        let contact = Contact {
            id: 7,
            created_at: 0,
            version: 4,
            external_id: Some(ExternalId {
                text: "u\"".to_owned(),
                number: false,
            }),
            members: r#""email":"ada@example.test","plan":"pro""#.to_owned(),
        };
        let definition = AttributeDefinition {
            kind: "STRING".to_owned(),
            display_name: "Plan".to_owned(),
            name: "plan".to_owned(),
        };
        let names: Vec<String> = rows(&contact, &[definition])
            .iter()
            .map(|row| row.name.to_string())
            .collect();
        for (name, expected) in names.iter().zip(["email", "externalId", "plan"]) {
            assert!(name.contains(expected), "{name}");
        }
        assert_eq!(text(&contact, "email").as_deref(), Some("ada@example.test"));
        assert_eq!(text(&contact, "seats"), None);
    }
}

//! The types of Drift's own attributes, which a response must have as the contract says.

use serde::Deserialize;

use super::attributes::Attributes;
use super::error::ApiError;

/// What the value of an attribute must be, unless it is null.
#[derive(Clone, Copy)]
enum Kind {
    Text,
    /// Milliseconds since 1970.
    Time,
    Tags,
}

/// A tag of old.
#[derive(Deserialize)]
struct Tag {
    #[serde(rename = "name")]
    _name: String,
    #[serde(rename = "color")]
    _color: Option<String>,
}

/// Refuses a value that is of another type than the attribute; the types of custom attributes are free.
pub(super) fn check(attributes: &Attributes<'_>) -> Result<(), ApiError> {
    attributes.iter().try_for_each(|(name, value)| {
        kind(name).map_or(Ok(()), |kind| kind.check(name, value.get()))
    })
}

fn kind(name: &str) -> Option<Kind> {
    match name {
        "name" | "phone" | "first_name" | "last_name" | "display_name" => Some(Kind::Text),
        "last_active" | "last_contacted" => Some(Kind::Time),
        "tags" => Some(Kind::Tags),
        _ => None,
    }
}

impl Kind {
    fn check(self, name: &str, json: &str) -> Result<(), ApiError> {
        if json == "null" {
            return Ok(());
        }
        match self {
            Kind::Text if json.starts_with('"') => Ok(()),
            Kind::Time if json.parse::<i64>().is_ok() => Ok(()),
            Kind::Tags if serde_json::from_str::<Vec<Tag>>(json).is_ok() => Ok(()),
            Kind::Text => Err(ApiError::malformed(format!("{name} is not a string"))),
            Kind::Time => Err(ApiError::malformed(format!("{name} is not a whole number"))),
            Kind::Tags => Err(ApiError::bad_tags()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::rules::attributes::Attributes;

    #[test]
    fn own_attributes_have_their_type_and_others_any() {
        let table = [
            (r#"{"name":"Ada","phone":null}"#, "fits"),
            (r#"{"display_name":5}"#, "display_name is not a string"),
            (r#"{"first_name":["Ada"]}"#, "first_name is not a string"),
            (r#"{"last_active":1735689600123}"#, "fits"),
            (r#"{"last_active":null}"#, "fits"),
            (
                r#"{"last_active":"now"}"#,
                "last_active is not a whole number",
            ),
            (
                r#"{"last_contacted":1.5}"#,
                "last_contacted is not a whole number",
            ),
            (
                r##"{"tags":[{"name":"lead","color":"#fff"},{"name":"x","more":1}]}"##,
                "fits",
            ),
            (r#"{"tags":[]}"#, "fits"),
            (
                r#"{"tags":["lead"]}"#,
                "The tags are not a list of names and colors",
            ),
            (
                r#"{"tags":"lead"}"#,
                "The tags are not a list of names and colors",
            ),
            (
                r#"{"tags":[{"color":"red"}]}"#,
                "The tags are not a list of names and colors",
            ),
            (r#"{"plan":5,"seats":"many","Name":7}"#, "fits"),
        ];
        for (json, expected) in table {
            let attributes = Attributes::from_object(json).unwrap();
            let found = check(&attributes).map_or_else(|error| error.message, |()| "fits".into());
            assert_eq!(found, expected, "{json}");
        }
    }
}

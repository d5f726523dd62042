//! Drift's own attributes beyond those with columns of their own: a value of another type is refused by Drift.

use serde_json::Value;

/// Whether Drift refuses this value of one of its own attributes.
pub(crate) fn check_own(attribute: &str, value: &Value) -> Result<(), &'static str> {
    let fits = match attribute {
        "first_name" | "last_name" | "display_name" => value.is_string(),
        "last_active" | "last_contacted" => value.is_i64(),
        _ => true,
    };
    fits.then_some(())
        .ok_or("not of the type of Drift's own attribute of this name")
}

/// The problem of a value in a column `tags`: Drift takes a list of objects there.
const TAGS: &str = "Drift takes only lists of names and colors as tags; leave the column out, or give it another name";

/// Tags in a cell of CSV, as JSON.
pub(crate) fn tags(text: &str) -> Result<Value, &'static str> {
    let tags: Value = serde_json::from_str(text).map_err(|_| TAGS)?;
    check_tags(&tags).map(|()| tags)
}

/// Tags, which are a list of objects with names.
pub(crate) fn check_tags(value: &Value) -> Result<(), &'static str> {
    let text = |value: &Value| value.is_null() || value.is_string();
    let is_tag = |tag: &Value| {
        let members = tag.as_object();
        members.is_some_and(|tag| {
            tag.get("name").is_some_and(Value::is_string) && tag.get("color").is_none_or(text)
        })
    };
    let tags = value.as_array();
    let fits = tags.is_some_and(|tags| tags.iter().all(is_tag));
    fits.then_some(()).ok_or(TAGS)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn tags_are_a_list_of_names_and_colors() {
        for (value, fits) in [
            (json!([]), true),
            (json!([{"name": "lead", "color": "#fff"}]), true),
            (json!([{"name": "lead"}]), true),
            (json!([{"color": "red"}]), false),
            (json!(["lead"]), false),
            (json!("lead"), false),
        ] {
            assert_eq!(check_tags(&value).is_ok(), fits, "{value}");
        }
    }

    #[test]
    fn own_attributes_have_one_type_and_others_any() {
        for (attribute, value, fits) in [
            ("first_name", json!("Ada"), true),
            ("first_name", json!(5), false),
            ("last_active", json!(1_735_689_600_123_i64), true),
            ("last_active", json!("now"), false),
            ("plan", json!(5), true),
        ] {
            assert_eq!(
                check_own(attribute, &value).is_ok(),
                fits,
                "{attribute} {value}"
            );
        }
    }
}

//! One text for all ways to write the same JSON value: members in order of their names, no white space.

use serde_json::Value;

/// The canonical text. Numbers stay as they are read: `12` and `12.0` are different values.
pub(crate) fn canonical(value: &Value) -> String {
    let mut text = String::new();
    write(value, &mut text);
    text
}

/// The depth is that which `serde_json` has read, 128 at most.
fn write(value: &Value, text: &mut String) {
    match value {
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_unstable_by_key(|(name, _)| name.as_str());
            text.push('{');
            for (at, (name, value)) in members.into_iter().enumerate() {
                if at > 0 {
                    text.push(',');
                }
                text.push_str(&Value::from(name.as_str()).to_string());
                text.push(':');
                write(value, text);
            }
            text.push('}');
        }
        Value::Array(items) => {
            text.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    text.push(',');
                }
                write(item, text);
            }
            text.push(']');
        }
        scalar => text.push_str(&scalar.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn canonical_of(text: &str) -> String {
        canonical(&serde_json::from_str(text).expect("JSON"))
    }

    #[test]
    fn the_same_value_has_one_text() {
        for (text, same) in [
            (
                r#"{ "b": 1, "a": [ 1, {"d":null, "c":"x"} ] }"#,
                r#"{"a":[1,{"c":"x","d":null}],"b":1}"#,
            ),
            ("\"\\u00e4\"", "\"ä\""),
            ("24100000017", "24100000017"),
            ("[]", "[]"),
        ] {
            assert_eq!(canonical_of(text), same);
        }
    }

    #[test]
    fn other_values_have_other_texts() {
        for (one, other) in [
            ("12", "12.0"),
            ("12", "\"12\""),
            ("[1,2]", "[2,1]"),
            (r#"{"a":null}"#, "{}"),
            (r#"{"a":"b\",\"c\":\"d"}"#, r#"{"a":"b","c":"d"}"#),
            ("9007199254740993", "9007199254740992"),
        ] {
            assert_ne!(canonical_of(one), canonical_of(other));
        }
    }
}

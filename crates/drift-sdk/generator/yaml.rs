//! YAML as JSON. A small reader, since whoever builds the crate waits for it; the project's tests compare what it reads
//! with what another one does.

use serde_json::{Map, Number, Value};
use yaml_rust2::{Yaml, YamlLoader};

use super::Failure;

/// Reads the one document of a text.
pub(super) fn json(text: &str) -> Result<Value, Failure> {
    let mut documents = YamlLoader::load_from_str(text)?;
    match (documents.pop(), documents.is_empty()) {
        (Some(document), true) => value(document),
        _ => Err("it is not one YAML document".into()),
    }
}

fn value(yaml: Yaml) -> Result<Value, Failure> {
    Ok(match yaml {
        Yaml::Null => Value::Null,
        Yaml::Boolean(value) => Value::from(value),
        Yaml::Integer(number) => Value::from(number),
        Yaml::Real(number) => Value::Number(real(&number)?),
        Yaml::String(text) => Value::from(text),
        Yaml::Array(elements) => elements.into_iter().map(value).collect::<Result<_, _>>()?,
        Yaml::Hash(members) => {
            let members = members.into_iter();
            let pairs = members.map(|(name, member)| Ok((key(name)?, value(member)?)));
            Value::Object(pairs.collect::<Result<Map<_, _>, Failure>>()?)
        }
        Yaml::Alias(_) | Yaml::BadValue => return Err("a value is not one of JSON's".into()),
    })
}

fn real(text: &str) -> Result<Number, Failure> {
    Number::from_f64(text.parse()?).ok_or_else(|| format!("JSON has no number {text}").into())
}

fn key(yaml: Yaml) -> Result<String, Failure> {
    match yaml {
        Yaml::String(name) => Ok(name),
        Yaml::Integer(status) => Ok(status.to_string()),
        _ => Err("the name of a member is not text".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::json;
    use serde_json::json;

    #[test]
    fn scalars_are_those_of_yaml_1_2() {
        let yaml =
            "200: yes\na: [true, ~, -2, 1.5, 0x10, '3', 24100000017]\nb: &x {c: on}\nd: *x\n";
        let read = json!({
            "200": "yes", "a": [true, null, -2, 1.5, 16, "3", 24_100_000_017_i64],
            "b": { "c": "on" }, "d": { "c": "on" }
        });
        assert_eq!(json(yaml).ok(), Some(read));
    }

    #[test]
    fn what_cannot_be_read_is_told_with_its_place() {
        for (yaml, expected) in [
            (
                "a: 1\nb:\n  c: 2\n  c: 3\n",
                "duplicated key in mapping at byte 20 line 4",
            ),
            ("a: [1\nb: 2\n", "line 2"),
            ("a: 1\n---\nb: 2\n", "it is not one YAML document"),
            ("", "it is not one YAML document"),
            ("a: .inf\n", "invalid float literal"),
            ("? [a]\n: b\n", "the name of a member is not text"),
        ] {
            let failure = json(yaml).expect_err(yaml).to_string();
            assert!(failure.contains(expected), "{yaml:?}: {failure}");
        }
    }
}

//! Custom attributes as arguments: `key=value`.

use std::fmt;
use std::str::FromStr;

use clap::Args;
use serde_json::Value;

use crate::failure::Failure;

/// The options that give custom attributes.
#[derive(Args, Default)]
pub struct AttributeArgs {
    /// Set a custom attribute; numbers, true and false are sent as such, all else as text
    #[arg(long, value_name = "KEY=VALUE")]
    pub set: Vec<TypedAttribute>,
    /// Set a custom attribute that stays text, whatever it looks like: a postcode, a number that is a name
    #[arg(long, value_name = "KEY=VALUE")]
    pub set_text: Vec<TextAttribute>,
}

impl AttributeArgs {
    /// All of them, each key once.
    pub fn pairs(self) -> Result<Vec<(String, Value)>, Failure> {
        let typed = self
            .set
            .into_iter()
            .map(|attribute| (attribute.key, attribute.value));
        let texts = self
            .set_text
            .into_iter()
            .map(|attribute| (attribute.key, Value::from(attribute.text)));
        let mut pairs: Vec<(String, Value)> = Vec::new();
        for (key, value) in typed.chain(texts) {
            if pairs.iter().any(|(known, _)| *known == key) {
                return Err(
                    Failure::input(format!("the attribute {key:?} is given twice"))
                        .next("give it once"),
                );
            }
            pairs.push((key, value));
        }
        Ok(pairs)
    }
}

/// `key=value`, the value a number or a truth value where it looks like one.
#[derive(Clone)]
pub struct TypedAttribute {
    key: String,
    value: Value,
}

/// `key=value`, the value always text.
#[derive(Clone)]
pub struct TextAttribute {
    key: String,
    text: String,
}

/// Why an argument is not an attribute.
#[derive(Debug, PartialEq, Eq)]
pub enum InvalidAttribute {
    NoEquals,
    NoKey,
    OwnOption(&'static str),
}

impl fmt::Display for InvalidAttribute {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoEquals => {
                formatter.write_str("an attribute is written KEY=VALUE, and there is no =")
            }
            Self::NoKey => formatter.write_str("there is no key before the ="),
            Self::OwnOption(option) => write!(
                formatter,
                "this is not a custom attribute; set it with {option}, or in an import by a column"
            ),
        }
    }
}

impl std::error::Error for InvalidAttribute {}

impl FromStr for TypedAttribute {
    type Err = InvalidAttribute;

    fn from_str(text: &str) -> Result<Self, InvalidAttribute> {
        let (key, value) = split(text)?;
        Ok(Self {
            key,
            value: typed(value),
        })
    }
}

impl FromStr for TextAttribute {
    type Err = InvalidAttribute;

    fn from_str(text: &str) -> Result<Self, InvalidAttribute> {
        let (key, text) = split(text)?;
        Ok(Self {
            key,
            text: text.to_owned(),
        })
    }
}

/// Splits at the first `=`, so that values may hold more of them.
fn split(text: &str) -> Result<(String, &str), InvalidAttribute> {
    let (key, value) = text.split_once('=').ok_or(InvalidAttribute::NoEquals)?;
    match key {
        "" => Err(InvalidAttribute::NoKey),
        "email" => Err(InvalidAttribute::OwnOption("--email")),
        "name" => Err(InvalidAttribute::OwnOption("--name")),
        "phone" => Err(InvalidAttribute::OwnOption("--phone")),
        "externalId" | "external_id" => Err(InvalidAttribute::OwnOption("--external-id")),
        _ => Ok((key.to_owned(), value)),
    }
}

/// Numbers, `true` and `false` by JSON's rules. A whole number beyond 64 bits stays text, since JSON readers would
/// round it; so does `007`, which JSON does not accept as a number.
fn typed(text: &str) -> Value {
    match serde_json::from_str(text) {
        Ok(Value::Number(number)) if number.is_f64() && is_whole(text) => Value::from(text),
        Ok(value @ (Value::Bool(_) | Value::Number(_))) if text.trim() == text => value,
        _ => Value::from(text),
    }
}

fn is_whole(text: &str) -> bool {
    text.trim_start_matches('-')
        .bytes()
        .all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_are_typed_where_they_look_like_it() {
        for (text, value) in [
            ("12", json!(12)),
            ("-3", json!(-3)),
            ("1.5", json!(1.5)),
            ("9223372036854775807", json!(i64::MAX)),
            ("18446744073709551616", json!("18446744073709551616")),
            ("1e400", json!("1e400")),
            ("true", json!(true)),
            ("false", json!(false)),
            ("True", json!("True")),
            ("007", json!("007")),
            ("+49 30", json!("+49 30")),
            (" 12", json!(" 12")),
            ("null", json!("null")),
            ("\"x\"", json!("\"x\"")),
            ("{}", json!("{}")),
            ("", json!("")),
        ] {
            assert_eq!(typed(text), value, "{text:?}");
        }
    }

    #[test]
    fn keys_end_at_the_first_equals_sign() {
        for (text, split_up) in [
            ("plan=pro", Ok(("plan".to_owned(), "pro"))),
            ("sum=a=b", Ok(("sum".to_owned(), "a=b"))),
            ("plan=", Ok(("plan".to_owned(), ""))),
            ("plan", Err(InvalidAttribute::NoEquals)),
            ("=pro", Err(InvalidAttribute::NoKey)),
            ("email=x", Err(InvalidAttribute::OwnOption("--email"))),
            (
                "externalId=x",
                Err(InvalidAttribute::OwnOption("--external-id")),
            ),
        ] {
            assert_eq!(split(text), split_up, "{text}");
        }
    }
}

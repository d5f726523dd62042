//! The body of a request, parsed and checked as the settings say.

use std::collections::HashMap;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use super::attributes::Attributes;
use super::error::ApiError;
use super::own_attributes;
use super::settings::{Settings, Unwanted};

/// Keys that only Drift writes.
const RESERVED: [&str; 7] = [
    "_END_USER_VERSION",
    "_end_user_version",
    "_calculated_version",
    "start_date",
    "events",
    "socialProfiles",
    "external_id",
];

#[derive(Deserialize)]
struct Wrapper<'a> {
    #[serde(borrow)]
    attributes: Option<Attributes<'a>>,
}

/// Reads a body that must be an object.
pub(crate) fn object<'a, T: Deserialize<'a>>(
    body: &'a [u8],
    members: &[&str],
    settings: &Settings,
) -> Result<T, ApiError> {
    if body.iter().find(|byte| !byte.is_ascii_whitespace()) != Some(&b'{') {
        return Err(ApiError::malformed("The body is not a JSON object"));
    }
    let value = serde_json::from_slice(body)
        .map_err(|_| ApiError::malformed("The body is not JSON of the right form"))?;
    if settings.unknown_members == Unwanted::Refuse {
        let found: HashMap<String, IgnoredAny> = serde_json::from_slice(body).unwrap_or_default();
        if let Some(name) = found.keys().find(|name| !members.contains(&name.as_str())) {
            return Err(ApiError::bad_request(format!(
                "The member {name:?} is not known here"
            )));
        }
    }
    Ok(value)
}

/// The attributes of a body, without the reserved ones.
pub(crate) fn attributes<'a>(
    body: &'a [u8],
    settings: &Settings,
) -> Result<Attributes<'a>, ApiError> {
    attributes_among(body, &["attributes"], settings)
}

/// As [`attributes`], of a body with these members.
pub(crate) fn attributes_among<'a>(
    body: &'a [u8],
    members: &[&str],
    settings: &Settings,
) -> Result<Attributes<'a>, ApiError> {
    let wrapper: Wrapper<'a> = object(body, members, settings)?;
    let mut attributes = wrapper.attributes.ok_or_else(ApiError::no_attributes)?;
    if attributes.len() > settings.attributes_max {
        return Err(ApiError::bad_request(format!(
            "More than {} attributes",
            settings.attributes_max
        )));
    }
    remove_reserved(&mut attributes, settings)?;
    own_attributes::check(&attributes)?;
    Ok(attributes)
}

fn remove_reserved(attributes: &mut Attributes<'_>, settings: &Settings) -> Result<(), ApiError> {
    if settings.reserved_keys == Unwanted::Refuse
        && let Some((key, _)) = attributes.iter().find(|(key, _)| RESERVED.contains(key))
    {
        return Err(ApiError::bad_request(format!("{key} cannot be written")));
    }
    attributes.retain(|key, _| !RESERVED.contains(&key));
    Ok(())
}

/// Removes attributes that are null from a create, or refuses it.
pub(crate) fn remove_nulls(
    attributes: &mut Attributes<'_>,
    settings: &Settings,
) -> Result<(), ApiError> {
    let null = |value: &RawValue| value.get() == "null";
    if settings.null_on_create == Unwanted::Refuse
        && let Some((key, _)) = attributes.iter().find(|(_, value)| null(value))
    {
        return Err(ApiError::bad_request(format!(
            "The attribute {key:?} is null"
        )));
    }
    attributes.retain(|_, value| !null(value));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::attributes;
    use crate::rules::email::requested_email;
    use crate::rules::settings::Settings;

    fn refusal(body: &str) -> String {
        let settings = Settings::default();
        let attributes = match attributes(body.as_bytes(), &settings) {
            Ok(attributes) => attributes,
            Err(error) => return format!("{:?}", error.code),
        };
        match requested_email(&attributes, &settings) {
            Ok(email) => format!("{email:?}"),
            Err(error) => format!("{:?}", error.code),
        }
    }

    #[test]
    fn a_body_is_refused_with_the_code_that_fits() {
        let table = [
            (r#"{"attributes":{"email":"a@b"}}"#, "Some(\"a@b\")"),
            (
                r#" {"attributes":{"email":"a@b"},"more":1}"#,
                "Some(\"a@b\")",
            ),
            (r#"{"attributes":{}}"#, "None"),
            (r#"{"attributes":{"email":null}}"#, "None"),
            (r#"{"attributes":{"email":"  "}}"#, "None"),
            (r#"{"email":"a@b"}"#, "Contact(8, \"validation_error\")"),
            (r#"{"attributes":null}"#, "Contact(8, \"validation_error\")"),
            (r#"{"attributes":[]}"#, "Contact(4, \"validation_error\")"),
            (r#"[{"email":"a@b"}]"#, "Contact(4, \"validation_error\")"),
            (
                r#"{"attributes":{"email":5}}"#,
                "Contact(4, \"validation_error\")",
            ),
            (
                r#"{"attributes":{"email":"a@b","name":5}}"#,
                "Contact(4, \"validation_error\")",
            ),
            (
                r#"{"attributes":{"email":"a@b"}"#,
                "Contact(4, \"validation_error\")",
            ),
            ("", "Contact(4, \"validation_error\")"),
            (
                "{\"attributes\":{\"email\":\"\\ud800\"}}",
                "Contact(4, \"validation_error\")",
            ),
        ];
        for (body, expected) in table {
            assert_eq!(refusal(body), expected, "{body}");
        }
    }

    #[test]
    fn reserved_keys_are_dropped() {
        let settings = Settings::default();
        let body =
            br#"{"attributes":{"start_date":1,"email":"a@b","_END_USER_VERSION":9,"events":{}}}"#;
        let attributes = attributes(body, &settings).ok().unwrap();
        assert_eq!(attributes.members(), r#""email":"a@b""#);
    }
}

//! The body of a create or an update, taken apart and checked against the rules of the settings.

use std::collections::HashMap;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use super::own_attributes;
use crate::attributes::Attributes;
use crate::contact::ExternalId;
use crate::error::ApiError;
use crate::settings::{EmailSyntax, NumberedId, Settings, Unwanted};

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
pub(super) fn object<'a, T: Deserialize<'a>>(
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
pub(super) fn attributes<'a>(
    body: &'a [u8],
    settings: &Settings,
) -> Result<Attributes<'a>, ApiError> {
    let wrapper: Wrapper<'a> = object(body, &["attributes"], settings)?;
    let mut attributes = wrapper.attributes.ok_or_else(ApiError::no_attributes)?;
    if attributes.len() > settings.attributes_max {
        return Err(ApiError::bad_request(format!(
            "More than {} attributes",
            settings.attributes_max
        )));
    }
    take_reserved(&mut attributes, settings)?;
    own_attributes::check(&attributes)?;
    Ok(attributes)
}

fn take_reserved(attributes: &mut Attributes<'_>, settings: &Settings) -> Result<(), ApiError> {
    if settings.reserved_keys == Unwanted::Refuse
        && let Some((key, _)) = attributes.iter().find(|(key, _)| RESERVED.contains(key))
    {
        return Err(ApiError::bad_request(format!("{key} cannot be written")));
    }
    attributes.retain(|key, _| !RESERVED.contains(&key));
    Ok(())
}

/// The email among attributes: none if it is absent, null or empty.
pub(super) fn email(
    attributes: &Attributes<'_>,
    settings: &Settings,
) -> Result<Option<String>, ApiError> {
    let Some(text) = attributes
        .get("email")
        .map(RawValue::get)
        .filter(|text| *text != "null")
    else {
        return Ok(None);
    };
    let email: String =
        serde_json::from_str(text).map_err(|_| ApiError::malformed("email is not a string"))?;
    if email.trim().is_empty() {
        return Ok(None);
    }
    if settings.email_syntax == EmailSyntax::Plausible && !plausible(&email, settings) {
        return Err(ApiError::bad_request("email is not an email address"));
    }
    Ok(Some(email))
}

fn plausible(email: &str, settings: &Settings) -> bool {
    let email = if settings.email_trim {
        email.trim()
    } else {
        email
    };
    let clean = email.len() <= 254 && !email.chars().any(|c| c.is_whitespace() || c.is_control());
    let parts = email.split_once('@');
    clean
        && parts.is_some_and(|(local, domain)| {
            !local.is_empty() && !domain.is_empty() && !domain.contains('@')
        })
}

/// The form in which emails are compared.
pub(crate) fn email_key(email: &str, settings: &Settings) -> String {
    let email = if settings.email_trim {
        email.trim()
    } else {
        email
    };
    if settings.email_case_sensitive {
        email.to_owned()
    } else {
        email.to_lowercase()
    }
}

/// The external id among attributes: none if it is absent or null.
pub(super) fn external_id(
    attributes: &Attributes<'_>,
    settings: &Settings,
) -> Result<Option<ExternalId>, ApiError> {
    let Some(text) = attributes
        .get("externalId")
        .map(RawValue::get)
        .filter(|text| *text != "null")
    else {
        return Ok(None);
    };
    if text.starts_with('"') {
        let text: String = serde_json::from_str(text)
            .map_err(|_| ApiError::malformed("externalId is not a string"))?;
        return match text.is_empty() {
            true => Err(ApiError::bad_request("externalId is empty")),
            false => Ok(Some(ExternalId {
                text,
                number: false,
            })),
        };
    }
    match text.parse::<i64>() {
        Ok(number) if settings.external_id_number == NumberedId::Keep => Ok(Some(ExternalId {
            text: number.to_string(),
            number: true,
        })),
        _ => Err(ApiError::malformed("externalId is not a string")),
    }
}

/// Takes attributes that are null out of a create, or refuses it.
pub(super) fn take_nulls(
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
    use super::{attributes, email, email_key, external_id, plausible};
    use crate::settings::{NumberedId, Settings};

    fn refusal(body: &str) -> String {
        let settings = Settings::default();
        let attributes = match attributes(body.as_bytes(), &settings) {
            Ok(attributes) => attributes,
            Err(error) => return format!("{:?}", error.code),
        };
        match email(&attributes, &settings) {
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

    #[test]
    fn an_external_id_is_text_or_by_setting_a_number() {
        let keep = Settings {
            external_id_number: NumberedId::Keep,
            ..Settings::default()
        };
        let table = [
            ("\"u\"", Some("u"), Some("u")),
            ("12", None, Some("12")),
            ("1.5", None, None),
            ("\"\"", None, None),
        ];
        for (json, by_default, kept) in table {
            let body = format!("{{\"attributes\":{{\"externalId\":{json}}}}}");
            for (settings, expected) in [(&Settings::default(), by_default), (&keep, kept)] {
                let attributes = attributes(body.as_bytes(), settings).ok().unwrap();
                let id = external_id(&attributes, settings).ok().flatten();
                assert_eq!(id.map(|id| id.text).as_deref(), expected, "{json}");
            }
        }
    }

    #[test]
    fn emails_are_compared_as_the_settings_say() {
        let exact = Settings {
            email_case_sensitive: true,
            email_trim: true,
            ..Settings::default()
        };
        assert_eq!(email_key(" Ada@B ", &Settings::default()), " ada@b ");
        assert_eq!(email_key(" Ada@B ", &exact), "Ada@B");
    }

    #[test]
    fn plausible_emails_have_text_around_one_at() {
        let table = [
            ("a@b", true),
            ("a+b@c.d", true),
            ("@b", false),
            ("a@", false),
            ("a@b@c", false),
            ("a b@c", false),
        ];
        for (email, expected) in table {
            assert_eq!(plausible(email, &Settings::default()), expected, "{email}");
        }
    }
}

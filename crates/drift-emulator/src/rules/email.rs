//! An email: how it is read from a request, and the form in which emails are compared.

use serde_json::value::RawValue;

use super::attributes::Attributes;
use super::error::ApiError;
use super::settings::{EmailSyntax, Settings};

/// The email among the attributes of a request: none if it is absent, null or empty.
pub(crate) fn requested_email(
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
    if settings.email_syntax == EmailSyntax::Plausible && !is_plausible(&email, settings) {
        return Err(ApiError::bad_request("email is not an email address"));
    }
    Ok(Some(email))
}

/// The form in which emails are compared.
pub(crate) fn email_key(email: &str, settings: &Settings) -> String {
    let email = trimmed(email, settings);
    if settings.email_case_sensitive {
        email.to_owned()
    } else {
        email.to_lowercase()
    }
}

fn is_plausible(email: &str, settings: &Settings) -> bool {
    let email = trimmed(email, settings);
    let clean = email.len() <= 254 && !email.chars().any(|c| c.is_whitespace() || c.is_control());
    let parts = email.split_once('@');
    clean
        && parts.is_some_and(|(local, domain)| {
            !local.is_empty() && !domain.is_empty() && !domain.contains('@')
        })
}

fn trimmed<'e>(email: &'e str, settings: &Settings) -> &'e str {
    if settings.email_trim {
        email.trim()
    } else {
        email
    }
}

#[cfg(test)]
mod tests {
    use super::{email_key, is_plausible};
    use crate::rules::settings::Settings;

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
            assert_eq!(
                is_plausible(email, &Settings::default()),
                expected,
                "{email}"
            );
        }
    }
}

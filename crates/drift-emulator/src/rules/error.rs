//! An error as Drift words it: status, code and message in one envelope.

use std::borrow::Cow;

use http::{HeaderValue, StatusCode, header};

use super::attributes::push_string;
use super::settings::{CodePlace, Settings};

/// What went wrong, by Drift's lists of codes and types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Code {
    /// `CONTACT-n`, with the `type` of the general list that fits it.
    Contact(u8, &'static str),
    /// One of the general list alone.
    General(&'static str),
}

/// A response that is not a success. Its envelope is written last, since its form is a setting.
#[derive(Clone, Debug)]
pub(crate) struct ApiError {
    pub(crate) status: StatusCode,
    pub(crate) code: Code,
    pub(crate) message: Cow<'static, str>,
    pub(crate) headers: Vec<(header::HeaderName, HeaderValue)>,
}

impl ApiError {
    fn contact(
        status: u16,
        number: u8,
        general: &'static str,
        message: impl Into<Cow<'static, str>>,
    ) -> Self {
        ApiError::new(status, Code::Contact(number, general), message)
    }

    pub(crate) fn new(status: u16, code: Code, message: impl Into<Cow<'static, str>>) -> Self {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        ApiError {
            status,
            code,
            message: message.into(),
            headers: Vec::new(),
        }
    }

    pub(crate) fn not_found() -> Self {
        ApiError::contact(404, 1, "not_found", "Contact not found")
    }

    pub(crate) fn malformed(message: impl Into<Cow<'static, str>>) -> Self {
        ApiError::contact(400, 4, "validation_error", message)
    }

    pub(crate) fn internal(message: &'static str) -> Self {
        ApiError::contact(500, 5, "internal_error", message)
    }

    fn conflict(status: u16, message: &'static str) -> Self {
        ApiError::contact(status, 6, "conflict", message)
    }

    pub(crate) fn no_email() -> Self {
        ApiError::contact(
            400,
            7,
            "validation_error",
            "An email is required to create a contact",
        )
    }

    pub(crate) fn no_attributes() -> Self {
        ApiError::contact(400, 8, "validation_error", "The body has no attributes")
    }

    pub(crate) fn bad_tags() -> Self {
        ApiError::contact(
            400,
            9,
            "validation_error",
            "The tags are not a list of names and colors",
        )
    }

    pub(crate) fn unknown_parameter(name: &str) -> Self {
        ApiError::contact(
            400,
            10,
            "validation_error",
            format!("Unrecognized query parameter {name:?}"),
        )
    }

    pub(crate) fn bad_request(message: impl Into<Cow<'static, str>>) -> Self {
        ApiError::contact(400, 11, "validation_error", message)
    }

    /// A request refused with a status of its own: 408, 413, 415 and the like.
    pub(crate) fn refused(status: u16, message: impl Into<Cow<'static, str>>) -> Self {
        ApiError::contact(status, 11, "validation_error", message)
    }

    pub(crate) fn bad_token(status: u16) -> Self {
        let error = ApiError::new(
            status,
            Code::General("authentication_error"),
            "The access token is invalid or has expired",
        );
        error.with_header(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))
    }

    pub(crate) fn forbidden(status: u16, message: impl Into<Cow<'static, str>>) -> Self {
        ApiError::new(status, Code::General("authentication_error"), message)
    }

    /// Not found, for something other than a contact.
    pub(crate) fn absent(message: &'static str) -> Self {
        ApiError::new(404, Code::General("not_found"), message)
    }

    pub(crate) fn email_taken(settings: &Settings) -> Self {
        ApiError::conflict(
            settings.duplicate_email_status,
            "A contact with this email already exists",
        )
    }

    pub(crate) fn external_id_taken(settings: &Settings) -> Self {
        ApiError::conflict(
            settings.duplicate_external_id_status,
            "A contact with this externalId already exists",
        )
    }

    pub(crate) fn rate_limited() -> Self {
        ApiError::new(
            429,
            Code::General("rate_limit"),
            "Too many requests for the time window",
        )
    }

    pub(crate) fn with_header(mut self, name: header::HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    /// The error as JSON, with its `CONTACT-n` code where the setting says.
    pub(crate) fn envelope(&self, code_place: CodePlace) -> String {
        let (kind, code, message) = match (self.code, code_place) {
            (Code::General(kind), _) => (kind.to_owned(), None, self.message.to_string()),
            (Code::Contact(n, _), CodePlace::Type) => {
                (format!("CONTACT-{n}"), None, self.message.to_string())
            }
            (Code::Contact(n, kind), CodePlace::Code) => (
                kind.to_owned(),
                Some(format!("CONTACT-{n}")),
                self.message.to_string(),
            ),
            (Code::Contact(n, kind), CodePlace::Message) => (
                kind.to_owned(),
                None,
                format!("CONTACT-{n}: {}", self.message),
            ),
        };
        let mut out = String::from("{\"error\":{\"type\":");
        push_string(&mut out, &kind);
        if let Some(code) = code {
            out.push_str(",\"code\":");
            push_string(&mut out, &code);
        }
        out.push_str(",\"message\":");
        push_string(&mut out, &message);
        out.push_str("}}");
        out
    }
}

#[cfg(test)]
mod tests {
    use super::ApiError;
    use crate::rules::settings::CodePlace;

    #[test]
    fn the_code_stands_where_the_setting_says() {
        let table = [
            (
                CodePlace::Type,
                r#"{"error":{"type":"CONTACT-6","message":"m"}}"#,
            ),
            (
                CodePlace::Code,
                r#"{"error":{"type":"conflict","code":"CONTACT-6","message":"m"}}"#,
            ),
            (
                CodePlace::Message,
                r#"{"error":{"type":"conflict","message":"CONTACT-6: m"}}"#,
            ),
        ];
        for (code_place, expected) in table {
            assert_eq!(ApiError::conflict(409, "m").envelope(code_place), expected);
        }
    }
}

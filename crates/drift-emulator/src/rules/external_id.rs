//! The caller's own id of a contact: how it is read from a request, and how it is shown.

use serde_json::value::RawValue;

use super::attributes::{Attributes, push_string};
use super::error::ApiError;
use super::settings::{NumberedId, Settings};

/// The caller's own id of a contact. Drift's older samples show a bare number; it is shown as it was sent,
/// and compared as text.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct ExternalId {
    pub(crate) text: String,
    /// Whether it was sent as a bare number.
    pub(crate) number: bool,
}

impl ExternalId {
    /// Appends the id as JSON.
    pub(crate) fn write_json(&self, out: &mut String) {
        if self.number {
            out.push_str(&self.text);
        } else {
            push_string(out, &self.text);
        }
    }
}

/// The external id among the attributes of a request: none if it is absent or null.
pub(crate) fn requested_external_id(
    attributes: &Attributes<'_>,
    settings: &Settings,
) -> Result<Option<ExternalId>, ApiError> {
    let json = attributes.get("externalId").map(RawValue::get);
    match json {
        None | Some("null") => Ok(None),
        Some(json) if json.starts_with('"') => from_text(json).map(Some),
        Some(json) => from_number(json, settings).map(Some),
    }
}

fn from_text(json: &str) -> Result<ExternalId, ApiError> {
    let text: String = serde_json::from_str(json).map_err(|_| not_a_string())?;
    if text.is_empty() {
        return Err(ApiError::bad_request("externalId is empty"));
    }
    Ok(ExternalId {
        text,
        number: false,
    })
}

fn from_number(json: &str, settings: &Settings) -> Result<ExternalId, ApiError> {
    match json.parse::<i64>() {
        Ok(number) if settings.external_id_number == NumberedId::Keep => Ok(ExternalId {
            text: number.to_string(),
            number: true,
        }),
        _ => Err(not_a_string()),
    }
}

fn not_a_string() -> ApiError {
    ApiError::malformed("externalId is not a string")
}

#[cfg(test)]
mod tests {
    use super::requested_external_id;
    use crate::rules::payload::attributes;
    use crate::rules::settings::{NumberedId, Settings};

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
                let id = requested_external_id(&attributes, settings).ok().flatten();
                assert_eq!(id.map(|id| id.text).as_deref(), expected, "{json}");
            }
        }
    }
}

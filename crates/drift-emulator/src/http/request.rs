//! The parts of a request, each checked: query parameters, the id in the path, the JSON body.

use axum::body::Body;
use axum::extract::Query;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Uri, header};
use http_body_util::{BodyExt, Limited};

use crate::rules::error::ApiError;
use crate::rules::settings::Settings;

/// Query parameters in their order, each one of `known`.
pub(crate) fn query(uri: &Uri, known: &[&str]) -> Result<Vec<(String, String)>, ApiError> {
    if uri.query().is_none_or(str::is_empty) {
        return Ok(Vec::new());
    }
    let Query(pairs) = Query::<Vec<(String, String)>>::try_from_uri(uri)
        .map_err(|_| ApiError::bad_request("The query cannot be read"))?;
    match pairs
        .iter()
        .find(|(name, _)| !known.contains(&name.as_str()))
    {
        Some((name, _)) => Err(ApiError::unknown_parameter(name)),
        None => Ok(pairs),
    }
}

/// The value of a parameter that may be given once.
pub(crate) fn single<'q>(
    pairs: &'q [(String, String)],
    name: &str,
) -> Result<Option<&'q str>, ApiError> {
    let mut values = pairs
        .iter()
        .filter(|(key, _)| key == name)
        .map(|(_, value)| value.as_str());
    let first = values.next();
    match values.next() {
        Some(_) => Err(ApiError::bad_request(format!(
            "The query parameter {name} is given twice"
        ))),
        None => Ok(first),
    }
}

/// An id of Drift's: a whole number from 1.
pub(crate) fn contact_id(text: &str) -> Result<i64, ApiError> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let id = if digits { text.parse().ok() } else { None };
    id.filter(|id| *id > 0)
        .ok_or_else(|| ApiError::bad_request("The contact id is not a whole number from 1"))
}

/// The contact's id at the end of the path.
pub(crate) fn path_id(uri: &Uri) -> Result<i64, ApiError> {
    contact_id(uri.path().rsplit('/').next().unwrap_or_default())
}

/// The body of a request that must be JSON.
pub(crate) async fn json_body(
    headers: &HeaderMap,
    body: Body,
    settings: &Settings,
) -> Result<Bytes, ApiError> {
    if !is_json(headers.get(header::CONTENT_TYPE)) {
        let message = "The body must be sent as application/json";
        return Err(ApiError {
            status: status(settings.content_type_status),
            ..ApiError::malformed(message)
        });
    }
    body_of_size(body, settings.body_limit, settings.body_too_large_status).await
}

/// A body, unless it is larger than `limit`; then `too_large` is the status.
pub(crate) async fn body_of_size(
    body: Body,
    limit: usize,
    too_large: u16,
) -> Result<Bytes, ApiError> {
    match Limited::new(body, limit).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<http_body_util::LengthLimitError>() => {
            let message = format!("The body is larger than {limit} bytes");
            let close = HeaderValue::from_static("close");
            Err(ApiError::refused(too_large, message).with_header(header::CONNECTION, close))
        }
        Err(_) => Err(ApiError::malformed("The body ended before it was complete")),
    }
}

fn status(code: u16) -> http::StatusCode {
    http::StatusCode::from_u16(code).unwrap_or(http::StatusCode::BAD_REQUEST)
}

fn is_json(content_type: Option<&HeaderValue>) -> bool {
    let Some(text) = content_type.and_then(|value| value.to_str().ok()) else {
        return false;
    };
    let media_type = text.split(';').next().unwrap_or_default().trim();
    media_type.eq_ignore_ascii_case("application/json")
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::{contact_id, is_json, query, single};

    #[test]
    fn ids_are_whole_numbers_from_one() {
        let table = [
            ("24100000017", Some(24_100_000_017)),
            ("9223372036854775807", Some(i64::MAX)),
            ("9223372036854775808", None),
            ("0", None),
            ("-1", None),
            ("+1", None),
            ("1.5", None),
            ("abc", None),
            ("", None),
        ];
        for (text, expected) in table {
            assert_eq!(contact_id(text).ok(), expected, "{text:?}");
        }
    }

    #[test]
    fn json_is_known_by_its_media_type() {
        let table = [
            (Some("application/json"), true),
            (Some("Application/JSON; charset=utf-8"), true),
            (Some("text/plain"), false),
            (Some("application/json-patch+json"), false),
            (None, false),
        ];
        for (value, expected) in table {
            assert_eq!(
                is_json(value.map(HeaderValue::from_static).as_ref()),
                expected,
                "{value:?}"
            );
        }
    }

    #[test]
    fn a_query_is_decoded_and_checked() {
        let pairs = query(
            &"/contacts?email=a%2Bb%40c&id=1&id=2".parse().unwrap(),
            &["email", "id"],
        )
        .unwrap();
        assert_eq!(single(&pairs, "email").unwrap(), Some("a+b@c"));
        assert!(single(&pairs, "id").is_err());
        assert!(single(&pairs, "limit").unwrap().is_none());
        assert!(query(&"/contacts?sort=up".parse().unwrap(), &["email"]).is_err());
    }
}

//! Responses: JSON bodies, and errors in the envelope of the API.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, header};

use crate::rules::error::ApiError;
use crate::rules::settings::CodePlace;

/// A response with a JSON body.
pub(crate) fn json_response(body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    response
}

/// Only marks the response with the error. Its envelope is written by [`write_envelope`], since a handler does
/// not know the setting for its form.
impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = self.status;
        response.extensions_mut().insert(self);
        response
    }
}

/// Writes the envelope of the error that a response is marked with, if any.
pub(crate) fn write_envelope(mut response: Response, code_place: CodePlace) -> Response {
    let Some(error) = response.extensions_mut().remove::<ApiError>() else {
        return response;
    };
    let (mut head, _empty) = response.into_parts();
    // The length was that of the body which the envelope replaces.
    head.headers.remove(header::CONTENT_LENGTH);
    let mut response = json_response(error.envelope(code_place));
    *response.status_mut() = error.status;
    response.headers_mut().extend(error.headers);
    response.headers_mut().extend(head.headers);
    response
}

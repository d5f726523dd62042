//! The body of a request: within a size and a time, and JSON.

use axum::body::Body;
use http_body_util::{BodyExt, Limited};
use serde_json::Value;

use crate::http::limits::Limits;
use crate::reply::Reply;

/// Reads the body. What is wrong with it is said without a word of it.
pub(crate) async fn read_json(body: Body, limits: &Limits) -> Result<Value, Reply> {
    let bytes = read(body, limits).await?;
    serde_json::from_slice(&bytes).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        let sentence = format!("The body is not JSON, at line {line}, column {column}");
        Reply::error(400, "CONTACT-4", sentence)
    })
}

/// Reads the body as it is.
pub(super) async fn read(body: Body, limits: &Limits) -> Result<bytes::Bytes, Reply> {
    let (most, within) = (limits.body, limits.body_time);
    let collected = tokio::time::timeout(within, Limited::new(body, most).collect());
    match collected.await {
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
        Ok(Err(error)) if error.is::<http_body_util::LengthLimitError>() => {
            let sentence = format!("The body is longer than {most} bytes");
            Err(Reply::error(413, "validation_error", sentence))
        }
        Ok(Err(_)) => Err(Reply::error(400, "CONTACT-4", "The body ended early")),
        Err(_elapsed) => {
            let sentence = "The body did not arrive in time";
            Err(Reply::error(408, "timeout", sentence))
        }
    }
}

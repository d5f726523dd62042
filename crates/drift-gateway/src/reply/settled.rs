//! A final reply as it is stored, and as later requests with its key get it.

use serde_json::Value;

use super::Reply;
use crate::store::SettledResponse;

const OUTCOME: &str = "drift-outcome";
const REQUEST_ID: &str = "x-request-id";

impl From<&Reply> for SettledResponse {
    fn from(reply: &Reply) -> Self {
        let header = |name: &str, value: &Option<Box<str>>| {
            let value = value.as_deref();
            value.map(|value| (name.to_owned(), value.to_owned()))
        };
        let outcome = header(OUTCOME, &reply.outcome);
        let request_id = header(REQUEST_ID, &reply.request_id);
        Self {
            status: reply.status,
            headers: outcome.into_iter().chain(request_id).collect(),
            body: reply.body.to_bytes(),
            failed: reply.status >= 300,
        }
    }
}

impl Reply {
    /// The reply to a later request with the key.
    pub(crate) fn replay(settled: SettledResponse) -> Self {
        let body = serde_json::from_slice(&settled.body).unwrap_or(Value::Null);
        let mut reply = Self::success(settled.status, body);
        reply.is_replayed = true;
        for (name, value) in settled.headers {
            match name.as_str() {
                OUTCOME => reply.outcome = Some(value.into()),
                REQUEST_ID => reply.request_id = Some(value.into()),
                _ => {}
            }
        }
        reply
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_stored_is_replayed() {
        let mut reply = Reply::success(200, json!({"data": {"id": 24_100_000_017_i64}}));
        reply.outcome = Some("created".into());
        reply.request_id = Some("r-7".into());
        let replayed = Reply::replay(SettledResponse::from(&reply));
        assert_eq!(
            replayed,
            Reply {
                is_replayed: true,
                ..reply
            }
        );
    }
}

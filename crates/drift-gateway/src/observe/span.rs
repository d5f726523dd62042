//! The span of a request, by OpenTelemetry's names for HTTP servers, and the caller's trace.

use http::{HeaderMap, Method};

/// The trace that a caller's request belongs to, as W3C Trace Context writes it.
pub(crate) fn traceparent(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all("traceparent").iter();
    let value = values.next().filter(|_| values.next().is_none())?;
    value.to_str().ok().filter(|value| is_traceparent(value))
}

/// `00-` and a trace id, a span id and flags in hexadecimal; a later version may go on.
fn is_traceparent(value: &str) -> bool {
    let mut parts = value.split('-');
    let mut is_hex = |length: usize| {
        let part = parts.next().unwrap_or_default();
        part.len() == length
            && part
                .bytes()
                .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    };
    value.len() <= 128 && is_hex(2) && is_hex(32) && is_hex(16) && is_hex(2)
}

/// The span of one request. Its path is the route's, so that no id is in it.
pub(crate) fn of_request(method: &Method, route: &str, traceparent: Option<&str>) -> tracing::Span {
    tracing::info_span!(
        "request",
        otel.kind = "server",
        otel.name = format!("{method} {route}"),
        http.request.method = method.as_str(),
        http.route = route,
        http.response.status_code = tracing::field::Empty,
        traceparent,
    )
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn a_trace_is_taken_only_where_it_is_one() {
        let trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        for (values, taken) in [
            (&[trace][..], Some(trace)),
            (&[], None),
            (&[trace, trace], None),
            (
                &["00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01"],
                None,
            ),
            (&["00-4bf92f3577b34da6-00f067aa0ba902b7-01"], None),
            (&["ada@example.test"], None),
        ] {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append("traceparent", HeaderValue::from_static(value));
            }
            assert_eq!(traceparent(&headers), taken, "{values:?}");
        }
    }
}

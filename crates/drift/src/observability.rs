//! What a program sees of its calls: spans, metrics, metadata, and an interceptor of its own. None of it shows personal data
//! or a token.
//!
//! # Spans and events
//!
//! By `tracing`, a span for each call, and within a create one for each look-up. It is named `drift`, at the level INFO, with
//! the fields of OpenTelemetry's conventions for HTTP clients:
//!
//! | Field | What it holds |
//! | --- | --- |
//! | `otel.name` | the operation, such as `contacts.create` or `contacts.find_by_external_id` |
//! | `otel.kind` | `client` |
//! | `server.address` | the host of the base URL |
//! | `http.request.method`, `http.response.status_code` | of the last attempt |
//! | `request_id` | the server's id of the last attempt, if it sent one |
//! | `error.type` | the [`ErrorKind`](crate::ErrorKind), where the call ends with an error |
//!
//! Each attempt that fails is an event at the level DEBUG, within the span.
//!
//! # Metrics
//!
//! With the feature `metrics`, through the facade of that name, for every recorder of it. Without a recorder nothing is kept.
//!
//! | Metric | Kind | Label |
//! | --- | --- | --- |
//! | `drift_attempts_total` | counter | `operation`, as in spans |
//! | `drift_attempt_duration_seconds` | histogram | `operation` |
//! | `drift_attempt_failures_total` | counter | `kind`: the word of [`ErrorKind::as_str`](crate::ErrorKind::as_str) |
//!
//! An attempt is one request: retries, look-ups and the requests after a pause count each.
//!
//! # One call
//!
//! [`Metadata`](crate::Metadata) of a result: attempts, the last status and request id, time. `with_metadata` of the client and
//! of each group of calls gives it.
//!
//! # Your own
//!
//! An [`Interceptor`](crate::Interceptor) sees each attempt, and may add headers to it, such as `traceparent`.
//! [`CallOptions::header`](crate::CallOptions::header) adds one to all requests of a call.

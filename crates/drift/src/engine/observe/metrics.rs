//! Metrics of attempts, through the `metrics` facade. Labels are literals, so that counting costs no allocation; the words
//! are those of [`Operation`](crate::engine::operation::Operation) and [`ErrorKind`](crate::ErrorKind).

use crate::engine::observe::interceptor::AttemptEnd;

/// Expands to one branch for each literal, where a metric has a static key.
macro_rules! by_literal {
    ($value:expr, $record:ident: $($known:literal)+) => {
        match $value {
            $($known => $record!($known),)+
            _ => $record!("other"),
        }
    };
}

/// Counts an attempt that has ended.
pub(super) fn count(attempt: &AttemptEnd) {
    macro_rules! attempt {
        ($operation:literal) => {{
            metrics::counter!("drift_attempts_total", "operation" => $operation).increment(1);
            metrics::histogram!("drift_attempt_duration_seconds", "operation" => $operation)
                .record(attempt.elapsed());
        }};
    }
    macro_rules! failure {
        ($kind:literal) => {
            metrics::counter!("drift_attempt_failures_total", "kind" => $kind).increment(1)
        };
    }
    by_literal!(attempt.operation(), attempt:
        "contacts.attributes"
        "contacts.create"
        "contacts.delete"
        "contacts.find"
        "contacts.find_by_email"
        "contacts.find_by_external_id"
        "contacts.get"
        "contacts.update"
        "emails.unsubscribe"
        "privacy.delete"
        "privacy.retrieve"
        "timeline.post"
        "token.info"
    );
    if let Some(kind) = attempt.error_kind() {
        by_literal!(kind.as_str(), failure:
            "input"
            "connect"
            "timeout"
            "interrupted"
            "duplicate_email"
            "duplicate_external_id"
            "invalid_request"
            "unauthorized"
            "credentials"
            "other_organization"
            "forbidden"
            "not_found"
            "rate_limited"
            "server"
            "redirected"
            "unreadable_answer"
            "not_drift"
            "ambiguous"
            "unresolved"
        );
    }
}

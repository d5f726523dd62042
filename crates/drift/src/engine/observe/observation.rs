//! One attempt, observed by everybody who asked for it.

use std::time::Instant;

use drift_sdk::Progress;

use crate::engine::call::Call;
use crate::engine::http::headers::CallHeaders;
use crate::engine::observe::interceptor::{AttemptEnd, AttemptStart};
use crate::engine::response;
use crate::error::Error;
use crate::policy::delivery::Delivery;

/// An attempt that is observed.
pub(crate) struct Observation {
    id: u64,
    number: u32,
    started: Instant,
}

impl Observation {
    /// Begins to observe an attempt, and returns the headers for it; no observation where nobody is interested.
    pub(crate) fn begin(call: &Call<'_>, number: u32) -> (Option<Self>, CallHeaders) {
        let headers = call.options.headers.clone();
        let interceptors = call.connection.interceptors();
        let is_counted = cfg!(feature = "metrics");
        let of_call = &call.options.interceptors;
        let is_intercepted = !interceptors.is_empty() || !of_call.is_empty();
        if !is_counted && !is_intercepted && call.options.recorder.is_none() {
            return (None, headers);
        }
        if let Some(recorder) = &call.options.recorder {
            recorder.begun();
        }
        let mut start = AttemptStart {
            id: interceptors.next_id(),
            operation: call.operation.name,
            number,
            headers,
        };
        for interceptor in interceptors.each().chain(of_call.each()) {
            interceptor.before_attempt(&mut start);
        }
        let observation = Self {
            id: start.id,
            number,
            started: Instant::now(),
        };
        (Some(observation), start.headers)
    }

    /// The attempt has ended.
    pub(crate) fn end(self, call: &Call<'_>, progress: &Progress, error: Option<&Error>) {
        let end = AttemptEnd {
            id: self.id,
            operation: call.operation.name,
            number: self.number,
            status: progress.status().map(|status| status.as_u16()),
            request_id: progress.headers().and_then(response::request_id),
            delivery: error.map_or(Delivery::Done, Error::delivery),
            error: error.map(Error::kind),
            elapsed: self.started.elapsed(),
        };
        if let Some(recorder) = &call.options.recorder {
            recorder.ended(&end);
        }
        #[cfg(feature = "metrics")]
        super::metrics::count(&end);
        let of_client = call.connection.interceptors().each();
        for interceptor in of_client.chain(call.options.interceptors.each()) {
            interceptor.after_attempt(&end);
        }
    }
}

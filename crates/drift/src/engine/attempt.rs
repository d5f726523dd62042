//! One attempt of a call: the generated client is run, and a failure becomes an [`Error`] that says what is known.

use std::error::Error as StdError;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use drift_sdk::types::ErrorResponse;
use drift_sdk::{Progress, ResponseValue};
use serde::de::DeserializeOwned;
use tracing::level_filters::LevelFilter;

use crate::client::Client;
use crate::engine::resolver::ResolveFailed;
use crate::engine::response::{self, Answer};
use crate::error::{Error, ErrorKind, Inner};
use crate::policy::delivery::{self, AnswerBody, Delivery, Phase};

/// What the engine must know of an operation of the contract.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Operation {
    /// For spans: `contacts.create`.
    pub(crate) name: &'static str,
    /// What a 409 means.
    pub(crate) conflict: ErrorKind,
    /// Whether a second execution changes nothing.
    pub(crate) repeatable: bool,
    /// Whether it names a contact, or a person, which a 404 can be about.
    names_a_contact: bool,
}

impl Operation {
    pub(crate) const fn reading(name: &'static str) -> Self {
        Self {
            name,
            conflict: ErrorKind::InvalidRequest,
            repeatable: true,
            names_a_contact: true,
        }
    }

    pub(crate) const fn writing(name: &'static str, conflict: ErrorKind, repeatable: bool) -> Self {
        Self {
            name,
            conflict,
            repeatable,
            names_a_contact: true,
        }
    }

    /// The same, of a call that names no contact: a 404 then says that the call itself is not there.
    pub(crate) const fn of_no_contact(mut self) -> Self {
        self.names_a_contact = false;
        self
    }
}

/// What the generated methods return.
pub(crate) type Generated<T> = Result<ResponseValue<T>, drift_sdk::Error<ErrorResponse>>;

/// Runs one attempt within a time limit.
pub(crate) async fn attempt<T, Run, Running>(
    client: &Client,
    operation: Operation,
    limit: Duration,
    run: Run,
) -> Result<T, Error>
where
    T: DeserializeOwned,
    Run: FnOnce(drift_sdk::Client) -> Running,
    Running: Future<Output = Generated<T>>,
{
    let progress = Arc::new(Progress::default());
    let generated = client.generated(&progress, limit);
    let running = pin!(run(generated));
    let answer = match running.await {
        Err(drift_sdk::Error::UnexpectedResponse(response)) => Box::pin(undeclared(response)).await,
        answer => answer,
    };
    record(&progress);
    match answer {
        Ok(answer) => Ok(answer.into_inner()),
        Err(error) => Err(failure(operation, &progress, error)),
    }
}

/// Reads an answer whose status the contract does not name for the operation: a 2xx like the one that it names, and
/// any other like a failure, since what it says of the delivery is the same.
async fn undeclared<T: DeserializeOwned>(response: reqwest::Response) -> Generated<T> {
    if response.status().is_success() {
        return ResponseValue::from_response(response).await;
    }
    let failure = ResponseValue::from_response(response).await?;
    Err(drift_sdk::Error::ErrorResponse(failure))
}

/// Fills in the span of the call, by OpenTelemetry's names.
fn record(progress: &Progress) {
    // Spans are of this level; to ask for the current one costs more, and hardly any program has them on.
    if LevelFilter::current() < LevelFilter::INFO {
        return;
    }
    let span = tracing::Span::current();
    if let Some(method) = progress.method() {
        span.record("http.request.method", method.as_str());
    }
    if let Some(status) = progress.status() {
        span.record("http.response.status_code", status.as_u16());
    }
}

fn failure(
    operation: Operation,
    progress: &Progress,
    error: drift_sdk::Error<ErrorResponse>,
) -> Error {
    let status = progress.status().map(|status| status.as_u16());
    let answer = match &error {
        drift_sdk::Error::ErrorResponse(response) => Answer::read(response),
        drift_sdk::Error::InvalidResponsePayload(body, _) => Answer::of_success(body),
        _ => Answer::default(),
    };
    let transport = transport_error(error);
    let body = answer.body.unwrap_or(AnswerBody::Unreadable);
    let phase = phase(progress, transport.as_ref());
    let delivery = delivery::decide(phase, status, body, answer.error_type.as_deref());
    let put_off = status == Some(429) || (status == Some(503) && delivery == Delivery::Refused);
    let not_drift = status.and_then(|status| answer.not_drift(status, operation.names_a_contact));
    let kind = match (&transport, status) {
        (Some(error), _) if error.is_timeout() => ErrorKind::Timeout,
        (Some(error), Some(200..=299)) if !too_long(error) => ErrorKind::Interrupted,
        (_, Some(_)) if not_drift.is_some() => ErrorKind::NotDrift,
        (_, Some(status)) => response::kind(status, put_off, operation.conflict),
        (_, None) if delivery == Delivery::NotSent => ErrorKind::Connect,
        (_, None) => ErrorKind::Interrupted,
    };
    let headers = progress.headers();
    let detail = match kind {
        ErrorKind::Connect => Some(connect_sentence(phase).to_owned()),
        ErrorKind::NotDrift => not_drift.map(str::to_owned),
        _ => None,
    };
    Error::new(Inner {
        detail,
        status,
        code: answer.code,
        request_id: headers.and_then(response::request_id),
        retry_after: headers.and_then(response::retry_after),
        server_message: answer.message,
        source: transport.map(|error| Arc::new(error) as Arc<dyn StdError + Send + Sync>),
        ..Inner::bare(kind, delivery)
    })
}

/// The transport's own error, if the failure is one; without its URL, which may hold an email.
///
/// What serde says of a body is dropped, since it repeats values.
fn transport_error(error: drift_sdk::Error<ErrorResponse>) -> Option<reqwest::Error> {
    match error {
        drift_sdk::Error::CommunicationError(error)
        | drift_sdk::Error::ResponseBodyError(error)
        | drift_sdk::Error::InvalidUpgrade(error) => Some(error.without_url()),
        _ => None,
    }
}

fn phase(progress: &Progress, error: Option<&reqwest::Error>) -> Phase {
    match progress.phase() {
        drift_sdk::Phase::Reading => Phase::Reading,
        drift_sdk::Phase::Waiting => Phase::Waiting,
        // A request without a body cannot be watched; then the transport's own word is taken.
        _ if error.is_some_and(reqwest::Error::is_connect) => connecting(error),
        drift_sdk::Phase::Sending => Phase::Sending,
        drift_sdk::Phase::Connecting => Phase::Connect,
    }
}

fn connecting(error: Option<&reqwest::Error>) -> Phase {
    if chain(error).any(|cause| cause.downcast_ref::<ResolveFailed>().is_some()) {
        return Phase::Resolve;
    }
    let tls = chain(error)
        .any(|cause| cause.downcast_ref::<rustls::Error>().is_some() || tls_inside(cause));
    if tls { Phase::Tls } else { Phase::Connect }
}

/// rustls reports a handshake that failed inside an I/O error.
fn tls_inside(cause: &(dyn StdError + 'static)) -> bool {
    cause
        .downcast_ref::<std::io::Error>()
        .and_then(std::io::Error::get_ref)
        .is_some_and(|inner| inner.downcast_ref::<rustls::Error>().is_some())
}

fn connect_sentence(phase: Phase) -> &'static str {
    match phase {
        Phase::Resolve => {
            "the name of the server could not be looked up; check the base URL and the network"
        }
        Phase::Tls => "the server's TLS certificate or handshake is not acceptable",
        _ => "no connection to the server could be made",
    }
}

fn too_long(error: &reqwest::Error) -> bool {
    chain(Some(error)).any(|cause| cause.downcast_ref::<drift_sdk::TooLong>().is_some())
}

fn chain<'a>(
    error: Option<&'a reqwest::Error>,
) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    let first: Option<&'a (dyn StdError + 'static)> =
        error.map(|error| error as &(dyn StdError + 'static));
    std::iter::successors(first, |&cause| cause.source())
}

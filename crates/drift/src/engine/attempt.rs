//! One attempt of a call: the generated client is run, and a failure becomes an [`Error`] that says what is known.
//!
//! Two questions are answered here, and kept apart. *What is known of the request?* is its delivery: decided by how far it
//! got and by the status, whoever gave it, since a gateway's 401 is still a 401. *What happened?* is the kind, which needs
//! the body too: it shows whether Drift responded at all. A success is believed only where its body is Drift's.

use std::error::Error as StdError;
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use drift_sdk::types::ErrorResponse;
use drift_sdk::{Progress, ResponseValue, Stage, Transport};
use reqwest::StatusCode;
use tracing::level_filters::LevelFilter;

use crate::engine::access::{Access, changing};
use crate::engine::call::Call;
use crate::engine::http::failure::{Unsent, is_caused_by};
use crate::engine::observe::Observation;
use crate::engine::response::{self, Explained, FailedResponse};
use crate::error::{Error, ErrorKind, Inner, Success, unreadable_sentence};
use crate::model::decoding::objection::Objection;
use crate::model::decoding::{Decode, Unreadable, decode};
use crate::next_action::NextAction;
use crate::policy::delivery::{self, Delivery, Phase, ResponseBody};

/// What the generated methods return.
pub(crate) type Generated<T> = Result<ResponseValue<T>, drift_sdk::Error<ErrorResponse>>;

/// A method of the generated client with its arguments, to be called once for each attempt.
pub(crate) trait SdkMethod<T>:
    Fn(drift_sdk::Client) -> <Self as SdkMethod<T>>::Running
{
    /// One run of it.
    type Running: Future<Output = Generated<T>>;
}

impl<T, Method, Running> SdkMethod<T> for Method
where
    Method: Fn(drift_sdk::Client) -> Running,
    Running: Future<Output = Generated<T>>,
{
    type Running = Running;
}

/// Makes attempt number `number` (from 1) within a time limit, with the token of the connection.
pub(crate) async fn attempt<T: Decode>(
    call: &Call<'_>,
    number: u32,
    limit: Duration,
    method: impl SdkMethod<T>,
) -> Result<T::Value, Error> {
    match call.connection.access() {
        Access::None(transport) => send(call, number, limit, transport, &method).await,
        Access::Fixed(authorized) => {
            send(call, number, limit, &authorized.transport, &method).await
        }
        // Boxed, since most clients have a fixed token, and each call would be as large as if it had not.
        Access::Changing(changing) => {
            Box::pin(changing::attempt(call, number, limit, changing, method)).await
        }
    }
}

/// Sends one request within a time limit.
pub(crate) async fn send<T: Decode>(
    call: &Call<'_>,
    number: u32,
    limit: Duration,
    transport: &Transport,
    method: &impl SdkMethod<T>,
) -> Result<T::Value, Error> {
    // Before a request leaves, not after one was lost: of a create that went to a dead connection nobody knows whether it
    // was executed.
    call.connection
        .last_response()
        .drop_dead_connections()
        .await;
    let (observation, headers) = Observation::begin(call, number);
    // The generated client returns an error without saying how far the request got; this watches it.
    let progress = Arc::new(Progress::default());
    let running = pin!(method(
        call.connection.sdk(transport, &progress, limit, headers,)
    ));
    let response = match running.await {
        // Boxed, since hardly any call needs it, and each would be as large as if it did.
        Err(drift_sdk::Error::UnexpectedResponse(response)) => Box::pin(undeclared(response)).await,
        response => response,
    };
    record(&progress);
    // Noted for failures too: a 500 shows as well as a 200 which connection was alive just now.
    if progress.stage() == Stage::Reading {
        call.connection.last_response().came();
    }
    let result = read(call, &progress, response);
    if let Some(observation) = observation {
        observation.end(call, &progress, result.as_ref().err());
    }
    result
}

/// What the attempt has brought.
fn read<T: Decode>(
    call: &Call<'_>,
    progress: &Progress,
    response: Generated<T>,
) -> Result<T::Value, Error> {
    if progress.was_redirected() {
        return Err(redirected(progress));
    }
    match response {
        Ok(response) => {
            let value = response.into_inner();
            let partial = progress.status() == Some(StatusCode::PARTIAL_CONTENT);
            match value
                .objection()
                .or(partial.then_some(Objection::NotDrifts))
            {
                None => Ok(value.into_value()),
                Some(objection) => Err(objected(call, progress, objection)),
            }
        }
        Err(error) => {
            let unreadable = match decoded::<T>(&error) {
                Some(Ok(value)) => return Ok(value),
                Some(Err(unreadable)) => Some(unreadable),
                None => None,
            };
            Err(failure(call, progress, error, unreadable))
        }
    }
}

/// The error where a status of success comes with a body that says otherwise, or that is not Drift's: nobody knows
/// whether it was done.
fn objected(call: &Call<'_>, progress: &Progress, objection: Objection) -> Error {
    let (kind, sentence) = explain_objection(objection);
    Error::new(Inner {
        detail: Some(sentence),
        must_not_repeat: !call.operation.idempotent,
        status: progress.status().map(|status| status.as_u16()),
        request_id: progress.headers().and_then(response::request_id),
        ..Inner::bare(kind, Delivery::Unknown)
    })
}

fn explain_objection(objection: Objection) -> (ErrorKind, String) {
    match objection {
        Objection::Denied(member) => (
            ErrorKind::UnreadableResponse,
            format!(
                "the status says that it was done, and `{member}` in the response that it was not"
            ),
        ),
        Objection::NotDrifts => (ErrorKind::NotDrift, NOT_DRIFTS.to_owned()),
    }
}

/// Reads a success that is not what the contract says, leniently; nothing where the failure is another one.
fn decoded<T: Decode>(
    error: &drift_sdk::Error<ErrorResponse>,
) -> Option<Result<T::Value, Unreadable>> {
    match error {
        drift_sdk::Error::InvalidResponsePayload(body, _) => Some(decode::<T>(body)),
        _ => None,
    }
}

/// Reads a response whose status the contract does not declare for the operation: a 2xx like the declared success, and
/// any other like a declared failure, since both say the same of the delivery.
async fn undeclared<T: Decode>(response: reqwest::Response) -> Generated<T> {
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
    if let Some(id) = progress.headers().and_then(response::request_id) {
        span.record("request_id", id);
    }
}

fn failure(
    call: &Call<'_>,
    progress: &Progress,
    error: drift_sdk::Error<ErrorResponse>,
    unreadable: Option<Unreadable>,
) -> Error {
    if is_unbuildable(&error) {
        return Error::unbuildable();
    }
    let operation = call.operation;
    let status = progress.status().map(|status| status.as_u16());
    let failed = match &error {
        drift_sdk::Error::ErrorResponse(response) => FailedResponse::read(response),
        drift_sdk::Error::InvalidResponsePayload(body, _) => FailedResponse::of_success(body),
        _ => FailedResponse::default(),
    };
    let transport = transport_error(error);
    let body = failed.body.unwrap_or(ResponseBody::Unreadable);
    let unsent = transport
        .as_ref()
        .and_then(|error| Unsent::read(progress.stage(), call.connection.may_redirect(), error));
    let phase = phase(progress.stage(), unsent);
    let delivery = delivery::decide(phase, status, body, failed.error_type.as_deref());
    let rate_limited =
        status == Some(429) || (status == Some(503) && delivery == Delivery::Refused);
    let said = Said {
        transport: transport.as_ref(),
        status,
        explained: status.and_then(|status| failed.explain(status, operation.names_a_contact)),
        unreadable: unreadable.as_ref(),
        unsent,
    };
    let explained = said.kind(operation.conflict, delivery, rate_limited);
    let may_be_another_requests = call.connection.may_redirect()
        && !operation.idempotent
        && status.is_some_and(delivery::may_be_of_a_redirect);
    // That another server has a page for it does not say that Drift did it; nor does a body that says the opposite.
    let objected = unreadable
        .as_ref()
        .is_some_and(|body| body.objection.is_some());
    let delivery = match (explained.kind, delivery) {
        (ErrorKind::NotDrift, Delivery::Done) => Delivery::Unknown,
        (_, Delivery::Done) if objected => Delivery::Unknown,
        (_, Delivery::Refused) if may_be_another_requests => Delivery::Unknown,
        _ => delivery,
    };
    let headers = progress.headers();
    Error::new(Inner {
        detail: explained.sentence,
        status,
        body: status.and(Some(body)),
        success: unreadable.map(|body| success(status, &body)),
        may_be_another_requests,
        must_not_repeat: !operation.idempotent,
        code: failed.code,
        error_type: failed.error_type,
        request_id: headers.and_then(response::request_id),
        retry_after: headers.and_then(|headers| response::retry_after(headers, SystemTime::now())),
        server_message: failed.message,
        next_action: unsent
            .and_then(Unsent::next_action)
            .or(explained.next_action),
        source: transport.map(|error| Arc::new(error) as Arc<dyn StdError + Send + Sync>),
        ..Inner::bare(explained.kind, delivery)
    })
}

/// What a failed attempt says, from the surest sign to the weakest.
struct Said<'a> {
    transport: Option<&'a reqwest::Error>,
    status: Option<u16>,
    /// What shows that another server than Drift responded.
    explained: Option<Explained>,
    /// A success that cannot be read.
    unreadable: Option<&'a Unreadable>,
    unsent: Option<Unsent>,
}

/// The kind of a failure; its sentence and what to do, where it has other ones than its kind.
struct Kind {
    kind: ErrorKind,
    sentence: Option<String>,
    next_action: Option<NextAction>,
}

impl Kind {
    fn new(kind: ErrorKind, sentence: Option<String>) -> Self {
        Self {
            kind,
            sentence,
            next_action: None,
        }
    }
}

impl Said<'_> {
    fn kind(&self, conflict: ErrorKind, delivery: Delivery, rate_limited: bool) -> Kind {
        match (self.transport, self.status, &self.explained) {
            (Some(error), _, _) if error.is_timeout() => Kind::new(ErrorKind::Timeout, None),
            (Some(error), Some(200..=299), _) if is_caused_by::<drift_sdk::TooLong>(error) => {
                Kind::new(ErrorKind::UnreadableResponse, Some(TOO_LONG.to_owned()))
            }
            (Some(_), Some(200..=299), _) => Kind::new(ErrorKind::Interrupted, None),
            (_, _, Some(explained)) => Kind {
                kind: explained.kind,
                sentence: Some(explained.sentence.to_owned()),
                next_action: explained.next_action,
            },
            (_, Some(status), None) => self.kind_of_status(status, conflict, rate_limited),
            (Some(error), None, _) if error.is_redirect() => Kind::new(ErrorKind::Redirected, None),
            (_, None, _) if delivery == Delivery::NotSent => {
                let sentence = self.unsent.map(|unsent| unsent.sentence().to_owned());
                Kind::new(ErrorKind::Connect, sentence)
            }
            (_, None, _) => Kind::new(ErrorKind::Interrupted, None),
        }
    }

    fn kind_of_status(&self, status: u16, conflict: ErrorKind, rate_limited: bool) -> Kind {
        if let Some(objection) = self.unreadable.and_then(|body| body.objection) {
            let (kind, sentence) = explain_objection(objection);
            return Kind::new(kind, Some(sentence));
        }
        let place = self.unreadable.map(|body| unreadable_sentence(&body.place));
        Kind::new(response::kind(status, rate_limited, conflict), place)
    }
}

/// The error where a client of the caller's own has followed a redirect: whatever the other URL responded, it is not known
/// whether the request was executed.
fn redirected(progress: &Progress) -> Error {
    let detail = "the HTTP client followed a redirect to another URL, whose response says nothing of the request; make the client without redirects";
    Error::new(Inner {
        detail: Some(detail.to_owned()),
        status: progress.status().map(|status| status.as_u16()),
        ..Inner::bare(ErrorKind::Redirected, Delivery::Unknown)
    })
}

const NOT_DRIFTS: &str = "the status says that it was done, and the response is not Drift's; it may be that of a proxy, or of a network that asks to sign in first (a captive portal)";
const TOO_LONG: &str = "the response is longer than Drift's ever are: more than 16 MiB";

/// What a success that cannot be read shows: it has no body or says that it will be done (202) and no more, it has what
/// Drift's have, or something else.
fn success(status: Option<u16>, body: &Unreadable) -> Success {
    match body.has_data {
        _ if body.objection.is_some() => Success::Foreign,
        _ if body.is_empty => Success::Empty,
        Some(false) if status == Some(202) => Success::Empty,
        Some(true) => Success::Drifts,
        _ => Success::Foreign,
    }
}

/// Whether the request was never made of its parts, as with a URL that is too long.
fn is_unbuildable(error: &drift_sdk::Error<ErrorResponse>) -> bool {
    match error {
        drift_sdk::Error::InvalidRequest(_) | drift_sdk::Error::Custom(_) => true,
        drift_sdk::Error::CommunicationError(error) => error.is_builder(),
        _ => false,
    }
}

/// The transport's own error, if the failure is one; without its URL, which may hold an email.
///
/// The error of serde is dropped, since it shows values of the body.
fn transport_error(error: drift_sdk::Error<ErrorResponse>) -> Option<reqwest::Error> {
    match error {
        drift_sdk::Error::CommunicationError(error)
        | drift_sdk::Error::ResponseBodyError(error)
        | drift_sdk::Error::InvalidUpgrade(error) => Some(error.without_url()),
        _ => None,
    }
}

/// How far a request got that got no response: what the SDK has watched, and what the transport's error proves.
fn phase(stage: Stage, unsent: Option<Unsent>) -> Phase {
    match (stage, unsent) {
        (_, Some(unsent)) => unsent.phase(),
        (Stage::Reading, None) => Phase::Reading,
        (Stage::Waiting, None) => Phase::Waiting,
        (Stage::Sending, None) => Phase::Sending,
        (Stage::Connecting, None) => Phase::Connect,
    }
}

//! One attempt of a call: the generated client is run, and a failure becomes an [`Error`] that says what is known.

use std::error::Error as StdError;
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use drift_sdk::types::ErrorResponse;
use drift_sdk::{Progress, ResponseValue, Stage, Transport};
use tracing::level_filters::LevelFilter;

use crate::engine::access::{Access, changing};
use crate::engine::call::Call;
use crate::engine::http::failure::{Unsent, is_caused_by};
use crate::engine::observe::Observation;
use crate::engine::response::{self, FailedResponse};
use crate::error::{Error, ErrorKind, Inner, unreadable_sentence};
use crate::model::decoding::{Decode, Unreadable, decode};
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
    call.connection
        .last_response()
        .drop_dead_connections()
        .await;
    let (observation, headers) = Observation::begin(call, number);
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
            match value.denial() {
                None => Ok(value.into_value()),
                Some(member) => Err(denied(progress, member)),
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

/// The error where a status of success comes with a body that says otherwise: nobody knows which of the two is true.
fn denied(progress: &Progress, member: &str) -> Error {
    Error::new(Inner {
        detail: Some(format!(
            "the status says that it was done, and `{member}` in the response that it was not"
        )),
        status: progress.status().map(|status| status.as_u16()),
        request_id: progress.headers().and_then(response::request_id),
        ..Inner::bare(ErrorKind::UnreadableResponse, Delivery::Unknown)
    })
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
    let (kind, detail) = said.kind(operation.conflict, delivery, rate_limited);
    // That another server has a page for it does not say that Drift did it; nor does a body that says the opposite.
    let denied = unreadable.as_ref().is_some_and(|body| body.denies);
    let delivery = match (kind, delivery) {
        (ErrorKind::NotDrift, Delivery::Done) => Delivery::Unknown,
        (_, Delivery::Done) if denied => Delivery::Unknown,
        _ => delivery,
    };
    let headers = progress.headers();
    Error::new(Inner {
        detail,
        status,
        body: status.and(Some(body)),
        has_no_contact: unreadable.is_some_and(|body| has_no_contact(status, &body)),
        must_not_repeat: !operation.idempotent,
        code: failed.code,
        error_type: failed.error_type,
        request_id: headers.and_then(response::request_id),
        retry_after: headers.and_then(|headers| response::retry_after(headers, SystemTime::now())),
        server_message: failed.message,
        next_action: unsent.and_then(Unsent::next_action),
        source: transport.map(|error| Arc::new(error) as Arc<dyn StdError + Send + Sync>),
        ..Inner::bare(kind, delivery)
    })
}

/// What a failed attempt says, from the surest sign to the weakest.
struct Said<'a> {
    transport: Option<&'a reqwest::Error>,
    status: Option<u16>,
    /// What shows that another server than Drift responded.
    explained: Option<(ErrorKind, &'static str)>,
    /// A success that cannot be read.
    unreadable: Option<&'a Unreadable>,
    unsent: Option<Unsent>,
}

impl Said<'_> {
    /// The kind of the failure, and its sentence where it has one of its own.
    fn kind(
        &self,
        conflict: ErrorKind,
        delivery: Delivery,
        rate_limited: bool,
    ) -> (ErrorKind, Option<String>) {
        match (self.transport, self.status, self.explained) {
            (Some(error), _, _) if error.is_timeout() => (ErrorKind::Timeout, None),
            (Some(error), Some(200..=299), _) if is_caused_by::<drift_sdk::TooLong>(error) => {
                (ErrorKind::UnreadableResponse, Some(TOO_LONG.to_owned()))
            }
            (Some(_), Some(200..=299), _) => (ErrorKind::Interrupted, None),
            (_, _, Some((kind, sentence))) => (kind, Some(sentence.to_owned())),
            (_, Some(status), None) => {
                let place = self.unreadable.map(|body| unreadable_sentence(&body.place));
                (response::kind(status, rate_limited, conflict), place)
            }
            (Some(error), None, _) if error.is_redirect() => (ErrorKind::Redirected, None),
            (_, None, _) if delivery == Delivery::NotSent => {
                let sentence = self.unsent.map(|unsent| unsent.sentence().to_owned());
                (ErrorKind::Connect, sentence)
            }
            (_, None, _) => (ErrorKind::Interrupted, None),
        }
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

const TOO_LONG: &str = "the response is longer than Drift's ever are: more than 16 MiB";

/// Whether a success has no body, or says that it will be done (202) and no more.
fn has_no_contact(status: Option<u16>, body: &Unreadable) -> bool {
    body.is_empty || (body.has_no_data && status == Some(202))
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

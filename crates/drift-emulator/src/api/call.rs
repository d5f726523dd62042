//! What every handler needs first: the caller, whether its token may do this, what query and body contain.
//!
//! Extractors run in the order of a handler's arguments: [`Call`], then [`ContactId`], then [`JsonBody`].

use std::marker::PhantomData;
use std::sync::Arc;

use axum::extract::{FromRequest, FromRequestParts, Request};
use bytes::Bytes;
use http::request::Parts;

use crate::app::App;
use crate::http::request::{json_body, path_id, query};
use crate::rules::auth::Scope;
use crate::rules::error::ApiError;

/// An operation, by what it demands of a request.
pub(super) trait Operation {
    /// The scope that the token needs; none if any known token will do.
    const SCOPE: Option<Scope>;
    /// The query parameters that the operation knows; any other is refused.
    const PARAMETERS: &'static [&'static str] = &[];
}

/// A request that may be carried out: its token is known, has requests left and has the operation's scope, and its
/// query holds known parameters only.
pub(super) struct Call<O> {
    pub(super) organization: i64,
    /// The query parameters in their order.
    pub(super) parameters: Vec<(String, String)>,
    operation: PhantomData<O>,
}

impl<O: Operation> FromRequestParts<Arc<App>> for Call<O> {
    type Rejection = ApiError;

    async fn from_request_parts(head: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        let caller = app.caller(&head.headers)?;
        let limit = app.settings.rate_limit.as_ref();
        app.limiter.take(limit, caller.token, app.clock.now())?;
        if let Some(scope) = O::SCOPE {
            caller.require(scope, &app.settings)?;
        }
        Ok(Call {
            organization: caller.organization,
            parameters: query(&head.uri, O::PARAMETERS)?,
            operation: PhantomData,
        })
    }
}

/// The contact's id at the end of the path.
pub(super) struct ContactId(pub(super) i64);

impl FromRequestParts<Arc<App>> for ContactId {
    type Rejection = ApiError;

    async fn from_request_parts(head: &mut Parts, _: &Arc<App>) -> Result<Self, ApiError> {
        path_id(&head.uri).map(ContactId)
    }
}

/// A body that is declared as JSON and within the size limit.
pub(super) struct JsonBody(pub(super) Bytes);

impl FromRequest<Arc<App>> for JsonBody {
    type Rejection = ApiError;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, ApiError> {
        let (head, body) = request.into_parts();
        json_body(&head.headers, body, &app.settings)
            .await
            .map(JsonBody)
    }
}

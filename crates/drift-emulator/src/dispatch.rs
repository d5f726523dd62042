//! The way of one request: faults, the guard against web pages, the routes, and the envelope of an error.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::{HeaderName, HeaderValue, Request};
use hyper::body::Incoming;
use tokio::sync::watch;
use tower_service::Service;

use crate::app::App;
use crate::fault::{Due, Stage};
use crate::http::connection::Breaker;
use crate::http::response::write_envelope;
use crate::rules::error::ApiError;
use crate::{api, control, pages};

static REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Responds to the requests of all connections.
pub(crate) struct Dispatch {
    app: Arc<App>,
    router: Router,
    /// Numbers the responses.
    responses: AtomicU64,
    stopping: watch::Receiver<bool>,
}

impl Dispatch {
    pub(crate) fn new(app: Arc<App>, stopping: watch::Receiver<bool>) -> Self {
        let router = api::router()
            .merge(control::router(&app))
            .merge(pages::router())
            .with_state(Arc::clone(&app));
        Dispatch {
            app,
            router,
            responses: AtomicU64::new(1),
            stopping,
        }
    }

    pub(crate) async fn respond(&self, request: Request<Incoming>, breaker: Breaker) -> Response {
        let is_api = is_api(request.uri().path());
        if is_api && breaker.is_first_request() && self.app.faults.at_connection() {
            return self.stage(breaker).refuse().await;
        }
        if let Err(refusal) = self.app.guard.check(&request) {
            return self.with_id(self.with_envelope(refusal.into_response()));
        }
        let due = is_api.then(|| self.due_fault(&request)).flatten();
        let is_twice = due.as_ref().is_some_and(Due::is_twice);
        let execution = async {
            let response = if is_twice {
                Box::pin(self.route_twice(request)).await
            } else {
                self.route(request.map(Body::new)).await
            };
            self.with_envelope(response)
        };
        let response = match due {
            None => execution.await,
            // Boxed, so that the many requests without a fault do not carry its future's size.
            Some(due) => {
                self.with_envelope(Box::pin(self.stage(breaker).play(due, execution)).await)
            }
        };
        self.with_id(response)
    }

    fn due_fault(&self, request: &Request<Incoming>) -> Option<Due> {
        let (method, path) = (request.method().as_str(), request.uri().path());
        self.app
            .faults
            .at_request(method, path, self.app.clock.now())
    }

    fn stage(&self, breaker: Breaker) -> Stage {
        Stage {
            breaker,
            stopping: self.stopping.clone(),
            now: self.app.clock.now(),
        }
    }

    /// Executes a request twice, one after the other, and returns the response to the second.
    async fn route_twice(&self, request: Request<Incoming>) -> Response {
        let (head, body) = request.into_parts();
        let settings = &self.app.settings;
        let Ok(body) = axum::body::to_bytes(Body::new(body), settings.body_limit).await else {
            let status = settings.body_too_large_status;
            return ApiError::refused(status, "The request is too large").into_response();
        };
        let copy = || Request::from_parts(head.clone(), Body::from(body.clone()));
        drop(self.route(copy()).await);
        self.route(copy()).await
    }

    async fn route(&self, request: Request<Body>) -> Response {
        let limit = Duration::from_millis(self.app.settings.request_timeout_ms);
        let routed = self.router.clone().call(request);
        match tokio::time::timeout(limit, routed).await {
            Ok(Ok(response)) => response,
            Err(_elapsed) => ApiError::refused(408, "The request took too long").into_response(),
        }
    }

    fn with_envelope(&self, response: Response) -> Response {
        write_envelope(response, self.app.settings.code_place)
    }

    /// Gives the response an id, for reports.
    fn with_id(&self, mut response: Response) -> Response {
        let number = self.responses.fetch_add(1, Ordering::Relaxed);
        if let Ok(id) = HeaderValue::from_str(&format!("emulated-{number:08x}")) {
            response.headers_mut().insert(&REQUEST_ID, id);
        }
        response
    }
}

/// Whether a request is one of the API, which faults are for.
fn is_api(path: &str) -> bool {
    !control::is_control(path) && !pages::is_page(path)
}

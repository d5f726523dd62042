//! What every request of one emulator shares.

use axum::body::Body;
use axum::response::Response;
use http::HeaderMap;

use crate::auth::{Caller, Scope, Tokens};
use crate::clock::SharedClock;
use crate::contact::Contact;
use crate::definitions::KnownNames;
use crate::error::ApiError;
use crate::fault::Faults;
use crate::guard::Guard;
use crate::lag::Lag;
use crate::rate::Limiter;
use crate::request::json_response;
use crate::settings::{Acknowledgement, Settings};
use crate::store::{Store, StoreError};

/// The parts of a running emulator.
pub(crate) struct App {
    pub(crate) settings: Settings,
    pub(crate) tokens: Tokens,
    pub(crate) clock: SharedClock,
    pub(crate) store: Store,
    pub(crate) guard: Guard,
    pub(crate) known_names: KnownNames,
    pub(crate) lag: Lag,
    pub(crate) limiter: Limiter,
    pub(crate) faults: Faults,
    /// When the emulator started, in milliseconds since 1970.
    pub(crate) started_at: i64,
}

impl App {
    /// The caller, if its token is known and has calls left.
    pub(crate) fn caller(&self, headers: &HeaderMap) -> Result<Caller<'_>, ApiError> {
        let caller = self.tokens.caller(headers, &self.settings)?;
        self.limiter.take(
            self.settings.rate_limit.as_ref(),
            caller.token,
            self.clock.now(),
        )?;
        Ok(caller)
    }

    /// The caller's organization, if its token may do this.
    pub(crate) fn allow(&self, headers: &HeaderMap, scope: Scope) -> Result<i64, ApiError> {
        let caller = self.caller(headers)?;
        caller.demand(scope, &self.settings)?;
        Ok(caller.organization)
    }

    /// The answer of an operation that has nothing to tell.
    pub(crate) fn acknowledge(&self) -> Response {
        match self.settings.acknowledgement {
            Acknowledgement::Object => json_response("{\"result\":\"OK\",\"ok\":true}".to_owned()),
            Acknowledgement::Empty => Response::new(Body::empty()),
        }
    }

    /// One contact under `data`.
    pub(crate) fn one(&self, contact: &Contact) -> String {
        let mut out = String::with_capacity(contact.members.len() + 320);
        out.push_str("{\"data\":");
        contact.write_json(&mut out, self.settings.unset_external_id);
        out.push('}');
        out
    }

    /// Contacts under `data`.
    pub(crate) fn list(&self, contacts: &[Contact]) -> String {
        let mut out = String::from("{\"data\":[");
        for (place, contact) in contacts.iter().enumerate() {
            if place > 0 {
                out.push(',');
            }
            contact.write_json(&mut out, self.settings.unset_external_id);
        }
        out.push_str("]}");
        out
    }
}

impl From<StoreError> for ApiError {
    fn from(_: StoreError) -> Self {
        ApiError::internal()
    }
}

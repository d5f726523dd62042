//! What every request of one emulator shares.

use http::HeaderMap;

use crate::auth::{Caller, Scope, Tokens};
use crate::clock::SharedClock;
use crate::contact::Contact;
use crate::error::ApiError;
use crate::guard::Guard;
use crate::settings::Settings;
use crate::store::{Store, StoreError};

/// The parts of a running emulator.
pub(crate) struct App {
    pub(crate) settings: Settings,
    pub(crate) tokens: Tokens,
    pub(crate) clock: SharedClock,
    pub(crate) store: Store,
    pub(crate) guard: Guard,
}

impl App {
    /// The caller's organization, if its token may do this.
    pub(crate) fn allow(&self, headers: &HeaderMap, scope: Scope) -> Result<i64, ApiError> {
        let caller: Caller<'_> = self.tokens.caller(headers, &self.settings)?;
        caller.demand(scope, &self.settings)?;
        Ok(caller.organization)
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

//! An event to post on the timeline of a contact.

use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

use drift_sdk::types;

use crate::error::Error;
use crate::model::contact_id::ContactId;

/// An event to post. `Debug` hides it.
#[derive(Clone, PartialEq)]
pub struct TimelineEvent(types::TimelineEventRequest);

impl TimelineEvent {
    /// An event of the contact with this id.
    pub fn of(contact: impl Into<ContactId>, event: impl Into<String>) -> Self {
        Self::new(Some(contact.into().get()), None, event.into())
    }

    /// An event of the contact with one of your own ids.
    pub fn of_external_id(id: impl AsRef<str>, event: impl Into<String>) -> Self {
        Self::new(None, Some(id.as_ref().to_owned()), event.into())
    }

    fn new(contact_id: Option<i64>, external_id: Option<String>, event: String) -> Self {
        Self(types::TimelineEventRequest {
            contact_id,
            external_id,
            event,
            created_at: None,
            extra: Default::default(),
        })
    }

    /// When it happened; the time of the call unless set.
    #[must_use]
    pub fn at(mut self, time: SystemTime) -> Self {
        let millis = time
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default()
            .as_millis();
        self.0.created_at = i64::try_from(millis).ok();
        self
    }

    /// The same, in milliseconds since 1970-01-01 UTC.
    pub(crate) fn at_millis(mut self, millis: i64) -> Self {
        self.0.created_at = Some(millis);
        self
    }

    /// Checks it before it is sent.
    pub(crate) fn check(&self) -> Result<(), Error> {
        if self.0.event.trim().is_empty() {
            return Err(Error::input("the event has no text"));
        }
        Ok(())
    }

    /// What is sent.
    pub(crate) fn body(&self) -> &types::TimelineEventRequest {
        &self.0
    }
}

impl fmt::Debug for TimelineEvent {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("TimelineEvent(..)")
    }
}

//! What Drift's public pages leave open: one named setting each, with the best-supported default.

use serde::{Deserialize, Serialize};

pub use crate::contact::UnsetExternalId;

/// Every behaviour of Drift that is not documented, as a choice.
///
/// Read from JSON with any subset of the fields; an unknown field is an error. All waits are in
/// milliseconds, all sizes in bytes.
///
/// | Setting | Default | Question that it answers |
/// | --- | --- | --- |
/// | `code_place` | `type` | where `CONTACT-n` stands in an error: `type`, `code` or `message` |
/// | `duplicate_email_status` | 409 | status of a create whose email is taken |
/// | `duplicate_external_id_status` | 409 | status of a create whose external id is taken |
/// | `bad_token_status` | 401 | status for a token that is missing or not known |
/// | `missing_scope_status` | 403 | status for a token that lacks the scope |
/// | `content_type_status` | 400 | status for a body that is not declared as JSON |
/// | `body_too_large_status` | 413 | status for a body beyond `body_limit` |
/// | `unset_external_id` | `null` | a contact without external id shows `externalId` as `null`, or not (`absent`) |
/// | `email_case_sensitive` | false | whether `Ada@` and `ada@` are two emails |
/// | `email_trim` | false | whether spaces around an email are ignored |
/// | `email_syntax` | `any` | check nothing (`any`), or refuse an email without text on both sides of one `@` (`plausible`) |
/// | `external_id_number` | `refuse` | an external id that is a bare number: `refuse`, or `keep` it as one |
/// | `reserved_keys` | `ignore` | a caller writes `_END_USER_VERSION`, `start_date`, …: `ignore` or `refuse` |
/// | `null_on_create` | `refuse` | an attribute is null on create: `refuse` or `ignore` |
/// | `null_on_update` | `null` | an attribute is null on update: it becomes `null`, or `remove`, `ignore`, `refuse` |
/// | `unknown_members` | `ignore` | members of a body beside the known ones: `ignore` or `refuse` |
/// | `update_collisions` | `refuse` | an update takes another contact's email or external id: `refuse` or `allow` |
/// | `update_shows_version` | `before` | the answer of an update shows the counter of `before` or `after` it |
/// | `deleted_readable` | false | a deleted contact can still be read by id |
/// | `deleted_frees_identity` | true | email and external id of a deleted contact can be used again |
/// | `delete_status` | 202 | status of a delete |
/// | `acknowledgement` | `object` | body of delete and unsubscribe: `{"result":"OK","ok":true}` (`object`) or nothing (`empty`) |
/// | `find_limit_default` | 100 | contacts in a list when no `limit` is given |
/// | `find_limit_max` | 100 | a larger `limit` is refused |
/// | `find_ids_max` | 100 | external ids in one look-up; more are refused |
/// | `find_both` | `and` | a look-up by email and external id at once: contacts that match both (`and`), or `refuse` |
/// | `lookup_lag` | none | look-ups do not yet see what was created within `{"ms": n}` or before `{"calls": n}` further look-ups |
/// | `timeline_event_case` | `lower` | the event's text comes back in lower case (`lower`) or as sent (`kept`) |
/// | `admin_email` | `admin@example.test` | who gets the data of a GDPR retrieval |
/// | `rate_limit` | none | `{"requests": n, "window_ms": n, "retry_after": true}` per token |
/// | `body_limit` | 1048576 | largest body |
/// | `attributes_max` | 1000 | attributes in one request |
/// | `request_timeout_ms` | 30000 | time for one request, body included |
/// | `header_timeout_ms` | 30000 | time for the head of a request, and idle time of a connection |
/// | `connections_max` | 1024 | open connections; further ones wait |
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
#[allow(
    missing_docs,
    reason = "one table above, so that the choices can be read together"
)]
pub struct Settings {
    pub code_place: CodePlace,
    pub duplicate_email_status: u16,
    pub duplicate_external_id_status: u16,
    pub bad_token_status: u16,
    pub missing_scope_status: u16,
    pub content_type_status: u16,
    pub body_too_large_status: u16,
    pub unset_external_id: UnsetExternalId,
    pub email_case_sensitive: bool,
    pub email_trim: bool,
    pub email_syntax: EmailSyntax,
    pub external_id_number: NumberedId,
    pub reserved_keys: Unwanted,
    pub null_on_create: Unwanted,
    pub null_on_update: NullOnUpdate,
    pub unknown_members: Unwanted,
    pub update_collisions: Collisions,
    pub update_shows_version: ShownVersion,
    pub deleted_readable: bool,
    pub deleted_frees_identity: bool,
    pub delete_status: u16,
    pub acknowledgement: Acknowledgement,
    pub find_limit_default: u32,
    pub find_limit_max: u32,
    pub find_ids_max: usize,
    pub find_both: FindBoth,
    pub lookup_lag: Option<LookupLag>,
    pub timeline_event_case: EventCase,
    pub admin_email: String,
    pub rate_limit: Option<RateLimit>,
    pub body_limit: usize,
    pub attributes_max: usize,
    pub request_timeout_ms: u64,
    pub header_timeout_ms: u64,
    pub connections_max: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            code_place: CodePlace::Type,
            duplicate_email_status: 409,
            duplicate_external_id_status: 409,
            bad_token_status: 401,
            missing_scope_status: 403,
            content_type_status: 400,
            body_too_large_status: 413,
            unset_external_id: UnsetExternalId::Null,
            email_case_sensitive: false,
            email_trim: false,
            email_syntax: EmailSyntax::Any,
            external_id_number: NumberedId::Refuse,
            reserved_keys: Unwanted::Ignore,
            null_on_create: Unwanted::Refuse,
            null_on_update: NullOnUpdate::Null,
            unknown_members: Unwanted::Ignore,
            update_collisions: Collisions::Refuse,
            update_shows_version: ShownVersion::Before,
            deleted_readable: false,
            deleted_frees_identity: true,
            delete_status: 202,
            acknowledgement: Acknowledgement::Object,
            find_limit_default: 100,
            find_limit_max: 100,
            find_ids_max: 100,
            find_both: FindBoth::And,
            lookup_lag: None,
            timeline_event_case: EventCase::Lower,
            admin_email: "admin@example.test".to_owned(),
            rate_limit: None,
            body_limit: 1_048_576,
            attributes_max: 1000,
            request_timeout_ms: 30_000,
            header_timeout_ms: 30_000,
            connections_max: 1024,
        }
    }
}

macro_rules! choice {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$variant_doc])* $variant),+ }
    };
}

choice!(
    /// Where an error carries its `CONTACT-n` code.
    CodePlace {
        /// `{"error":{"type":"CONTACT-6","message":"…"}}`
        Type,
        /// A member `code` beside a `type` of the general list.
        Code,
        /// In front of the message, beside a `type` of the general list.
        Message,
    }
);

choice!(
    /// How closely an email is looked at.
    EmailSyntax {
        /// Text on both sides of one `@`, without spaces or control characters, 254 bytes at most.
        Plausible,
        /// Any text that is not empty.
        Any,
    }
);

choice!(
    /// An external id that is a bare number, as in Drift's older samples.
    NumberedId {
        /// The request is refused, 400.
        Refuse,
        /// It is taken, compared as text, and shown as a number.
        Keep,
    }
);

choice!(
    /// What happens to a part of a request that has no place there.
    Unwanted {
        /// It is dropped.
        Ignore,
        /// The request is refused, 400.
        Refuse,
    }
);

choice!(
    /// What null means in an update.
    NullOnUpdate {
        /// The attribute stays, with the value null.
        Null,
        /// The attribute is removed.
        Remove,
        /// The attribute keeps its value.
        Ignore,
        /// The request is refused, 400.
        Refuse,
    }
);

choice!(
    /// Whether an update may take an email or external id that another contact has.
    Collisions {
        /// It is refused as a create would be, 409.
        Refuse,
        /// It is let through.
        Allow,
    }
);

choice!(
    /// Which version counter the answer of an update shows.
    ShownVersion {
        /// The one before the update, as in the only printed answer.
        Before,
        /// The one after it.
        After,
    }
);

choice!(
    /// The body of an answer that has nothing to say.
    Acknowledgement {
        /// `{"result":"OK","ok":true}`
        Object,
        /// No body.
        Empty,
    }
);

choice!(
    /// A look-up that names an email and an external id.
    FindBoth {
        /// Contacts that match both.
        And,
        /// The request is refused, 400.
        Refuse,
    }
);

choice!(
    /// The case of a timeline event's text in the answer.
    EventCase {
        /// Lower case.
        Lower,
        /// As sent.
        Kept,
    }
);

/// How far look-ups by email and external id stay behind creates. Reading by id never lags.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LookupLag {
    /// A contact is found this many milliseconds after its `createdAt`, by the emulator's clock.
    Ms(i64),
    /// A contact is left out of the first so many look-ups that would have found it.
    Calls(u32),
}

/// A limit on requests per token, in windows that follow one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct RateLimit {
    /// Requests in a window; further ones get 429.
    pub requests: u32,
    /// Length of a window.
    pub window_ms: i64,
    /// Whether a 429 says in `Retry-After` (whole seconds) when the window ends. Default true.
    #[serde(default = "yes")]
    pub retry_after: bool,
}

fn yes() -> bool {
    true
}

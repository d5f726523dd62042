//! What Drift's documentation leaves open: one named setting each, with the best-supported default.

use serde::{Deserialize, Serialize};

#[doc = include_str!("../../docs/settings.md")]
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
#[allow(
    missing_docs,
    reason = "one table, so that the choices can be read together"
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
    pub normalize_id: NormalizeId,
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
    pub token_lifetime_ms: i64,
    pub token_expiry: TokenExpiry,
    pub refresh_tokens: RefreshTokens,
    pub token_requests: TokenRequests,
    pub token_errors: TokenErrors,
    pub callback_query: CallbackQuery,
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
            unset_external_id: UnsetExternalId::Absent,
            email_case_sensitive: false,
            email_trim: false,
            email_syntax: EmailSyntax::Any,
            external_id_number: NumberedId::Refuse,
            reserved_keys: Unwanted::Ignore,
            null_on_create: Unwanted::Refuse,
            null_on_update: NullOnUpdate::Null,
            unknown_members: Unwanted::Ignore,
            normalize_id: NormalizeId::Query,
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
            token_lifetime_ms: 7_200_000,
            token_expiry: TokenExpiry::Seconds,
            refresh_tokens: RefreshTokens::Rotate,
            token_requests: TokenRequests::Form,
            token_errors: TokenErrors::Envelope,
            callback_query: CallbackQuery::Ampersand,
            rate_limit: None,
            body_limit: 1_048_576,
            attributes_max: 1000,
            request_timeout_ms: 30_000,
            header_timeout_ms: 30_000,
            connections_max: 1024,
        }
    }
}

impl Settings {
    /// Why these settings cannot be used, if so.
    pub(crate) fn flaw(&self) -> Option<&'static str> {
        let refusals = [
            self.duplicate_email_status,
            self.duplicate_external_id_status,
            self.bad_token_status,
            self.missing_scope_status,
            self.content_type_status,
            self.body_too_large_status,
        ];
        let windows = self.rate_limit.map_or(1, |limit| limit.window_ms);
        let flaws = [
            (
                refusals.iter().all(|status| (400..600).contains(status)),
                "the status of a refusal is not from 400 to 599",
            ),
            (
                (200..300).contains(&self.delete_status),
                "delete_status is not from 200 to 299",
            ),
            (
                (1..=self.find_limit_max).contains(&self.find_limit_default),
                "find_limit_default is not from 1 to find_limit_max",
            ),
            (self.find_ids_max > 0, "find_ids_max is not from 1"),
            (
                self.token_lifetime_ms > 0,
                "token_lifetime_ms is not from 1",
            ),
            (self.body_limit > 0, "body_limit is not from 1"),
            (self.attributes_max > 0, "attributes_max is not from 1"),
            (
                self.request_timeout_ms > 0 && self.header_timeout_ms > 0,
                "a timeout is not from 1",
            ),
            (self.connections_max > 0, "connections_max is not from 1"),
            (windows > 0, "window_ms is not from 1"),
        ];
        flaws
            .into_iter()
            .find_map(|(holds, flaw)| (!holds).then_some(flaw))
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
        /// A member `code` besides a `type` of the general list.
        Code,
        /// In front of the message, besides a `type` of the general list.
        Message,
    }
);

choice!(
    /// How a contact without external id is shown.
    UnsetExternalId {
        /// `externalId` and its twin `external_id` are omitted and `tags` is empty, as in the recorded responses.
        Absent,
        /// Both keys are null, as the text of Drift's page says.
        Null,
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
        /// It is accepted, compared as text, and shown as a number.
        Keep,
    }
);

choice!(
    /// What happens to a part of a request that does not belong there.
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
    /// Where `PATCH /contacts/normalize` finds `idType` and `id`.
    NormalizeId {
        /// In the query, as in Drift's Postman collection.
        Query,
        /// In the query, or else in the body beside `attributes`, as one client sends them.
        QueryOrBody,
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
    /// Which version counter the response of an update shows.
    ShownVersion {
        /// The one before the update, as in the only printed response.
        Before,
        /// The one after it.
        After,
    }
);

choice!(
    /// The body of a response that returns nothing.
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
    /// The case of a timeline event's text in the response.
    EventCase {
        /// Lower case.
        Lower,
        /// As sent.
        Kept,
    }
);

choice!(
    /// The lifetime of an access token, as the response that grants it says.
    TokenExpiry {
        /// In seconds, as RFC 6749 has it.
        Seconds,
        /// In milliseconds, as Drift's page on token information has it.
        Milliseconds,
        /// It does not say.
        Absent,
    }
);

choice!(
    /// What becomes of a refresh token that is used.
    RefreshTokens {
        /// Another one takes its place at once.
        Rotate,
        /// Another one takes its place; it stays good until that one is used.
        Overlap,
        /// It stays as it is.
        Stay,
    }
);

choice!(
    /// The body in which tokens are asked for.
    TokenRequests {
        /// A form, as Drift's page says.
        Form,
        /// A form, or JSON with names in camel case, as Drift's older sample sends it.
        FormOrJson,
        /// JSON alone.
        Json,
    }
);

choice!(
    /// The form in which tokens are refused.
    TokenErrors {
        /// Drift's envelope.
        Envelope,
        /// `{"error":"invalid_grant","error_description":"…"}`, as RFC 6749 has it.
        Rfc6749,
    }
);

choice!(
    /// How `state` is joined to the code in the address that a browser is sent back to.
    CallbackQuery {
        /// `?code=…&state=…`
        Ampersand,
        /// `?code=…?state=…`, as Drift's page prints it.
        QuestionMark,
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

#[cfg(test)]
mod tests {
    use serde_json::{Map, Value};

    use super::Settings;

    /// The names and defaults of the table, the latter as JSON.
    fn documented() -> Map<String, Value> {
        let rows = include_str!("../../docs/settings.md").lines();
        let cells = rows.filter_map(|row| row.strip_prefix("| `")?.split_once("` | "));
        let default = |rest: &str| match rest.split(" | ").next().unwrap().trim_matches('`') {
            "none" => Value::Null,
            "null" => Value::from("null"),
            text => serde_json::from_str(text).unwrap_or_else(|_| Value::from(text)),
        };
        cells
            .map(|(name, rest)| (name.to_owned(), default(rest)))
            .collect()
    }

    #[test]
    fn the_table_names_every_setting_with_its_default() {
        let settings = serde_json::to_value(Settings::default()).unwrap();
        assert_eq!(Value::from(documented()), settings);
    }

    #[test]
    fn settings_that_cannot_be_used_are_found() {
        assert_eq!(Settings::default().flaw(), None);
        for (json, flaw) in [
            (r#"{"bad_token_status": 200}"#, "refusal"),
            (r#"{"duplicate_email_status": 1000}"#, "refusal"),
            (r#"{"delete_status": 99}"#, "delete_status"),
            (r#"{"find_limit_default": 0}"#, "find_limit_default"),
            (r#"{"find_limit_max": 50}"#, "find_limit_default"),
            (r#"{"find_ids_max": 0}"#, "find_ids_max"),
            (r#"{"token_lifetime_ms": 0}"#, "token_lifetime_ms"),
            (r#"{"body_limit": 0}"#, "body_limit"),
            (r#"{"attributes_max": 0}"#, "attributes_max"),
            (r#"{"request_timeout_ms": 0}"#, "timeout"),
            (r#"{"header_timeout_ms": 0}"#, "timeout"),
            (r#"{"connections_max": 0}"#, "connections_max"),
            (
                r#"{"rate_limit": {"requests": 1, "window_ms": 0}}"#,
                "window_ms",
            ),
        ] {
            let settings: Settings = serde_json::from_str(json).unwrap();
            let found = settings.flaw().unwrap_or_default();
            assert!(found.contains(flaw), "{json}: {found}");
        }
    }
}

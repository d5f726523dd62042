//! A fault as data, and the decision whether it happens to a request: pure, so that a run can be reproduced.

use std::collections::BTreeMap;

use http::{HeaderName, HeaderValue, StatusCode};
use serde::{Deserialize, Serialize};

/// A fault: which requests it is for, and what it does to them.
///
/// A fault counts the requests that match its method and path, from 1. Of these, `nth` selects one, `every` each
/// nth, and `share` a part that depends on `seed` and the count alone: two runs with the same requests fault the
/// same ones. Without any of the three every request is selected. `times` ends the fault after so many. Of
/// several faults that are due the first one happens.
///
/// ```
/// use drift_emulator::{Effect, Fault};
///
/// let lost_responses = Fault::new(Effect::Disconnect { reset: false, commit: true })
///     .method("POST")
///     .path("/contacts")
///     .share(0.2, 7);
/// let json = r#"{"method": "POST", "path": "/contacts", "share": 0.2, "seed": 7,
///                "do": {"disconnect": {"commit": true}}}"#;
/// assert_eq!(serde_json::from_str::<Fault>(json).unwrap(), lost_responses);
/// ```
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
#[must_use]
pub struct Fault {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    method: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    nth: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    every: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    share: Option<f64>,
    #[serde(default)]
    seed: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    times: Option<u64>,
    #[serde(rename = "do")]
    effect: Effect,
}

/// What a fault does.
///
/// `commit` says whether the request is executed and committed first (true), or never seen by the API
/// (false, the default in JSON).
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Effect {
    /// A connection is reset when its first request has begun to arrive, before any response. Counts connections,
    /// so method and path do not apply; one that is used for the control endpoint or the pages alone is not counted.
    Refuse,
    /// The connection ends without a response.
    Disconnect {
        /// With a reset, or (false) closed in order.
        #[serde(default)]
        reset: bool,
        /// After the commit, or before the request's body is read.
        #[serde(default)]
        commit: bool,
    },
    /// The request is executed twice, as by a network that delivers it twice; the response to the second arrives.
    Twice,
    /// The request is executed; the response's head announces its whole body, then half of it arrives, then the end.
    HalfBody,
    /// The response is delayed.
    Stall {
        /// For so many milliseconds; for ever if none.
        #[serde(default)]
        ms: Option<u64>,
        /// After the commit, or before the request is executed.
        #[serde(default)]
        commit: bool,
    },
    /// Another response than the API's.
    Status {
        /// The status, from 200 to 599.
        status: u16,
        /// Headers besides those of the protocol.
        #[serde(default)]
        headers: BTreeMap<String, String>,
        /// The body; a matching envelope of Drift's if none, and if the status is an error.
        #[serde(default)]
        body: Option<String>,
        /// After the commit, or instead of executing the request.
        #[serde(default)]
        commit: bool,
    },
    /// Status 200, `application/json`, and a body that is neither JSON nor text.
    Garbage {
        /// After the commit, or instead of executing the request.
        #[serde(default)]
        commit: bool,
    },
    /// The API's own response under another content type.
    ContentType {
        /// The content type.
        value: String,
    },
    /// Status 200 and JSON that never ends.
    Endless {
        /// So many bytes; without end if none.
        #[serde(default)]
        bytes: Option<u64>,
        /// After the commit, or instead of executing the request.
        #[serde(default)]
        commit: bool,
    },
    /// A redirect.
    Redirect {
        /// Where to.
        location: String,
        /// 301, 302, 303, 307 or 308; 307 unless given.
        #[serde(default = "temporary_redirect")]
        status: u16,
    },
    /// 429 for requests beyond so many in a window, by the emulator's clock.
    RateLimit {
        /// Requests in a window that get through.
        requests: u32,
        /// Length of a window, in milliseconds.
        window_ms: i64,
        /// How `Retry-After` is given.
        #[serde(default)]
        retry_after: RetryAfter,
    },
}

/// The form of a `Retry-After` header.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RetryAfter {
    /// Whole seconds.
    #[default]
    Seconds,
    /// An HTTP date.
    Date,
    /// Not at all.
    Absent,
}

fn temporary_redirect() -> u16 {
    307
}

impl Fault {
    /// This effect, on every request.
    pub fn new(effect: Effect) -> Self {
        Fault {
            method: None,
            path: None,
            nth: None,
            every: None,
            share: None,
            seed: 0,
            times: None,
            effect,
        }
    }

    /// Only requests with this method.
    pub fn method(mut self, method: impl Into<String>) -> Self {
        self.method = Some(method.into());
        self
    }

    /// Only requests to this path. A segment `*` or `{name}` stands for any one segment, a last `**` for any rest.
    pub fn path(mut self, pattern: impl Into<String>) -> Self {
        self.path = Some(pattern.into());
        self
    }

    /// Only the nth request, from 1.
    pub fn nth(mut self, nth: u64) -> Self {
        self.nth = Some(nth);
        self
    }

    /// Each nth request.
    pub fn every(mut self, every: u64) -> Self {
        self.every = Some(every);
        self
    }

    /// This share of the requests, from 0 to 1, chosen by the seed.
    pub fn share(mut self, share: f64, seed: u64) -> Self {
        self.share = Some(share);
        self.seed = seed;
        self
    }

    /// At most so many times.
    pub fn times(mut self, times: u64) -> Self {
        self.times = Some(times);
        self
    }

    pub(super) fn effect(&self) -> &Effect {
        &self.effect
    }

    pub(super) fn limit(&self) -> Option<u64> {
        self.times
    }

    /// Whether the fault is for such a request.
    pub(super) fn is_for(&self, method: &str, path: &str) -> bool {
        self.method
            .as_deref()
            .is_none_or(|own| own.eq_ignore_ascii_case(method))
            && self
                .path
                .as_deref()
                .is_none_or(|own| path_matches(own, path))
    }

    /// Whether the fault is due at its `count`-th request.
    pub(super) fn is_due(&self, count: u64) -> bool {
        self.nth.is_none_or(|nth| nth == count)
            && self
                .every
                .is_none_or(|every| every > 0 && count.is_multiple_of(every))
            && self
                .share
                .is_none_or(|share| sample(self.seed, count) < share)
    }

    /// Why the fault could never happen, if so.
    pub(super) fn flaw(&self) -> Option<&'static str> {
        let elsewhere = self.method.is_some() || self.path.is_some();
        match &self.effect {
            _ if self.nth == Some(0) => Some("nth counts from 1"),
            _ if self.every == Some(0) => Some("every counts from 1"),
            _ if self
                .share
                .is_some_and(|share| !(0.0..=1.0).contains(&share)) =>
            {
                Some("share is not from 0 to 1")
            }
            Effect::Refuse if elsewhere => {
                Some("refuse is for connections, which have no method and no path")
            }
            Effect::Status { status, .. } if !(200..600).contains(status) => {
                Some("status is not from 200 to 599")
            }
            Effect::Status { headers, .. } if !headers.iter().all(is_header) => {
                Some("a header has an invalid name or value")
            }
            Effect::ContentType { value } if HeaderValue::from_str(value).is_err() => {
                Some("value is not a valid header value")
            }
            Effect::Redirect { location, .. } if HeaderValue::from_str(location).is_err() => {
                Some("location is not a valid header value")
            }
            Effect::Redirect { status, .. } if !is_redirect(*status) => {
                Some("status is not a redirect")
            }
            Effect::RateLimit { window_ms, .. } if *window_ms <= 0 => {
                Some("window_ms is not from 1")
            }
            _ => None,
        }
    }
}

impl Effect {
    /// The name as in JSON.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Effect::Refuse => "refuse",
            Effect::Disconnect { .. } => "disconnect",
            Effect::Twice => "twice",
            Effect::HalfBody => "half_body",
            Effect::Stall { .. } => "stall",
            Effect::Status { .. } => "status",
            Effect::Garbage { .. } => "garbage",
            Effect::ContentType { .. } => "content_type",
            Effect::Endless { .. } => "endless",
            Effect::Redirect { .. } => "redirect",
            Effect::RateLimit { .. } => "rate_limit",
        }
    }
}

fn is_header((name, value): (&String, &String)) -> bool {
    name.parse::<HeaderName>().is_ok() && HeaderValue::from_str(value).is_ok()
}

fn is_redirect(status: u16) -> bool {
    StatusCode::from_u16(status)
        .is_ok_and(|status| matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308))
}

fn path_matches(pattern: &str, path: &str) -> bool {
    let mut segments = path.split('/');
    for wanted in pattern.split('/') {
        if wanted == "**" {
            return true;
        }
        let any = wanted == "*" || (wanted.starts_with('{') && wanted.ends_with('}'));
        match segments.next() {
            Some(found) if any && !found.is_empty() => {}
            Some(found) if found == wanted => {}
            _ => return false,
        }
    }
    segments.next().is_none()
}

/// A number from 0 (included) to 1 (excluded) that looks random, from SplitMix64.
fn sample(seed: u64, count: u64) -> f64 {
    let mut z = seed.wrapping_add(count.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^= z >> 31;
    (z >> 11) as f64 / (1u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::{Effect, Fault, path_matches, sample};

    #[test]
    fn the_examples_in_the_docs_can_happen_and_show_every_effect() {
        let docs = include_str!("../../docs/faults.md");
        let blocks = docs.split("```json").skip(1);
        let examples: Vec<Fault> = blocks
            .map(|block| block.split("```").next().unwrap())
            .flat_map(|json| serde_json::from_str::<Vec<Fault>>(json).unwrap())
            .collect();
        assert!(examples.iter().all(|fault| fault.flaw().is_none()));
        let rows = docs.lines().filter_map(|row| row.strip_prefix("| `"));
        let listed: Vec<&str> = rows.filter_map(|row| row.split('`').next()).collect();
        let shown = |name| examples.iter().any(|fault| fault.effect().name() == name);
        let effects: Vec<&&str> = listed.iter().filter(|name| shown(**name)).collect();
        assert_eq!(effects.len(), 11, "{effects:?} of {listed:?}");
    }

    fn due(fault: &Fault, requests: u64) -> Vec<u64> {
        (1..=requests)
            .filter(|count| fault.is_due(*count))
            .collect()
    }

    #[test]
    fn a_fault_is_due_at_the_selected_requests() {
        let any = Fault::new(Effect::HalfBody);
        assert_eq!(due(&any, 3), [1, 2, 3]);
        assert_eq!(due(&any.clone().nth(2), 5), [2]);
        assert_eq!(due(&any.clone().every(3), 9), [3, 6, 9]);
        assert!(due(&any.clone().share(0.0, 1), 100).is_empty());
        assert_eq!(due(&any.clone().share(1.0, 1), 3), [1, 2, 3]);
        assert_eq!(
            due(&any.clone().share(0.3, 7), 20),
            due(&any.clone().share(0.3, 7), 20)
        );
        assert_ne!(
            due(&any.clone().share(0.3, 7), 100),
            due(&any.share(0.3, 8), 100)
        );
    }

    #[test]
    fn a_share_selects_about_that_share_of_the_requests() {
        let hits = (1..=100_000)
            .filter(|count| sample(42, *count) < 0.2)
            .count();
        assert!((19_000..21_000).contains(&hits), "{hits}");
    }

    #[test]
    fn paths_match_by_segment() {
        let table = [
            ("/contacts", "/contacts", true),
            ("/contacts", "/contacts/1", false),
            ("/contacts/{contactId}", "/contacts/1", true),
            ("/contacts/*", "/contacts/1", true),
            ("/contacts/*", "/contacts/", false),
            ("/contacts/*", "/contacts/1/2", false),
            ("/contacts/**", "/contacts/1/2", true),
            ("**", "/anything", true),
        ];
        for (pattern, path, expected) in table {
            assert_eq!(path_matches(pattern, path), expected, "{pattern} {path}");
        }
    }

    #[test]
    fn a_fault_is_for_its_method_and_path_only() {
        let fault = Fault::new(Effect::HalfBody)
            .method("post")
            .path("/contacts");
        assert!(fault.is_for("POST", "/contacts"));
        assert!(!fault.is_for("GET", "/contacts"));
        assert!(!fault.is_for("POST", "/contacts/1"));
    }

    #[test]
    fn impossible_faults_say_why() {
        let redirect = Effect::Redirect {
            location: "/".to_owned(),
            status: 200,
        };
        for fault in [
            Fault::new(Effect::Refuse).path("/contacts"),
            Fault::new(Effect::HalfBody).nth(0),
            Fault::new(Effect::HalfBody).share(1.5, 0),
            Fault::new(redirect),
        ] {
            assert!(fault.flaw().is_some(), "{fault:?}");
        }
    }

    #[test]
    fn every_effect_survives_json() {
        let list = r#"[{"seed":0,"do":"refuse"},{"method":"POST","path":"/contacts","nth":2,"seed":0,"times":1,"do":{"stall":{"ms":5,"commit":true}}}]"#;
        let faults: Vec<Fault> = serde_json::from_str(list).unwrap();
        assert_eq!(serde_json::to_string(&faults).unwrap(), list);
    }
}

//! What the gateway understands in the headers of a request beyond the contract.

use drift::protocol::Goal;
use http::HeaderMap;

use crate::keys::idempotency_key::IdempotencyKey;
use crate::reply::Reply;

/// The key of a request, if it has one.
pub(crate) fn key(headers: &HeaderMap) -> Result<Option<IdempotencyKey>, Reply> {
    let values = headers.get_all("idempotency-key").iter();
    IdempotencyKey::read(values.map(|value| value.as_bytes()))
        .map_err(|problem| Reply::error(400, "validation_error", problem.to_string()))
}

/// What a create is to bring about: `Drift-Goal: create`, `ensure` or `upsert`; a new contact unless it is there.
pub(crate) fn goal(headers: &HeaderMap) -> Result<Goal, Reply> {
    let mut values = headers.get_all("drift-goal").iter();
    let value = values.next().map(|value| value.as_bytes().trim_ascii());
    let goal = match value {
        None | Some(b"create") => Some(Goal::Create),
        Some(b"ensure") => Some(Goal::Ensure),
        Some(b"upsert") => Some(Goal::Update),
        Some(_) => None,
    };
    goal.filter(|_| values.next().is_none()).ok_or_else(|| {
        let sentence = "Drift-Goal must be create, ensure or upsert";
        Reply::error(400, "validation_error", sentence)
    })
}

/// Whether `Prefer` (RFC 7240) asks for a response before the work is done.
pub(crate) fn prefers_async(headers: &HeaderMap) -> bool {
    let values = headers.get_all("prefer").iter();
    let texts = values.filter_map(|value| value.to_str().ok());
    texts
        .flat_map(|text| text.split(','))
        .filter_map(|preference| preference.split(';').next())
        .any(|preference| preference.trim().eq_ignore_ascii_case("respond-async"))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn headers(name: &'static str, values: &[&'static str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(name, HeaderValue::from_static(value));
        }
        headers
    }

    #[test]
    fn a_goal_is_one_of_three() {
        for (values, expected) in [
            (&[][..], Some(Goal::Create)),
            (&["create"], Some(Goal::Create)),
            (&["ensure"], Some(Goal::Ensure)),
            (&[" upsert "], Some(Goal::Update)),
            (&["update"], None),
            (&["Ensure"], None),
            (&["ensure", "ensure"], None),
        ] {
            assert_eq!(
                goal(&headers("drift-goal", values)).ok(),
                expected,
                "{values:?}"
            );
        }
    }

    #[test]
    fn a_preference_is_found_in_a_list() {
        for (values, expected) in [
            (&[][..], false),
            (&["respond-async"], true),
            (&["wait=10, Respond-Async"], true),
            (&["return=minimal", "respond-async;x=1"], true),
            (&["respond-asynchronously"], false),
        ] {
            assert_eq!(
                prefers_async(&headers("prefer", values)),
                expected,
                "{values:?}"
            );
        }
    }
}

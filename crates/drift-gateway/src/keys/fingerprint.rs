//! What makes two requests with one key the same request: method, path, goal and body.

use drift::protocol::Goal;
use ring::digest::{Context, SHA256};
use serde_json::Value;

use crate::keys::canonical::canonical;

/// SHA-256 over method, path, goal and the canonical JSON of the body, each with its length before it.
pub(crate) fn fingerprint(method: &str, path: &str, goal: Goal, body: &Value) -> [u8; 32] {
    let goal = match goal {
        Goal::Create => "create",
        Goal::Ensure => "ensure",
        Goal::Update => "upsert",
    };
    let mut hash = Context::new(&SHA256);
    for text in [method, path, goal, &canonical(body)] {
        hash.update(&(text.len() as u64).to_be_bytes());
        hash.update(text.as_bytes());
    }
    let mut fingerprint = [0; 32];
    fingerprint.copy_from_slice(hash.finish().as_ref());
    fingerprint
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn each_part_counts_and_the_way_it_is_written_does_not() {
        let of = |method: &str, path: &str, goal, body: &str| {
            fingerprint(
                method,
                path,
                goal,
                &serde_json::from_str(body).expect("JSON"),
            )
        };
        let one = of("POST", "/contacts", Goal::Create, r#"{"a":1,"b":2}"#);
        assert_eq!(
            one,
            of("POST", "/contacts", Goal::Create, r#"{ "b": 2, "a": 1 }"#)
        );
        for other in [
            of("PATCH", "/contacts", Goal::Create, r#"{"a":1,"b":2}"#),
            of(
                "POST",
                "/contacts/timeline",
                Goal::Create,
                r#"{"a":1,"b":2}"#,
            ),
            of("POST", "/contacts", Goal::Ensure, r#"{"a":1,"b":2}"#),
            of("POST", "/contacts", Goal::Update, r#"{"a":1,"b":2}"#),
            of("POST", "/contacts", Goal::Create, r#"{"a":1,"b":3}"#),
        ] {
            assert_ne!(one, other);
        }
    }

    #[test]
    fn the_parts_do_not_run_into_each_other() {
        let body = json!(null);
        let one = fingerprint("POST", "/contacts", Goal::Create, &body);
        assert_ne!(one, fingerprint("POST/", "contacts", Goal::Create, &body));
    }
}

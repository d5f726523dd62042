//! What shows that a body with a status of success is none: it says so itself, or is not Drift's.

use serde_json::{Map, Value};

/// Why a body with a status of success is none.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Objection {
    /// This member says that what was asked for was not done, such as `"ok": false`.
    Denied(&'static str),
    /// Nothing in it is what Drift sends, so that a proxy, or a network that asks to sign in, may have responded.
    NotDrifts,
}

pub(crate) fn has_data(body: &Value) -> bool {
    body["data"].is_object()
}

/// `{"result":"OK","ok":true}`, or either of the two.
pub(crate) fn is_short_yes(body: &Value) -> bool {
    let result = body["result"].as_str();
    body["ok"] == Value::Bool(true) || result.is_some_and(|text| text.eq_ignore_ascii_case("ok"))
}

/// A 2xx says that it was done, but for one that denies it.
pub(crate) fn is_done(body: &Value) -> Result<(), String> {
    denial(body).map_or(Ok(()), |name| Err(name.to_owned()))
}

/// The member of a body that says that it was not done.
pub(crate) fn denial(body: &Value) -> Option<&'static str> {
    denial_in(body.as_object()?)
}

pub(crate) fn denial_in(members: &Map<String, Value>) -> Option<&'static str> {
    let says_so = |error: &Value| match error {
        Value::Null | Value::Bool(false) => false,
        Value::Array(errors) => !errors.is_empty(),
        _ => true,
    };
    let holds = |name: &&str| members.get(*name).is_some_and(says_so);
    let error = ["error", "errors"].into_iter().find(holds);
    let denied = members.get("ok") == Some(&Value::Bool(false));
    error.or_else(|| denied.then_some("ok"))
}

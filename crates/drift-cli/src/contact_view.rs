//! A contact as people read it.

use drift::Contact;
use jiff::Timestamp;
use serde_json::Value;

use crate::screen::{Screen, harmless};

/// Attributes that stand first, in this order.
const FIRST: [&str; 4] = ["email", "externalId", "name", "phone"];
/// Second names of what is shown, and counters that tell a person nothing.
const HIDDEN: [&str; 5] = [
    "external_id",
    "_END_USER_VERSION",
    "_end_user_version",
    "_calculated_version",
    "start_date",
];

/// Writes a contact: its id, and an attribute on each line.
pub fn show(screen: &mut Screen, contact: &Contact) {
    let created = moment(contact.created_at_millis());
    screen.headline(&format!("Contact {}", contact.id()));
    show_rows(screen, contact, &created);
}

/// Writes what follows the headline.
fn show_rows(screen: &mut Screen, contact: &Contact, created: &str) {
    let mut rows = rows(contact);
    rows.push(("created".to_owned(), created.to_owned()));
    let width = rows
        .iter()
        .map(|(name, _)| name.chars().count())
        .max()
        .unwrap_or(0)
        .min(30);
    for (name, value) in rows {
        screen.line(&format!("  {name:width$}  {value}"));
    }
}

fn rows(contact: &Contact) -> Vec<(String, String)> {
    let attributes = contact.attributes();
    let first = FIRST
        .iter()
        .filter_map(|name| attributes.get_key_value(*name));
    let rest = attributes
        .iter()
        .filter(|(name, _)| !FIRST.contains(&name.as_str()) && !HIDDEN.contains(&name.as_str()));
    first
        .chain(rest)
        .filter(|(_, value)| !is_nothing(value))
        .map(|(name, value)| (harmless(name), plain(value)))
        .collect()
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Object(members) => members.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    }
}

/// A value without the quotes of JSON.
pub fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => harmless(text),
        other => harmless(&other.to_string()),
    }
}

/// A time as ISO 8601 in UTC, to the second.
pub fn moment(millis: i64) -> String {
    match Timestamp::from_millisecond(millis) {
        Ok(time) => time.strftime("%Y-%m-%d %H:%M:%S UTC").to_string(),
        Err(_) => format!("{millis} ms since 1970"),
    }
}

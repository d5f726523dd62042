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
    screen.headline(&format!("Contact {}", contact.id()));
    screen.rows(&rows(contact));
}

/// Writes a contact as whoever reads it wants it.
pub fn show_or_json(screen: &mut Screen, contact: &Contact) {
    if screen.is_json() {
        screen.value(&contact.to_json());
    } else {
        show(screen, contact);
    }
}

/// Writes several, a line for each.
pub fn list(screen: &mut Screen, contacts: &[Contact]) {
    let rows: Vec<Vec<String>> = contacts.iter().map(line).collect();
    screen.table(&["id", "email", "name", "external id", "created"], &rows);
}

fn line(contact: &Contact) -> Vec<String> {
    let external_id = contact.external_id();
    let texts = [contact.email(), contact.name(), external_id.as_deref()];
    let texts = texts.into_iter().map(|text| harmless(text.unwrap_or("-")));
    std::iter::once(contact.id().to_string())
        .chain(texts)
        .chain([moment(contact.created_at_millis())])
        .collect()
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
        .chain([("created".to_owned(), moment(contact.created_at_millis()))])
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
fn plain(value: &Value) -> String {
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

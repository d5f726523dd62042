//! A contact as people read it.

use drift::Contact;
use serde_json::Value;

use super::screen::Screen;
use super::text::moment;

/// The attributes that come first, in this order.
const FIRST: [&str; 4] = ["email", "externalId", "name", "phone"];
/// Attributes that are not shown: second names of shown ones, and Drift's internal counters.
const HIDDEN: [&str; 5] = [
    "external_id",
    "_END_USER_VERSION",
    "_end_user_version",
    "_calculated_version",
    "start_date",
];

/// Writes a contact: its id, and an attribute on each line.
pub fn show_as_text(screen: &mut Screen, contact: &Contact) {
    screen.headline(&format!("Contact {}", contact.id()));
    screen.rows(&rows(contact));
}

/// Writes a contact as JSON or as text, as the person asked for.
pub fn show_contact(screen: &mut Screen, contact: &Contact) {
    if screen.is_json() {
        screen.value(&contact.to_json());
    } else {
        show_as_text(screen, contact);
    }
}

/// Writes several, a line for each.
pub fn list_contacts(screen: &mut Screen, contacts: &[Contact]) {
    let rows: Vec<Vec<String>> = contacts.iter().map(line).collect();
    screen.table(&["id", "email", "name", "external id", "created"], &rows);
}

fn line(contact: &Contact) -> Vec<String> {
    let external_id = contact.external_id();
    let texts = [contact.email(), contact.name(), external_id.as_deref()];
    let texts = texts.into_iter().map(|text| text.unwrap_or("-").to_owned());
    std::iter::once(contact.id().to_string())
        .chain(texts)
        .chain([created(contact).unwrap_or_else(|| "-".to_owned())])
        .collect()
}

fn created(contact: &Contact) -> Option<String> {
    contact.created_at_millis().map(moment)
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
        .filter(|(_, value)| !is_empty(value))
        .map(|(name, value)| (name.clone(), plain(value)))
        .chain(created(contact).map(|moment| ("created".to_owned(), moment)))
        .collect()
}

fn is_empty(value: &Value) -> bool {
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
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

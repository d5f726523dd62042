//! The bodies of successful responses.

use axum::body::Body;
use axum::response::Response;

use crate::http::response::json_response;
use crate::rules::contact::Contact;
use crate::rules::settings::{Acknowledgement, Settings};

/// One contact under `data`.
pub(super) fn one(contact: &Contact, settings: &Settings) -> Response {
    let mut out = String::with_capacity(contact.members.len() + 320);
    out.push_str("{\"data\":");
    contact.write_json(&mut out, settings.unset_external_id);
    out.push('}');
    json_response(out)
}

/// Contacts under `data`.
pub(super) fn list(contacts: &[Contact], settings: &Settings) -> Response {
    let mut out = String::from("{\"data\":[");
    for (index, contact) in contacts.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        contact.write_json(&mut out, settings.unset_external_id);
    }
    out.push_str("]}");
    json_response(out)
}

/// The response of an operation that returns nothing.
pub(super) fn acknowledge(settings: &Settings) -> Response {
    match settings.acknowledgement {
        Acknowledgement::Object => json_response("{\"result\":\"OK\",\"ok\":true}"),
        Acknowledgement::Empty => Response::new(Body::empty()),
    }
}

//! Shows the contact that a create ended with.

use drift::{Contact, Outcome};

use crate::output::Screen;
use crate::session::Connection;

/// Writes which contact it is, and where to look at it.
pub fn show(screen: &mut Screen, connection: &Connection, word: &str, contact: &Contact) {
    screen.did(format!("{word} contact {}", contact.id()));
    if screen.is_json() {
        screen.value(&contact.to_json());
        return;
    }
    screen.headline(&format!("{word} contact {}", contact.id()));
    if let Some(id) = contact.external_id() {
        screen.line(&format!("  external id: {id}"));
    }
    let location = connection.location_of(contact.id(), &contact.ui_url());
    let step = if location.starts_with("drift ") {
        "see it"
    } else {
        "open it in a browser"
    };
    screen.next_step(&format!("{step}: {location}"));
}

/// Shows the contact. A note says if it was found by a look-up, or existed before.
pub fn show_outcome(screen: &mut Screen, connection: &Connection, outcome: &Outcome) {
    let word = if outcome.is_ours() {
        "Created"
    } else {
        "Found"
    };
    show(screen, connection, word, outcome.contact());
    let sentence = match outcome {
        Outcome::Created(_) => return,
        Outcome::Recovered(_) => {
            "A response was lost. A look-up found the contact and proves that this create made it."
        }
        Outcome::Existed(_) => "The contact exists. Nothing proves that this create made it.",
    };
    screen.note(outcome.as_str(), sentence);
}

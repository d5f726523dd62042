//! Shows the contact that a create ended with.

use drift::{Contact, Outcome};

use crate::output::{Screen, harmless};
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
        screen.line(&format!("  external id: {}", harmless(&id)));
    }
    screen.line(&format!(
        "  see it: {}",
        connection.location_of(contact.id(), &contact.ui_url())
    ));
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
            "An answer was lost; the contact was found, and it is proved that this create made it."
        }
        Outcome::Existed(_) => "The contact is there; nothing proves that this create made it.",
    };
    screen.note(outcome.as_str(), sentence);
}

//! What the library does, one module per behaviour, against the emulator and over real sockets.

mod advice;
mod blocking;
mod captive_portal;
mod check_email_first;
mod create;
mod delete;
mod ensure_and_upsert;
mod errors;
mod find;
mod foreign_refusals;
mod input;
mod limits;
mod network;
mod odd_responses;
mod other_calls;
mod proof;
mod raw_server;
mod safe_write;
mod single_flight;
mod spans;
mod ticket;
mod update;
mod wrong_contact;

use drift::{Client, Contact, NewContact};
use drift_emulator::{Effect, Fault};

/// A contact that is there before the test begins.
async fn created(client: &Client, new: NewContact) -> Contact {
    client
        .contacts()
        .create(new)
        .await
        .expect("created")
        .into_contact()
}

/// One create whose connection breaks, before or after the server commits it.
fn lost_create(commit: bool) -> Fault {
    let effect = Effect::Disconnect {
        reset: true,
        commit,
    };
    Fault::new(effect).method("POST").times(1)
}

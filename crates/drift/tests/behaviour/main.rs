//! What the library does, one module per behaviour, against the emulator and over real sockets.

mod blocking;
mod credentials;
mod delete;
mod find;
mod input;
#[cfg(feature = "metrics")]
mod metrics;
mod network;
mod observed;
mod other_calls;
mod rate_limit;
mod raw_server;
mod responses;
mod spans;
mod update;
mod writes;

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

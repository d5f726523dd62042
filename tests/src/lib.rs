//! What the tests across crates share: a client of an emulator.
#![forbid(unsafe_code)]

pub mod relay;

use std::time::Duration;

use drift::{CallOptions, Client, Error, NewContact, RetryPolicy, VerifyPolicy};
use drift_emulator::Emulator;

/// A new emulator and a client of it, with waits short enough for tests.
///
/// # Panics
///
/// When the system has no port left.
pub async fn started() -> (Emulator, Client) {
    let emulator = Emulator::start().await.expect("the emulator starts");
    let client = client(&emulator).expect("a client");
    (emulator, client)
}

/// The contact that tests create: an email, and nothing else.
pub fn ada() -> NewContact {
    NewContact::new("ada@example.test").expect("an email")
}

/// A client of this emulator, with waits short enough for tests.
pub fn client(emulator: &Emulator) -> Result<Client, Error> {
    Client::builder(emulator.token())
        .base_url(emulator.url())
        .options(quick())
        .build()
}

/// The default options with waits of a few milliseconds.
pub fn quick() -> CallOptions {
    let waits = [1, 5, 20].map(Duration::from_millis);
    CallOptions::default()
        .retry(RetryPolicy::default().initial_backoff(Duration::from_millis(2)))
        .verify(VerifyPolicy::after(waits))
}

/// Compiles the code of README.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;

//! What the tests across crates share: a client of an emulator.
#![forbid(unsafe_code)]

pub mod relay;

use std::time::Duration;

use drift::{CallOptions, Client, Error, RetryPolicy, VerifyPolicy};
use drift_emulator::Emulator;

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
        .retry(RetryPolicy::default().base(Duration::from_millis(2)))
        .verify(VerifyPolicy::after(waits))
}

/// Compiles the code of README.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;

//! Typed mocks of Drift's contacts API for your own tests, generated from the contract.
//!
//! A method per operation on [`httpmock::MockServer`], through the trait [`MockServerExt`]: what comes in is matched
//! by typed parameters and bodies, what goes out has a method for each status that the contract declares. A mock
//! that does not fit the contract does not compile.
//!
//! ```
//! # async fn example() {
//! use drift_sdk::types::{ErrorDetail, ErrorResponse};
//! use drift_sdk_httpmock::MockServerExt;
//! use httpmock::MockServer;
//!
//! let server = MockServer::start_async().await;
//! let taken = ErrorResponse {
//!     error: serde_json::from_str(r#"{"type":"CONTACT-6","message":"exists"}"#).unwrap(),
//!     extra: Default::default(),
//! };
//! server.create_contact(|_, then| {
//!     then.conflict(&taken);
//! });
//! // Point your client at server.base_url().
//! # }
//! ```
//!
//! For what the contract forbids (a proxy's page, a broken body) call `into_inner()`, which gives back httpmock's
//! own [`When`](httpmock::When) and [`Then`](httpmock::Then).
#![forbid(unsafe_code)]
#![deny(missing_docs)]
#![deny(
    clippy::dbg_macro,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::todo,
    clippy::unimplemented,
    clippy::unwrap_used
)]

#[allow(
    dead_code,
    missing_docs,
    clippy::all,
    clippy::unwrap_used,
    reason = "the generator's output is compared with the contract by `cargo xtask check`"
)]
#[rustfmt::skip]
mod generated;

pub use generated::{MockServerExt, operations};

/// Matches a form that has these members.
fn form(form: &impl serde::Serialize) -> impl FnOnce(httpmock::When) -> httpmock::When {
    let members = serde_json::to_value(form).unwrap_or_default();
    let members = members.as_object().cloned().unwrap_or_default();
    move |when| {
        members.into_iter().fold(when, |when, (name, value)| {
            when.form_urlencoded_tuple(name, value.as_str().unwrap_or_default())
        })
    }
}

/// Compiles the code of README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

#[cfg(test)]
mod tests {
    use super::generated::FINGERPRINT;

    #[test]
    fn the_mocks_and_the_client_are_of_one_contract() {
        let fingerprint = drift_sdk::CONTRACT
            .bytes()
            .filter(|byte| *byte != b'\r')
            .fold(0xCBF2_9CE4_8422_2325_u64, |hash, byte| {
                (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)
            });
        assert_eq!(
            FINGERPRINT, fingerprint,
            "run `cargo xtask generate`, then build again"
        );
    }
}

//! The network as it is: dead connections, proxies, TLS, HTTP/2, and HTTP clients of the caller's own.

#[cfg(unix)]
mod frozen_process;
mod http2;
mod idle_connection;
mod own_client;
mod proxy;
mod server;
mod tls;

use drift::{Client, ClientBuilder, Error, RetryPolicy};

const TOKEN: &str = "a-secret-token";

/// A builder of a client of this server that waits little between attempts.
fn client_of(url: &str) -> ClientBuilder {
    Client::builder(TOKEN)
        .base_url(url)
        .options(drift_tests::quick())
}

/// A builder of a client of this server that makes one attempt.
fn one_attempt(url: &str) -> ClientBuilder {
    client_of(url).retry(RetryPolicy::none())
}

/// What the create of a contact fails with.
async fn failed_create(builder: ClientBuilder) -> Error {
    let client = builder.build().expect("a client");
    let created = client.contacts().create(drift_tests::ada()).await;
    created.expect_err("no create gets through")
}

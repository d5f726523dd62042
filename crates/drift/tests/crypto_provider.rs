//! The crypto provider of a process belongs to the program. In a process of its own, since it is chosen once.

use drift::Client;
use rustls::crypto::{CryptoProvider, ring};

#[test]
fn no_crypto_provider_is_installed() {
    // A client of reqwest's before any of ours.
    let http = Client::http_client_builder().expect("a builder");
    let http = http.build().expect("a client");
    let own = Client::builder("my-token").http_client(http);
    own.build().expect("a client");
    Client::new("my-token").expect("a client");
    drift::blocking::Client::new("my-token").expect("a client");
    assert!(CryptoProvider::get_default().is_none());

    let chosen = ring::default_provider().install_default();
    chosen.expect("the program chooses one");
    drift::reqwest::Client::builder().build().expect("a client");
    Client::new("my-token").expect("a client");
}

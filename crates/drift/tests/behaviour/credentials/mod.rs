//! Tokens that change: refused ones, files, closures, and many organizations in one process.

mod changed_tokens;
mod many_organizations;
mod oauth;
mod shared_tokens;
mod token_file;

use std::sync::Mutex;

use drift::Client;
use drift::credentials::{AccessToken, Credentials, TokenEndpoint, TokenFuture};
use drift_emulator::{Emulator, Organization, Scope};
use drift_tests::quick;

/// An emulator with an organization 7, which has the tokens `first` and `second`, and an organization 8 with `foreign`.
async fn emulator() -> Emulator {
    let seven = Organization::new(7)
        .token("first", &Scope::ALL)
        .token("second", &Scope::ALL);
    let eight = Organization::new(8).token("foreign", &Scope::ALL);
    let emulator = Emulator::builder().organization(seven).organization(eight);
    emulator.start().await.expect("the emulator starts")
}

/// A client of the emulator whose token comes from these credentials.
fn client(emulator: &Emulator, credentials: impl Credentials) -> Client {
    let builder = Client::builder_with_credentials(credentials).base_url(emulator.url());
    builder.options(quick()).build().expect("a client")
}

/// A list of tokens; each is used until it is refused. The last one stays.
struct OneAfterAnother(Mutex<List>);

struct List {
    tokens: Vec<AccessToken>,
    at: usize,
    refused: Vec<String>,
}

impl OneAfterAnother {
    fn new(tokens: &[&str]) -> Self {
        let tokens = tokens
            .iter()
            .map(|token| AccessToken::new(token).expect("a token"));
        Self(Mutex::new(List {
            tokens: tokens.collect(),
            at: 0,
            refused: Vec::new(),
        }))
    }

    fn refused(&self) -> Vec<String> {
        self.0.lock().expect("no panic").refused.clone()
    }

    /// Uses the next token without a refusal.
    fn change(&self) {
        self.0.lock().expect("no panic").at += 1;
    }
}

impl Credentials for OneAfterAnother {
    fn token<'a>(&'a self, _: &'a TokenEndpoint) -> TokenFuture<'a> {
        let list = self.0.lock().expect("no panic");
        let token = list.tokens[list.at].clone();
        Box::pin(async { Ok(token) })
    }

    fn refused(&self, token: &AccessToken) {
        let mut list = self.0.lock().expect("no panic");
        list.refused.push(token.expose().to_owned());
        if list.tokens[list.at] == *token && list.at + 1 < list.tokens.len() {
            list.at += 1;
        }
    }
}

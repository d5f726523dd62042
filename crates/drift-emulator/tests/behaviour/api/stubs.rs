//! Endpoints beside contacts, as of an empty account: connectors test their connection with them.

use crate::common::{Client, json};
use drift_emulator::{Emulator, Organization, Scope};

#[tokio::test]
async fn users_and_accounts_are_those_of_an_empty_account() {
    let other = Organization::new(2).token("reader", &[Scope::ContactRead]);
    let builder = Emulator::builder().organization(other);
    let emulator = builder.start().await.unwrap();
    let client = Client::new(&emulator);
    let accounts = r#"{"data":{"accounts":[],"total":0}}"#;
    for (path, body) in [
        ("/users/list", r#"{"data":[]}"#),
        ("/accounts", accounts),
        ("/accounts?index=0&size=10", accounts),
    ] {
        for token in ["sandbox", "reader"] {
            let response = client.with_token(token).get(path).await;
            assert_eq!(
                (response.status, response.json),
                (200, json(body)),
                "{path}"
            );
        }
        let refused = client.with_token("nobody").get(path).await;
        assert_eq!(refused.status, 401, "{path}");
    }
}

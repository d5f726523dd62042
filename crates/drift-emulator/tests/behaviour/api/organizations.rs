//! Organizations, tokens and scopes.

use crate::common::{Client, json};
use drift_emulator::{Emulator, Organization, Scope};

#[tokio::test]
async fn organizations_see_only_their_own_contacts_and_tokens_do_only_what_they_may() {
    let other = Organization::new(4242)
        .token("other", &Scope::ALL)
        .token("reader", &[Scope::ContactRead]);
    let emulator = Emulator::builder()
        .organization(other)
        .start()
        .await
        .unwrap();
    let client = Client::new(&emulator);
    let (other, reader) = (client.with_token("other"), client.with_token("reader"));
    let id = client
        .created(r#"{"email":"ada@example.test","externalId":"u_1"}"#)
        .await;
    assert_eq!(other.get(&format!("/contacts/{id}")).await.status, 404);
    assert_eq!(
        other.get("/contacts?email=ada%40example.test").await.text,
        r#"{"data":[]}"#
    );
    assert_eq!(other.delete(&format!("/contacts/{id}")).await.status, 404);
    let own = other
        .created(r#"{"email":"ada@example.test","externalId":"u_1"}"#)
        .await;
    assert_eq!(reader.get(&format!("/contacts/{own}")).await.status, 200);
    for (method, path) in [
        ("POST", "/contacts"),
        ("DELETE", "/contacts/1"),
        ("GET", "/contacts/attributes"),
        ("POST", "/gdpr/delete"),
    ] {
        let response = reader.send(method.parse().unwrap(), path, "{}").await;
        assert_eq!(
            (response.status, &response.json["error"]["type"]),
            (403, &json("\"authentication_error\"")),
            "{path}"
        );
    }
    let response = reader
        .post("/app/token_info", r#"{"access_token":"other"}"#)
        .await;
    assert_eq!(response.json["authenticated_userid"], "orgId:4242");
    assert_eq!(
        response.json["scope"],
        "contact_read contact_write all_contact_read gdpr_read gdpr_write"
    );
    assert_eq!(
        reader
            .post("/app/token_info", r#"{"access_token":"sandbox"}"#)
            .await
            .status,
        404
    );
    assert_eq!(
        client.with_token("nobody").get("/contacts/1").await.status,
        401
    );
}

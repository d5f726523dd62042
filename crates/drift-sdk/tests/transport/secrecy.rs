//! Neither the token nor a person's data can be printed by mistake.

use drift_sdk::{ClientHooks, OperationInfo, Transport, types};

use crate::server::{Failure, TOKEN, client, http};

#[tokio::test]
async fn the_header_of_the_token_is_marked_sensitive() -> Result<(), Failure> {
    let client = client("http://127.0.0.1:1", Transport::bearer(TOKEN)?)?;
    let mut request = http()?.get("http://127.0.0.1:1/").build()?;
    let info = OperationInfo {
        operation_id: "get_contact",
    };
    client
        .pre::<()>(&mut request, &info)
        .await
        .map_err(|_| "the hook failed")?;
    let header = request.headers().get("authorization").ok_or("no header")?;
    assert!(header.is_sensitive());
    assert_eq!(header, &format!("Bearer {TOKEN}"));
    assert!(!format!("{request:?}").contains(TOKEN));
    Ok(())
}

#[test]
fn the_token_is_in_no_debug_text() -> Result<(), Failure> {
    let transport = Transport::bearer(TOKEN)?;
    assert!(!format!("{transport:?}").contains(TOKEN));
    assert!(!format!("{:#?}", client("http://127.0.0.1:1", transport)?).contains(TOKEN));
    Ok(())
}

#[test]
fn what_is_no_token_is_refused_without_being_shown() {
    for token in ["", "two words", "line\nbreak", "tök", "a\u{0}b"] {
        let refusal = Transport::bearer(token).expect_err("no token");
        assert!(token.is_empty() || !format!("{refusal} {refusal:?}").contains(token));
    }
}

#[test]
fn the_debug_text_of_a_type_shows_no_data() -> Result<(), Failure> {
    let contact: types::Contact = serde_json::from_str(
        r#"{"id":24100000017,"createdAt":1,"attributes":{"email":"ada@example.test","plan":"pro"}}"#,
    )?;
    let token: types::TokenInfoRequest = serde_json::from_str(r#"{"access_token":"a-secret"}"#)?;
    let null = types::NullableString(Some("ada@example.test".to_owned()));
    let shown = format!("{contact:#?} {:?} {token:?} {null:?}", contact.attributes);
    for secret in ["ada", "pro", "24100000017", "a-secret"] {
        assert!(!shown.contains(secret), "{shown}");
    }
    assert!(shown.contains("Contact"), "{shown}");
    Ok(())
}

//! Definitions of custom attributes.

use crate::common::{Client, json};
use drift_emulator::{AttributeDefinition, Emulator};

#[tokio::test]
async fn definitions_are_made_from_the_attributes_written() {
    let emulator = Emulator::start().await.unwrap();
    let client = Client::new(&emulator);
    client
        .created(r#"{"email":"a@b","plan":"pro","seats":12,"vip":true,"name":"Ada"}"#)
        .await;
    let definition = AttributeDefinition {
        kind: "DATE".to_owned(),
        display_name: "Renewal".to_owned(),
        name: "renewal".to_owned(),
    };
    emulator
        .state()
        .define_attributes(1, vec![definition])
        .await
        .unwrap();
    let response = client.get("/contacts/attributes").await;
    assert_eq!(
        response.json["data"]["properties"],
        json(
            r#"[{"type":"STRING","displayName":"Plan","name":"plan"},
                {"type":"DATE","displayName":"Renewal","name":"renewal"},
                {"type":"NUMERIC","displayName":"Seats","name":"seats"},
                {"type":"BOOLEAN","displayName":"Vip","name":"vip"}]"#
        )
    );
}

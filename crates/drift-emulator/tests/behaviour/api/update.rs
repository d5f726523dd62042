//! Updates by id and by `normalize`.

use crate::common::{Client, json};
use drift_emulator::{Emulator, Settings};

#[tokio::test]
async fn an_update_changes_what_is_sent_and_moves_the_counter_afterwards() {
    let emulator = Emulator::start().await.unwrap();
    let client = Client::new(&emulator);
    let id = client
        .created(r#"{"email":"ada@example.test","name":"Ada","plan":"free"}"#)
        .await;
    let path = format!("/contacts/{id}");
    let response = client
        .patch(
            &path,
            r#"{"attributes":{"plan":"pro","seats":3,"name":null}}"#,
        )
        .await;
    assert_eq!(response.status, 200);
    let attributes = &response.json["data"]["attributes"];
    assert_eq!(
        (
            &attributes["plan"],
            &attributes["seats"],
            &attributes["name"]
        ),
        (&json("\"pro\""), &json("3"), &json("null"))
    );
    assert_eq!(attributes["_calculated_version"], 3);
    let later = client.get(&path).await;
    assert_eq!(later.json["data"]["attributes"]["_calculated_version"], 4);
    assert_eq!(
        later.json["data"]["attributes"]["email"],
        "ada@example.test"
    );
    assert_eq!(
        client
            .patch("/contacts/999", r#"{"attributes":{}}"#)
            .await
            .status,
        404
    );
}

#[tokio::test]
async fn an_update_keeps_the_uniqueness_rules_and_the_look_ups() {
    let emulator = Emulator::start().await.unwrap();
    let client = Client::new(&emulator);
    let ada = client.created(r#"{"email":"ada@example.test"}"#).await;
    client.created(r#"{"email":"bob@example.test"}"#).await;
    client
        .created(r#"{"email":"eve@example.test","externalId":"u_eve"}"#)
        .await;
    let path = format!("/contacts/{ada}");
    for (attributes, status) in [
        (r#"{"email":"BOB@example.test"}"#, 409),
        (r#"{"externalId":"u_eve"}"#, 409),
        (r#"{"email":"ada@example.test"}"#, 200),
        (r#"{"externalId":"u_ada","email":"bob@example.test"}"#, 200),
        (r#"{"externalId":null}"#, 409),
        (r#"{"externalId":null,"email":"new@example.test"}"#, 200),
        (r#"{"email":""}"#, 400),
    ] {
        let response = client
            .patch(&path, &format!("{{\"attributes\":{attributes}}}"))
            .await;
        assert_eq!(response.status, status, "{attributes} {}", response.text);
    }
    assert_eq!(
        client.get("/contacts?email=new%40example.test").await.json["data"][0]["id"],
        ada
    );
    assert_eq!(
        client.get("/contacts?email=ada%40example.test").await.text,
        r#"{"data":[]}"#
    );
    assert_eq!(
        client.get("/contacts?idType=external&id=u_ada").await.text,
        r#"{"data":[]}"#
    );
}

#[tokio::test]
async fn normalize_updates_by_any_id() {
    let emulator = Emulator::start().await.unwrap();
    let client = Client::new(&emulator);
    let id = client
        .created(r#"{"email":"ada@example.test","externalId":"u 1"}"#)
        .await;
    let body = r#"{"attributes":{"plan":"pro"}}"#;
    for (query, status) in [
        ("idType=external&id=u+1".to_owned(), 200),
        (format!("idType=drift&id={id}"), 200),
        (format!("idType=internal&id={id}"), 200),
        ("idType=external&id=nobody".to_owned(), 404),
        ("idType=drift&id=text".to_owned(), 404),
        ("idType=email&id=x".to_owned(), 400),
        ("idType=external".to_owned(), 400),
        ("id=u".to_owned(), 400),
    ] {
        assert_eq!(
            client
                .patch(&format!("/contacts/normalize?{query}"), body)
                .await
                .status,
            status,
            "{query}"
        );
    }
    assert_eq!(
        client.get(&format!("/contacts/{id}")).await.json["data"]["attributes"]["plan"],
        "pro"
    );
}

#[tokio::test]
async fn by_setting_normalize_reads_the_id_from_the_body() {
    let by_body = |members: &str| format!(r#"{{{members}"attributes":{{"plan":"pro"}}}}"#);
    let external = by_body(r#""idType":"external","id":"u_1","#);
    for (settings, query, body, status) in [
        ("{}", "", &external, 400),
        (r#"{"normalize_id":"query_or_body"}"#, "", &external, 200),
        (
            r#"{"normalize_id":"query_or_body","unknown_members":"refuse"}"#,
            "",
            &external,
            200,
        ),
        (
            r#"{"normalize_id":"query_or_body"}"#,
            "?idType=external&id=nobody",
            &external,
            404,
        ),
        (
            r#"{"normalize_id":"query_or_body"}"#,
            "",
            &by_body(r#""idType":"drift","id":7,"#),
            404,
        ),
        (
            r#"{"normalize_id":"query_or_body"}"#,
            "",
            &by_body(r#""idType":"external","#),
            400,
        ),
        (
            r#"{"normalize_id":"query_or_body"}"#,
            "",
            &by_body(r#""idType":"external","id":["u_1"],"#),
            400,
        ),
    ] {
        let parsed: Settings = serde_json::from_str(settings).unwrap();
        let emulator = Emulator::builder().settings(parsed).start().await.unwrap();
        let client = Client::new(&emulator);
        client
            .created(r#"{"email":"ada@example.test","externalId":"u_1"}"#)
            .await;
        let path = format!("/contacts/normalize{query}");
        let response = client.patch(&path, body).await;
        assert_eq!(response.status, status, "{settings} {query} {body}");
    }
}

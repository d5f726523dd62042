//! Creating and finding contacts over real sockets, by Drift's two uniqueness rules.

use crate::common::{Client, json};
use drift_emulator::Emulator;

#[tokio::test]
async fn a_create_responds_in_the_shape_of_the_sample() {
    let emulator = Emulator::start().await.unwrap();
    let client = Client::new(&emulator);
    let response = client
        .create(r#"{"email":"ada@example.test","externalId":"u_1","plan":"pro","name":"Ada"}"#)
        .await;
    assert_eq!(response.status, 200);
    let created = response.json["data"]["createdAt"].as_i64().unwrap();
    let id = response.json["data"]["id"].as_i64().unwrap();
    assert!((24_100_000_000..1 << 53).contains(&id));
    assert_eq!(
        response.text,
        format!(
            "{{\"data\":{{\"id\":{id},\"createdAt\":{created},\"attributes\":{{\"_END_USER_VERSION\":4,\
             \"_end_user_version\":4,\"_calculated_version\":4,\"socialProfiles\":{{}},\"externalId\":\"u_1\",\
             \"external_id\":\"u_1\",\"email\":\"ada@example.test\",\"plan\":\"pro\",\"name\":\"Ada\",\
             \"events\":{{}},\"start_date\":{created}}}}}}}"
        )
    );
    assert!(response.header("x-request-id").is_some());
    assert_eq!(
        client.get(&format!("/contacts/{id}")).await.json,
        response.json
    );
}

#[tokio::test]
async fn without_external_id_an_email_is_taken_once() {
    let emulator = Emulator::start().await.unwrap();
    let client = Client::new(&emulator);
    let first = client.create(r#"{"email":"ada@example.test"}"#).await;
    assert_eq!(first.json["data"]["attributes"]["_calculated_version"], 3);
    assert!(first.json["data"]["attributes"]["externalId"].is_null());
    let second = client.create(r#"{"email":"Ada@example.test"}"#).await;
    assert_eq!(
        (second.status, &second.json["error"]["type"]),
        (409, &json("\"CONTACT-6\""))
    );
}

#[tokio::test]
async fn an_external_id_switches_the_email_check_off_and_is_taken_once() {
    let emulator = Emulator::start().await.unwrap();
    let client = Client::new(&emulator);
    for (attributes, status) in [
        (r#"{"email":"ada@example.test","externalId":"a"}"#, 200),
        (r#"{"email":"ada@example.test","externalId":"b"}"#, 200),
        (r#"{"email":"eve@example.test","externalId":"a"}"#, 409),
        (r#"{"email":"ada@example.test"}"#, 409),
    ] {
        assert_eq!(
            client.create(attributes).await.status,
            status,
            "{attributes}"
        );
    }
    let both = client.get("/contacts?email=ada%40example.test").await;
    assert_eq!(both.json["data"].as_array().unwrap().len(), 2);
    let one = client
        .get("/contacts?email=ada%40example.test&limit=1")
        .await;
    assert_eq!(one.json["data"].as_array().unwrap().len(), 1);
    let named = client
        .get("/contacts?idType=external&id=b&id=nobody&id=a")
        .await;
    assert_eq!(named.json["data"].as_array().unwrap().len(), 2);
    assert_eq!(
        client
            .get("/contacts?email=nobody%40example.test")
            .await
            .text,
        r#"{"data":[]}"#
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_concurrent_creates_of_one_identity_exactly_one_wins() {
    let folder = tempfile::tempdir().unwrap();
    for builder in [
        Emulator::builder(),
        Emulator::builder().database(folder.path().join("contacts.db")),
    ] {
        let emulator = builder.start().await.unwrap();
        let client = Client::new(&emulator);
        for round in 0..20 {
            for attributes in [
                format!(r#"{{"email":"e{round}@example.test"}}"#),
                format!(r#"{{"email":"x{round}@example.test","externalId":"u{round}"}}"#),
            ] {
                let racers = (0..16).map(|_| {
                    let (client, attributes) = (client.clone(), attributes.clone());
                    tokio::spawn(async move { client.create(&attributes).await.status })
                });
                let mut won = 0;
                for racer in racers.collect::<Vec<_>>() {
                    let status = racer.await.unwrap();
                    assert!(status == 200 || status == 409, "{status}");
                    won += usize::from(status == 200);
                }
                assert_eq!(won, 1, "{attributes}");
            }
        }
        emulator.shutdown().await;
    }
}

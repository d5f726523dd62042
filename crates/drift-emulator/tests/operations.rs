//! Every operation beside create and find, over real sockets.

mod common;

use common::{Client, json};
use drift_emulator::settings::{NullOnUpdate, ShownVersion};
use drift_emulator::{AttributeDefinition, Clock, Emulator, Organization, Scope, Settings};

async fn created(client: &Client, attributes: &str) -> i64 {
    let answer = client.create(attributes).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json["data"]["id"].as_i64().unwrap()
}

#[tokio::test]
async fn an_update_changes_what_is_sent_and_moves_the_counter_afterwards() {
    let emulator = Emulator::start().await.unwrap();
    let client = Client::new(&emulator);
    let id = created(
        &client,
        r#"{"email":"ada@example.test","name":"Ada","plan":"free"}"#,
    )
    .await;
    let path = format!("/contacts/{id}");
    let answer = client
        .patch(
            &path,
            r#"{"attributes":{"plan":"pro","seats":3,"name":null}}"#,
        )
        .await;
    assert_eq!(answer.status, 200);
    let attributes = &answer.json["data"]["attributes"];
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
    let ada = created(&client, r#"{"email":"ada@example.test"}"#).await;
    created(&client, r#"{"email":"bob@example.test"}"#).await;
    created(
        &client,
        r#"{"email":"eve@example.test","externalId":"u_eve"}"#,
    )
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
        let answer = client
            .patch(&path, &format!("{{\"attributes\":{attributes}}}"))
            .await;
        assert_eq!(answer.status, status, "{attributes} {}", answer.text);
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
    let id = created(
        &client,
        r#"{"email":"ada@example.test","externalId":"u 1"}"#,
    )
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
async fn a_deleted_contact_is_gone_and_its_identity_free() {
    let emulator = Emulator::start().await.unwrap();
    let client = Client::new(&emulator);
    let id = created(&client, r#"{"email":"ada@example.test"}"#).await;
    let path = format!("/contacts/{id}");
    let deleted = client.delete(&path).await;
    assert_eq!(
        (deleted.status, deleted.text.as_str()),
        (202, r#"{"result":"OK","ok":true}"#)
    );
    assert_eq!(client.delete(&path).await.status, 404);
    assert_eq!(client.get(&path).await.status, 404);
    assert_eq!(
        client.patch(&path, r#"{"attributes":{}}"#).await.status,
        404
    );
    assert_eq!(
        client.get("/contacts?email=ada%40example.test").await.text,
        r#"{"data":[]}"#
    );
    assert!(created(&client, r#"{"email":"ada@example.test"}"#).await > id);
    assert_eq!(emulator.state().count().await.unwrap(), 1);
}

#[tokio::test]
async fn by_setting_a_deleted_contact_can_be_read_and_keeps_its_identity() {
    let settings = Settings {
        deleted_readable: true,
        deleted_frees_identity: false,
        ..Settings::default()
    };
    let emulator = Emulator::builder()
        .settings(settings)
        .start()
        .await
        .unwrap();
    let client = Client::new(&emulator);
    let id = created(&client, r#"{"email":"ada@example.test"}"#).await;
    assert_eq!(client.delete(&format!("/contacts/{id}")).await.status, 202);
    assert_eq!(client.get(&format!("/contacts/{id}")).await.status, 200);
    assert_eq!(
        client
            .create(r#"{"email":"ada@example.test"}"#)
            .await
            .status,
        409
    );
}

#[tokio::test]
async fn definitions_follow_the_attributes_seen() {
    let emulator = Emulator::start().await.unwrap();
    let client = Client::new(&emulator);
    created(
        &client,
        r#"{"email":"a@b","plan":"pro","seats":12,"vip":true,"name":"Ada"}"#,
    )
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
    let answer = client.get("/contacts/attributes").await;
    assert_eq!(
        answer.json["data"]["properties"],
        json(
            r#"[{"type":"STRING","displayName":"Plan","name":"plan"},
                {"type":"DATE","displayName":"Renewal","name":"renewal"},
                {"type":"NUMERIC","displayName":"Seats","name":"seats"},
                {"type":"BOOLEAN","displayName":"Vip","name":"vip"}]"#
        )
    );
}

#[tokio::test]
async fn a_timeline_event_finds_its_contact_by_either_id() {
    let emulator = Emulator::builder()
        .clock(Clock::Fixed(1_735_689_700_000))
        .start()
        .await
        .unwrap();
    let client = Client::new(&emulator);
    let id = created(&client, r#"{"email":"a@b","externalId":"u_1"}"#).await;
    let answer = client
        .post(
            "/contacts/timeline",
            &format!(r#"{{"contactId":{id},"event":"Trial Started"}}"#),
        )
        .await;
    assert_eq!(
        answer.text,
        format!(
            r#"{{"data":{{"attributes":{{}},"event":"trial started","createdAt":1735689700000,"contactId":{id}}}}}"#
        )
    );
    for (body, status) in [
        (
            format!(r#"{{"contactId":"{id}","event":"x","createdAt":5}}"#),
            200,
        ),
        (
            r#"{"externalId":"u_1","event":"x","attributes":{"n":1,"s":"t"}}"#.to_owned(),
            200,
        ),
        (r#"{"externalId":"nobody","event":"x"}"#.to_owned(), 404),
        (r#"{"contactId":1,"event":"x"}"#.to_owned(), 404),
        (
            format!(r#"{{"contactId":{id},"externalId":"u_1","event":"x"}}"#),
            400,
        ),
        (r#"{"event":"x"}"#.to_owned(), 400),
        (format!(r#"{{"contactId":{id}}}"#), 400),
    ] {
        let answer = client.post("/contacts/timeline", &body).await;
        assert_eq!(answer.status, status, "{body} {}", answer.text);
    }
    let events = emulator.state().timeline(1, id).await.unwrap();
    let events: Vec<_> = events
        .iter()
        .map(|event| (event.created_at, event.attributes.as_str()))
        .collect();
    assert_eq!(
        events,
        [
            (5, "{}"),
            (1_735_689_700_000, "{}"),
            (1_735_689_700_000, r#"{"n":"1","s":"t"}"#)
        ]
    );
}

#[tokio::test]
async fn an_erasure_finds_deleted_contacts_too() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("contacts.db");
    for restart in [false, true] {
        let start = || {
            let settings = Settings {
                deleted_readable: true,
                ..Settings::default()
            };
            let builder = Emulator::builder().database(&path).settings(settings);
            async { builder.start().await.unwrap() }
        };
        let mut emulator = start().await;
        let client = Client::new(&emulator);
        let id = created(&client, r#"{"email":"ada@example.test"}"#).await;
        let contact = format!("/contacts/{id}");
        assert_eq!(client.delete(&contact).await.status, 202);
        assert_eq!(client.get(&contact).await.status, 200);
        if restart {
            emulator.shutdown().await;
            emulator = start().await;
        }
        let client = Client::new(&emulator);
        let person = r#"{"email":"ada@example.test"}"#;
        assert_eq!(client.post("/gdpr/delete", person).await.status, 200);
        assert_eq!(client.get(&contact).await.status, 404, "{restart}");
        let dump = emulator.state().dump().await.unwrap();
        assert!(!dump.as_json().contains("ada@"), "{}", dump.as_json());
        emulator.shutdown().await;
    }
}

#[tokio::test]
async fn privacy_and_unsubscribing_work_by_email() {
    let emulator = Emulator::start().await.unwrap();
    let client = Client::new(&emulator);
    let id = created(&client, r#"{"email":"ada@example.test"}"#).await;
    let answer = client
        .post(
            "/emails/unsubscribe",
            r#"["Ada@example.test","bob@example.test"]"#,
        )
        .await;
    assert_eq!(
        (answer.status, answer.text.as_str()),
        (200, r#"{"result":"OK","ok":true}"#)
    );
    assert!(
        emulator
            .state()
            .is_unsubscribed(1, "ada@example.test")
            .await
            .unwrap()
    );
    let answer = client
        .post("/gdpr/retrieve", r#"{"email":"ada@example.test"}"#)
        .await;
    assert_eq!(answer.json["data"]["sentToEmail"], "admin@example.test");
    assert_eq!(
        client
            .post("/gdpr/delete", r#"{"email":"ADA@example.test"}"#)
            .await
            .status,
        200
    );
    assert_eq!(client.get(&format!("/contacts/{id}")).await.status, 404);
    assert!(emulator.state().contacts().await.unwrap().is_empty());
    assert!(
        !emulator
            .state()
            .is_unsubscribed(1, "ada@example.test")
            .await
            .unwrap()
    );
    assert!(
        created(&client, r#"{"email":"ada@example.test"}"#).await > id,
        "no id is given out twice"
    );
    assert!(
        !emulator
            .state()
            .dump()
            .await
            .unwrap()
            .as_json()
            .contains("bob@example.test\",\"x")
    );
}

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
    let id = created(
        &client,
        r#"{"email":"ada@example.test","externalId":"u_1"}"#,
    )
    .await;
    assert_eq!(other.get(&format!("/contacts/{id}")).await.status, 404);
    assert_eq!(
        other.get("/contacts?email=ada%40example.test").await.text,
        r#"{"data":[]}"#
    );
    assert_eq!(other.delete(&format!("/contacts/{id}")).await.status, 404);
    let own = created(&other, r#"{"email":"ada@example.test","externalId":"u_1"}"#).await;
    assert_eq!(reader.get(&format!("/contacts/{own}")).await.status, 200);
    for (method, path) in [
        ("POST", "/contacts"),
        ("DELETE", "/contacts/1"),
        ("GET", "/contacts/attributes"),
        ("POST", "/gdpr/delete"),
    ] {
        let answer = reader.send(method.parse().unwrap(), path, "{}").await;
        assert_eq!(
            (answer.status, &answer.json["error"]["type"]),
            (403, &json("\"authentication_error\"")),
            "{path}"
        );
    }
    let answer = reader
        .post("/app/token_info", r#"{"access_token":"other"}"#)
        .await;
    assert_eq!(answer.json["authenticated_userid"], "orgId:4242");
    assert_eq!(
        answer.json["scope"],
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

#[tokio::test]
async fn settings_change_what_is_unknown_of_drift() {
    let settings: Settings = serde_json::from_str(
        r#"{"code_place":"code","duplicate_email_status":400,"unset_external_id":"absent","email_case_sensitive":true,
            "null_on_update":"remove","update_shows_version":"after","timeline_event_case":"kept",
            "acknowledgement":"empty","delete_status":200,"external_id_number":"keep"}"#,
    )
    .unwrap();
    assert_eq!(
        (settings.null_on_update, settings.update_shows_version),
        (NullOnUpdate::Remove, ShownVersion::After)
    );
    let emulator = Emulator::builder()
        .settings(settings)
        .start()
        .await
        .unwrap();
    let client = Client::new(&emulator);
    let id = created(&client, r#"{"email":"Ada@b","plan":"x"}"#).await;
    created(&client, r#"{"email":"ada@b"}"#).await;
    let taken = client.create(r#"{"email":"ada@b"}"#).await;
    assert_eq!(
        (taken.status, &taken.json["error"]["code"]),
        (400, &json("\"CONTACT-6\""))
    );
    let changed = client
        .patch(
            &format!("/contacts/{id}"),
            r#"{"attributes":{"plan":null}}"#,
        )
        .await;
    let attributes = changed.json["data"]["attributes"].as_object().unwrap();
    assert!(!attributes.contains_key("plan") && !attributes.contains_key("externalId"));
    assert_eq!(attributes["_calculated_version"], 4);
    let deleted = client.delete(&format!("/contacts/{id}")).await;
    assert_eq!((deleted.status, deleted.text.as_str()), (200, ""));
    let numbered = client.create(r#"{"email":"n@b","externalId":12345}"#).await;
    assert_eq!(numbered.json["data"]["attributes"]["external_id"], 12345);
    assert_eq!(
        client.get("/contacts?idType=external&id=12345").await.json["data"][0]["attributes"]["externalId"],
        12345
    );
}

#[tokio::test]
async fn look_ups_lag_by_calls_or_by_the_clock() {
    let settings: Settings = serde_json::from_str(r#"{"lookup_lag":{"calls":2}}"#).unwrap();
    let emulator = Emulator::builder()
        .settings(settings)
        .start()
        .await
        .unwrap();
    let client = Client::new(&emulator);
    let id = created(&client, r#"{"email":"a@b","externalId":"u"}"#).await;
    assert_eq!(client.get(&format!("/contacts/{id}")).await.status, 200);
    let mut seen = Vec::new();
    for query in ["email=a%40b", "idType=external&id=u", "email=a%40b"] {
        seen.push(
            client.get(&format!("/contacts?{query}")).await.json["data"]
                .as_array()
                .unwrap()
                .len(),
        );
    }
    assert_eq!(seen, [0, 0, 1]);

    let settings: Settings = serde_json::from_str(r#"{"lookup_lag":{"ms":100}}"#).unwrap();
    let emulator = Emulator::builder()
        .settings(settings)
        .clock(Clock::Fixed(1000))
        .start()
        .await
        .unwrap();
    let client = Client::new(&emulator);
    created(&client, r#"{"email":"a@b"}"#).await;
    assert_eq!(
        client.get("/contacts?email=a%40b").await.text,
        r#"{"data":[]}"#
    );
    emulator.state().set_clock(Clock::Fixed(1100));
    assert_ne!(
        client.get("/contacts?email=a%40b").await.text,
        r#"{"data":[]}"#
    );
}

#[tokio::test]
async fn a_rate_limit_counts_per_token_and_window() {
    let settings: Settings =
        serde_json::from_str(r#"{"rate_limit":{"requests":2,"window_ms":1500}}"#).unwrap();
    let other = Organization::new(2).token("other", &Scope::ALL);
    let builder = Emulator::builder()
        .settings(settings)
        .clock(Clock::Fixed(0))
        .organization(other);
    let emulator = builder.start().await.unwrap();
    let client = Client::new(&emulator);
    for status in [404, 404, 429] {
        assert_eq!(client.get("/contacts/1").await.status, status);
    }
    let limited = client.get("/contacts/1").await;
    assert_eq!(
        (
            limited.header("retry-after"),
            &limited.json["error"]["type"]
        ),
        (Some("2"), &json("\"rate_limit\""))
    );
    assert_eq!(
        client.with_token("other").get("/contacts/1").await.status,
        404
    );
    emulator.state().set_clock(Clock::Fixed(1500));
    assert_eq!(client.get("/contacts/1").await.status, 404);
}

//! Successes that are almost what the contract says: a value of another type, a member that is missing, no body at all.

use drift::{ContactChanges, Delivery, ErrorKind, ExternalId, Outcome, TimelineEvent};
use drift_tests::ada;
use serde_json::{Value, json};

use crate::raw_server::{RawServer, Reply};

/// Each has one odd attribute, or lacks what the contract requires.
fn odd_contacts() -> Vec<Value> {
    let with = |name: &str, value: Value| {
        let mut attributes = json!({"email": "ada@example.test", "name": "Ada"});
        attributes[name] = value;
        json!({"id": 7, "createdAt": 1, "attributes": attributes})
    };
    vec![
        with("tags", json!(["lead", "vip"])),
        with("phone", json!(15_550_100)),
        with("start_date", json!("2026-11-23")),
        with("last_active", json!(1.5)),
        with("socialProfiles", json!([])),
        json!({"id": 7, "attributes": {"email": "ada@example.test", "name": "Ada"}}),
        json!({"id": 7, "createdAt": "now", "attributes": {"email": "ada@example.test", "name": "Ada"}}),
    ]
}

#[tokio::test]
async fn an_odd_contact_is_a_contact() {
    for sent in odd_contacts() {
        let one = json!({ "data": sent });
        let many = json!({ "data": [sent] });
        let server = RawServer::start(move |request, _| {
            let is_list = request.method == "GET" && request.target.contains('?');
            Reply::json(200, if is_list { &many } else { &one })
        })
        .await;
        let contacts = server.client().contacts();
        let got = contacts.get(7).await.expect("read");
        assert_eq!(got.name(), Some("Ada"), "{sent}");
        assert_eq!(got.to_json(), sent);
        let created = contacts.create(ada()).await;
        assert!(matches!(created, Ok(Outcome::Created(_))), "{sent}");
        let changes = ContactChanges::new().name("Ada");
        assert_eq!(contacts.update(7, changes).await.expect("updated"), got);
        let found = contacts.find_by_email("ada@example.test").await;
        assert_eq!(found.expect("found").into_vec(), [got]);
        assert_eq!(server.requests().len(), 4, "each was sent once: {sent}");
    }
}

#[tokio::test]
async fn a_typed_getter_says_that_a_value_has_another_type() {
    let contact =
        json!({"data": {"id": 7, "attributes": {"phone": 15_550_100, "name": "Ada", "plan": 5}}});
    let server = RawServer::start(move |_, _| Reply::json(200, &contact)).await;
    let got = server.client().contacts().get(7).await.expect("read");
    assert_eq!(got.phone(), None);
    assert_eq!(got.value("phone"), Some(&json!(15_550_100)));
    assert_eq!(got.attribute("phone"), Ok(Some(15_550_100)));
    assert!(got.attribute::<String>("phone").is_err());
    assert!(got.attribute::<String>("plan").is_err());
    assert_eq!(got.attribute("name"), Ok(Some("Ada".to_owned())));
    assert_eq!(got.attribute::<String>("email"), Ok(None));
    assert_eq!(got.attributes()["phone"], 15_550_100);
    assert_eq!((got.created_at(), got.created_at_millis()), (None, None));
}

#[tokio::test]
async fn a_byte_order_mark_is_no_matter() {
    let body = "\u{feff}{\"data\":{\"id\":7,\"createdAt\":1,\"attributes\":{}}}";
    let server = RawServer::start(move |_, _| Reply::new(200, "", body)).await;
    let got = server.client().contacts().get(7).await.expect("read");
    assert_eq!(got.created_at_millis(), Some(1));
}

#[tokio::test]
async fn an_odd_error_of_drifts_is_drifts() {
    for body in [
        "\u{feff}{\"error\":{\"type\":\"CONTACT-6\"}}",
        r#"{"error":{"type":6,"code":"CONTACT-6"}}"#,
        r#"{"errors":[{"type":"CONTACT-6"}]}"#,
    ] {
        let server = RawServer::responding("POST", move || Reply::new(409, "", body)).await;
        let error = server.client().contacts().create(ada()).await;
        let error = error.expect_err("a duplicate");
        assert_eq!(error.kind(), ErrorKind::DuplicateEmail, "{body}");
        assert_eq!(error.code(), Some("CONTACT-6"), "{body}");
        assert_eq!(server.requests().len(), 1, "{body}");
    }
}

#[tokio::test]
async fn one_contact_of_a_list_hides_no_other() {
    let ada = json!({"id": 7, "attributes": {"email": "ada@example.test"}});
    let foreign = json!({"id": 8, "createdAt": 1, "attributes": {"email": "bob@example.test"}});
    for other in [
        foreign,
        json!({"attributes": {}}),
        json!("nobody"),
        json!(null),
    ] {
        let list = json!({ "data": [other, ada] });
        let server = RawServer::start(move |_, _| Reply::json(200, &list)).await;
        let found = server
            .client()
            .contacts()
            .find_by_email("ada@example.test")
            .await;
        let ids: Vec<i64> = found
            .expect("found")
            .iter()
            .map(|one| one.id().get())
            .collect();
        assert_eq!(ids, [7], "{other}");
    }
}

/// It is not known whether the contact is there, so nobody may say that it is absent.
#[tokio::test]
async fn a_list_of_broken_contacts_is_not_empty() {
    for (item, place) in [
        (
            json!({"attributes": {"email": "ada@example.test"}}),
            "data[0].id",
        ),
        (json!("ada@example.test"), "data[0]"),
        (
            json!({"id": 7, "attributes": {"phone": 15_550_100}}),
            "data[0].attributes.phone",
        ),
        (
            json!({"id": 7, "attributes": {"email": ["ada@example.test"]}}),
            "data[0].attributes.email",
        ),
        (
            json!({"id": 7, "createdAt": 1, "attributes": {"email": "bob@example.test"}}),
            "data[0]",
        ),
    ] {
        let list = json!({ "data": [item] });
        let server = RawServer::start(move |_, _| Reply::json(200, &list)).await;
        let contacts = server.client().contacts();
        for error in [
            contacts.find_by_email("ada@example.test").await.err(),
            contacts.find_by_external_id("r_4d87b39b").await.err(),
        ] {
            let error = error.expect("unreadable");
            assert_eq!(error.kind(), ErrorKind::UnreadableResponse);
            let shown = error.to_string();
            assert!(shown.contains(&format!("`{place}`")), "{shown}");
            assert!(
                !shown.contains("@") && !shown.contains("15550100"),
                "{shown}"
            );
        }
        assert_eq!(server.requests().len(), 2, "each was read once");
    }
}

#[tokio::test]
async fn a_success_that_cannot_be_read_is_read_once_and_its_place_is_named() {
    for (body, place) in [
        (r#"{"data":{"id":"ada@example.test"}}"#, "`data.id`"),
        (r#"{"contact":"ada@example.test"}"#, "`data`"),
        ("ada@example.test", "`line 1, column 1`"),
        ("", "`data`"),
    ] {
        let server = RawServer::start(move |_, _| Reply::new(200, "", body)).await;
        let error = server
            .client()
            .contacts()
            .get(7)
            .await
            .expect_err("unreadable");
        assert_eq!(error.kind(), ErrorKind::UnreadableResponse);
        assert_eq!(error.delivery(), Delivery::Done);
        let shown = format!("{error} {error:?}");
        assert!(shown.contains(place) && !shown.contains('@'), "{shown}");
        assert_eq!(server.requests().len(), 1, "{body}");
    }
}

/// It was made, though its response cannot be read.
#[tokio::test]
async fn a_create_without_a_contact_in_its_response_is_found() {
    for reply in [
        || Reply::empty(200),
        || Reply::empty(202),
        || Reply::json(200, &json!({"data": {"attributes": {}}})),
    ] {
        let drift = crate::raw_server::Drift::default();
        let server = RawServer::start(move |request, _| {
            let done = drift.carry_out(request);
            if request.method == "POST" {
                reply()
            } else {
                done
            }
        })
        .await;
        let new = ada().external_id(ExternalId::random());
        let outcome = server.client().contacts().create(new).await;
        assert!(matches!(outcome, Ok(Outcome::Recovered(_))));
        assert_eq!((server.count("POST"), server.count("GET")), (1, 1));
    }
}

#[tokio::test]
async fn an_update_without_a_contact_in_its_response_is_done_and_read() {
    let contact = json!({"id": 7, "createdAt": 1, "attributes": {"externalId": "r_4d87b39b"}});
    for (status, body) in [
        (202, ""),
        (204, ""),
        (200, ""),
        (202, r#"{"result":"OK","ok":true}"#),
    ] {
        let contact = contact.clone();
        let server = RawServer::start(move |request, _| {
            match (request.method.as_str(), request.target.contains('?')) {
                ("PATCH", _) => Reply::new(status, "", body),
                (_, true) => Reply::json(200, &json!({ "data": [contact] })),
                (_, false) => Reply::json(200, &json!({ "data": contact })),
            }
        })
        .await;
        let contacts = server.client().contacts();
        let changes = || ContactChanges::new().name("Ada");
        let by_id = contacts.update(7, changes()).await;
        let by_external_id = contacts
            .update_by_external_id("r_4d87b39b", changes())
            .await;
        for updated in [by_id, by_external_id] {
            assert_eq!(updated.expect("done").id().get(), 7, "{status} {body}");
        }
        assert_eq!(
            (server.count("PATCH"), server.count("GET")),
            (2, 2),
            "{status} {body}"
        );
    }
}

#[tokio::test]
async fn an_update_that_is_done_and_cannot_be_read_is_done() {
    let server = RawServer::start(move |request, _| match request.method.as_str() {
        "PATCH" => Reply::empty(204),
        _ => Reply::empty(401),
    })
    .await;
    let changes = ContactChanges::new().name("Ada");
    let error = server.client().contacts().update(7, changes).await;
    let error = error.expect_err("not read");
    assert_eq!(error.kind(), ErrorKind::Unauthorized);
    assert_eq!(error.delivery(), Delivery::Done);
    assert_eq!((server.count("PATCH"), server.count("GET")), (1, 1));
}

/// An update whose success cannot be read was executed, if it is Drift's; else the contact shows whether it was.
#[tokio::test]
async fn an_update_whose_success_cannot_be_read_is_sent_once_and_read() {
    let half = || Reply::Cut(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{".to_vec());
    type Case = (&'static str, fn() -> Reply, bool);
    let replies: [Case; 5] = [
        (
            "an odd contact",
            || Reply::new(200, "", r#"{"data":{"id":"7"}}"#),
            true,
        ),
        ("text", || Reply::new(200, "", "done"), false),
        ("a page", || Reply::text(200, "<html>Sign in</html>"), false),
        (
            "JSON of another server",
            || Reply::new(200, "", "[]"),
            false,
        ),
        ("half a body", half, false),
    ];
    for (case, reply, is_drifts) in replies {
        for shown in ["Ada", "Bob"] {
            let server = RawServer::start(move |request, _| match request.method.as_str() {
                "PATCH" => reply(),
                _ => Reply::json(
                    200,
                    &json!({"data": {"id": 7, "attributes": {"name": shown}}}),
                ),
            })
            .await;
            let changes = ContactChanges::new().name("Ada");
            let updated = server.client().contacts().update(7, changes).await;
            if is_drifts || shown == "Ada" {
                assert_eq!(updated.expect("done").name(), Some(shown), "{case}");
            } else {
                let error = updated.expect_err("not seen");
                assert_eq!(error.delivery(), Delivery::Unknown, "{case}");
            }
            let count = (server.count("PATCH"), server.count("GET"));
            assert_eq!(count, (1, 1), "{case}, {shown}");
        }
    }
}

/// The same where the contact is kept as JSON. What cannot be read may be another server's, and stays unknown.
#[tokio::test]
async fn an_update_as_json_whose_success_cannot_be_read_is_sent_once() {
    for (case, reply, is_drifts) in [
        ("an odd contact", r#"{"data":{"id":"7"}}"#, true),
        ("text", "done", false),
        ("JSON of another server", "[]", false),
    ] {
        let server = RawServer::start(move |request, _| match request.method.as_str() {
            "PATCH" => Reply::new(200, "", reply),
            _ => Reply::json(
                200,
                &json!({"data": {"id": 7, "createdAt": 1, "attributes": {}}}),
            ),
        })
        .await;
        let calls = server.client().json();
        let body = json!({"attributes": {"name": "Ada"}});
        match calls.update_contact(7.into(), &body).await {
            Ok(updated) => assert!(is_drifts && updated["data"]["id"] == 7, "{case}: {updated}"),
            Err(error) => {
                assert!(!is_drifts, "{case}: {error}");
                assert_eq!(error.delivery(), Delivery::Unknown, "{case}");
            }
        }
        assert_eq!(server.count("PATCH"), 1, "{case}");
    }
}

/// The same where an `upsert` updates.
#[tokio::test]
async fn an_upsert_whose_update_cannot_be_read_updates_once() {
    for shown in ["Ada", "Bob"] {
        let contact = json!({"id": 7, "createdAt": 1, "attributes": {"email": "ada@example.test", "name": shown}});
        let server = RawServer::start(move |request, _| {
            match (request.method.as_str(), request.target.contains('?')) {
                ("POST", _) => Reply::json(409, &json!({"error": {"type": "CONTACT-6"}})),
                ("PATCH", _) => Reply::new(200, "", "done"),
                (_, true) => Reply::json(200, &json!({"data": [contact]})),
                (_, false) => Reply::json(200, &json!({"data": contact})),
            }
        })
        .await;
        let upserted = server.client().contacts().upsert(ada().name("Ada")).await;
        match shown {
            "Ada" => assert_eq!(upserted.expect("done").as_str(), "updated"),
            _ => assert_eq!(
                upserted.expect_err("not seen").delivery(),
                Delivery::Unknown
            ),
        }
        assert_eq!(server.count("PATCH"), 1, "{shown}");
    }
}

#[tokio::test]
async fn calls_that_need_no_value_of_the_response_need_drifts_alone() {
    let (yes, event) = (r#"{"result":"OK","ok":true}"#, r#"{"data":{"event":5}}"#);
    for (short, data) in [("", ""), ("{}", "{}"), (yes, event)] {
        let server = RawServer::start(move |request, _| {
            let is_short = request.method == "DELETE" || request.target.contains("unsubscribe");
            Reply::new(200, "", if is_short { short } else { data })
        })
        .await;
        let client = server.client();
        let email = "ada@example.test".parse().expect("an email");
        let event = TimelineEvent::of(7, "Paid");
        for result in [
            client.contacts().timeline().post(event).await,
            client.contacts().delete(7).await,
            client.privacy().delete_everything_of(&email).await,
            client.privacy().retrieve(&email).await.map(drop),
        ] {
            result.unwrap_or_else(|error| panic!("{short}: {error}"));
        }
        assert_eq!(server.requests().len(), 4, "{short}");
    }
}

/// Some servers respond with a status of success, and say in the body that it is none.
#[tokio::test]
async fn a_success_that_denies_itself_is_none() {
    for body in [
        json!({"ok": false}),
        json!({"error": {"type": "internal_error"}}),
        json!({"errors": [{"type": "internal_error"}]}),
    ] {
        let sent = body.clone();
        let server = RawServer::start(move |_, _| Reply::json(200, &sent)).await;
        let contacts = server.client().contacts();
        let event = TimelineEvent::of(7, "Trial started");
        let errors = [
            contacts.delete(7).await.expect_err("not deleted"),
            contacts
                .timeline()
                .post(event)
                .await
                .map(drop)
                .expect_err("not posted"),
        ];
        for error in errors {
            assert_eq!(error.kind(), ErrorKind::UnreadableResponse, "{body}");
            assert_eq!(error.delivery(), Delivery::Unknown, "{body}");
        }
    }
}

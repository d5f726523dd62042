//! Timeline events.

use crate::common::Client;
use drift_emulator::{Clock, Emulator};

#[tokio::test]
async fn a_timeline_event_finds_its_contact_by_either_id() {
    let emulator = Emulator::builder()
        .clock(Clock::Fixed(1_735_689_700_000))
        .start()
        .await
        .unwrap();
    let client = Client::new(&emulator);
    let id = client
        .created(r#"{"email":"a@b","externalId":"u_1"}"#)
        .await;
    let response = client
        .post(
            "/contacts/timeline",
            &format!(r#"{{"contactId":{id},"event":"Trial Started"}}"#),
        )
        .await;
    assert_eq!(
        response.text,
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
        let response = client.post("/contacts/timeline", &body).await;
        assert_eq!(response.status, status, "{body} {}", response.text);
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

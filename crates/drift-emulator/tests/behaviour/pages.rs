//! The pages for people, over a real socket: what they show, to whom, and how they keep hostile text harmless.

use crate::common::{Client, Response};
use drift_emulator::settings::{EventCase, Settings};
use drift_emulator::{Effect, Emulator, Fault, Organization, Scope};
use reqwest::Method;

/// What a contact's attributes may try.
const HOSTILE: &str = r#"{
    "email": "\"><script>alert(1)</script>@example.test",
    "name": "' onmouseover='alert(2)",
    "externalId": "</code><img src=x onerror=alert(3)>",
    "site": "javascript:alert(4)",
    "turned": "abc\u202Egnp.exe",
    "<b>key</b>": {"a": "</td></table><script>alert(5)</script>"}
}"#;

async fn page(client: &Client, path: &str) -> Response {
    Response::of(client.http.get(format!("{}{path}", client.url)))
        .await
        .unwrap()
}

fn is_page(response: &Response) -> bool {
    response
        .header("content-type")
        .is_some_and(|kind| kind.starts_with("text/html"))
}

#[tokio::test]
async fn the_page_of_a_contact_shows_attributes_types_and_timeline() {
    let emulator = Emulator::start().await.unwrap();
    let client = Client::new(&emulator);
    let id = client.created(r#"{"email":"ada@example.test","externalId":"user-17","name":"Ada","seats":12,"vip":true}"#,
    )
    .await;
    let other = client
        .created(r#"{"email":"ada@example.test","externalId":"u_9f3c1ad27b60e845","seats":"many"}"#)
        .await;
    let event =
        format!(r#"{{"contactId":{id},"event":"Trial started","createdAt":1735689600123}}"#);
    client.post("/contacts/timeline", &event).await;
    client
        .post("/emails/unsubscribe", r#"["ada@example.test"]"#)
        .await;

    let shown = page(&client, &format!("/contacts/details/{id}")).await;
    assert_eq!(shown.status, 200);
    for part in [
        "ada@example.test",
        "user-17",
        "NUMERIC",
        "BOOLEAN",
        "trial started",
        "<code>timeline_event_case</code> is <code>lower</code>",
        "2025-01-01 00:00:00 UTC",
        "Unsubscribed from emails",
        "1 other contact has",
        "The external id can be guessed",
        "External id: guessable",
        "sequence number",
    ] {
        assert!(shown.text.contains(part), "{part} in {}", shown.text);
    }
    let shown = page(&client, &format!("/contacts/details/{other}")).await;
    assert!(shown.text.contains("holds text"), "{}", shown.text);
    assert!(!shown.text.contains("can be guessed"), "{}", shown.text);
}

#[tokio::test]
async fn a_timeline_that_no_setting_changes_says_nothing_of_it() {
    let settings = Settings {
        timeline_event_case: EventCase::Kept,
        ..Settings::default()
    };
    let emulator = Emulator::builder()
        .settings(settings)
        .start()
        .await
        .unwrap();
    let client = Client::new(&emulator);
    let id = client.created(r#"{"email":"ada@example.test"}"#).await;
    let event = format!(r#"{{"contactId":{id},"event":"Trial started"}}"#);
    client.post("/contacts/timeline", &event).await;
    let shown = page(&client, &format!("/contacts/details/{id}")).await;
    assert!(shown.text.contains("Trial started"), "{}", shown.text);
    assert!(
        !shown.text.contains("timeline_event_case"),
        "{}",
        shown.text
    );
}

#[tokio::test]
async fn the_page_of_a_contact_knows_its_email_in_the_external_id() {
    let emulator = Emulator::start().await.unwrap();
    let client = Client::new(&emulator);
    // The second is what `printf ada@example.test | sha256sum` prints.
    for (external_id, judgement) in [
        ("ada@example.test", "the contact&#39;s own email"),
        (
            "b97222ea69dadf792baa97fa768ecb840a0023714c831ab1328838cba9f7f437",
            "a hash of the contact&#39;s own email",
        ),
    ] {
        let attributes = format!(r#"{{"email":"Ada@example.test","externalId":"{external_id}"}}"#);
        let id = client.created(&attributes).await;
        let shown = page(&client, &format!("/contacts/details/{id}")).await;
        for part in [
            judgement,
            "External id: guessable",
            "Whoever guesses the id",
        ] {
            assert!(shown.text.contains(part), "{part} in {}", shown.text);
        }
    }
}

#[tokio::test]
async fn hostile_values_stay_text() {
    let emulator = Emulator::start().await.unwrap();
    let client = Client::new(&emulator);
    let id = client.created(HOSTILE).await;
    let search = "/?q=%22%3E%3Cscript%3Ealert(1)";
    for path in ["/", search, &format!("/contacts/details/{id}")] {
        let shown = page(&client, path).await;
        assert_eq!(shown.status, 200, "{path}");
        for forbidden in [
            "<script>",
            "<img src=x",
            "<b>key",
            "' onmouseover",
            "href=\"javascript",
            "\u{202e}",
        ] {
            assert!(!shown.text.contains(forbidden), "{forbidden} in {path}");
        }
        assert!(
            shown.text.contains("&#60;script&#62;"),
            "{path}: {}",
            shown.text
        );
    }
    let shown = page(&client, &format!("/contacts/details/{id}")).await;
    assert!(shown.text.contains("U+202E"), "{}", shown.text);
}

#[tokio::test]
async fn the_list_is_searched_and_paged() {
    let emulator = Emulator::start().await.unwrap();
    let client = Client::new(&emulator);
    for n in 0..51 {
        client
            .created(&format!(
                r#"{{"email":"p{n:02}@example.test","externalId":"x-{n:02}"}}"#
            ))
            .await;
    }
    let first = page(&client, "/").await;
    assert!(first.text.contains("p50@example.test") && first.text.contains("p01@example.test"));
    assert!(!first.text.contains("p00@example.test"));
    assert!(first.text.contains("51 contacts, newest first"));
    let older = first
        .text
        .split("rel=\"next\" href=\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .unwrap()
        .replace("&amp;", "&");
    let second = page(&client, &older).await;
    assert!(second.text.contains("p00@example.test") && !second.text.contains("p01@example.test"));
    assert!(second.text.contains("rel=\"prev\""));

    for (search, found, missed) in [
        ("P07%40EXAMPLE", "p07@example.test", "p08@example.test"),
        ("x-08", "p08@example.test", "p07@example.test"),
        ("nobody", "No contact has", "p07@example.test"),
    ] {
        let shown = page(&client, &format!("/?q={search}")).await;
        assert!(
            shown.text.contains(found) && !shown.text.contains(missed),
            "{search}: {}",
            shown.text
        );
    }
    for (search, count) in [("p07", "1 contact found"), ("p0", "10 contacts found")] {
        let shown = page(&client, &format!("/?q={search}")).await;
        assert!(shown.text.contains(count), "{search}: {}", shown.text);
    }
    assert_eq!(page(&client, "/?before=x").await.status, 400);
}

#[tokio::test]
async fn only_the_default_token_opens_the_pages() {
    let emulator = Emulator::builder()
        .token("own-secret-token")
        .organization(
            Organization::new(2)
                .token("second", &[Scope::ContactRead, Scope::ContactWrite])
                .token("blind", &[Scope::ContactWrite]),
        )
        .start()
        .await
        .unwrap();
    let client = Client::new(&emulator);
    let id = client.created(r#"{"email":"first@example.test"}"#).await;
    let second = client.with_token("second");
    second.created(r#"{"email":"second@example.test"}"#).await;

    let details = format!("/contacts/details/{id}");
    for path in ["/", &details] {
        let refused = page(&client, path).await;
        assert_eq!(refused.status, 401, "{path}");
        assert!(
            refused
                .header("www-authenticate")
                .unwrap()
                .starts_with("Basic ")
        );
        assert!(is_page(&refused) && !refused.text.contains("example.test"));
    }
    let with = async |token: &str, path: &str| {
        let url = format!("{}{path}", client.url);
        Response::of(client.http.get(url).basic_auth("", Some(token)))
            .await
            .unwrap()
    };
    let own = with("own-secret-token", "/").await;
    assert!(own.text.contains("first@example.test") && !own.text.contains("second@example.test"));
    let other = with("second", "/").await;
    assert!(
        other.text.contains("second@example.test") && !other.text.contains("first@example.test")
    );
    assert_eq!(
        with("second", &details).await.status,
        404,
        "another organization's contact"
    );
    assert_eq!(with("blind", "/").await.status, 403);
    assert_eq!(with("wrong", "/").await.status, 401);
    assert_eq!(with("sandbox", "/").await.status, 401);
    let reference = page(&client, "/docs").await;
    assert_eq!(reference.status, 200);
    assert!(!reference.text.contains("own-secret-token"));
}

#[tokio::test]
async fn the_default_token_of_another_organization_opens_nothing() {
    let emulator = Emulator::builder()
        .token("own-secret-token")
        .organization(Organization::new(2).token("sandbox", &Scope::ALL))
        .start()
        .await
        .unwrap();
    let client = Client::new(&emulator);
    assert_eq!(page(&client, "/").await.status, 401);
    assert!(
        page(&client, "/docs")
            .await
            .text
            .contains("data-token=\"\"")
    );
}

#[tokio::test]
async fn a_foreign_host_sees_no_page() {
    let emulator = Emulator::start().await.unwrap();
    let client = Client::new(&emulator);
    for path in ["/", "/docs", "/assets/style.css"] {
        let request = client
            .http
            .get(format!("{}{path}", client.url))
            .header("host", "evil.example");
        assert_eq!(Response::of(request).await.unwrap().status, 403, "{path}");
    }
}

#[tokio::test]
async fn pages_allow_nothing_from_elsewhere_and_nothing_inline() {
    let emulator = Emulator::start().await.unwrap();
    let client = Client::new(&emulator);
    let id = client.created(r#"{"email":"ada@example.test"}"#).await;
    let details = format!("/contacts/details/{id}");
    for path in ["/", "/docs", &details, "/contacts/details/1"] {
        let shown = page(&client, path).await;
        let policy = shown.header("content-security-policy").unwrap();
        assert!(policy.contains("default-src 'none'"), "{policy}");
        assert!(
            !policy.contains("unsafe") && !policy.contains("http"),
            "{policy}"
        );
        assert_eq!(shown.header("cache-control"), Some("no-store"));
        for inline in [" style=", " onclick=", "<style", "src=\"http"] {
            assert!(!shown.text.contains(inline), "{inline} in {path}");
        }
    }
}

#[tokio::test]
async fn every_file_that_a_page_names_is_there() {
    let emulator = Emulator::start().await.unwrap();
    let client = Client::new(&emulator);
    let mut named = 0;
    for path in ["/", "/docs"] {
        let text = page(&client, path).await.text;
        let quoted = text
            .split('"')
            .filter(|part| part.starts_with("/assets/") || part.starts_with("/docs/"));
        for file in quoted {
            let response = page(&client, file).await;
            assert_eq!(response.status, 200, "{file}");
            assert_eq!(response.header("x-content-type-options"), Some("nosniff"));
            named += 1;
        }
    }
    assert!(named >= 8, "{named} files");
    assert_eq!(page(&client, "/assets/none.css").await.status, 404);
    let bundle = page(&client, "/assets/swagger-ui-bundle.js").await;
    assert_eq!(bundle.header("content-encoding"), Some("gzip"));
}

#[tokio::test]
async fn pages_hide_no_path_of_the_api_and_are_never_faulted() {
    let emulator = Emulator::builder()
        .fault(Fault::new(Effect::Disconnect {
            reset: true,
            commit: false,
        }))
        .start()
        .await
        .unwrap();
    let client = Client::new(&emulator);
    assert_eq!(page(&client, "/").await.status, 200);
    assert_eq!(page(&client, "/docs").await.status, 200);
    let request = client.request(Method::GET, "/contacts/7");
    assert!(Response::of(request).await.is_err(), "a request is faulted");
    emulator.faults().clear();

    let response = client.get("/contacts/details").await;
    assert_eq!(response.status, 400, "{}", response.text);
    assert!(response.json["error"].is_object());
    let gone = page(&client, "/contacts/details/7").await;
    assert_eq!(gone.status, 404);
    assert!(is_page(&gone));
    let write = client.send(Method::POST, "/contacts/details/7", "{}").await;
    assert_eq!(write.status, 405);
}

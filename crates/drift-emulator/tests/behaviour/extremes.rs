//! Numbers at the ends of their range, from settings, faults, clocks and dumps: every request still gets a response.

use crate::common::{Client, Response};
use drift_emulator::{Clock, Dump, Effect, Emulator, Fault, RetryAfter, Settings};

const CLOCKS: [Clock; 6] = [
    Clock::Fixed(i64::MIN),
    Clock::Fixed(-1),
    Clock::Fixed(253_402_300_800_000),
    Clock::Fixed(i64::MAX),
    Clock::Offset(i64::MIN),
    Clock::Offset(i64::MAX),
];

async fn emulator(settings: &str, clock: Clock) -> (Emulator, Client) {
    let settings: Settings = serde_json::from_str(settings).unwrap();
    let builder = Emulator::builder().settings(settings).clock(clock);
    let emulator = builder.start().await.unwrap();
    let client = Client::new(&emulator);
    (emulator, client)
}

#[tokio::test]
async fn a_retry_after_date_is_sent_at_any_clock_and_window() {
    for clock in CLOCKS {
        for window_ms in [1, i64::MAX] {
            let (emulator, client) = emulator("{}", clock).await;
            let limit = Effect::RateLimit {
                requests: 0,
                window_ms,
                retry_after: RetryAfter::Date,
            };
            emulator.faults().add(Fault::new(limit)).unwrap();
            let response = client.get("/contacts/1").await;
            assert_eq!(response.status, 429, "{clock:?} {window_ms}");
            let date = response.header("retry-after").unwrap();
            assert!(date.ends_with(" GMT"), "{clock:?} {window_ms}: {date}");
        }
    }
}

#[tokio::test]
async fn settings_at_their_extremes_serve_requests_at_any_clock() {
    for settings in [
        r#"{"rate_limit":{"requests":1000,"window_ms":9223372036854775807}}"#,
        r#"{"lookup_lag":{"ms":9223372036854775807}}"#,
        r#"{"lookup_lag":{"ms":-9223372036854775808}}"#,
        r#"{"lookup_lag":{"calls":4294967295}}"#,
        r#"{"connections_max":18446744073709551615}"#,
        r#"{"request_timeout_ms":18446744073709551615,"header_timeout_ms":18446744073709551615}"#,
        r#"{"find_limit_default":4294967295,"find_limit_max":4294967295}"#,
        r#"{"body_limit":18446744073709551615}"#,
    ] {
        for clock in CLOCKS {
            let (emulator, client) = emulator(settings, clock).await;
            let id = client.created(r#"{"email":"a@b"}"#).await;
            for path in [
                format!("/contacts/{id}"),
                "/contacts?email=a%40b".to_owned(),
            ] {
                let response = client.get(&path).await;
                assert_eq!(response.status, 200, "{settings} {clock:?} {path}");
            }
            for page in [format!("/contacts/details/{id}"), "/".to_owned()] {
                let request = client.http.get(format!("{}{page}", client.url));
                let response = Response::of(request).await.unwrap();
                assert_eq!(response.status, 200, "{settings} {clock:?} {page}");
            }
            // From one end of the range to the other, in both directions.
            for next in [Clock::Fixed(i64::MAX), Clock::Fixed(i64::MIN)] {
                emulator.state().set_clock(next);
                let response = client.get(&format!("/contacts/{id}")).await;
                assert_eq!(response.status, 200, "{settings} {clock:?} {next:?}");
            }
        }
    }
}

#[tokio::test]
async fn a_dump_with_the_largest_numbers_leaves_the_database_usable() {
    let (emulator, client) = emulator("{}", Clock::System).await;
    let dump = r#"{"contacts":[{"id":9223372036854775807,"createdAt":9223372036854775807,
        "version":9223372036854775807,"attributes":{"email":"a@b"}}]}"#;
    let state = emulator.state();
    state.load(Dump::from_json(dump).unwrap()).await.unwrap();
    let path = "/contacts/9223372036854775807";
    let update = client.patch(path, r#"{"attributes":{"plan":"pro"}}"#);
    assert_eq!(update.await.status, 200);
    // No id is left, so that a create fails; it must not take the database with it.
    assert_eq!(client.create(r#"{"email":"c@b"}"#).await.status, 500);
    assert_eq!(client.get(path).await.status, 200);
}

//! Every fault over real sockets: what the client sees, and what the database holds afterwards.

use crate::common::{Client, Response};
use drift_emulator::{Clock, Effect, Emulator, Fault, RetryAfter};

/// A client without kept connections, so that no test meets the remains of another request.
fn fresh(emulator: &Emulator) -> Client {
    let http = crate::common::http()
        .pool_max_idle_per_host(0)
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap();
    Client {
        http,
        ..Client::new(emulator)
    }
}

async fn create(client: &Client) -> reqwest::Result<Response> {
    let request = client
        .request(reqwest::Method::POST, "/contacts")
        .header("content-type", "application/json");
    Response::of(request.body(r#"{"attributes":{"email":"ada@example.test"}}"#)).await
}

/// The response of one create under an effect, and the number of contacts afterwards.
async fn under(effect: Effect) -> (reqwest::Result<Response>, u64) {
    let emulator = Emulator::builder()
        .fault(Fault::new(effect))
        .start()
        .await
        .unwrap();
    let response = create(&fresh(&emulator)).await;
    let count = emulator.state().count().await.unwrap();
    emulator.shutdown().await;
    (response, count)
}

#[tokio::test]
async fn a_disconnect_loses_the_response_and_by_choice_the_request() {
    for (effect, expected) in [
        (Effect::Refuse, 0),
        (
            Effect::Disconnect {
                reset: false,
                commit: false,
            },
            0,
        ),
        (
            Effect::Disconnect {
                reset: true,
                commit: false,
            },
            0,
        ),
        (
            Effect::Disconnect {
                reset: false,
                commit: true,
            },
            1,
        ),
        (
            Effect::Disconnect {
                reset: true,
                commit: true,
            },
            1,
        ),
        (Effect::HalfBody, 1),
    ] {
        let (response, count) = under(effect.clone()).await;
        assert!(response.is_err(), "{effect:?}");
        assert_eq!(count, expected, "{effect:?}");
    }
}

#[tokio::test]
async fn a_request_that_is_delivered_twice_is_executed_twice_and_gets_the_second_response() {
    let (answer, count) = under(Effect::Twice).await;
    assert_eq!((answer.unwrap().status, count), (409, 1));
    let emulator = Emulator::start().await.unwrap();
    emulator.faults().add_json(r#"[{"do":"twice"}]"#).unwrap();
    let client = fresh(&emulator);
    let event = r#"{"contactId":1,"event":"Trial started"}"#;
    let posted = client.request(reqwest::Method::POST, "/contacts/timeline");
    let posted = posted
        .header("content-type", "application/json")
        .body(event);
    assert!(Response::of(posted).await.is_ok());
    assert_eq!(emulator.faults().log()[0].effect, "twice");
}

#[tokio::test]
async fn the_control_endpoint_ends_a_refusal_that_would_last() {
    let emulator = Emulator::start().await.unwrap();
    let control = |method| fresh(&emulator).request(method, "/_emulator/faults");
    let refuse = control(reqwest::Method::POST).body(r#"[{"do":"refuse"}]"#);
    assert_eq!(refuse.send().await.unwrap().status(), 200);
    assert!(create(&fresh(&emulator)).await.is_err());
    let listed = control(reqwest::Method::GET).send().await.unwrap();
    assert!(listed.text().await.unwrap().contains("refuse"));
    assert_eq!(emulator.faults().log().len(), 1, "control does not count");
    let ended = control(reqwest::Method::DELETE).send().await.unwrap();
    assert_eq!(ended.status(), 200);
    assert!(create(&fresh(&emulator)).await.is_ok());
}

#[tokio::test]
async fn a_disconnect_is_a_reset_or_an_orderly_close() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    for (reset, expected) in [
        (true, Err(std::io::ErrorKind::ConnectionReset)),
        (false, Ok(0)),
    ] {
        let fault = Fault::new(Effect::Disconnect {
            reset,
            commit: false,
        });
        let emulator = Emulator::builder().fault(fault).start().await.unwrap();
        let mut socket = tokio::net::TcpStream::connect(emulator.address())
            .await
            .unwrap();
        socket
            .write_all(b"GET /contacts/1 HTTP/1.1\r\nHost: localhost\r\n\r\n")
            .await
            .unwrap();
        let read = socket
            .read(&mut [0; 64])
            .await
            .map_err(|cause| cause.kind());
        assert_eq!(read, expected);
    }
}

#[tokio::test]
async fn half_a_body_comes_with_the_length_of_the_whole() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let emulator = Emulator::builder()
        .fault(Fault::new(Effect::HalfBody))
        .start()
        .await
        .unwrap();
    let mut socket = tokio::net::TcpStream::connect(emulator.address())
        .await
        .unwrap();
    let head = "GET /contacts?email=a HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer sandbox\r\n\r\n";
    socket.write_all(head.as_bytes()).await.unwrap();
    let mut response = String::new();
    socket.read_to_string(&mut response).await.unwrap();
    let (head, body) = response.split_once("\r\n\r\n").unwrap();
    assert!(head.contains("content-length: 11"), "{head}");
    assert_eq!(body, r#"{"dat"#);
}

#[tokio::test]
async fn replaced_responses_come_before_or_after_the_commit() {
    for commit in [false, true] {
        let headers = [("x-proxy".to_owned(), "yes".to_owned())].into();
        let (response, count) = under(Effect::Status {
            status: 503,
            headers,
            body: None,
            commit,
        })
        .await;
        let response = response.unwrap();
        assert_eq!(
            (response.status, response.header("x-proxy"), count),
            (503, Some("yes"), u64::from(commit))
        );
        assert_eq!(response.json["error"]["type"], "internal_error");

        let page = Some("<html>".to_owned());
        let effect = Effect::Status {
            status: 502,
            headers: [].into(),
            body: page,
            commit,
        };
        let (response, count) = under(effect).await;
        assert_eq!(
            (response.unwrap().text.as_str(), count),
            ("<html>", u64::from(commit))
        );

        let (response, count) = under(Effect::Garbage { commit }).await;
        let response = response.unwrap();
        assert_eq!(
            (response.status, response.json.is_null(), count),
            (200, true, u64::from(commit))
        );

        let (response, count) = under(Effect::Endless {
            bytes: Some(3_000_000),
            commit,
        })
        .await;
        let response = response.unwrap();
        assert_eq!(
            (response.status, response.text.len(), count),
            (200, 3_000_000, u64::from(commit))
        );
    }
    let (response, count) = under(Effect::ContentType {
        value: "text/html".to_owned(),
    })
    .await;
    let response = response.unwrap();
    assert_eq!(
        (response.status, response.header("content-type"), count),
        (200, Some("text/html"), 1)
    );
    let (response, count) = under(Effect::Redirect {
        location: "http://evil.example/".to_owned(),
        status: 308,
    })
    .await;
    let response = response.unwrap();
    assert_eq!(
        (response.status, response.header("location"), count),
        (308, Some("http://evil.example/"), 0)
    );
}

#[tokio::test]
async fn a_stall_waits_before_or_after_the_commit_and_ends_with_the_emulator() {
    for (commit, expected) in [(false, 0), (true, 1)] {
        let emulator = Emulator::builder()
            .fault(Fault::new(Effect::Stall { ms: None, commit }))
            .start()
            .await
            .unwrap();
        let client = fresh(&emulator);
        let request = tokio::spawn(async move { create(&client).await.is_err() });
        let state = emulator.state();
        while emulator.faults().log().is_empty() || state.count().await.unwrap() < expected {
            tokio::task::yield_now().await;
        }
        assert!(!request.is_finished());
        emulator.shutdown().await;
        assert!(request.await.unwrap());
    }
    let (response, count) = under(Effect::Stall {
        ms: Some(1),
        commit: false,
    })
    .await;
    assert_eq!((response.unwrap().status, count), (200, 1));
}

#[tokio::test]
async fn a_rate_limit_sends_retry_after_in_the_chosen_form() {
    for (retry_after, expected) in [
        (RetryAfter::Seconds, Some("2")),
        (RetryAfter::Date, Some("Thu, 01 Jan 1970 00:00:02 GMT")),
        (RetryAfter::Absent, None),
    ] {
        let effect = Effect::RateLimit {
            requests: 1,
            window_ms: 1500,
            retry_after,
        };
        let builder = Emulator::builder()
            .clock(Clock::Fixed(0))
            .fault(Fault::new(effect));
        let emulator = builder.start().await.unwrap();
        let client = fresh(&emulator);
        assert_eq!(create(&client).await.unwrap().status, 200);
        let limited = create(&client).await.unwrap();
        assert_eq!(
            (limited.status, limited.header("retry-after")),
            (429, expected)
        );
        emulator.state().set_clock(Clock::Fixed(1500));
        assert_eq!(create(&client).await.unwrap().status, 409);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_seed_gives_the_same_run_whatever_the_order() {
    let mut runs = Vec::new();
    for _ in 0..2 {
        let fault = Fault::new(Effect::Status {
            status: 500,
            headers: [].into(),
            body: None,
            commit: false,
        });
        let emulator = Emulator::builder()
            .fault(fault.method("POST").share(0.3, 7))
            .start()
            .await
            .unwrap();
        let client = Client::new(&emulator);
        let requests = (0..200).map(|n| {
            let client = client.clone();
            tokio::spawn(async move {
                client
                    .create(&format!(r#"{{"email":"e{n}@b"}}"#))
                    .await
                    .status
            })
        });
        let mut failed = 0;
        for request in requests.collect::<Vec<_>>() {
            failed += u64::from(request.await.unwrap() == 500);
        }
        assert_eq!(emulator.state().count().await.unwrap(), 200 - failed);
        let log = emulator.faults().log();
        assert_eq!(log.len() as u64, failed);
        let mut faulted: Vec<u64> = log.iter().map(|record| record.call).collect();
        faulted.sort_unstable();
        runs.push(faulted);
    }
    assert_eq!(runs[0], runs[1]);
    assert!((40..80).contains(&runs[0].len()), "{}", runs[0].len());
}

#[tokio::test]
async fn a_scenario_file_is_a_list_of_faults() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("scenario.json");
    std::fs::write(
        &path,
        r#"[{"nth":2,"do":{"disconnect":{"reset":true,"commit":true}}}]"#,
    )
    .unwrap();
    let emulator = Emulator::builder().scenario(&path).start().await.unwrap();
    let client = fresh(&emulator);
    assert_eq!(client.create(r#"{"email":"a@b"}"#).await.status, 200);
    assert!(create(&client).await.is_err());
    assert_eq!(emulator.state().count().await.unwrap(), 2);
    assert_eq!(
        emulator
            .state()
            .count_by_email("ADA@example.test")
            .await
            .unwrap(),
        1
    );
}

//! A good neighbour: a 429 pauses everybody and costs nobody a contact; traces are carried on; work is counted.

use drift_emulator::{Effect, Emulator, Fault, Organization, Scope};
use serde_json::json;

use crate::support::{GATEWAY_KEY, OTHER_KEY, Response, Scene};

#[tokio::test]
async fn a_rate_limit_slows_everybody_and_refuses_nobody() {
    let scene = Scene::new().await;
    let limit = Effect::RateLimit {
        requests: 20,
        window_ms: 1_000,
        retry_after: drift_emulator::RetryAfter::Seconds,
    };
    scene.fault(Fault::new(limit).path("/contacts"));
    let create = |number: usize| {
        let scene = &scene;
        async move {
            let contact = json!({"email": format!("lead{number}@example.test")});
            match number % 2 {
                0 => scene.create(contact, &[]).await,
                _ => scene.create_keyed(&format!("k{number}"), contact).await,
            }
        }
    };
    let mut creates = Vec::new();
    for number in 0..60 {
        creates.push(create(number));
    }
    for response in join_all(creates).await {
        assert_eq!(
            (response.status, response.outcome()),
            (200, Some("created"))
        );
    }
    assert_eq!(scene.count().await, 60);
}

async fn join_all<F: Future>(futures: Vec<F>) -> Vec<F::Output> {
    let mut futures: Vec<_> = futures.into_iter().map(Box::pin).collect();
    let mut done: Vec<Option<F::Output>> = futures.iter().map(|_| None).collect();
    std::future::poll_fn(|context| {
        for (future, done) in futures.iter_mut().zip(&mut done) {
            if done.is_none()
                && let std::task::Poll::Ready(output) = future.as_mut().poll(context)
            {
                *done = Some(output);
            }
        }
        match done.iter().all(Option::is_some) {
            true => std::task::Poll::Ready(()),
            false => std::task::Poll::Pending,
        }
    })
    .await;
    done.into_iter().flatten().collect()
}

/// Two tokens of one organization, and one of another.
async fn three_tokens() -> Scene {
    let (one, two) = (Organization::new(7), Organization::new(8));
    let one = one.token("first", &Scope::ALL).token("second", &Scope::ALL);
    let two = two.token("foreign", &Scope::ALL);
    let emulator = Emulator::builder().organization(one).organization(two);
    let emulator = emulator.start().await.expect("an emulator");
    Scene::before(emulator, false, |builder| builder).await
}

#[tokio::test]
async fn tokens_of_one_organization_pause_together() {
    let scene = three_tokens().await;
    let read = async |token: &str| {
        let bearer = format!("Bearer {token}");
        let headers = [("authorization", bearer.as_str())];
        let path = "/contacts?email=ada%40example.test";
        scene.send("GET", path, &headers, None).await.status
    };
    for token in ["first", "second", "foreign"] {
        assert_eq!(read(token).await, 200);
    }
    let pause = Effect::Status {
        status: 429,
        headers: [("Retry-After".to_owned(), "3600".to_owned())].into(),
        body: None,
        commit: false,
    };
    scene.fault(Fault::new(pause).path("/contacts").times(1));
    assert_eq!(read("first").await, 429);
    // The account of the token is asked for in the background. Nothing is wrong with Drift any more, so that a 429 is the
    // gateway's own.
    while read("second").await != 429 {
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    assert_eq!(scene.emulator.faults().log().len(), 1);
    assert_eq!(read("foreign").await, 200);
    let metrics = scene.text("/_gateway/metrics").await;
    assert!(
        metrics.contains("drift_gateway_pauses_total 1\n"),
        "{metrics}"
    );
}

#[tokio::test]
async fn a_caller_that_fills_the_queue_starves_nobody() {
    for (is_held, greedy, other) in [(false, "first", "foreign"), (true, GATEWAY_KEY, OTHER_KEY)] {
        let mut limits = drift_gateway::Limits::default();
        limits.requests = 8;
        let emulator = three_tokens().await.emulator;
        let scene = Scene::before(emulator, is_held, |builder| builder.limits(limits)).await;
        fill(
            &scene,
            &format!("Bearer {greedy}"),
            &format!("Bearer {other}"),
        )
        .await;
    }
}

/// Twenty requests of the greedy one at a time, in a queue of eight.
async fn fill(scene: &Scene, greedy: &str, other: &str) {
    let stall = Effect::Stall {
        ms: Some(1_000),
        commit: true,
    };
    scene.fault(Fault::new(stall).method("GET").path("/contacts").times(6));
    let read = |token| async move {
        let headers = [("authorization", token)];
        scene
            .send("GET", "/contacts?email=a%40b.test", &headers, None)
            .await
    };
    let greedy = join_all((0..20).map(|_| read(greedy)).collect());
    let other = async {
        // The greedy one is first.
        while scene.emulator.faults().log().len() < 6 {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        read(other).await
    };
    let (greedy, other) = tokio::join!(greedy, other);
    assert_eq!(other.status, 200);
    let refused = greedy.iter().filter(|response| response.status == 503);
    assert_eq!(refused.count(), 14);
    let waits =
        |response: &Response| response.status == 200 || response.header("retry-after").is_some();
    assert!(greedy.iter().all(waits));
}

#[tokio::test]
async fn a_trace_is_carried_on() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let scene = Scene::with(|builder| builder.drift_base_url(url)).await;
    let trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let seen = async {
        let (mut stream, _) = listener.accept().await.expect("a connection");
        let mut bytes = vec![0; 4_096];
        let read = stream.read(&mut bytes).await.expect("a request");
        let body = r#"{"data":[]}"#;
        let response = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        stream
            .write_all(response.as_bytes())
            .await
            .expect("written");
        String::from_utf8_lossy(&bytes[..read]).into_owned()
    };
    let headers = [("traceparent", trace)];
    let get = scene.send("GET", "/contacts?email=a%40b.test", &headers, None);
    let (seen, response) = tokio::join!(seen, get);
    assert_eq!(response.status, 200);
    assert!(seen.contains(&format!("traceparent: {trace}")), "{seen}");
}

#[tokio::test]
async fn what_is_done_is_counted() {
    let scene = Scene::new().await;
    scene.fault(crate::support::lost_create(true).nth(1));
    for _ in 0..2 {
        scene
            .create_keyed("k1", json!({"email": "ada@example.test"}))
            .await;
    }
    let metrics = scene.text("/_gateway/metrics").await;
    for line in [
        "drift_gateway_requests_total{method=\"POST\",route=\"/contacts\",status=\"200\"} 2",
        "drift_gateway_outcomes_total{outcome=\"existed\"} 1",
        "drift_gateway_creates_sent_total 1",
        "drift_gateway_look_ups_total 1",
        "drift_gateway_replays_total 1",
        "drift_gateway_attempts_total{operation=\"contacts.create\"} 1",
        "drift_gateway_pauses_total 0",
    ] {
        assert!(
            metrics.lines().any(|own| own == line),
            "{line} in {metrics}"
        );
    }
    assert!(!metrics.contains("ada@") && !metrics.contains("k1"));
}

#[tokio::test]
async fn the_work_without_a_key_is_counted_too() {
    let scene = Scene::new().await;
    scene.fault(crate::support::lost_create(false).nth(1));
    let created = scene
        .create(json!({"email": "ada@example.test"}), &[])
        .await;
    assert_eq!(created.status, 200);
    let metrics = scene.text("/_gateway/metrics").await;
    for line in [
        "drift_gateway_creates_sent_total 2",
        "drift_gateway_look_ups_total 3",
        "drift_gateway_retries_total 1",
        "drift_gateway_outcomes_total{outcome=\"created\"} 1",
    ] {
        assert!(
            metrics.lines().any(|own| own == line),
            "{line} in {metrics}"
        );
    }
}

#[tokio::test]
async fn a_key_that_is_taken_up_after_a_doubt_is_counted() {
    let limit = std::time::Duration::from_secs(3);
    let scene = Scene::with(|builder| builder.total_timeout(limit)).await;
    scene.fault(crate::support::lost_create(true));
    let hidden = Fault::new(crate::support::status(503, false));
    scene.fault(hidden.method("GET").path("/contacts"));
    let ada = || json!({"email": "ada@example.test"});
    assert_eq!(scene.create_keyed("k1", ada()).await.status, 504);
    scene.emulator.faults().clear();
    assert_eq!(scene.create_keyed("k1", ada()).await.status, 200);
    let metrics = scene.text("/_gateway/metrics").await;
    assert!(
        metrics.contains("drift_gateway_recoveries_total 1\n"),
        "{metrics}"
    );
}

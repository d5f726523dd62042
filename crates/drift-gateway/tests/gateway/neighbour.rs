//! A good neighbour: a 429 pauses everybody and costs nobody a contact; traces are carried on; work is counted.

use drift_emulator::{Effect, Fault};
use serde_json::json;

use crate::support::Scene;

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
    ] {
        assert!(
            metrics.lines().any(|own| own == line),
            "{line} in {metrics}"
        );
    }
    assert!(!metrics.contains("ada@") && !metrics.contains("k1"));
}

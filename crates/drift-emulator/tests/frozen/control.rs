//! The control endpoint: paths, methods, what they take, and the keys of what they give.

use std::fmt::Write;

use drift_emulator::Emulator;
use reqwest::Method;

use crate::common::Client;
use crate::shape::shape;

const CALLS: [(Method, &str, &str); 19] = [
    (Method::GET, "state", ""),
    (Method::PUT, "clock", r#"{"fixed": 1795428000000}"#),
    (Method::GET, "clock", ""),
    (Method::PUT, "clock", r#"{"offset": -1000}"#),
    (Method::GET, "clock", ""),
    (Method::PUT, "clock", r#""system""#),
    (Method::GET, "clock", ""),
    (Method::GET, "state", ""),
    (
        Method::PUT,
        "attributes",
        r#"[{"type": "STRING", "displayName": "Plan", "name": "plan"}]"#,
    ),
    (Method::POST, "load", include_str!("stored/dump.json")),
    (Method::GET, "dump", ""),
    (Method::POST, "load", r#"{"contacts": [{"id": 7}]}"#),
    (Method::POST, "reset", ""),
    (Method::GET, "dump", ""),
    (
        Method::POST,
        "faults",
        r#"[{"method": "GET", "path": "/contacts/{id}", "nth": 1, "do": {"status": {"status": 418}}}]"#,
    ),
    (Method::GET, "faults", ""),
    (Method::GET, "faults/log", ""),
    (Method::DELETE, "faults", ""),
    (Method::GET, "nothing", ""),
];

#[tokio::test]
async fn keeps_its_paths_and_keys() {
    let emulator = Emulator::start().await.unwrap();
    let client = Client::new(&emulator);
    let mut seen = String::new();
    for (method, path, body) in CALLS {
        if path == "faults/log" {
            assert_eq!(client.get("/contacts/1").await.status, 418);
        }
        let path = format!("/_emulator/{path}");
        let response = client.send(method.clone(), &path, body).await;
        let _ = writeln!(seen, "{method} {path}\n  {}", response.status);
        for line in shape(&response.json) {
            let _ = writeln!(seen, "  {line}");
        }
    }
    let stranger = client.with_token("another").get("/_emulator/state").await;
    let _ = writeln!(seen, "with another token\n  {}", stranger.status);
    assert_eq!(seen, include_str!("control.txt"), "\n{seen}");
}

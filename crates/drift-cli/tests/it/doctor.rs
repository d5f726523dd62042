//! `drift doctor`: what it finds wrong, and the exit code that follows.

use drift_emulator::{Emulator, Organization, Scope};
use serde_json::Value;

use crate::desk::{Desk, Ended, Served};

fn state(ended: &Ended, check: &str) -> Value {
    let report = ended.json();
    let checks = report.as_array().expect("a list");
    checks
        .iter()
        .find(|line| line["check"] == check)
        .map(|line| line["state"].clone())
        .unwrap_or_default()
}

#[test]
fn a_token_that_lacks_scopes_is_told_what_would_fail() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let reader = Organization::new(7).token("t_reader", &[Scope::ContactRead]);
    let emulator = runtime
        .block_on(Emulator::builder().organization(reader).start())
        .expect("an emulator");
    let environment = [
        ("DRIFT_TOKEN", "t_reader"),
        ("DRIFT_BASE_URL", emulator.url()),
    ];
    let ended = Desk::new().run_with("doctor --json", &environment);
    assert_eq!(ended.code, 0, "{}", ended.err);
    assert_eq!(state(&ended, "get and find contacts"), "good");
    assert_eq!(
        state(&ended, "create, change and delete contacts"),
        "warning"
    );
    assert!(
        ended.out.contains("lacks contact_write") && ended.out.contains("organization: 7"),
        "{}",
        ended.out
    );
    let shown = Desk::new().run_with("doctor", &environment);
    assert!(
        shown.out.contains("would be refused") && shown.out.contains("next:"),
        "{}",
        shown.out
    );
}

#[test]
fn a_wrong_token_is_found_out() {
    let desk = Desk::new();
    let served = Served::start(&desk, "");
    let environment = [
        ("DRIFT_TOKEN", "t_wrong"),
        ("DRIFT_BASE_URL", served.url.as_str()),
    ];
    let ended = desk.run_with("doctor --json", &environment);
    assert_eq!(ended.code, 1, "{}", ended.err);
    assert_eq!(
        (state(&ended, "network"), state(&ended, "token info")),
        ("good".into(), "bad".into())
    );
    assert!(!ended.out.contains("t_wrong") && !ended.err.contains("t_wrong"));
}

#[test]
fn a_place_where_nobody_answers_is_found_out() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    drop(listener);
    let environment = [("DRIFT_TOKEN", "t_1"), ("DRIFT_BASE_URL", url.as_str())];
    let ended = Desk::new().run_with("doctor --json", &environment);
    assert_eq!(
        (ended.code, state(&ended, "network")),
        (4, "bad".into()),
        "{}",
        ended.err
    );
}

/// Another web server: a page for whatever is not found there.
const PAGES: &str = r#"[
    {"method": "GET", "do": {"status": {"status": 200, "body": "<!doctype html>"}}},
    {"do": {"status": {"status": 404, "body": "<html>Not Found</html>"}}}
]"#;

#[test]
fn a_place_that_is_not_drift_is_found_out_by_every_command() {
    let desk = Desk::new();
    std::fs::write(desk.path().join("pages.json"), PAGES).expect("a file");
    let (other, drift) = (
        Served::start(&desk, "--faults pages.json"),
        Served::start(&desk, ""),
    );
    for url in [&other.url, &format!("{}/v1", drift.url)] {
        let environment = [("DRIFT_TOKEN", "sandbox"), ("DRIFT_BASE_URL", url.as_str())];
        for line in [
            "doctor",
            "--timeout 2 contacts create --email ada@example.test",
            "contacts find --email ada@example.test",
            "contacts get 7",
        ] {
            let ended = desk.run_with(line, &environment);
            assert_ne!(ended.code, 0, "{url} {line}");
            assert!(
                ended.err.contains("base URL"),
                "{url} {line}: {}",
                ended.err
            );
        }
        let told = desk.run_with("doctor --json", &environment);
        assert_eq!((told.code, state(&told, "token info")), (4, "bad".into()));
        assert!(told.out.contains("is not Drift"), "{}", told.out);
    }
    let there = [("DRIFT_TOKEN", "sandbox"), ("DRIFT_BASE_URL", &drift.url)];
    let absent = desk.run_with("contacts get 7 --json", &there);
    assert_eq!(absent.error()["kind"], "not_found");
}

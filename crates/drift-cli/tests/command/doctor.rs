//! `drift doctor`: what it finds, and its exit code.

use drift_emulator::{Emulator, Organization, Scope};
use serde_json::Value;

use crate::support::{
    EmulatorProcess, Finished, SelfSignedServer, Workspace, account, refusing_proxy,
};

fn state(finished: &Finished, check: &str) -> Value {
    let report = finished.json();
    let checks = report.as_array().expect("a list");
    checks
        .iter()
        .find(|line| line["check"] == check)
        .map(|line| line["state"].clone())
        .unwrap_or_default()
}

#[test]
fn missing_scopes_are_listed_with_what_would_fail() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let reader = Organization::new(7).token("t_reader", &[Scope::ContactRead]);
    let emulator = runtime
        .block_on(Emulator::builder().organization(reader).start())
        .expect("an emulator");
    let environment = account("t_reader", emulator.url());
    let finished = Workspace::new().run_with("doctor --json", &environment);
    assert_eq!(finished.code, 0, "{}", finished.stderr);
    assert_eq!(state(&finished, "get and find contacts"), "good");
    assert_eq!(
        state(&finished, "create, change and delete contacts"),
        "warning"
    );
    assert!(
        finished.stdout.contains("lacks the scope contact_write")
            && finished.stdout.contains("organization: 7"),
        "{}",
        finished.stdout
    );
    let shown = Workspace::new().run_with("doctor", &environment);
    assert!(
        shown.stdout.contains("would be refused") && shown.stdout.contains("next:"),
        "{}",
        shown.stdout
    );
}

#[test]
fn a_wrong_token_is_found() {
    let workspace = Workspace::new();
    let emulator = EmulatorProcess::start(&workspace, "");
    let environment = account("t_wrong", emulator.url.as_str());
    let finished = workspace.run_with("doctor --json", &environment);
    assert_eq!(finished.code, 1, "{}", finished.stderr);
    assert_eq!(
        (state(&finished, "network"), state(&finished, "token info")),
        ("good".into(), "bad".into())
    );
    assert!(!finished.stdout.contains("t_wrong") && !finished.stderr.contains("t_wrong"));
}

#[test]
fn a_server_that_does_not_respond_is_found() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    drop(listener);
    let environment = account("t_1", url.as_str());
    let finished = Workspace::new().run_with("doctor --json", &environment);
    assert_eq!(
        (finished.code, state(&finished, "network")),
        (4, "bad".into()),
        "{}",
        finished.stderr
    );
    let shown = Workspace::new().run_with("doctor", &environment);
    assert!(shown.stdout.contains("FAIL network"), "{}", shown.stdout);
    assert_eq!(
        shown.stdout.lines().last(),
        Some("2 checks: 1 passed, 1 failed")
    );
}

/// A field of a check in the report.
fn field(finished: &Finished, check: &str, name: &str) -> String {
    let report = finished.json();
    let checks = report.as_array().expect("a list");
    let line = checks.iter().find(|line| line["check"] == check);
    line.expect("the check")[name]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

#[test]
fn what_is_in_the_way_to_the_server_is_named() {
    let workspace = Workspace::new();
    let server = SelfSignedServer::start();
    let (password, refused) = (
        refusing_proxy("407 Proxy Authentication Required"),
        refusing_proxy("503 Service Unavailable"),
    );
    let elsewhere = "https://drift.example.test";
    for (url, proxy, finding, next) in [
        (server.url.as_str(), None, "not trusted", "SSL_CERT_FILE"),
        (elsewhere, Some(&password), "407", "HTTPS_PROXY"),
        (
            elsewhere,
            Some(&refused),
            "proxy made no connection",
            "HTTPS_PROXY",
        ),
    ] {
        let mut environment = account("t_1", url).to_vec();
        environment.extend(proxy.map(|proxy| ("HTTPS_PROXY", proxy.as_str())));
        let report = workspace.run_with("doctor --json", &environment);
        assert_eq!(
            (report.code, state(&report, "network")),
            (4, "bad".into()),
            "{url}"
        );
        let found = field(&report, "network", "finding");
        assert!(found.contains(finding), "{found}");
        let advice = field(&report, "network", "next");
        assert!(advice.contains(next), "{advice}");
    }
}

#[test]
fn a_file_of_trusted_certificates_makes_a_server_reachable() {
    let workspace = Workspace::new();
    let server = SelfSignedServer::start();
    let file = workspace.path().join("trusted.pem");
    std::fs::write(&file, &server.pem).expect("a file");
    let mut environment = account("t_1", &server.url).to_vec();
    environment.push(("SSL_CERT_FILE", file.to_str().expect("UTF-8")));
    let report = workspace.run_with("doctor --json", &environment);
    assert_eq!(state(&report, "network"), "good", "{}", report.stdout);
}

/// Another web server: a page for whatever is not found there.
const PAGES: &str = r#"[
    {"method": "GET", "do": {"status": {"status": 200, "body": "<!doctype html>"}}},
    {"do": {"status": {"status": 404, "body": "<html>Not Found</html>"}}}
]"#;

#[test]
fn a_server_that_is_not_drift_is_reported_by_every_command() {
    let workspace = Workspace::new();
    std::fs::write(workspace.path().join("pages.json"), PAGES).expect("a file");
    let (other, drift) = (
        EmulatorProcess::start(&workspace, "--faults pages.json"),
        EmulatorProcess::start(&workspace, ""),
    );
    for url in [&other.url, &format!("{}/v1", drift.url)] {
        let environment = account("sandbox", url.as_str());
        for line in [
            "doctor",
            "--timeout 2 contacts create --email ada@example.test",
            "contacts find --email ada@example.test",
            "contacts get 7",
        ] {
            let finished = workspace.run_with(line, &environment);
            assert_ne!(finished.code, 0, "{url} {line}");
            assert!(
                finished.stderr.contains("base URL"),
                "{url} {line}: {}",
                finished.stderr
            );
        }
        let report = workspace.run_with("doctor --json", &environment);
        assert_eq!(
            (report.code, state(&report, "token info")),
            (4, "bad".into())
        );
        assert!(report.stdout.contains("is not Drift"), "{}", report.stdout);
    }
    let there = account("sandbox", &drift.url);
    let absent = workspace.run_with("contacts get 7 --json", &there);
    assert_eq!(absent.error()["kind"], "not_found");
}

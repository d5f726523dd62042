//! `drift login` through a browser, against the emulator's consent page.

use super::browser_login::{APP, BrowserLogin, assert_silent, place};
use super::person::{decide, open, request};
use super::stored;
use crate::support::Workspace;

#[test]
fn an_organization_logs_in_and_its_commands_go_on() {
    let workspace = Workspace::new();
    let (emulator, line) = place(&workspace, "");
    let login = BrowserLogin::start(&workspace, &format!("{line} --json"), APP);
    let back = decide(&login.address, "allow");
    let shown = open(&back);
    assert_eq!(shown.status, 200, "{}", shown.text);
    assert!(shown.text.contains("You are logged in"), "{}", shown.text);
    for header in [
        "cache-control: no-store",
        "referrer-policy: no-referrer",
        "default-src 'none'",
    ] {
        assert!(shown.text.contains(header), "{header}: {}", shown.text);
    }
    let finished = login.finish();
    assert_eq!(finished.code, 0, "{}", finished.stderr);
    let result = finished.json();
    assert_eq!(result["profile"], "acme");
    assert_eq!(result["base_url"], emulator.url);
    assert!(result["organization"].is_i64(), "{result}");
    assert_silent(
        &workspace,
        &(finished.stdout + &finished.stderr + &shown.text),
    );
    for (name, _) in stored(&workspace) {
        #[cfg(unix)]
        super::assert_private(&workspace, &name);
    }
    for line in [
        "contacts create --email ada@example.test --json",
        "token info",
        "doctor",
        "profiles list",
    ] {
        let used = workspace.run(line);
        assert_eq!(used.code, 0, "{line}: {}", used.stderr);
        assert_silent(&workspace, &(used.stdout + &used.stderr));
    }
}

#[test]
fn the_app_is_given_once() {
    let workspace = Workspace::new();
    let (_emulator, line) = place(&workspace, "");
    for app in [APP, ""] {
        let login = BrowserLogin::start(&workspace, &line, app);
        assert_eq!(open(&decide(&login.address, "allow")).status, 200);
        let finished = login.finish();
        assert_eq!(finished.code, 0, "{}", finished.stderr);
    }
    assert_eq!(workspace.run("logout").code, 0);
    let files = stored(&workspace);
    assert_eq!(files.len(), 1, "nothing secret is left: {files:?}");
    let asked = super::run(&workspace, &line, "");
    assert_eq!(asked.code, 2);
    assert!(asked.stderr.contains("no client id"), "{}", asked.stderr);
}

/// Drift's page prints the callback with a second question mark.
#[test]
fn a_callback_with_a_second_question_mark_is_understood() {
    let workspace = Workspace::new();
    let settings = r#"{"callback_query": "question_mark"}"#;
    std::fs::write(workspace.path().join("settings.json"), settings).expect("a file");
    let (_emulator, line) = place(&workspace, "--settings settings.json");
    let login = BrowserLogin::start(&workspace, &line, APP);
    let back = decide(&login.address, "allow");
    assert_eq!(back.matches('?').count(), 2, "{back}");
    assert_eq!(open(&back).status, 200);
    assert_eq!(login.finish().code, 0);
}

#[test]
fn a_callback_of_somebody_else_changes_nothing() {
    let workspace = Workspace::new();
    let (_emulator, line) = place(&workspace, "");
    let login = BrowserLogin::start(&workspace, &line, APP);
    let back = decide(&login.address, "allow");
    let (base, _) = back.split_once('?').expect("a query");
    for (method, address, status) in [
        ("GET", back.replace(login.state(), "r_another"), 400),
        ("GET", format!("{base}?code=mine"), 400),
        ("GET", base.to_owned(), 400),
        ("GET", format!("{base}/elsewhere"), 404),
        ("POST", back.clone(), 404),
    ] {
        let page = request(method, &address, "");
        assert_eq!(page.status, status, "{method} {address}: {}", page.text);
        assert!(!page.text.contains("mine"), "{}", page.text);
    }
    assert!(stored(&workspace).is_empty());
    assert_eq!(open(&back).status, 200);
    assert_eq!(login.finish().code, 0);
}

#[test]
fn a_denied_consent_keeps_nothing() {
    let workspace = Workspace::new();
    let (_emulator, line) = place(&workspace, "");
    let login = BrowserLogin::start(&workspace, &format!("{line} --json"), APP);
    let shown = open(&decide(&login.address, "deny"));
    assert!(
        shown.text.contains("You are not logged in"),
        "{}",
        shown.text
    );
    let finished = login.finish();
    assert_eq!(finished.code, 1, "{}", finished.stderr);
    assert!(
        finished.stderr.contains(r#""kind":"denied""#),
        "{}",
        finished.stderr
    );
    assert_silent(&workspace, &finished.stderr);
    assert!(stored(&workspace).is_empty());
}

/// While the first is exchanged, a page that is loaded again must not use the code again.
#[test]
fn a_second_callback_is_not_exchanged() {
    let workspace = Workspace::new();
    let faults = r#"[{"path": "/oauth2/token", "do": {"stall": {"ms": 2000}}}]"#;
    std::fs::write(workspace.path().join("faults.json"), faults).expect("a file");
    let (_emulator, line) = place(&workspace, "--faults faults.json");
    let login = BrowserLogin::start(&workspace, &line, APP);
    let back = decide(&login.address, "allow");
    let (first, second) = std::thread::scope(|scope| {
        let pages = [scope.spawn(|| open(&back)), scope.spawn(|| open(&back))];
        let [one, other] = pages.map(|page| page.join().expect("a page"));
        match one.status {
            200 => (one, other),
            _ => (other, one),
        }
    });
    assert_eq!((first.status, second.status), (200, 409));
    assert!(second.text.contains("used already"), "{}", second.text);
    assert_eq!(login.finish().code, 0);
}

#[test]
fn an_app_that_drift_does_not_know_keeps_nothing() {
    let workspace = Workspace::new();
    let (_emulator, line) = place(&workspace, "");
    let login = BrowserLogin::start(&workspace, &line, "sandbox-app\nwrong-secret-1\n");
    let shown = open(&decide(&login.address, "allow"));
    assert_eq!(shown.status, 502);
    let finished = login.finish();
    assert_eq!(finished.code, 1, "{}", finished.stderr);
    let seen = finished.stdout + &finished.stderr + &shown.text;
    assert!(!seen.contains("wrong-secret-1"), "{seen}");
    assert!(stored(&workspace).is_empty());
}

#[test]
fn a_port_that_is_in_use_is_reported_before_a_browser_is_opened() {
    let workspace = Workspace::new();
    let socket = std::net::TcpListener::bind("127.0.0.1:0").expect("a socket");
    let port = socket.local_addr().expect("an address").port();
    let line =
        format!("login --no-browser --profile acme --redirect http://127.0.0.1:{port}/callback");
    let finished = super::run(&workspace, &line, APP);
    assert_eq!(finished.code, 2, "{}", finished.stderr);
    assert!(
        finished.stderr.contains("--redirect"),
        "{}",
        finished.stderr
    );
    assert!(
        !finished.stderr.contains("Open this address"),
        "{}",
        finished.stderr
    );
}

#[test]
fn a_redirect_to_another_machine_is_refused() {
    let workspace = Workspace::new();
    let line = "login --no-browser --redirect https://example.test/callback";
    let finished = super::run(&workspace, line, APP);
    assert_eq!(finished.code, 2, "{}", finished.stderr);
}

#[cfg(target_os = "linux")]
#[test]
fn the_browser_is_opened_on_the_address_that_is_shown() {
    use std::os::unix::fs::PermissionsExt;
    let workspace = Workspace::new();
    let (_emulator, line) = place(&workspace, "");
    let browser = workspace.path().join("browser");
    let script = "#!/bin/sh\nprintf %s \"$1\" > opened.part\nmv opened.part opened\n";
    std::fs::write(&browser, script).expect("a file");
    std::fs::set_permissions(&browser, std::fs::Permissions::from_mode(0o700)).expect("ours");
    let mut command = workspace.command();
    command.args(line.replace("--no-browser ", "").split_whitespace());
    command
        .env("BROWSER", &browser)
        .env("PATH", "/usr/bin:/bin");
    let login = BrowserLogin::of(command, APP);
    let opened = workspace.path().join("opened");
    while !opened.exists() {
        std::thread::yield_now();
    }
    let opened = std::fs::read_to_string(opened).expect("an address");
    assert_eq!(opened, login.address);
    assert_eq!(open(&decide(&opened, "allow")).status, 200);
    assert_eq!(login.finish().code, 0);
}

/// The whole way without an account: nothing is kept, since the sandbox needs no token.
#[test]
fn the_sandbox_shows_the_whole_way() {
    let workspace = Workspace::new();
    let login = BrowserLogin::start(&workspace, "login --sandbox --no-browser --json", "");
    let shown = open(&decide(&login.address, "allow"));
    assert!(shown.text.contains("You are logged in"), "{}", shown.text);
    let finished = login.finish();
    assert_eq!(finished.code, 0, "{}", finished.stderr);
    assert_eq!(finished.json()["profile"], serde_json::Value::Null);
    assert_silent(&workspace, &(finished.stdout + &finished.stderr));
    assert!(stored(&workspace).is_empty());
}

//! A login whose access token expires, or is revoked, while it is kept.

use std::process::Stdio;

use super::browser_login::{APP, BrowserLogin, assert_silent, place};
use super::person::{control, decide, open};
use super::stored;
use crate::gateway::GatewayProcess;
use crate::support::{EmulatorProcess, Workspace};

/// Access tokens live for two hours.
const EXPIRED: &str = r#"{"offset": 7300000}"#;

fn logged_in(workspace: &Workspace) -> (EmulatorProcess, String) {
    let (emulator, line) = place(workspace, "");
    log_in(workspace, &line);
    (emulator, line)
}

fn log_in(workspace: &Workspace, line: &str) {
    let login = BrowserLogin::start(workspace, line, APP);
    assert_eq!(open(&decide(&login.address, "allow")).status, 200);
    let finished = login.finish();
    assert_eq!(finished.code, 0, "{}", finished.stderr);
}

fn assert_refreshed(emulator: &EmulatorProcess, times: u32) {
    let counted = control("GET", &emulator.url, "tokens", "");
    let expected = format!(r#""refreshes":{times}"#);
    assert!(counted.contains(&expected), "{counted}");
}

#[test]
fn a_token_that_has_expired_is_renewed_and_kept() {
    let workspace = Workspace::new();
    let (emulator, _) = logged_in(&workspace);
    let before = stored(&workspace);
    control("PUT", &emulator.url, "clock", EXPIRED);
    for _ in 0..3 {
        let used = workspace.run("--verbose contacts create --email ada@example.test --random-id");
        assert_eq!(used.code, 0, "{}", used.stderr);
        assert_silent(&workspace, &(used.stdout + &used.stderr));
    }
    assert_refreshed(&emulator, 1);
    let after = stored(&workspace);
    assert_ne!(before, after);
    for (name, _) in after {
        #[cfg(unix)]
        super::assert_private(&workspace, &name);
    }
}

#[tokio::test]
async fn a_gateway_renews_the_login_that_it_holds() {
    let workspace = Workspace::new();
    let (emulator, _) = logged_in(&workspace);
    let key = workspace.run("gateway keys add shop").stdout;
    let gateway = GatewayProcess::start(&workspace, "gateway", &[]);
    control("PUT", &emulator.url, "clock", EXPIRED);
    let client = gateway.client(key.trim(), &[("Idempotency-Key", "k1")]);
    for _ in 0..2 {
        let new = drift::NewContact::new("ada@example.test").expect("an email");
        assert!(
            client.contacts().create(new).await.is_ok(),
            "made, then replayed"
        );
    }
    assert_refreshed(&emulator, 1);
}

/// Each refresh token is good for one renewal, so that a second one at the same time would end the login.
#[test]
fn commands_at_the_same_time_renew_once() {
    let workspace = Workspace::new();
    let (emulator, _) = logged_in(&workspace);
    control("PUT", &emulator.url, "clock", EXPIRED);
    let commands: Vec<_> = (0..12)
        .map(|_| {
            let mut command = workspace.command();
            command.args(["token", "info"]).stdout(Stdio::null());
            command.spawn().expect("the binary runs")
        })
        .collect();
    for mut command in commands {
        assert!(command.wait().expect("it ends").success());
    }
    assert_refreshed(&emulator, 1);
}

#[test]
fn a_login_that_was_revoked_says_to_log_in_again() {
    let workspace = Workspace::new();
    let (emulator, line) = logged_in(&workspace);
    control("DELETE", &emulator.url, "tokens", "{}");
    let names = |workspace: &Workspace| -> Vec<String> {
        let files = stored(workspace).into_iter();
        files.map(|(name, _)| name).collect()
    };
    let before = names(&workspace);
    let refused = workspace.run("contacts get 1 --json");
    assert_eq!(refused.code, 1, "{}", refused.stderr);
    let error = refused.error();
    assert_eq!(error["kind"], "login_required");
    assert!(refused.stderr.contains("drift login"), "{error}");
    assert_silent(&workspace, &refused.stderr);
    log_in(&workspace, &line);
    assert_eq!(workspace.run("token info").code, 0);
    // Whoever uses the file goes on.
    assert_eq!(names(&workspace), before);
}

#[test]
fn a_removed_profile_leaves_nothing_behind() {
    let workspace = Workspace::new();
    let (emulator, line) = logged_in(&workspace);
    control("PUT", &emulator.url, "clock", EXPIRED);
    assert_eq!(workspace.run("token info").code, 0);
    assert_eq!(workspace.run("profiles remove acme").code, 0);
    let left = std::fs::read_dir(workspace.path().join("config/drift")).expect("a folder");
    let mut left: Vec<_> = left
        .map(|entry| entry.expect("an entry").file_name())
        .collect();
    left.sort();
    assert_eq!(left, ["config.lock", "config.toml"]);
    log_in(&workspace, &line);
}

#[cfg(unix)]
#[test]
fn tokens_that_others_can_read_are_refused() {
    use std::os::unix::fs::PermissionsExt;
    let workspace = Workspace::new();
    let (_emulator, _) = logged_in(&workspace);
    for (name, _) in stored(&workspace) {
        if name == "config.toml" {
            continue;
        }
        let path = workspace.path().join("config/drift").join(&name);
        let set = |mode| {
            let permissions = std::fs::Permissions::from_mode(mode);
            std::fs::set_permissions(&path, permissions).expect("it is ours");
        };
        set(0o640);
        let refused = workspace.run("token info");
        assert_eq!(refused.code, 2, "{name}: {}", refused.stderr);
        assert!(refused.stderr.contains("chmod 600"), "{}", refused.stderr);
        set(0o600);
    }
    assert_eq!(workspace.run("token info").code, 0);
}

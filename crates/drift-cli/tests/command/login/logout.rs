//! `drift logout`.

use serde_json::json;

use super::{run, stored};
use crate::support::{EmulatorProcess, Workspace};

#[test]
fn a_token_is_removed_and_the_settings_stay() {
    let workspace = Workspace::new();
    let emulator = EmulatorProcess::start(&workspace, "--token t_1");
    let login = format!("login --token --profile acme --base-url {}", emulator.url);
    assert_eq!(run(&workspace, &login, "t_1").code, 0);
    let logged_out = workspace.run("logout");
    assert_eq!(logged_out.code, 0, "{}", logged_out.stderr);
    let files = stored(&workspace);
    assert_eq!(files.len(), 1, "{files:?}");
    assert!(files[0].1.contains(&emulator.url), "{files:?}");
    let used = workspace.run("contacts get 1");
    assert_eq!(used.code, 2);
    assert!(
        used.stderr.contains("drift login --profile acme"),
        "{}",
        used.stderr
    );
    let again = workspace.run("logout --json");
    assert_eq!(again.json(), json!({ "ok": true }), "it is so already");
    assert_eq!(run(&workspace, "login --token", "t_1").code, 0);
    assert_eq!(workspace.run("token info").code, 0);
}

#[test]
fn a_token_that_is_elsewhere_is_not_logged_out_of() {
    let workspace = Workspace::new();
    assert_eq!(workspace.run("logout").code, 2, "there is no profile");
    assert_eq!(workspace.run("profiles add beta --token-env BETA").code, 0);
    let before = stored(&workspace);
    let refused = workspace.run("logout --profile beta");
    assert_eq!(refused.code, 2, "{}", refused.stderr);
    assert!(refused.stderr.contains("unset BETA"), "{}", refused.stderr);
    assert_eq!(stored(&workspace), before);
}

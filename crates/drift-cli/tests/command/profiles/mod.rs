//! Profiles: which token goes where, and which files are refused.

mod change;
mod writing;

use crate::support::{ConnectionCounter, EmulatorProcess, Finished, Workspace, finish_with_input};

fn add(workspace: &Workspace, name: &str, token: &str) -> Finished {
    add_with(workspace, &[name], token)
}

fn add_with(workspace: &Workspace, arguments: &[&str], token: &str) -> Finished {
    let mut command = workspace.command();
    command.args(["profiles", "add"]).args(arguments);
    finish_with_input(command, token)
}

/// All text of all files below the folder of the configuration, and their names.
fn stored(workspace: &Workspace) -> Vec<(String, String)> {
    let folder = workspace.path().join("config/drift");
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    let mut files: Vec<(String, String)> = entries
        .map(|entry| entry.expect("an entry").path())
        .map(|path| {
            let name = path.file_name().expect("a name").to_string_lossy();
            let text = std::fs::read_to_string(&path).expect("text");
            (name.into_owned(), text)
        })
        .collect();
    files.sort();
    files
}

fn names(workspace: &Workspace) -> Vec<String> {
    let files = stored(workspace).into_iter();
    files.map(|(name, _)| name).collect()
}

fn config(workspace: &Workspace) -> std::path::PathBuf {
    workspace.path().join("config/drift/config.toml")
}

#[test]
fn a_profile_is_added_and_used() {
    let workspace = Workspace::new();
    let emulator = EmulatorProcess::start(&workspace, "--token t_acme");
    let arguments = ["acme", "--base-url", &emulator.url];
    assert_eq!(add_with(&workspace, &arguments, "t_acme\n").code, 0);
    for line in [
        "contacts create --email a@example.test",
        "--profile acme contacts find --email a@example.test",
    ] {
        let finished = workspace.run(line);
        assert_eq!(finished.code, 0, "{line}: {}", finished.stderr);
    }
    assert_eq!(
        workspace
            .run_with(
                "token info",
                &[("DRIFT_PROFILE", "acme"), ("DRIFT_TOKEN", "wrong")]
            )
            .code,
        0
    );
    assert_eq!(
        add(&workspace, "acme", "t_other").code,
        2,
        "it is there already"
    );
}

#[test]
fn a_profiles_token_is_sent_to_no_other_server() {
    let workspace = Workspace::new();
    let counter = ConnectionCounter::start();
    assert_eq!(add(&workspace, "acme", "t_acme").code, 0);
    let finished = workspace.run_with("contacts get 1", &[("DRIFT_BASE_URL", &counter.url)]);
    assert_eq!(finished.code, 2);
    assert!(
        finished.stderr.contains("DRIFT_TOKEN"),
        "{}",
        finished.stderr
    );
    assert_eq!(counter.connections(), 0);
}

#[cfg(unix)]
#[test]
fn a_token_that_others_can_read_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let workspace = Workspace::new();
    assert_eq!(add(&workspace, "acme", "t_acme").code, 0);
    let token = workspace.path().join("config/drift/acme.token");
    let mode = std::fs::metadata(&token)
        .expect("a file")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    std::fs::set_permissions(&token, std::fs::Permissions::from_mode(0o640)).expect("it is ours");
    let finished = workspace.run("contacts get 1");
    assert_eq!(finished.code, 2);
    assert!(
        finished.stderr.contains("chmod 600") && !finished.stderr.contains("t_acme"),
        "{}",
        finished.stderr
    );
}

#[test]
fn an_invalid_config_file_is_reported_without_its_content() {
    let workspace = Workspace::new();
    std::fs::create_dir_all(workspace.path().join("config/drift")).expect("a folder");
    for (text, expected) in [
        ("[profiles.acme]\ntoken = \"t_hidden\"\n", "line 2"),
        ("default = \"acme\"\n", "no profile \"acme\""),
        ("[profiles.acme]\n", "drift login --token --profile acme"),
        ("[profiles.acme]\ntoken_env = \"NOT_SET\"\n", "NOT_SET"),
    ] {
        std::fs::write(config(&workspace), text).expect("a file");
        let finished = workspace.run("--profile acme contacts get 1");
        assert_eq!(finished.code, 2, "{text}: {}", finished.stderr);
        assert!(
            finished.stderr.contains(expected) && !finished.stderr.contains("t_hidden"),
            "{text}: {}",
            finished.stderr
        );
    }
}

#[test]
fn a_base_url_is_kept_with_the_profile() {
    let workspace = Workspace::new();
    let gate = ["gate", "--base-url", "https://gate.example.test/drift/"];
    assert_eq!(add_with(&workspace, &gate, "t_1").code, 0);
    let variable = ["--token-env", "T", "--base-url", "https://b.example.test"];
    assert_eq!(
        add_with(&workspace, &[&["b"], &variable[..]].concat(), "").code,
        0
    );
    let listed = workspace.run("profiles list --json").json();
    let base_urls: Vec<_> = listed
        .as_array()
        .expect("a list")
        .iter()
        .map(|profile| profile["base_url"].as_str().unwrap_or_default())
        .collect();
    assert_eq!(
        base_urls,
        ["https://b.example.test", "https://gate.example.test/drift"]
    );
}

#[test]
fn a_token_or_base_url_that_no_call_can_use_is_refused() {
    let workspace = Workspace::new();
    for (arguments, token, expected) in [
        (&["e"][..], " \n", "no token"),
        (&["e"], "a\nb\n", "more than one line"),
        (&["e"], "a\tb", "character"),
        (&["e"], "a\u{1b}b", "character"),
        (&["e"], "tök", "character"),
        (&["a/b"], "t", "a name has"),
        (
            &["e", "--base-url", "http://far.example.test"],
            "t",
            "https://",
        ),
        (
            &["e", "--base-url", "https://me:hunter2@x.test"],
            "t",
            "password",
        ),
    ] {
        let finished = add_with(&workspace, arguments, token);
        assert_eq!(
            finished.code, 2,
            "{arguments:?} {token:?}: {}",
            finished.stderr
        );
        assert!(
            finished.stderr.contains(expected),
            "{token:?}: {}",
            finished.stderr
        );
        assert!(!finished.stderr.contains("hunter2"), "{}", finished.stderr);
    }
    assert!(!workspace.path().join("config").exists());
}

/// As `ssh` does with its own configuration: whoever may write it decides where the token is sent.
#[cfg(unix)]
#[test]
fn a_configuration_that_others_may_write_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let workspace = Workspace::new();
    let counter = ConnectionCounter::start();
    let arguments = ["acme", "--base-url", &counter.url];
    assert_eq!(add_with(&workspace, &arguments, "t_acme").code, 0);
    let before = stored(&workspace);
    for (mode, code) in [
        (0o600, 0),
        (0o644, 0),
        (0o660, 2),
        (0o602, 2),
        (0o666, 2),
        (0o604, 0),
    ] {
        let permissions = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(config(&workspace), permissions).expect("it is ours");
        for line in [
            "profiles list",
            "contacts get 1 --timeout 1",
            "profiles default acme",
            "profiles token acme",
            "profiles remove acme",
            "profiles add beta --token-env T",
        ] {
            if code == 0 && line != "profiles list" {
                continue;
            }
            let finished = workspace.run(line);
            assert_eq!(finished.code, code, "{mode:o} {line}: {}", finished.stderr);
            let told = finished.stderr.contains("chmod go-w ");
            assert_eq!(told, code == 2, "{mode:o} {line}: {}", finished.stderr);
        }
    }
    assert_eq!(stored(&workspace), before);
    assert_eq!(counter.connections(), 0);
}

#[cfg(unix)]
#[test]
fn only_their_owner_can_read_the_files() {
    use std::os::unix::fs::PermissionsExt;
    let workspace = Workspace::new();
    assert_eq!(add(&workspace, "acme", "t_acme").code, 0);
    for (file, expected) in [
        ("config/drift", 0o700),
        ("config/drift/config.toml", 0o600),
        ("config/drift/acme.token", 0o600),
    ] {
        let metadata = std::fs::metadata(workspace.path().join(file)).expect("it is made");
        assert_eq!(metadata.permissions().mode() & 0o777, expected, "{file}");
    }
}

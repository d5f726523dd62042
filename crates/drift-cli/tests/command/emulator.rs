//! `drift emulator`: its tokens, its organizations, and how it ends.

use crate::support::{EmulatorProcess, Workspace, account};

#[cfg(unix)]
#[test]
fn signals_end_it_and_the_contacts_stay() {
    let workspace = Workspace::new();
    for (name, email) in [("TERM", "a@example.test"), ("INT", "b@example.test")] {
        let mut emulator = EmulatorProcess::start(&workspace, "--db contacts.db --token t_of_mine");
        let environment = account("t_of_mine", emulator.url.as_str());
        assert_eq!(
            workspace
                .run_with(&format!("contacts create --email {email}"), &environment)
                .code,
            0
        );
        emulator.signal(name);
        assert_eq!(
            emulator.child.wait().expect("it ends").code(),
            Some(0),
            "{name}"
        );
    }
    let emulator = EmulatorProcess::start(&workspace, "--db contacts.db");
    let environment = account("sandbox", emulator.url.as_str());
    for email in ["a@example.test", "b@example.test"] {
        assert_eq!(
            workspace
                .run_with(&format!("contacts find --email {email}"), &environment)
                .code,
            0
        );
    }
}

#[test]
fn a_wrong_token_is_refused() {
    let workspace = Workspace::new();
    let emulator = EmulatorProcess::start(&workspace, "");
    let environment = account("wrong", emulator.url.as_str());
    let finished = workspace.run_with("contacts get 1", &environment);
    assert_eq!(finished.code, 1, "{}", finished.stderr);
    assert!(
        finished.stderr.contains("drift doctor"),
        "{}",
        finished.stderr
    );
}

#[test]
fn the_default_token_is_refused_on_other_than_loopback_addresses() {
    let finished = Workspace::new().run("emulator --port 0 --host 0.0.0.0");
    assert_eq!((finished.code, finished.stdout.as_str()), (2, ""));
    assert!(
        finished.stderr.contains("DRIFT_EMULATOR_TOKEN"),
        "{}",
        finished.stderr
    );
}

#[test]
fn a_file_of_organizations_adds_tokens() {
    let workspace = Workspace::new();
    let file = workspace.path().join("organizations.json");
    let organizations = r#"[{"id": 1, "tokens": [{"token": "reader", "scopes": ["contact_read"]}]},
        {"id": 2, "tokens": [{"token": "other"}]}]"#;
    std::fs::write(&file, organizations).expect("it can be written");
    let emulator = EmulatorProcess::start(&workspace, "--organizations organizations.json");
    let create = "contacts create --email ada@example.test";
    for (token, line, code) in [
        ("sandbox", create, 0),
        ("reader", "contacts find --email ada@example.test", 0),
        ("reader", "contacts create --email bob@example.test", 1),
        ("other", create, 0),
    ] {
        let environment = account(token, &emulator.url);
        let finished = workspace.run_with(line, &environment);
        assert_eq!(finished.code, code, "{token} {line}: {}", finished.stderr);
    }

    for (text, expected) in [
        (r#"[{"id": 2, "tokens": ["t_of_mine"]}]"#, "line 1, column"),
        (r#"[{"id": 2, "tokens": [{"token": "sandbox"}]}]"#, "twice"),
    ] {
        std::fs::write(&file, text).expect("it can be written");
        let finished = workspace.run("emulator --port 0 --organizations organizations.json");
        assert_eq!((finished.code, finished.stdout.as_str()), (2, ""));
        assert!(finished.stderr.contains(expected), "{}", finished.stderr);
        assert!(
            !finished.stderr.contains("t_of_mine"),
            "{}",
            finished.stderr
        );
    }
}

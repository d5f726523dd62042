//! `drift emulator` as a program: its first line, its token, its end.

use crate::desk::{Desk, Served};

#[cfg(unix)]
#[test]
fn signals_end_it_in_order_and_the_contacts_stay() {
    let desk = Desk::new();
    for (name, email) in [("TERM", "a@example.test"), ("INT", "b@example.test")] {
        let mut served = Served::start(&desk, "--db contacts.db --token t_of_mine");
        let environment = [
            ("DRIFT_TOKEN", "t_of_mine"),
            ("DRIFT_BASE_URL", served.url.as_str()),
        ];
        assert_eq!(
            desk.run_with(&format!("contacts create --email {email}"), &environment)
                .code,
            0
        );
        served.signal(name);
        assert_eq!(
            served.child.wait().expect("it ends").code(),
            Some(0),
            "{name}"
        );
    }
    let served = Served::start(&desk, "--db contacts.db");
    let environment = [
        ("DRIFT_TOKEN", "sandbox"),
        ("DRIFT_BASE_URL", served.url.as_str()),
    ];
    for email in ["a@example.test", "b@example.test"] {
        assert_eq!(
            desk.run_with(&format!("contacts find --email {email}"), &environment)
                .code,
            0
        );
    }
}

#[test]
fn a_wrong_token_is_refused() {
    let desk = Desk::new();
    let served = Served::start(&desk, "");
    let environment = [
        ("DRIFT_TOKEN", "wrong"),
        ("DRIFT_BASE_URL", served.url.as_str()),
    ];
    let ended = desk.run_with("contacts get 1", &environment);
    assert_eq!(ended.code, 1, "{}", ended.err);
    assert!(ended.err.contains("drift doctor"), "{}", ended.err);
}

#[test]
fn the_default_token_does_not_leave_this_machine() {
    let ended = Desk::new().run("emulator --port 0 --host 0.0.0.0");
    assert_eq!((ended.code, ended.out.as_str()), (2, ""));
    assert!(ended.err.contains("DRIFT_EMULATOR_TOKEN"), "{}", ended.err);
}

#[test]
fn a_file_of_organizations_gives_further_tokens() {
    let desk = Desk::new();
    let file = desk.path().join("organizations.json");
    let organizations = r#"[{"id": 1, "tokens": [{"token": "reader", "scopes": ["contact_read"]}]},
        {"id": 2, "tokens": [{"token": "other"}]}]"#;
    std::fs::write(&file, organizations).expect("it can be written");
    let served = Served::start(&desk, "--organizations organizations.json");
    let create = "contacts create --email ada@example.test";
    for (token, line, code) in [
        ("sandbox", create, 0),
        ("reader", "contacts find --email ada@example.test", 0),
        ("reader", "contacts create --email bob@example.test", 1),
        ("other", create, 0),
    ] {
        let environment = [("DRIFT_TOKEN", token), ("DRIFT_BASE_URL", &served.url)];
        let ended = desk.run_with(line, &environment);
        assert_eq!(ended.code, code, "{token} {line}: {}", ended.err);
    }

    for (text, said) in [
        (r#"[{"id": 2, "tokens": ["t_of_mine"]}]"#, "line 1, column"),
        (r#"[{"id": 2, "tokens": [{"token": "sandbox"}]}]"#, "twice"),
    ] {
        std::fs::write(&file, text).expect("it can be written");
        let ended = desk.run("emulator --port 0 --organizations organizations.json");
        assert_eq!((ended.code, ended.out.as_str()), (2, ""));
        assert!(ended.err.contains(said), "{}", ended.err);
        assert!(!ended.err.contains("t_of_mine"), "{}", ended.err);
    }
}

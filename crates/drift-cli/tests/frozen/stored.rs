//! What earlier versions have left in the folders of a user, read by this one.

use serde_json::Value;

use crate::home::{Ended, Home};

fn json(ended: &Ended) -> Value {
    let json = serde_json::from_str(&ended.out);
    json.unwrap_or_else(|_| panic!("{}{}", ended.out, ended.err))
}

/// Puts the stored config file in place; the profile `beta` leads to the local Drift.
fn configured(home: &Home) {
    home.put("config/acme.token", "config/drift/acme.token");
    let config = home.put("config/config.toml", "config/drift/config.toml");
    let text = std::fs::read_to_string(&config).expect("a config file");
    let stored = "http://127.0.0.1:8080";
    assert!(text.contains(stored), "{text}");
    let text = text.replace(stored, home.emulator.url());
    home.write("config/drift/config.toml", text.as_bytes());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_config_file_and_its_token() {
    let home = Home::new().await;
    configured(&home);
    let bare = "DRIFT_TOKEN= DRIFT_BASE_URL=";
    let listed = json(&home.run(&format!("{bare} profiles list --json")));
    assert_eq!(listed[0]["name"], "acme");
    assert_eq!(listed[0]["default"], true);
    assert_eq!(listed[1]["name"], "beta");
    assert_eq!(listed[1]["base_url"], home.emulator.url());
    let url = home.emulator.url();
    for (line, code) in [
        // Its own token, of the file beside the config file.
        (format!("{bare} token info --base-url {url}"), 0),
        (format!("--profile acme token info --base-url {url}"), 0),
        // The base URL of the profile, and the variable that it names.
        (
            "BETA_DRIFT_TOKEN=sandbox --profile beta token info".to_owned(),
            0,
        ),
        ("--profile beta token info".to_owned(), 2),
        ("--profile beta profiles add acme < x".to_owned(), 2),
    ] {
        let ended = home.run(&line);
        assert_eq!(ended.code, code, "{line}: {}", ended.err);
    }
}

/// The tokens were good for the emulator that granted them; this one refuses to renew them, so they were read.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_login_through_a_browser() {
    let home = Home::new().await;
    for file in ["config.toml", "gamma.secret", "gamma.login"] {
        home.put(&format!("login/{file}"), &format!("config/drift/{file}"));
    }
    let bare = "DRIFT_TOKEN= DRIFT_BASE_URL=";
    let listed = json(&home.run(&format!("{bare} profiles list --json")));
    assert_eq!(listed[0]["name"], "gamma");
    assert_eq!(listed[0]["base_url"], "http://127.0.0.1:8080");
    let url = home.emulator.url();
    let used = home.run(&format!("{bare} token info --json --base-url {url}"));
    assert_eq!(used.code, 1, "{}", used.err);
    assert!(used.err.contains("login_required"), "{}", used.err);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sandbox() {
    let home = Home::new().await;
    home.put("sandbox/sandbox.db", "data/drift/sandbox.db");
    let name = home.put("sandbox/sandbox.db-name", "data/drift/sandbox.db-name");
    let stored = std::fs::read(&name).expect("a name");
    home.write("leads.csv", b"email\nbob@example.test\ncyd@example.test\n");

    let found = json(&home.run("--sandbox contacts get 24100000019 --json"));
    assert_eq!(found["attributes"]["name"], "Ada");
    let duplicate = home.run("--sandbox contacts create --email bob@example.test");
    assert_eq!(duplicate.code, 1, "{}", duplicate.err);
    let imported = json(&home.run("--sandbox contacts import leads.csv --json"));
    assert_eq!(imported["summary"]["existed"], 1);
    assert_eq!(imported["summary"]["created"], 1);
    assert_eq!(std::fs::read(&name).expect("a name"), stored);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ticket_and_an_error_that_holds_one() {
    let home = Home::new().await;
    let kept = "state/drift/tickets/f85ed3cb1a2a.json";
    let ticket = home.put("tickets/f85ed3cb1a2a.json", kept);
    home.put("tickets/error.json", "error.json");
    let (resolve, by_error) = (
        format!("contacts resolve {}", ticket.display()),
        "contacts resolve error.json",
    );
    let id = "r_91a00127c4ca81345c7703160cb97d53";
    let create = format!("contacts create --email ada@example.test --external-id {id}");
    assert_eq!(home.run(&create).code, 0);
    assert_eq!(home.run("contacts create --email bob@example.test").code, 0);
    let resolved = json(&home.run(&format!("{resolve} --json")));
    assert_eq!(resolved["attributes"]["externalId"], id);
    assert!(!ticket.exists(), "it has served");
    assert_eq!(
        json(&home.run(&format!("{by_error} --json")))["attributes"]["email"],
        "bob@example.test"
    );
}

/// What is piped has a journal that is named by its content: the same rows go on with it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_journal_of_piped_rows_is_found_by_its_name() {
    let home = Home::new().await;
    let imported = home.run("contacts import - --json < email\nada@example.test\n");
    assert_eq!(
        json(&imported)["journal"],
        "stdin-790e613358ae.drift-input.drift-journal"
    );
}

/// Contacts in Drift bear ids that were derived, and a do-not-contact list holds keyed hashes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_id_that_was_derived_is_derived_again() {
    let home = Home::new().await;
    let key = "DRIFT_ID_KEY=2026:0123456789abcdef0123456789abcdef";
    for (own, derived) in [
        ("7", "k2026_9657f4db0378a439d0a338d5b736d0ce953e0df3"),
        (
            "customer-7",
            "k2026_6dc47371a1e1dc7dad4a66e6bf3b16a517884f17",
        ),
    ] {
        let ended = home.run(&format!("{key} identity derive {own}"));
        assert_eq!(ended.out.trim(), derived, "{own}: {}", ended.err);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_export_has_the_columns_that_it_had() {
    let home = Home::new().await;
    let create = "contacts create --email ada@example.test --name Ada --phone 030-1 --set seats=12";
    assert_eq!(home.run(create).code, 0);
    home.write("emails", b"ada@example.test\n");
    let exported = home.run("contacts export --emails emails").out;
    let header = exported.lines().next();
    assert_eq!(
        header,
        Some("id,createdAt,email,name,phone,seats,start_date")
    );
}

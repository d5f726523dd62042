//! Contacts on a file: what is acknowledged is there, after a restart and after any kill.
//!
//! The kill test runs 5 rounds, and 50 with `DRIFT_HEAVY=1`.

use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};

use crate::common::Client;
use drift_emulator::{Dump, Emulator};

/// Set for the child process of the kill test: the file that it serves.
const SERVE: &str = "DRIFT_EMULATOR_TEST_SERVE";

/// Writers at once.
const CLIENTS: u64 = 64;

#[tokio::test]
async fn a_restart_finds_everything_and_goes_on_with_new_ids() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("contacts.db");
    let mut ids = Vec::new();
    for run in 0..3 {
        let emulator = Emulator::builder().database(&path).start().await.unwrap();
        let client = Client::new(&emulator);
        for id in &ids {
            assert_eq!(client.get(&format!("/contacts/{id}")).await.status, 200);
        }
        let created = client
            .create(&format!(r#"{{"email":"run{run}@b","plan":"pro"}}"#))
            .await;
        ids.push(created.json["data"]["id"].as_i64().unwrap());
        assert_eq!(client.create(r#"{"email":"run0@b"}"#).await.status, 409);
        emulator.shutdown().await;
    }
    assert!(ids.is_sorted() && ids[0] != ids[2], "{ids:?}");
}

#[tokio::test]
async fn two_emulators_on_one_file_keep_the_rules_together() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("contacts.db");
    let one = Emulator::builder().database(&path).start().await.unwrap();
    let two = Emulator::builder().database(&path).start().await.unwrap();
    let clients = [Client::new(&one), Client::new(&two)];
    let mut ids = Vec::new();
    for round in 0..20 {
        let attributes = format!(r#"{{"email":"e{round}@b"}}"#);
        let (first, second) = tokio::join!(
            clients[0].create(&attributes),
            clients[1].create(&attributes)
        );
        let mut statuses = [first.status, second.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409]);
        let made = if first.status == 200 { first } else { second };
        ids.push(made.json["data"]["id"].as_i64().unwrap());
        for client in &clients {
            assert_eq!(
                client
                    .get(&format!("/contacts?email=e{round}%40b"))
                    .await
                    .json["data"][0]["id"],
                ids[round]
            );
        }
    }
    ids.dedup();
    assert_eq!(ids.len(), 20);
    assert_eq!(two.state().count().await.unwrap(), 20);
}

#[tokio::test]
async fn a_dump_can_be_loaded_elsewhere_and_written_by_hand() {
    let one = Emulator::start().await.unwrap();
    let client = Client::new(&one);
    for attributes in [
        r#"{"email":"a@b","externalId":"u","z":1.50,"a":{"y":1,"x":[]}}"#,
        r#"{"email":"c@b"}"#,
    ] {
        assert_eq!(client.create(attributes).await.status, 200);
    }
    client
        .post("/contacts/timeline", r#"{"externalId":"u","event":"x"}"#)
        .await;
    client.post("/gdpr/delete", r#"{"email":"c@b"}"#).await;
    let dump = one.state().dump().await.unwrap();
    let two = Emulator::start().await.unwrap();
    two.state()
        .load(Dump::from_json(dump.as_json()).unwrap())
        .await
        .unwrap();
    assert_eq!(two.state().dump().await.unwrap(), dump);
    assert_eq!(
        Client::new(&two)
            .create(r#"{"email":"d@b","externalId":"u"}"#)
            .await
            .status,
        409
    );

    let by_hand = r#"{"contacts":[{"id":7,"createdAt":1,"externalId":12345,"attributes":{"email":"Old@b","tags":[]}}]}"#;
    two.state()
        .load(Dump::from_json(by_hand).unwrap())
        .await
        .unwrap();
    let found = Client::new(&two).get("/contacts?email=old%40b").await;
    assert_eq!(found.json["data"][0]["attributes"]["externalId"], 12345);
    assert!(Dump::from_json(r#"{"contacts":[{"id":7}]}"#).is_err());
}

/// Not a test of its own: the child process of the next one, which starts this binary again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn serve_for_the_kill_test() {
    if let Some(path) = std::env::var_os(SERVE) {
        let emulator = Emulator::builder().database(path).start().await.unwrap();
        println!("\nserving {}", emulator.url());
        std::future::pending::<()>().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kill_at_any_moment_loses_nothing_acknowledged() {
    let rounds = if std::env::var_os("DRIFT_HEAVY").is_some() {
        50
    } else {
        5
    };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("contacts.db");
    let mut acknowledged = HashMap::new();
    for round in 0..rounds {
        let (server, url) = serve(&path);
        // A different number of acknowledgements each time, so that the kill falls anywhere; now and then so
        // many that the log is copied back meanwhile.
        let enough = if round % 10 == 9 {
            20_000
        } else {
            100 + (round * 7919) % 1500
        };
        acknowledged.extend(write_until_killed(server, &url, round, enough).await);
        check_file(&path);
        check_contacts(&path, &acknowledged, round).await;
    }
}

fn serve(path: &Path) -> (Child, String) {
    let own = std::env::current_exe().unwrap();
    let arguments = ["--exact", "storage::serve_for_the_kill_test", "--nocapture"];
    let mut command = Command::new(own);
    command
        .args(arguments)
        .env(SERVE, path)
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let url = lines
        .map_while(Result::ok)
        .find_map(|line| line.strip_prefix("serving ").map(str::to_owned));
    (child, url.unwrap())
}

/// Lets the writers write until `enough` creates are acknowledged, then kills the server under them. Gives
/// the ids that were acknowledged, by email.
async fn write_until_killed(
    mut server: Child,
    url: &str,
    round: u64,
    enough: u64,
) -> HashMap<String, i64> {
    let http = crate::common::http().build().expect("a client");
    let client = Client {
        http,
        url: url.to_owned(),
        token: "sandbox".to_owned(),
    };
    let acknowledged = Arc::new(Mutex::new(HashMap::new()));
    let (done, mut count) = tokio::sync::watch::channel(0);
    let mut writers = tokio::task::JoinSet::new();
    for writer in 0..CLIENTS {
        let (client, acknowledged, done) =
            (client.clone(), Arc::clone(&acknowledged), done.clone());
        writers.spawn(async move {
            for number in 0_u64.. {
                let email = format!("r{round}w{writer}n{number}@example.test");
                let external_id = if number % 2 == 0 {
                    format!(r#","externalId":"x{email}""#)
                } else {
                    String::new()
                };
                let body = format!(r#"{{"attributes":{{"email":"{email}"{external_id}}}}}"#);
                let request = client.request(reqwest::Method::POST, "/contacts");
                let request = request
                    .header("content-type", "application/json")
                    .body(body);
                let Ok(response) = crate::common::Response::of(request).await else {
                    return;
                };
                assert_eq!(response.status, 200, "{}", response.text);
                let id = response.json["data"]["id"].as_i64().unwrap();
                acknowledged.lock().unwrap().insert(email, id);
                done.send_modify(|count| *count += 1);
            }
        });
    }
    count.wait_for(|count| *count >= enough).await.unwrap();
    server.kill().unwrap();
    server.wait().unwrap();
    while let Some(ended) = writers.join_next().await {
        ended.unwrap();
    }
    Arc::into_inner(acknowledged).unwrap().into_inner().unwrap()
}

fn check_file(path: &Path) {
    let connection = rusqlite::Connection::open(path).unwrap();
    let verdict: String = connection
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .unwrap();
    assert_eq!(verdict, "ok");
}

async fn check_contacts(path: &Path, acknowledged: &HashMap<String, i64>, round: u64) {
    let emulator = Emulator::builder().database(path).start().await.unwrap();
    let stored = emulator.state().contacts().await.unwrap();
    let by_email: HashMap<&str, i64> = stored
        .iter()
        .map(|contact| (contact.attributes["email"].as_str().unwrap(), contact.id))
        .collect();
    assert_eq!(by_email.len(), stored.len(), "an email twice");
    for (email, id) in acknowledged {
        assert_eq!(by_email.get(email.as_str()), Some(id), "{email}");
    }
    // What was in flight may be there or not, but there is at most one such create for each writer and round.
    assert!(stored.len() as u64 <= acknowledged.len() as u64 + CLIENTS * (round + 1));
    let (email, id) = acknowledged.iter().next().unwrap();
    let found = Client::new(&emulator)
        .get(&format!("/contacts?email={}", email.replace('@', "%40")))
        .await;
    assert_eq!(found.json["data"][0]["id"], *id);
    emulator.shutdown().await;
}

/// What may happen to the files of a database while an emulator has them open.
#[cfg(unix)]
#[tokio::test]
async fn a_database_that_was_deleted_or_replaced_acknowledges_nothing_more() {
    use std::fs;
    type Harm = fn(&Path);
    let harm: [(&str, Harm); 5] = [
        ("deleted", |path| fs::remove_file(path).unwrap()),
        ("moved", |path| {
            fs::rename(path, path.with_extension("moved")).unwrap();
        }),
        ("replaced", |path| {
            let copy = path.with_extension("copy");
            fs::copy(path, &copy).unwrap();
            fs::rename(copy, path).unwrap();
        }),
        ("moved away and put back", |path| {
            let copy = path.with_extension("copy");
            fs::copy(path, &copy).unwrap();
            fs::remove_file(path).unwrap();
            fs::rename(copy, path).unwrap();
        }),
        ("without its log", |path| {
            let mut log = path.as_os_str().to_owned();
            log.push("-wal");
            fs::remove_file(log).unwrap();
        }),
    ];
    for (what, harm) in harm {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("contacts.db");
        let emulator = Emulator::builder().database(&path).start().await.unwrap();
        let client = Client::new(&emulator);
        let id = client.created(r#"{"email":"before@b"}"#).await;
        harm(&path);
        let refused = [
            client.create(r#"{"email":"after@b"}"#).await,
            client.get(&format!("/contacts/{id}")).await,
            client.post("/_emulator/reset", "").await,
        ];
        for response in refused {
            assert_eq!(response.status, 500, "{what}: {}", response.text);
            let message = response.json["error"]["message"].as_str().unwrap();
            assert!(message.contains("deleted or replaced"), "{what}: {message}");
        }
        let error = emulator.state().count().await.unwrap_err().to_string();
        assert!(error.contains("deleted or replaced"), "{what}: {error}");
        emulator.shutdown().await;
    }
}

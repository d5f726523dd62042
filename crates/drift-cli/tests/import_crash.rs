//! Kills the import at random moments, through a Drift that fails: in the end every contact is there once, and the
//! result files say the truth about every row.
//!
//! Small by default; `DRIFT_HEAVY=1` kills it 200 times over 10,000 rows, and prints what it saw.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use drift_emulator::{Effect, Emulator, Fault};

/// One way to import the file.
struct Way {
    name: &'static str,
    options: &'static [&'static str],
    /// Whether every contact that the import made can be proved to be its own.
    proved: bool,
}

const WAYS: [Way; 3] = [
    Way {
        name: "by email",
        options: &[],
        proved: false,
    },
    Way {
        name: "by email, stamped",
        options: &["--stamp", "import_stamp"],
        proved: true,
    },
    Way {
        name: "by derived id",
        options: &["--derive-id-from", "number"],
        proved: false,
    },
];

/// A tenth of all calls fails, in five ways.
fn faults() -> Vec<Fault> {
    let status = |status, commit| Effect::Status {
        status,
        headers: BTreeMap::new(),
        body: None,
        commit,
    };
    let effects = [
        Effect::Disconnect {
            reset: true,
            commit: true,
        },
        Effect::Disconnect {
            reset: false,
            commit: false,
        },
        Effect::HalfBody,
        status(502, true),
        status(500, false),
    ];
    let numbered = (1..).zip(effects);
    numbered
        .map(|(seed, effect)| Fault::new(effect).path("/contacts").share(0.0205, seed))
        .collect()
}

/// Random enough to choose moments, and the same on every run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }
}

fn start(folder: &Path, emulator: &Emulator, way: &Way) -> Child {
    Command::new(env!("CARGO_BIN_EXE_drift"))
        .args([
            "contacts",
            "import",
            "leads.csv",
            "--look-up-after",
            "1,5,20",
            "--unmapped",
            "attribute",
            "--json",
        ])
        .args(way.options)
        .current_dir(folder)
        .env_clear()
        .env("DRIFT_TOKEN", emulator.token())
        .env("DRIFT_BASE_URL", emulator.url())
        .env("DRIFT_ID_KEY", "1:0123456789abcdef0123456789abcdef")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command starts")
}

async fn contacts(emulator: &Emulator) -> u64 {
    emulator.state().count().await.expect("a count")
}

/// Kills the import: at once after its start, or when so many contacts more are there. False when it ended before.
async fn kill_at(
    mut child: Child,
    emulator: &Emulator,
    contacts_at: Option<u64>,
    after: Duration,
) -> bool {
    match contacts_at {
        Some(count) => {
            while contacts(emulator).await < count && child.try_wait().expect("a state").is_none() {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        }
        None => tokio::time::sleep(after).await,
    }
    let killed = child.try_wait().expect("a state").is_none();
    child.kill().expect("killed");
    child.wait().expect("its end");
    killed
}

/// The rows of all result files: email, outcome, contact and reason, by line.
fn results(folder: &Path) -> BTreeMap<u64, [String; 4]> {
    let mut rows = BTreeMap::new();
    for name in ["created", "existed", "refused", "unknown"] {
        let Ok(mut reader) = csv::Reader::from_path(folder.join(format!("leads.{name}.csv")))
        else {
            continue;
        };
        for row in reader.deserialize::<HashMap<String, String>>() {
            let row = row.expect("a row");
            let cells = ["email", "drift_outcome", "drift_contact_id", "drift_reason"]
                .map(|name| row[name].clone());
            let twice = rows.insert(row["drift_line"].parse().expect("a line"), cells);
            assert!(twice.is_none(), "a line is in two files");
        }
    }
    rows
}

async fn crash(way: &Way, rows: u64, kills: u32, seed: u64) {
    let emulator = Emulator::start().await.expect("the emulator starts");
    let folder = tempfile::tempdir().expect("a folder");
    let lines = (0..rows).map(|n| format!("lead{n}@example.test,Lead {n},{n}\n"));
    std::fs::write(
        folder.path().join("leads.csv"),
        format!("email,name,number\n{}", lines.collect::<String>()),
    )
    .expect("written");
    // A twentieth is there before, made by somebody else.
    let client = drift::Client::builder(emulator.token())
        .base_url(emulator.url())
        .build()
        .expect("a client");
    let mut before = HashMap::new();
    for n in (0..rows).step_by(20) {
        let email = format!("lead{n}@example.test");
        let outcome = client
            .contacts()
            .create(drift::NewContact::new(&email).expect("an email"))
            .await
            .expect("created");
        before.insert(email, outcome.contact().id().to_string());
    }
    emulator.faults().add_all(faults()).expect("faults");

    let mut chance = Chance(seed);
    let mut killed = 0;
    for _ in 0..kills {
        let there = contacts(&emulator).await;
        let left = rows.saturating_sub(there);
        let step = (2 * left / u64::from(kills - killed).max(1)).max(2);
        // One in four is killed early: while it plans, or settles what the last one left behind.
        let (at, after) = match chance.below(4) {
            0 => (None, Duration::from_millis(chance.below(150))),
            _ => (Some(there + 1 + chance.below(step)), Duration::ZERO),
        };
        killed +=
            u32::from(kill_at(start(folder.path(), &emulator, way), &emulator, at, after).await);
    }
    let mut codes = Vec::new();
    while codes.len() < 5 && !matches!(codes.last(), Some(Some(0 | 1))) {
        codes.push(
            start(folder.path(), &emulator, way)
                .wait_with_output()
                .expect("its end")
                .status
                .code(),
        );
    }
    judge(way, rows, &emulator, folder.path(), &before, &codes).await;
    if std::env::var_os("DRIFT_HEAVY").is_some() {
        println!(
            "{}: {killed} kills over {rows} rows, {} faults, exit codes {codes:?}",
            way.name,
            emulator.faults().log().len()
        );
    }
}

async fn judge(
    way: &Way,
    rows: u64,
    emulator: &Emulator,
    folder: &Path,
    before: &HashMap<String, String>,
    codes: &[Option<i32>],
) {
    // Every row ends as one contact; those that were there before stay the only ones with their email.
    assert_eq!(contacts(emulator).await, rows, "{}", way.name);
    let ids: HashMap<String, String> = emulator
        .state()
        .contacts()
        .await
        .expect("contacts")
        .iter()
        .map(|contact| {
            (
                contact.attributes["email"]
                    .as_str()
                    .expect("an email")
                    .to_owned(),
                contact.id.to_string(),
            )
        })
        .collect();
    let results = results(folder);
    assert_eq!(
        results.len() as u64,
        rows,
        "{}: a row without a result",
        way.name
    );
    let mut counts = BTreeMap::new();
    for [email, outcome, contact, reason] in results.values() {
        *counts
            .entry((outcome.as_str(), reason.as_str()))
            .or_insert(0) += 1;
        match before.get(email) {
            // With another external id it is no row's contact, and a second one is not made.
            Some(_) if way.options.contains(&"--derive-id-from") => {
                assert_eq!(outcome, "refused", "{reason}")
            }
            Some(id) => assert_eq!(
                (outcome.as_str(), contact, reason.as_str()),
                ("existed", id, "a contact has this email")
            ),
            None => {
                assert_eq!(contact, &ids[email], "{email}");
                match outcome.as_str() {
                    "created" => {}
                    "existed" => assert!(!way.proved && reason.contains("not proved"), "{reason}"),
                    other => panic!("{email} is {other}: {reason}"),
                }
            }
        }
    }
    let refuses = way.options.contains(&"--derive-id-from");
    assert_eq!(codes.last(), Some(&Some(i32::from(refuses))), "{counts:?}");
    if std::env::var_os("DRIFT_HEAVY").is_some() {
        println!("{}: {counts:#?}", way.name);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_random_it_ends_with_every_contact_once_and_the_truth_about_each() {
    let heavy = std::env::var_os("DRIFT_HEAVY").is_some();
    let (rows, kills) = if heavy { (10_000, 200) } else { (400, 6) };
    for (seed, way) in (1..).zip(&WAYS) {
        crash(way, rows, kills, seed * 0x9E37_79B9).await;
    }
}

//! Kills the import at random moments while the emulator fails a tenth of all calls. In the end every contact exists
//! once, and the result files are right about every row.
//!
//! Small by default; `DRIFT_HEAVY=1` kills it 200 times over 10,000 rows, and prints the counts.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use drift_emulator::{Effect, Emulator, Fault};
use tempfile::TempDir;

/// Options of an import, and what it can prove.
struct Strategy {
    name: &'static str,
    options: &'static [&'static str],
    /// Whether every contact that the import made can be proved to be its own.
    proved: bool,
}

const STRATEGIES: [Strategy; 3] = [
    Strategy {
        name: "by email",
        options: &[],
        proved: false,
    },
    Strategy {
        name: "by email, stamped",
        options: &["--stamp", "import_stamp"],
        proved: true,
    },
    Strategy {
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

/// A pseudo-random generator (xorshift), the same on every run.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }
}

fn start(folder: &Path, emulator: &Emulator, strategy: &Strategy) -> Child {
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
        .args(strategy.options)
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

/// An import, and the emulator that it imports into.
struct Trial<'a> {
    strategy: &'a Strategy,
    rows: u64,
    emulator: Emulator,
    folder: TempDir,
    /// The ids of the contacts that somebody else created before, by email.
    existing: HashMap<String, String>,
}

impl<'a> Trial<'a> {
    /// Writes the file, creates every twentieth contact beforehand, and adds the faults.
    async fn new(strategy: &'a Strategy, rows: u64) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let lines = (0..rows).map(|n| format!("lead{n}@example.test,Lead {n},{n}\n"));
        std::fs::write(
            folder.path().join("leads.csv"),
            format!("email,name,number\n{}", lines.collect::<String>()),
        )
        .expect("written");
        let emulator = Emulator::start().await.expect("the emulator starts");
        let emails = (0..rows)
            .step_by(20)
            .map(|n| format!("lead{n}@example.test"));
        let existing = create(&emulator, emails).await;
        emulator.faults().add_all(faults()).expect("faults");
        Self {
            strategy,
            rows,
            emulator,
            folder,
            existing,
        }
    }

    async fn contacts(&self) -> u64 {
        self.emulator.state().count().await.expect("a count")
    }

    fn start(&self) -> Child {
        start(self.folder.path(), &self.emulator, self.strategy)
    }

    /// Starts the import so often and kills it each time. Returns how often it was killed before it ended.
    async fn kill(&self, kills: u32, seed: u64) -> u32 {
        let mut random = Random(seed);
        let mut killed = 0;
        for _ in 0..kills {
            let existing = self.contacts().await;
            let left = self.rows.saturating_sub(existing);
            let step = (2 * left / u64::from(kills - killed).max(1)).max(2);
            let child = self.start();
            // One in four is killed early: while it plans, or looks up what the last one left unknown.
            let before_its_end = if random.below(4) == 0 {
                kill_after(child, Duration::from_millis(random.below(150))).await
            } else {
                self.kill_at(child, existing + 1 + random.below(step)).await
            };
            killed += u32::from(before_its_end);
        }
        killed
    }

    /// Kills the import when so many contacts exist.
    async fn kill_at(&self, mut child: Child, contacts: u64) -> bool {
        while self.contacts().await < contacts && child.try_wait().expect("a state").is_none() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        kill_now(child)
    }

    /// Runs the import until it says that every row is done, at most five times. Returns the exit codes.
    fn finish(&self) -> Vec<Option<i32>> {
        let mut codes = Vec::new();
        while codes.len() < 5 && !matches!(codes.last(), Some(Some(0 | 1))) {
            let output = self.start().wait_with_output().expect("its end");
            codes.push(output.status.code());
        }
        codes
    }

    /// Every row ends as one contact; those that existed before stay the only ones with their email.
    async fn check(&self, codes: &[Option<i32>]) {
        let name = self.strategy.name;
        assert_eq!(self.contacts().await, self.rows, "{name}");
        let ids = self.ids().await;
        let results = results(self.folder.path());
        assert_eq!(
            results.len() as u64,
            self.rows,
            "{name}: a row without a result"
        );
        let mut counts = BTreeMap::new();
        for row in results.values() {
            let [email, outcome, _, reason] = row;
            *counts
                .entry((outcome.as_str(), reason.as_str()))
                .or_insert(0) += 1;
            self.check_row(row, &ids[email]);
        }
        let refuses = self.strategy.derives_ids();
        assert_eq!(codes.last(), Some(&Some(i32::from(refuses))), "{counts:?}");
        if is_heavy() {
            println!("{name}: {counts:#?}");
        }
    }

    fn check_row(&self, [email, outcome, contact, reason]: &[String; 4], id: &String) {
        match self.existing.get(email) {
            // With another external id the contact is not the row's, and a second one is not made.
            Some(_) if self.strategy.derives_ids() => assert_eq!(outcome, "refused", "{reason}"),
            Some(id) => assert_eq!(
                (outcome.as_str(), contact, reason.as_str()),
                ("existed", id, "a contact has this email")
            ),
            None => {
                assert_eq!(contact, id, "{email}");
                match outcome.as_str() {
                    "created" => {}
                    "existed" => assert!(
                        !self.strategy.proved && reason.contains("not proved"),
                        "{reason}"
                    ),
                    other => panic!("{email} is {other}: {reason}"),
                }
            }
        }
    }

    /// The ids of all contacts, by email.
    async fn ids(&self) -> HashMap<String, String> {
        let contacts = self.emulator.state().contacts().await.expect("contacts");
        contacts
            .iter()
            .map(|contact| {
                let email = contact.attributes["email"].as_str().expect("an email");
                (email.to_owned(), contact.id.to_string())
            })
            .collect()
    }
}

impl Strategy {
    /// Whether contacts without an external id are refused, since the rows have one.
    fn derives_ids(&self) -> bool {
        self.options.contains(&"--derive-id-from")
    }
}

/// Creates contacts, and returns their ids by email.
async fn create(
    emulator: &Emulator,
    emails: impl Iterator<Item = String>,
) -> HashMap<String, String> {
    let client = drift::Client::builder(emulator.token())
        .base_url(emulator.url())
        .build()
        .expect("a client");
    let mut ids = HashMap::new();
    for email in emails {
        let new = drift::NewContact::new(&email).expect("an email");
        let outcome = client.contacts().create(new).await.expect("created");
        ids.insert(email, outcome.contact().id().to_string());
    }
    ids
}

async fn kill_after(child: Child, time: Duration) -> bool {
    tokio::time::sleep(time).await;
    kill_now(child)
}

/// Returns whether it was still running.
fn kill_now(mut child: Child) -> bool {
    let running = child.try_wait().expect("a state").is_none();
    child.kill().expect("killed");
    child.wait().expect("its end");
    running
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

fn is_heavy() -> bool {
    std::env::var_os("DRIFT_HEAVY").is_some()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_that_is_killed_creates_every_contact_once_and_reports_every_row_rightly() {
    let (rows, kills) = if is_heavy() { (10_000, 200) } else { (400, 6) };
    for (seed, strategy) in (1..).zip(&STRATEGIES) {
        let trial = Trial::new(strategy, rows).await;
        let killed = trial.kill(kills, seed * 0x9E37_79B9).await;
        let codes = trial.finish();
        trial.check(&codes).await;
        if is_heavy() {
            let faults = trial.emulator.faults().log().len();
            println!(
                "{}: {killed} kills over {rows} rows, {faults} faults, exit codes {codes:?}",
                strategy.name
            );
        }
    }
}

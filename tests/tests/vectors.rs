//! The decisions, held to the tables under `vectors`, which clients in other languages are held to as well.

use std::time::{Duration, SystemTime};

use drift::delivery::{self, Delivery, Phase, ResponseBody};
use drift::guessable::{guessable, is_hash_of_email};
use drift::protocol::{Bounds, Event, Goal, Protocol, Step};
use drift::retry;
use serde::Deserialize;
use serde::de::DeserializeOwned;

#[derive(Deserialize)]
struct Table<Case> {
    cases: Vec<Case>,
}

fn cases<Case: DeserializeOwned>(name: &str) -> Vec<Case> {
    let path = format!("{}/vectors/{name}.json", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).expect(&path);
    let table: Table<Case> = serde_json::from_str(&text).expect(&path);
    assert!(!table.cases.is_empty(), "{path} has no case");
    table.cases
}

#[test]
fn delivery() {
    #[derive(Deserialize, Debug)]
    struct Case {
        phase: Phase,
        status: Option<u16>,
        body: ResponseBody,
        error_type: Option<String>,
        delivery: Delivery,
    }
    for case in cases::<Case>("delivery") {
        let decided = delivery::decide(
            case.phase,
            case.status,
            case.body,
            case.error_type.as_deref(),
        );
        assert_eq!(decided, case.delivery, "{case:?}");
    }
}

#[test]
fn retry() {
    #[derive(Deserialize, Debug)]
    struct Case {
        delivery: Delivery,
        put_off: bool,
        repeatable: bool,
        repeat: bool,
    }
    for case in cases::<Case>("retry") {
        let decided = retry::may_retry(case.delivery, case.put_off, case.repeatable);
        assert_eq!(decided, case.repeat, "{case:?}");
    }
}

#[test]
fn retry_after() {
    #[derive(Deserialize, Debug)]
    struct Case {
        value: String,
        now: String,
        seconds: Option<u64>,
    }
    for case in cases::<Case>("retry_after") {
        let now: SystemTime = httpdate::parse_http_date(&case.now).expect("a date");
        let wait = retry::retry_after(&case.value, now);
        assert_eq!(wait, case.seconds.map(Duration::from_secs), "{case:?}");
    }
}

#[test]
fn identity() {
    #[derive(Deserialize, Debug)]
    struct Case {
        id: String,
        email: Option<String>,
        guessable: Option<String>,
    }
    for case in cases::<Case>("identity") {
        let hash = case
            .email
            .as_ref()
            .is_some_and(|email| is_hash_of_email(&case.id, email));
        let decided = if hash {
            Some("hash_of_email")
        } else {
            guessable(&case.id).map(|reason| reason.code())
        };
        assert_eq!(decided, case.guessable.as_deref(), "{case:?}");
    }
}

/// How a write begins.
#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Start {
    #[default]
    Fresh,
    InDoubt,
    LongAfter,
    Update,
    Resume,
    ResumeExists,
}

impl Start {
    fn first(self, protocol: &mut Protocol) -> Step {
        match self {
            Self::Fresh => protocol.start(),
            Self::InDoubt => {
                *protocol = protocol.in_doubt();
                protocol.start()
            }
            Self::LongAfter => protocol.start_long_after(),
            Self::Update => protocol.start_update(),
            Self::Resume => protocol.resume(false),
            Self::ResumeExists => protocol.resume(true),
        }
    }
}

#[test]
fn protocol() {
    #[derive(Deserialize)]
    struct Case {
        name: String,
        goal: Goal,
        #[serde(default)]
        proof: bool,
        #[serde(default)]
        start: Start,
        sends: u32,
        look_ups: u32,
        events: Vec<Event>,
        steps: Vec<Step>,
    }
    for case in cases::<Case>("protocol") {
        let bounds = Bounds {
            sends: case.sends,
            look_ups: case.look_ups,
        };
        let mut protocol = Protocol::new(case.goal, bounds).with_proof(case.proof);
        let first = case.start.first(&mut protocol);
        let rest = case.events.iter().map(|event| protocol.next(*event));
        let steps: Vec<Step> = std::iter::once(first).chain(rest).collect();
        assert_eq!(steps, case.steps, "{}", case.name);
    }
}

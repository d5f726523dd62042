//! The create-and-verify protocol, explored exhaustively: every fault at every step, in every order, within bounds.
//!
//! What is explored is [`Protocol`](drift::protocol::Protocol) itself, as the client drives it. `DRIFT_HEAVY=1` widens
//! the bounds.

mod properties;
mod setting;
mod world;

use drift::protocol::{Bounds, Event, Goal, Protocol, Step};
use setting::{Driver, Setting, Uniqueness};
use stateright::{Checker, Model};
use world::{Proof, Request};

/// Explores everything within the bounds, and returns the names of the properties that do not hold.
fn broken(setting: Setting) -> Vec<&'static str> {
    let properties = setting.properties();
    let checker = setting.checker().threads(2).spawn_bfs().join();
    assert!(checker.is_done(), "the exploration is not complete");
    let discoveries = checker.discoveries();
    let fails = |property: &stateright::Property<Setting>| {
        let found = discoveries.contains_key(property.name);
        match property.expectation {
            stateright::Expectation::Sometimes => !found,
            _ => found,
        }
    };
    let broken = properties.iter().filter(|property| fails(property));
    println!("{} states", checker.unique_state_count());
    broken.map(|property| property.name).collect()
}

fn heavy() -> bool {
    std::env::var_os("DRIFT_HEAVY").is_some()
}

fn setting(requests: Vec<Request>) -> Setting {
    let single = requests.len() == 1;
    let updates = requests.iter().any(|it| it.goal == Goal::Update);
    // Two creators of which one updates have several times as many worlds.
    let wide = heavy() && !updates;
    Setting {
        bounds: Bounds {
            sends: if single || wide { 3 } else { 2 },
            look_ups: if single { 3 } else { 2 },
        },
        existing: None,
        uniqueness: Uniqueness::Immediate,
        lag: true,
        delays: true,
        doubles: true,
        stops: single,
        restarts: match single || heavy() || !updates {
            true if wide => [1, 1],
            true => [1, 0],
            false => [0, 0],
        },
        excuses_second_responses: true,
        driver: Driver::default(),
        requests,
    }
}

fn request(external_id: Option<u8>, proof: Proof, goal: Goal) -> Request {
    Request {
        external_id,
        proof,
        goal,
    }
}

const GOALS: [[Goal; 2]; 6] = [
    [Goal::Create, Goal::Create],
    [Goal::Create, Goal::Ensure],
    [Goal::Ensure, Goal::Ensure],
    [Goal::Create, Goal::Update],
    [Goal::Ensure, Goal::Update],
    [Goal::Update, Goal::Update],
];

/// Two creators of one identity, with every pair of goals.
fn two(external_id: Option<u8>, proof: Proof) {
    for goals in GOALS {
        let requests = goals.map(|goal| request(external_id, proof, goal));
        assert_eq!(broken(setting(requests.to_vec())), [""; 0], "{goals:?}");
    }
}

#[test]
fn two_creators_with_clones_of_one_random_id() {
    two(Some(1), Proof::FreshId);
}

#[test]
fn two_creators_with_one_derived_id() {
    two(Some(1), Proof::None);
}

#[test]
fn two_creators_with_one_derived_id_and_stamps() {
    two(Some(1), Proof::Stamp);
}

#[test]
fn two_creators_by_email_alone() {
    two(None, Proof::None);
}

#[test]
fn two_creators_by_email_alone_with_stamps() {
    two(None, Proof::Stamp);
}

#[test]
fn two_creators_of_one_email_with_random_ids_each() {
    for goals in GOALS {
        let requests =
            [1, 2].map(|id| request(Some(id), Proof::FreshId, goals[usize::from(id) - 1]));
        assert_eq!(broken(setting(requests.to_vec())), [""; 0], "{goals:?}");
    }
}

#[test]
fn one_creator_by_email_and_one_by_id() {
    for goals in GOALS {
        let by_email = request(None, Proof::Stamp, goals[0]);
        let by_id = request(Some(1), Proof::None, goals[1]);
        assert_eq!(broken(setting(vec![by_email, by_id])), [""; 0], "{goals:?}");
    }
}

#[test]
fn a_contact_that_was_there_before() {
    for (existing, external_id, proof) in [
        (None, None, Proof::None),
        (None, None, Proof::Stamp),
        (None, Some(1), Proof::FreshId),
        (Some(1), Some(1), Proof::None),
        (Some(1), Some(1), Proof::Stamp),
        (Some(1), None, Proof::None),
    ] {
        for goal in [Goal::Create, Goal::Ensure, Goal::Update] {
            let setting = Setting {
                existing: Some(existing),
                ..setting(vec![request(external_id, proof, goal)])
            };
            assert_eq!(
                broken(setting),
                [""; 0],
                "{existing:?} {external_id:?} {goal:?}"
            );
        }
    }
}

/// A look-up that sees everything and a network that delays nothing: then the protocol alone keeps a contact single.
fn without_the_servers_rule() -> Setting {
    Setting {
        uniqueness: Uniqueness::Never,
        lag: false,
        delays: false,
        doubles: false,
        restarts: [0, 0],
        ..setting(vec![request(Some(1), Proof::None, Goal::Create)])
    }
}

#[test]
fn a_server_without_rules_needs_the_look_up_and_gets_it() {
    assert_eq!(broken(without_the_servers_rule()), [""; 0]);
}

#[test]
fn an_index_that_lags_needs_the_servers_rule() {
    let setting = Setting {
        lag: true,
        ..without_the_servers_rule()
    };
    assert_eq!(broken(setting), [properties::SINGLE]);
}

/// The assumption that README states: were the server's check late, two copies of one request would both be executed.
#[test]
fn a_late_check_of_uniqueness_doubles_a_contact() {
    let setting = Setting {
        uniqueness: Uniqueness::Lagging,
        // One request that is delivered twice is enough to show it.
        bounds: Bounds {
            sends: 1,
            look_ups: 1,
        },
        delays: false,
        restarts: [0, 0],
        ..setting(vec![request(Some(1), Proof::FreshId, Goal::Create)])
    };
    assert_eq!(broken(setting), [properties::SINGLE]);
}

/// The limit that the documentation of `Delivery::Refused` and `NotSent` states: a network that delivers a request twice
/// and hands back a second response that says no.
#[test]
fn a_second_response_that_says_no_cannot_be_seen_through() {
    let setting = Setting {
        excuses_second_responses: false,
        ..setting(vec![request(Some(1), Proof::FreshId, Goal::Create)])
    };
    assert_eq!(broken(setting), [properties::TRUE]);
}

/// The import does so for a row whose request was sent long before the crash.
#[test]
fn one_look_up_tells_once_the_index_has_caught_up() {
    let start: fn(&mut Protocol) -> Step = |protocol| match protocol.start() {
        Step::LookUp { .. } => protocol.start_long_after(),
        step => step,
    };
    let setting = Setting {
        lag: false,
        driver: Driver {
            start,
            ..Driver::default()
        },
        ..setting(vec![request(Some(1), Proof::Stamp, Goal::Update)])
    };
    assert_eq!(broken(setting), [""; 0]);
}

#[test]
fn taking_ones_own_contact_for_anothers_is_caught() {
    let setting = Setting {
        driver: Driver {
            knows_proofs: false,
            ..Driver::default()
        },
        ..setting(vec![request(Some(1), Proof::FreshId, Goal::Create)])
    };
    assert_eq!(broken(setting), [properties::TRUE]);
}

#[test]
fn sending_again_after_a_filter_refused_is_caught() {
    let driver = driven(|protocol, event| match event {
        Event::MaybeRefused => protocol.next(Event::NotExecuted),
        other => protocol.next(other),
    });
    let setting = Setting {
        driver,
        ..without_the_servers_rule()
    };
    assert!(broken(setting).contains(&properties::SINGLE));
}

fn driven(next: fn(&mut Protocol, Event) -> Step) -> Driver {
    Driver {
        next,
        ..Driver::default()
    }
}

#[test]
fn a_second_send_without_a_look_up_is_caught() {
    let setting = Setting {
        driver: driven(|protocol, event| match event {
            Event::InDoubt => protocol.next(Event::NotExecuted),
            other => protocol.next(other),
        }),
        ..without_the_servers_rule()
    };
    let broken = broken(setting);
    assert!(broken.contains(&properties::SINGLE), "{broken:?}");
    assert!(broken.contains(&properties::LOOKS_FIRST), "{broken:?}");
}

#[test]
fn claiming_without_proof_is_caught() {
    let driver = driven(|protocol, event| match event {
        Event::Found { .. } => protocol.next(Event::Found { ours: true }),
        other => protocol.next(other),
    });
    let two = [request(Some(1), Proof::None, Goal::Create); 2];
    let setting = Setting {
        driver,
        ..setting(two.to_vec())
    };
    let broken = broken(setting);
    assert!(broken.contains(&properties::TRUE), "{broken:?}");
}

#[test]
fn failing_while_in_doubt_is_caught() {
    let driver = driven(|protocol, event| match (event, protocol.next(event)) {
        (Event::Duplicate, _) => Step::Fail,
        (_, step) => step,
    });
    let setting = Setting {
        driver,
        ..setting(vec![request(Some(1), Proof::FreshId, Goal::Create)])
    };
    assert_eq!(broken(setting), [properties::TRUE]);
}

#[test]
fn looking_for_ever_is_caught() {
    let driver = driven(|protocol, event| match (event, protocol.next(event)) {
        (Event::Absent, _) => Step::LookUp { after: 0 },
        (_, step) => step,
    });
    let setting = Setting {
        driver,
        ..setting(vec![request(Some(1), Proof::FreshId, Goal::Create)])
    };
    assert!(broken(setting).contains(&properties::ENDS));
}

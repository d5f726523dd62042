//! A caller that retries with one key, a gateway that crashes at any step, and Drift's faults, explored exhaustively and
//! together, within bounds. What is explored is the protocol and the lifecycle of a record themselves.
//!
//! Gateways that are wrong in one thing are shown to break it.

mod world;

use stateright::{Checker, Model, Property};
use world::{Action, Final, Flaw, World};

/// What is explored.
struct Setting {
    flaw: Flaw,
    /// Whether the request carries a stamp.
    has_proof: bool,
    /// Whether somebody else may create the same contact at any moment.
    has_stranger: bool,
}

impl Model for Setting {
    type State = World;
    type Action = Action;

    fn init_states(&self) -> Vec<World> {
        vec![World::new(self.has_proof, self.has_stranger, self.flaw)]
    }

    fn actions(&self, world: &World, actions: &mut Vec<Action>) {
        actions.extend(world.actions());
    }

    fn next_state(&self, world: &World, action: Action) -> Option<World> {
        let mut next = world.clone();
        next.happen(action);
        Some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always("the key makes one contact at most", |_, world: &World| {
                world.made <= 1
            }),
            Property::always("a claim is true", |_, world: &World| {
                world
                    .received
                    .is_none_or(|received| world.is_true(received))
            }),
            Property::always("nothing is sent blindly", |_, world: &World| {
                !world.sent_blindly
            }),
            Property::always("a final response never changes", |_, world: &World| {
                !world.has_changed
            }),
            Property::always("what the caller got is stored", |_, world: &World| {
                world.received.is_none() || world.received == world.stored
            }),
            Property::sometimes("a contact is created", |_, world: &World| {
                world.received == Some(Final::Created)
            }),
            Property::sometimes(
                "a lost response is made good",
                |setting: &Self, world: &World| {
                    let expected = match setting.has_proof {
                        true => Final::Recovered,
                        false => Final::Existed,
                    };
                    world.received == Some(expected)
                },
            ),
            Property::sometimes("a replay after a crash", |_, world: &World| {
                world.received.is_some() && world.was_replayed && world.has_crashed
            }),
        ]
    }
}

/// Explores everything within the bounds, and returns the names of the properties that do not hold.
fn broken(setting: Setting) -> Vec<&'static str> {
    let properties = setting.properties();
    let checker = setting.checker().threads(2).spawn_bfs().join();
    assert!(checker.is_done(), "the exploration is not complete");
    let discoveries = checker.discoveries();
    println!("{} states", checker.unique_state_count());
    let fails = |property: &&Property<Setting>| {
        let is_found = discoveries.contains_key(property.name);
        match property.expectation {
            stateright::Expectation::Sometimes => !is_found,
            _ => is_found,
        }
    };
    properties
        .iter()
        .filter(fails)
        .map(|property| property.name)
        .collect()
}

#[test]
fn a_caller_that_retries_and_a_gateway_that_crashes_make_one_contact() {
    for has_proof in [false, true] {
        for has_stranger in [false, true] {
            let setting = Setting {
                flaw: Flaw::None,
                has_proof,
                has_stranger,
            };
            assert_eq!(
                broken(setting),
                [""; 0],
                "proof {has_proof}, stranger {has_stranger}"
            );
        }
    }
}

#[test]
fn a_gateway_that_is_wrong_in_one_thing_breaks_it() {
    for (flaw, property) in [
        (Flaw::StartsFreshAfterACrash, "nothing is sent blindly"),
        (Flaw::MakesTheBytesAnew, "the key makes one contact at most"),
        (Flaw::RepliesBeforeItStores, "what the caller got is stored"),
    ] {
        let setting = Setting {
            flaw,
            has_proof: false,
            has_stranger: false,
        };
        assert!(broken(setting).contains(&property), "{flaw:?}");
    }
}

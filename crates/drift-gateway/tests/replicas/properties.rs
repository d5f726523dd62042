//! What must hold in every world that can come about.

use drift::protocol::Claim;
use drift_gateway::store::Repeatability;
use stateright::{Model, Property};

use crate::setting::{Setting, Uniqueness};
use crate::world::{Action, End, Stage, World};

pub const SINGLE: &str = "never doubled";
pub const TRUE: &str = "never a false claim";
pub const FINAL: &str = "a settled response never changes";

impl Model for Setting {
    type State = World;
    type Action = Action;

    fn init_states(&self) -> Vec<World> {
        vec![self.world()]
    }

    fn actions(&self, world: &World, actions: &mut Vec<Action>) {
        Setting::actions(self, world, actions);
    }

    fn next_state(&self, world: &World, action: Action) -> Option<World> {
        Some(self.after(world.clone(), action))
    }

    fn properties(&self) -> Vec<Property<Self>> {
        let mut properties = vec![
            Property::always(SINGLE, |_, world: &World| ours(world) <= 1),
            Property::always(TRUE, truthful),
            Property::always(FINAL, |_, world: &World| {
                use drift_gateway::store::lifecycle::Stage::Settled;
                let is_settled = world.record.is_some_and(|record| record.stage == Settled);
                is_settled == world.settled.is_some()
            }),
        ];
        properties.extend(self.reached());
        properties
    }
}

impl Setting {
    /// What must come about in some world, or the exploration would prove nothing.
    fn reached(&self) -> Vec<Property<Self>> {
        let mut reached = vec![Property::sometimes("a refusal", |_, world: &World| {
            world.settled == Some(End::Failed)
        })];
        if !self.stranger || self.repeatability == Repeatability::Never {
            reached.push(Property::sometimes("created", |_, world: &World| {
                world.settled == Some(End::Claim(Claim::Created))
            }));
        }
        let is_safe = self.uniqueness == Uniqueness::Immediate;
        if self.replicas > 1 && self.pauses && is_safe {
            reached.push(Property::sometimes(
                "woken after its lease",
                |_, world: &World| world.seen.sent_after_lease,
            ));
        }
        match self.repeatability {
            Repeatability::AfterLookUp => {
                reached.push(Property::sometimes("a takeover", |_, world: &World| {
                    world.seen.taken_over
                }));
                if !self.stranger {
                    reached.push(Property::sometimes("recovered", |_, world: &World| {
                        world.settled == Some(End::Claim(Claim::Recovered))
                    }));
                }
                if self.replicas > 1 && self.pauses {
                    reached.push(Property::sometimes("a lost lease", |_, world: &World| {
                        world.seen.lost
                    }));
                }
            }
            Repeatability::Never => {
                reached.push(Property::sometimes("unresolved", |_, world: &World| {
                    world.seen.unresolved
                }));
            }
        }
        reached
    }
}

/// How often the record was executed, whatever bytes were sent.
fn ours(world: &World) -> usize {
    world
        .made
        .iter()
        .filter(|made| made.request.is_some())
        .count()
}

/// Whether a request may still be executed that nobody knows of.
fn may_come(world: &World) -> bool {
    let sends = |stage: Stage| matches!(stage, Stage::Checked | Stage::Sending);
    !world.late.is_empty() || world.replicas.iter().any(|it| sends(it.stage))
}

fn truthful(_: &Setting, world: &World) -> bool {
    match world.settled {
        None => true,
        Some(End::Claim(Claim::Created | Claim::Recovered)) => ours(world) > 0,
        Some(End::Claim(_)) => !world.made.is_empty(),
        Some(End::Failed) => ours(world) == 0 && !(may_come(world) && world.made.is_empty()),
    }
}

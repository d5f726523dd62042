//! What is explored, and within which bounds; and what can happen in a world.

use drift::protocol::{Bounds, Step};
use drift_gateway::store::Repeatability;
use drift_gateway::store::lifecycle::{Grant, Lifecycle, Time};

use crate::world::{Action, Made, Replica, Seen, Stage, World};

/// How long a lease is, and the time limit of an attempt.
pub const LEASE: Time = 2;
pub const ATTEMPT: Time = 1;

pub const BOUNDS: Bounds = Bounds {
    sends: 2,
    look_ups: 1,
};

/// When the server refuses a duplicate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Uniqueness {
    Immediate,
    Never,
}

#[derive(Clone, Debug)]
pub struct Setting {
    pub repeatability: Repeatability,
    pub replicas: usize,
    /// How often callers call.
    pub calls: u8,
    pub crashes: u8,
    pub ticks: Time,
    pub uniqueness: Uniqueness,
    /// Whether a replica may pause at every step, for as long as you like.
    pub pauses: bool,
    /// Whether a request may arrive after its attempt was given up.
    pub delays: bool,
    /// Whether look-ups lag.
    pub lag: bool,
    /// Whether a contact with this identity was there before.
    pub stranger: bool,
    /// Whether a crash ends the lease at once, as for one gateway with a store of its own.
    pub process_leases: bool,
    /// Wrongly: a takeover makes another request instead of sending the stored bytes.
    pub made_anew: bool,
    /// Wrongly where false: a replica sends however short its lease is.
    pub checks_lease: bool,
    /// As it is, or (to see that the check can fail) wrongly.
    pub take: fn(&mut Lifecycle, Time, Time) -> Grant,
    pub settle: fn(&mut Lifecycle, i64) -> bool,
}

impl Setting {
    pub fn world(&self) -> World {
        let stranger = Made {
            request: None,
            seen: true,
        };
        let idle = Replica {
            stage: Stage::Idle,
            fence: 0,
            until: 0,
            deadline: None,
            protocol: None,
            request: 0,
        };
        World {
            now: 0,
            record: None,
            settled: None,
            made: self.stranger.then_some(stranger).into_iter().collect(),
            late: Vec::new(),
            replicas: vec![idle; self.replicas],
            calls_left: self.calls,
            crashes_left: self.crashes,
            seen: Seen::default(),
        }
    }

    pub fn actions(&self, world: &World, actions: &mut Vec<Action>) {
        for (by, replica) in world.replicas.iter().enumerate() {
            self.actions_of(world, by, replica, actions);
            if replica.stage != Stage::Idle && world.crashes_left > 0 {
                actions.push(Action::Crash(by));
            }
        }
        actions.extend((0..world.late.len()).map(Action::Arrive));
        let unseen = world.made.iter().enumerate().filter(|(_, made)| !made.seen);
        actions.extend(unseen.map(|(at, _)| Action::Index(at)));
        if world.now < self.ticks && self.time_may_pass(world) {
            actions.push(Action::Tick);
        }
    }

    fn actions_of(&self, world: &World, by: usize, replica: &Replica, actions: &mut Vec<Action>) {
        match replica.stage {
            // Those that have done nothing are alike, so the first call comes through the first.
            Stage::Idle if world.calls_left > 0 && (by == 0 || world.record.is_some()) => {
                actions.push(Action::Call(by));
            }
            Stage::Idle => {}
            Stage::Ready(Step::Send) => {
                let lasts = world.now + ATTEMPT <= replica.until;
                match lasts || !self.checks_lease {
                    true => actions.push(Action::Check(by)),
                    false => actions.push(Action::Renew(by)),
                }
            }
            Stage::Ready(_) => actions.extend([Action::LookUp(by), Action::FailLookUp(by)]),
            Stage::Checked => actions.push(Action::Send(by)),
            Stage::Sending => {
                actions.extend([
                    Action::Execute(by),
                    Action::LoseRequest(by),
                    Action::NotExecuted(by),
                    Action::Refuse(by),
                ]);
                if self.delays {
                    actions.push(Action::Delay(by));
                }
            }
            Stage::Responding(_) => {
                actions.extend([Action::Deliver(by), Action::LoseResponse(by)]);
            }
            Stage::Settling(_) | Stage::Releasing { .. } => actions.push(Action::Write(by)),
        }
    }

    /// Where nobody pauses, an attempt ends within its limit.
    fn time_may_pass(&self, world: &World) -> bool {
        let mut deadlines = world.replicas.iter().filter_map(|replica| replica.deadline);
        self.pauses || deadlines.all(|deadline| world.now < deadline)
    }
}

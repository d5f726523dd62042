//! How a world goes on.

use drift::protocol::{Event, Goal, Protocol, Step};
use drift_gateway::store::Repeatability;
use drift_gateway::store::lifecycle::{Grant, Lifecycle, Stage as RecordStage};

use crate::setting::{ATTEMPT, BOUNDS, LEASE, Setting, Uniqueness};
use crate::world::{Action, End, Made, Replica, Stage, World};

impl Setting {
    pub fn after(&self, mut world: World, action: Action) -> World {
        match action {
            Action::Call(by) => self.call(&mut world, by),
            Action::Renew(by) => renew(&mut world, by),
            Action::Check(by) => {
                let replica = &mut world.replicas[by];
                replica.stage = Stage::Checked;
                replica.deadline = (!self.pauses).then_some(world.now + ATTEMPT);
            }
            Action::Send(by) => {
                let replica = &mut world.replicas[by];
                world.seen.sent_after_lease |= world.now > replica.until;
                replica.stage = Stage::Sending;
            }
            Action::Execute(by) => {
                let request = world.replicas[by].request;
                let event = self.execute(&mut world, request);
                world.replicas[by].stage = Stage::Responding(event);
            }
            Action::Delay(by) => {
                world.late.push(world.replicas[by].request);
                self.see(&mut world, by, Event::InDoubt);
            }
            Action::LoseRequest(by) | Action::LoseResponse(by) => {
                self.see(&mut world, by, Event::InDoubt);
            }
            Action::NotExecuted(by) => self.see(&mut world, by, Event::NotExecuted),
            Action::Refuse(by) => self.see(&mut world, by, Event::Refused),
            Action::Deliver(by) => {
                if let Stage::Responding(event) = world.replicas[by].stage {
                    self.see(&mut world, by, event);
                }
            }
            Action::LookUp(by) => {
                let found = world.made.iter().filter(|made| made.seen);
                let request = Some(world.replicas[by].request);
                let event = Event::of_found(
                    found.clone().count(),
                    found.clone().any(|made| made.request == request),
                );
                self.see(&mut world, by, event);
            }
            Action::FailLookUp(by) => self.see(&mut world, by, Event::LookUpFailed),
            Action::Write(by) => self.write(&mut world, by),
            Action::Crash(by) => self.crash(&mut world, by),
            Action::Arrive(at) => {
                let request = world.late.swap_remove(at);
                self.execute(&mut world, request);
            }
            Action::Index(at) => world.made[at].seen = true,
            Action::Tick => world.now += 1,
        }
        world.late.sort_unstable();
        world
    }

    fn call(&self, world: &mut World, by: usize) {
        world.calls_left -= 1;
        let takeover_at = world.now + LEASE + ATTEMPT;
        let grant = match &mut world.record {
            None => {
                world.record = Some(Lifecycle::begin(self.repeatability, takeover_at));
                Grant::Leased {
                    fence: 1,
                    in_doubt: false,
                }
            }
            Some(record) => (self.take)(record, world.now, takeover_at),
        };
        match grant {
            Grant::Leased { fence, in_doubt } => self.begin(world, by, fence, in_doubt),
            Grant::Unresolved => world.seen.unresolved = true,
            // The caller joins, or is told what is settled.
            Grant::Busy { .. } | Grant::Settled => {}
        }
    }

    fn begin(&self, world: &mut World, by: usize, fence: i64, in_doubt: bool) {
        world.seen.taken_over |= in_doubt;
        let fresh = Protocol::new(Goal::Create, BOUNDS).with_proof(true);
        let mut protocol = match in_doubt {
            true => fresh.in_doubt(),
            false => fresh,
        };
        let step = match self.repeatability {
            Repeatability::AfterLookUp => protocol.start(),
            Repeatability::Never => Step::Send,
        };
        world.replicas[by] = Replica {
            stage: Stage::Ready(step),
            fence,
            until: world.now + LEASE,
            deadline: None,
            protocol: Some(protocol),
            request: if self.made_anew { fence as u8 } else { 1 },
        };
    }

    /// Drift's rule: the identity must be new. A timeline post has none.
    fn execute(&self, world: &mut World, request: u8) -> Event {
        let is_taken = |made: &Made| made.request.is_none_or(|other| other == request);
        let refuses = self.uniqueness == Uniqueness::Immediate
            && self.repeatability == Repeatability::AfterLookUp;
        if refuses && world.made.iter().any(is_taken) {
            return Event::Duplicate;
        }
        world.made.push(Made {
            request: Some(request),
            seen: !self.lag,
        });
        world.made.sort_unstable();
        Event::Created
    }

    fn see(&self, world: &mut World, by: usize, event: Event) {
        let replica = &mut world.replicas[by];
        replica.deadline = None;
        replica.stage = match (self.repeatability, &mut replica.protocol) {
            (Repeatability::AfterLookUp, Some(protocol)) => stage(protocol.next(event), protocol),
            _ => after_post(event),
        };
    }

    fn write(&self, world: &mut World, by: usize) {
        let Some(record) = &mut world.record else {
            return;
        };
        let fence = world.replicas[by].fence;
        let written = match world.replicas[by].stage {
            Stage::Settling(end) => {
                let settled = (self.settle)(record, fence);
                if settled {
                    world.settled = Some(end);
                }
                settled
            }
            Stage::Releasing { may_be_executed } => record.release(fence, may_be_executed),
            _ => return,
        };
        world.seen.lost |= !written;
        rest(&mut world.replicas[by]);
    }

    /// What the replica has sent stays sent: it may still be executed.
    fn crash(&self, world: &mut World, by: usize) {
        world.crashes_left -= 1;
        let replica = &mut world.replicas[by];
        if replica.stage == Stage::Sending && self.delays {
            world.late.push(replica.request);
        }
        rest(replica);
        if let Some(record) = world.record.as_mut().filter(|_| self.process_leases)
            && let RecordStage::InFlight { .. } = record.stage
        {
            record.stage = RecordStage::Open;
            record.in_doubt = true;
        }
    }
}

fn renew(world: &mut World, by: usize) {
    let takeover_at = world.now + LEASE + ATTEMPT;
    let replica = &mut world.replicas[by];
    let record = world.record.as_mut();
    if record.is_some_and(|record| record.renew(replica.fence, takeover_at)) {
        replica.until = world.now + LEASE;
    } else {
        world.seen.lost = true;
        rest(replica);
    }
}

/// What it knew is of no use any more, so worlds that differ in it alone are one.
fn rest(replica: &mut Replica) {
    *replica = Replica {
        stage: Stage::Idle,
        fence: 0,
        until: 0,
        deadline: None,
        protocol: None,
        request: 0,
    };
}

fn stage(step: Step, protocol: &Protocol) -> Stage {
    match step {
        Step::Claim(claim) => Stage::Settling(End::Claim(claim)),
        // A server that is busy, or a refusal that is final: the first leaves the key open.
        Step::Fail if protocol.sent() >= BOUNDS.sends => Stage::Releasing {
            may_be_executed: false,
        },
        Step::Fail => Stage::Settling(End::Failed),
        Step::GiveUp => Stage::Releasing {
            may_be_executed: protocol.may_be_executed(),
        },
        step => Stage::Ready(step),
    }
}

/// A timeline post is sent once: it cannot be looked up.
fn after_post(event: Event) -> Stage {
    use drift::protocol::Claim;
    match event {
        Event::Created => Stage::Settling(End::Claim(Claim::Created)),
        Event::Refused => Stage::Settling(End::Failed),
        Event::NotExecuted => Stage::Releasing {
            may_be_executed: false,
        },
        _ => Stage::Releasing {
            may_be_executed: true,
        },
    }
}

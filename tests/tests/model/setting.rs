//! How the world goes on: a server with Drift's rules, an index that lags, and a network that loses, delays and doubles.

use drift::protocol::{Bounds, Event, Protocol, Step};

use crate::world::{Action, Contact, Creator, Proof, Reply, Request, Stage, World};

/// When the server refuses a duplicate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Uniqueness {
    /// Always.
    Immediate,
    /// Only once its check has seen the first contact.
    Lagging,
    Never,
}

/// What is explored, and within which bounds.
#[derive(Clone, Debug)]
pub struct Setting {
    pub requests: Vec<Request>,
    pub bounds: Bounds,
    /// The external id of a contact with the same email that was there before, if there was one.
    pub existing: Option<Option<u8>>,
    pub uniqueness: Uniqueness,
    /// Whether the index lags.
    pub lag: bool,
    /// Whether requests can be late.
    pub delays: bool,
    /// Whether requests can be delivered twice.
    pub doubles: bool,
    /// Whether creators may be stopped before any of their requests.
    pub stops: bool,
    /// How often each creator may be dropped or die, and resume.
    pub restarts: [u8; 2],
    /// Whether a claim may be wrong where the response to a second delivery hid the first one.
    pub excuses_second_responses: bool,
    pub driver: Driver,
}

/// How the protocol is driven: as it is, or (to see that the check can fail) wrongly.
#[derive(Clone, Copy, Debug)]
pub struct Driver {
    pub start: fn(&mut Protocol) -> Step,
    pub next: fn(&mut Protocol, Event) -> Step,
    /// Whether the protocol knows which requests carry a proof.
    pub knows_proofs: bool,
}

impl Default for Driver {
    fn default() -> Self {
        Self {
            start: Protocol::start,
            next: Protocol::next,
            knows_proofs: true,
        }
    }
}

impl Setting {
    pub fn world(&self) -> World {
        let existing = self.existing.map(|external_id| Contact {
            external_id,
            maker: None,
            indexed: true,
            checked: true,
            updated_by: 0,
        });
        let both = self.requests.iter().zip(self.restarts);
        let creators = both.map(|(request, restarts_left)| Creator {
            protocol: self.protocol(*request),
            stage: Stage::Idle,
            delayed: 0,
            restarts_left,
            deceived: false,
            found: None,
            blind: false,
            sent_blindly: false,
            stuck: false,
        });
        World {
            contacts: existing.into_iter().collect(),
            creators: creators.collect(),
        }
    }

    pub fn actions(&self, world: &World, actions: &mut Vec<Action>) {
        for (by, creator) in world.creators.iter().enumerate() {
            match creator.stage {
                Stage::Idle => actions.push(Action::Start(by)),
                Stage::Sending => actions.extend([
                    Action::Execute(by),
                    Action::NotSent(by),
                    Action::RateLimited(by),
                    Action::Refuse(by),
                    Action::LoseRequest(by),
                    Action::FilterRequest(by),
                    Action::FilterResponse(by),
                ]),
                Stage::Responding(_) => {
                    actions.extend([Action::Deliver(by), Action::LoseResponse(by)]);
                }
                Stage::LookingUp { .. } => {
                    actions.extend([
                        Action::LookUp(by),
                        Action::FailLookUp(by),
                        Action::LookUpRefused(by),
                    ]);
                }
                Stage::Updating => actions.extend([
                    Action::ExecuteUpdate(by),
                    Action::UpdateNotSent(by),
                    Action::RefuseUpdate(by),
                    Action::LoseUpdate(by),
                ]),
                Stage::UpdateResponding => {
                    actions.extend([Action::DeliverUpdate(by), Action::LoseUpdate(by)]);
                }
                Stage::Ended(_) => {}
            }
            if self.delays && creator.stage == Stage::Sending {
                actions.push(Action::Delay(by));
            }
            if self.doubles && creator.stage == Stage::Sending {
                actions.extend([
                    Action::ExecuteTwice(by),
                    Action::ExecuteThenRateLimit(by),
                    Action::ExecuteThenRefuse(by),
                ]);
            }
            let is_between = matches!(
                creator.stage,
                Stage::Sending | Stage::LookingUp { .. } | Stage::Updating
            );
            if self.stops && is_between {
                actions.push(Action::Stop(by));
            }
            if creator.delayed > 0 {
                actions.push(Action::Arrive(by));
            }
            let waits = !matches!(creator.stage, Stage::Idle | Stage::Ended(_));
            if waits && creator.restarts_left > 0 {
                actions.push(Action::Restart(by));
            }
        }
        for (at, contact) in world.contacts.iter().enumerate() {
            if !contact.indexed {
                actions.push(Action::Index(at));
            }
            if !contact.checked {
                actions.push(Action::Check(at));
            }
        }
    }

    pub fn after(&self, mut world: World, action: Action) -> World {
        match action {
            Action::Start(by) => self.start(&mut world, by),
            Action::Execute(by) => {
                let reply = self.execute(&mut world, by);
                world.creators[by].stage = Stage::Responding(reply);
            }
            Action::ExecuteTwice(by) => {
                self.execute(&mut world, by);
                let reply = self.execute(&mut world, by);
                world.creators[by].stage = Stage::Responding(reply);
            }
            Action::ExecuteThenRateLimit(by) => self.deceive(&mut world, by, Event::NotExecuted),
            Action::ExecuteThenRefuse(by) => self.deceive(&mut world, by, Event::Refused),
            Action::FilterRequest(by) => self.see(&mut world, by, Event::MaybeRefused),
            Action::FilterResponse(by) => {
                self.execute(&mut world, by);
                self.see(&mut world, by, Event::MaybeRefused);
            }
            Action::NotSent(by) | Action::RateLimited(by) => {
                self.see(&mut world, by, Event::NotExecuted);
            }
            Action::Refuse(by) => self.see(&mut world, by, Event::Refused),
            Action::LoseRequest(by) | Action::LoseResponse(by) => {
                self.see(&mut world, by, Event::InDoubt);
            }
            Action::Delay(by) => {
                world.creators[by].delayed += 1;
                self.see(&mut world, by, Event::InDoubt);
            }
            Action::Arrive(by) => {
                world.creators[by].delayed -= 1;
                self.execute(&mut world, by);
            }
            Action::Deliver(by) => {
                let event = match world.creators[by].stage {
                    Stage::Responding(Reply::Created) => Event::Created,
                    _ => Event::Duplicate,
                };
                self.see(&mut world, by, event);
            }
            Action::LookUp(by) => self.look_up(&mut world, by),
            Action::FailLookUp(by) => self.see(&mut world, by, Event::LookUpFailed),
            Action::LookUpRefused(by) => self.see(&mut world, by, Event::LookUpRefused),
            Action::ExecuteUpdate(by) => self.update(&mut world, by),
            Action::UpdateNotSent(by) => self.see(&mut world, by, Event::UpdateNotExecuted),
            Action::RefuseUpdate(by) => self.see(&mut world, by, Event::UpdateRefused),
            Action::LoseUpdate(by) => self.see(&mut world, by, Event::UpdateInDoubt),
            Action::DeliverUpdate(by) => self.see(&mut world, by, Event::Updated),
            Action::Stop(by) => self.stop(&mut world, by),
            Action::Restart(by) => self.restart(&mut world, by),
            Action::Index(at) => world.contacts[at].indexed = true,
            Action::Check(at) => world.contacts[at].checked = true,
        }
        world
    }

    /// Drift's two rules: an external id must be new; without one the email must be.
    fn execute(&self, world: &mut World, by: usize) -> Reply {
        let external_id = self.requests[by].external_id;
        let is_taken = |contact: &Contact| {
            let same = external_id.is_none() || contact.external_id == external_id;
            same && contact.checked
        };
        if self.uniqueness != Uniqueness::Never && world.contacts.iter().any(is_taken) {
            return Reply::Duplicate;
        }
        world.contacts.push(Contact {
            external_id,
            maker: Some(by),
            indexed: !self.lag,
            checked: self.uniqueness != Uniqueness::Lagging,
            updated_by: 0,
        });
        // In one order, so that equal worlds are seen to be equal.
        world.contacts.sort();
        Reply::Created
    }

    /// Executes a request whose second delivery gets another response.
    fn deceive(&self, world: &mut World, by: usize, event: Event) {
        let made = self.execute(world, by) == Reply::Created;
        world.creators[by].deceived |= made;
        self.see(world, by, event);
    }

    fn update(&self, world: &mut World, by: usize) {
        let found = world.creators[by].found;
        let target = world
            .contacts
            .iter_mut()
            .find(|it| Some(it.name()) == found);
        if let Some(target) = target {
            target.updated_by |= 1 << by;
        }
        world.creators[by].stage = Stage::UpdateResponding;
    }

    fn protocol(&self, request: Request) -> Protocol {
        let has_proof = self.driver.knows_proofs && request.proof != Proof::None;
        Protocol::new(request.goal, self.bounds).with_proof(has_proof)
    }

    fn start(&self, world: &mut World, by: usize) {
        let creator = &mut world.creators[by];
        let step = (self.driver.start)(&mut creator.protocol);
        creator.take(step, None);
    }

    fn see(&self, world: &mut World, by: usize, event: Event) {
        let creator = &mut world.creators[by];
        let before = creator.distance(self.bounds);
        match event {
            Event::InDoubt | Event::MaybeRefused => creator.blind = true,
            Event::Found { .. } | Event::FoundSeveral | Event::Absent => creator.blind = false,
            _ => {}
        }
        let step = (self.driver.next)(&mut creator.protocol, event);
        creator.take(step, Some(event));
        creator.stuck |= creator.distance(self.bounds) >= before;
        if step != Step::Update {
            creator.found = None;
        }
        self.forget(world, by);
    }

    /// What a creator remembers is of no use once it has ended, and would make equal worlds differ.
    fn forget(&self, world: &mut World, by: usize) {
        let creator = &mut world.creators[by];
        if let Stage::Ended(_) = creator.stage {
            creator.protocol = self.protocol(self.requests[by]);
            creator.blind = false;
            creator.found = None;
            creator.restarts_left = 0;
        }
    }

    fn stop(&self, world: &mut World, by: usize) {
        let creator = &mut world.creators[by];
        let step = creator.protocol.stop();
        // The error that is reported then is the refusal.
        let refusal = creator.protocol.exists().then_some(Event::Duplicate);
        creator.take(step, refusal);
        self.forget(world, by);
    }

    fn look_up(&self, world: &mut World, by: usize) {
        let request = &self.requests[by];
        let matches = |contact: &&Contact| {
            let wanted =
                request.external_id.is_none() || contact.external_id == request.external_id;
            contact.indexed && wanted
        };
        let found: Vec<&Contact> = world.contacts.iter().filter(matches).collect();
        let ours = |contact: &&Contact| match request.proof {
            Proof::FreshId => self.users(world, request.external_id) == 1,
            Proof::Stamp => contact.maker == Some(by),
            Proof::None => false,
        };
        let event = match found.len() {
            0 => Event::Absent,
            _ if found.iter().any(ours) => Event::Found { ours: true },
            1 => Event::Found { ours: false },
            _ => Event::FoundSeveral,
        };
        let found = found.first().map(|contact| contact.name());
        world.creators[by].found = found;
        self.see(world, by, event);
    }

    /// How many creators have used an external id so far.
    pub fn users(&self, world: &World, external_id: Option<u8>) -> usize {
        let both = self.requests.iter().zip(&world.creators);
        both.filter(|(request, creator)| {
            request.external_id == external_id && creator.stage != Stage::Idle
        })
        .count()
    }

    fn restart(&self, world: &mut World, by: usize) {
        let creator = &mut world.creators[by];
        creator.restarts_left -= 1;
        creator.delayed += u8::from(creator.stage == Stage::Sending);
        creator.blind = true;
        creator.protocol = self.protocol(self.requests[by]).in_doubt();
        self.start(world, by);
    }
}

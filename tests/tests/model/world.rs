//! The world that the protocol is explored in: a server with Drift's rules, an index that lags, a network that loses
//! and delays, and creators that each drive a [`Protocol`].

use drift::protocol::{Bounds, Claim, Event, Goal, Protocol, Step};

/// What a creator asks for, and what would prove a contact to be its own. All share one email address.
#[derive(Clone, Copy, Debug)]
pub struct Request {
    pub external_id: Option<u8>,
    pub proof: Proof,
    pub goal: Goal,
}

/// What would prove that a creator made a contact, as the library judges it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// A random external id that no other creator has used so far.
    FreshId,
    /// A stamp in the contact.
    Stamp,
    /// Nothing.
    None,
}

/// What there is, and how far everybody is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct World {
    pub contacts: Vec<Contact>,
    pub creators: Vec<Creator>,
}

/// A contact in the server.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Contact {
    pub external_id: Option<u8>,
    /// The creator whose request made it; none if it was there before.
    pub maker: Option<usize>,
    /// Whether look-ups see it yet.
    pub indexed: bool,
}

/// One call of `create` or `ensure`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Creator {
    pub protocol: Protocol,
    pub stage: Stage,
    /// Requests that the creator no longer waits for, and that may still arrive.
    pub delayed: u8,
    pub cancels_left: u8,
    /// A request may have been executed, and no look-up has succeeded since.
    pub blind: bool,
    /// It sent while it was blind.
    pub sent_blindly: bool,
    /// An event brought it no nearer to its end.
    pub stuck: bool,
}

/// What a creator waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stage {
    Idle,
    Sending,
    Responding(Reply),
    LookingUp { after: u32 },
    Ended(End),
}

/// What the server responded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reply {
    Created,
    Duplicate,
}

/// What is reported to the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum End {
    Claim(Claim),
    /// The last refusal: it is known that nothing was made.
    Failed,
    /// An error with a ticket.
    InDoubt,
}

/// What can happen next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    Start(usize),
    /// The server executes the request.
    Execute(usize),
    /// No byte was sent.
    NotSent(usize),
    /// 429, with or without `Retry-After`.
    RateLimited(usize),
    /// Any refusal that is no conflict.
    Refuse(usize),
    /// The request is lost, or the server fails before it commits.
    LoseRequest(usize),
    /// The creator's time limit runs out, and the request is still on its way.
    Delay(usize),
    /// A delayed request is executed.
    Arrive(usize),
    /// The response arrives.
    Deliver(usize),
    /// The response is lost, broken, or of another kind.
    LoseResponse(usize),
    LookUp(usize),
    FailLookUp(usize),
    /// The caller drops the leader; an equal call that waited for it takes over.
    Cancel(usize),
    /// The index shows a contact.
    Index(usize),
}

/// What is explored, and within which bounds.
#[derive(Clone, Debug)]
pub struct Setting {
    pub requests: Vec<Request>,
    pub bounds: Bounds,
    /// The external id of a contact with the same email that was there before, if there was one.
    pub existing: Option<Option<u8>>,
    /// Whether the server refuses duplicates.
    pub unique: bool,
    /// Whether the index lags.
    pub lag: bool,
    /// Whether requests can be late.
    pub delays: bool,
    /// How often the leader of each creator may be dropped.
    pub cancels: [u8; 2],
    pub driver: Driver,
}

/// How the protocol is driven: as it is, or (to see that the check can fail) wrongly.
#[derive(Clone, Copy, Debug)]
pub struct Driver {
    pub start: fn(&mut Protocol) -> Step,
    pub next: fn(&mut Protocol, Event) -> Step,
}

impl Default for Driver {
    fn default() -> Self {
        Self {
            start: Protocol::start,
            next: Protocol::next,
        }
    }
}

impl Setting {
    pub fn world(&self) -> World {
        let existing = self.existing.map(|external_id| Contact {
            external_id,
            maker: None,
            indexed: true,
        });
        let both = self.requests.iter().zip(self.cancels);
        let creators = both.map(|(request, cancels_left)| Creator {
            protocol: Protocol::new(request.goal, self.bounds),
            stage: Stage::Idle,
            delayed: 0,
            cancels_left,
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
                ]),
                Stage::Responding(_) => {
                    actions.extend([Action::Deliver(by), Action::LoseResponse(by)]);
                }
                Stage::LookingUp { .. } => {
                    actions.extend([Action::LookUp(by), Action::FailLookUp(by)])
                }
                Stage::Ended(_) => {}
            }
            if self.delays && creator.stage == Stage::Sending {
                actions.push(Action::Delay(by));
            }
            if creator.delayed > 0 {
                actions.push(Action::Arrive(by));
            }
            let waits = !matches!(creator.stage, Stage::Idle | Stage::Ended(_));
            if waits && creator.cancels_left > 0 {
                actions.push(Action::Cancel(by));
            }
        }
        let unseen = world.contacts.iter().enumerate();
        actions.extend(
            unseen
                .filter(|(_, contact)| !contact.indexed)
                .map(|(at, _)| Action::Index(at)),
        );
    }

    pub fn after(&self, mut world: World, action: Action) -> World {
        match action {
            Action::Start(by) => self.start(&mut world, by),
            Action::Execute(by) => {
                let reply = self.execute(&mut world, by);
                world.creators[by].stage = Stage::Responding(reply);
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
            Action::LookUp(by) => {
                let event = self.look_up(&world, by);
                self.see(&mut world, by, event);
            }
            Action::FailLookUp(by) => self.see(&mut world, by, Event::LookUpFailed),
            Action::Cancel(by) => self.cancel(&mut world, by),
            Action::Index(at) => world.contacts[at].indexed = true,
        }
        world
    }

    /// Drift's two rules: an external id must be new; without one the email must be.
    fn execute(&self, world: &mut World, by: usize) -> Reply {
        let external_id = self.requests[by].external_id;
        let taken = match external_id {
            Some(_) => world
                .contacts
                .iter()
                .any(|contact| contact.external_id == external_id),
            None => !world.contacts.is_empty(),
        };
        if taken && self.unique {
            return Reply::Duplicate;
        }
        world.contacts.push(Contact {
            external_id,
            maker: Some(by),
            indexed: !self.lag,
        });
        // In one order, so that equal worlds are seen to be equal.
        world.contacts.sort();
        Reply::Created
    }

    fn start(&self, world: &mut World, by: usize) {
        let creator = &mut world.creators[by];
        let step = (self.driver.start)(&mut creator.protocol);
        creator.take(step);
    }

    fn see(&self, world: &mut World, by: usize, event: Event) {
        let creator = &mut world.creators[by];
        let before = creator.distance(self.bounds);
        match event {
            Event::InDoubt => creator.blind = true,
            Event::Found { .. } | Event::FoundSeveral | Event::Absent => creator.blind = false,
            _ => {}
        }
        let step = (self.driver.next)(&mut creator.protocol, event);
        creator.take(step);
        creator.stuck |= creator.distance(self.bounds) >= before;
    }

    fn look_up(&self, world: &World, by: usize) -> Event {
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
        match found.len() {
            0 => Event::Absent,
            _ if found.iter().any(ours) => Event::Found { ours: true },
            1 => Event::Found { ours: false },
            _ => Event::FoundSeveral,
        }
    }

    /// How many creators have used an external id so far.
    fn users(&self, world: &World, external_id: Option<u8>) -> usize {
        let both = self.requests.iter().zip(&world.creators);
        both.filter(|(request, creator)| {
            request.external_id == external_id && creator.stage != Stage::Idle
        })
        .count()
    }

    fn cancel(&self, world: &mut World, by: usize) {
        let creator = &mut world.creators[by];
        creator.cancels_left -= 1;
        creator.delayed += u8::from(creator.stage == Stage::Sending);
        creator.blind = true;
        creator.protocol = Protocol::new(self.requests[by].goal, self.bounds).in_doubt();
        self.start(world, by);
    }
}

impl Creator {
    fn take(&mut self, step: Step) {
        self.stage = match step {
            Step::Send => {
                self.sent_blindly |= self.blind;
                Stage::Sending
            }
            Step::LookUp { after } => Stage::LookingUp { after },
            Step::Claim(claim) => Stage::Ended(End::Claim(claim)),
            Step::GiveUp if self.protocol.is_in_doubt() => Stage::Ended(End::InDoubt),
            Step::Fail | Step::GiveUp => Stage::Ended(End::Failed),
        };
    }

    /// How far it is from its end at most: sends that are left, then whether a response is awaited, then look-ups that
    /// are left. It must shrink with every event, so that there is an end.
    fn distance(&self, bounds: Bounds) -> (u32, u8, u32) {
        let sends = bounds.sends.saturating_sub(self.protocol.sent());
        match self.stage {
            Stage::Idle => (u32::MAX, 0, 0),
            Stage::Sending | Stage::Responding(_) => (sends + 1, 2, 0),
            Stage::LookingUp { after } => (sends + 1, 1, bounds.look_ups.saturating_sub(after)),
            Stage::Ended(_) => (0, 0, 0),
        }
    }
}

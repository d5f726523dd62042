//! The world that the protocol is explored in: a server with Drift's rules, an index that lags, a network that loses,
//! delays and doubles, and creators that each drive a [`Protocol`].

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
    /// Whether the check of uniqueness sees it yet.
    pub checked: bool,
    /// The creators whose update it has, as bits.
    pub updated_by: u8,
}

/// Names a contact, wherever it stands in the list.
type Name = (Option<u8>, Option<usize>);

impl Contact {
    fn name(&self) -> Name {
        (self.external_id, self.maker)
    }
}

/// One call of `create`, `ensure` or `upsert`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Creator {
    pub protocol: Protocol,
    pub stage: Stage,
    /// Requests that the creator no longer waits for, and that may still arrive.
    pub delayed: u8,
    pub restarts_left: u8,
    /// A request was delivered twice: the first was executed, and the response to the second says that it was not.
    /// Nothing can show that to the creator: a documented limit.
    pub deceived: bool,
    /// The contact that the last look-up found.
    found: Option<Name>,
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
    Updating,
    UpdateResponding,
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
    /// A contact of this identity exists, and it is not what the caller wants.
    Duplicate,
    /// A contact of this identity exists, and no look-up shows it.
    Unseen,
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
    /// The network delivers the request twice, and hands back the second response.
    ExecuteTwice(usize),
    /// The same, where the second response puts the request off.
    ExecuteThenRateLimit(usize),
    /// The same, where the second response refuses the request.
    ExecuteThenRefuse(usize),
    /// A filter responds in the server's place, before the work was done.
    FilterRequest(usize),
    /// A filter responds in the server's place, after the work was done.
    FilterResponse(usize),
    /// The response arrives.
    Deliver(usize),
    /// The response is lost, broken, or of another kind.
    LoseResponse(usize),
    LookUp(usize),
    FailLookUp(usize),
    LookUpRefused(usize),
    ExecuteUpdate(usize),
    UpdateNotSent(usize),
    RefuseUpdate(usize),
    LoseUpdate(usize),
    DeliverUpdate(usize),
    /// No time is left, or the caller wants no more to be sent.
    Stop(usize),
    /// The caller drops the leader and an equal call takes over, or the process dies and resumes.
    Restart(usize),
    /// The index shows a contact.
    Index(usize),
    /// The check of uniqueness sees a contact.
    Check(usize),
}

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
    /// Whether the protocol is told which requests carry a proof.
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

impl Creator {
    fn take(&mut self, step: Step, event: Option<Event>) {
        let unknown = self.protocol.may_be_executed();
        self.stage = match step {
            Step::Send => {
                self.sent_blindly |= self.blind;
                Stage::Sending
            }
            Step::LookUp { after } => Stage::LookingUp { after },
            Step::Update => Stage::Updating,
            Step::Claim(claim) => Stage::Ended(End::Claim(claim)),
            Step::Fail if event.is_some_and(shows_a_contact) => Stage::Ended(End::Duplicate),
            Step::Fail | Step::GiveUp if unknown => Stage::Ended(End::InDoubt),
            Step::Fail => Stage::Ended(End::Failed),
            Step::GiveUp => Stage::Ended(End::Unseen),
        };
    }

    /// How far it is from its end at most: sends that are left, then the stage of this send, then what is left of the
    /// stage. It must shrink with every event, so that there is an end.
    fn distance(&self, bounds: Bounds) -> (u32, u8, u32) {
        let sends = bounds.sends.saturating_sub(self.protocol.sent()) + 1;
        let updates = bounds.sends.saturating_sub(self.protocol.updates());
        match self.stage {
            Stage::Idle => (u32::MAX, 0, 0),
            Stage::Sending | Stage::Responding(_) => (sends, 3, 0),
            Stage::LookingUp { after } => (sends, 2, bounds.look_ups.saturating_sub(after)),
            Stage::Updating | Stage::UpdateResponding => (sends, 1, updates),
            Stage::Ended(_) => (0, 0, 0),
        }
    }
}

/// Whether a failure after this event says that a contact of the identity exists.
fn shows_a_contact(event: Event) -> bool {
    matches!(
        event,
        Event::Duplicate
            | Event::Found { .. }
            | Event::FoundSeveral
            | Event::UpdateRefused
            | Event::UpdateNotExecuted
    )
}

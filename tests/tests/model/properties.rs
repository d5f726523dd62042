//! What must hold in every world that can come about.

use drift::protocol::{Claim, Goal};
use stateright::{Model, Property};

use crate::setting::Setting;
use crate::world::{Action, Contact, Creator, End, Proof, Request, Stage, World};

pub const SINGLE: &str = "never doubled";
pub const TRUE: &str = "never a false claim";
pub const LOOKS_FIRST: &str = "never sent again in doubt without a look-up";
pub const ENDS: &str = "always an end";

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
        // A world in which a creator makes no progress is not explored further.
        always_ends(self, world).then(|| self.after(world.clone(), action))
    }

    fn properties(&self) -> Vec<Property<Self>> {
        let mut properties = vec![
            Property::always(SINGLE, |_, world: &World| single(world)),
            Property::always(TRUE, truthful),
            Property::always(LOOKS_FIRST, |_, world: &World| {
                !world.creators.iter().any(|creator| creator.sent_blindly)
            }),
            Property::always(ENDS, always_ends),
        ];
        properties.extend(self.reached());
        properties
    }
}

impl Setting {
    /// What must come about in some world, or the exploration would prove nothing.
    fn reached(&self) -> Vec<Property<Self>> {
        let mut reached = vec![
            Property::sometimes("a refusal", |_, world: &World| ends(world, End::Failed)),
            Property::sometimes("doubt to the end", |_, world: &World| {
                ends(world, End::InDoubt)
            }),
        ];
        let taken = self.existing.is_some_and(|existing| {
            let is_taken = |it: &Request| it.external_id.is_none() || it.external_id == existing;
            self.requests.iter().all(is_taken)
        });
        let wants = |goal: Goal| self.requests.iter().any(|request| request.goal == goal);
        if (taken || self.contested()) && (wants(Goal::Create) || wants(Goal::Ensure)) {
            reached.push(Property::sometimes("found, not proved", |_, world| {
                ends(world, End::Claim(Claim::Existed))
            }));
        }
        if (taken || self.contested()) && wants(Goal::Update) {
            reached.push(Property::sometimes("updated", |_, world| {
                ends(world, End::Claim(Claim::Updated))
            }));
        }
        if !taken {
            reached.push(Property::sometimes("created", |_, world| {
                ends(world, End::Claim(Claim::Created))
            }));
        }
        if !taken
            && self
                .requests
                .iter()
                .any(|request| request.proof != Proof::None)
        {
            reached.push(Property::sometimes("recovered", |_, world| {
                ends(world, End::Claim(Claim::Recovered))
            }));
        }
        reached
    }

    /// Whether a creator can come to find a contact that it cannot prove to be its own.
    fn contested(&self) -> bool {
        let requests = &self.requests;
        let shared = |request: &Request| {
            let alike = |other: &&Request| other.external_id == request.external_id;
            requests.iter().filter(alike).count() > 1
        };
        requests.iter().any(|request| {
            request.proof == Proof::None || request.external_id.is_none() || shared(request)
        })
    }
}

/// At most one contact of an external id, and one without, and one of each creator.
fn single(world: &World) -> bool {
    let alike = |a: &Contact, b: &Contact| {
        a.external_id == b.external_id || (a.maker.is_some() && a.maker == b.maker)
    };
    let contacts = &world.contacts;
    (0..contacts.len()).all(|a| (0..a).all(|b| !alike(&contacts[a], &contacts[b])))
}

fn truthful(setting: &Setting, world: &World) -> bool {
    let claims = world.creators.iter().enumerate();
    let mut ended = claims.filter_map(|(by, creator)| match creator.stage {
        Stage::Ended(end) => Some((by, creator, end)),
        _ => None,
    });
    ended.all(|(by, creator, end)| is_true(setting, world, by, creator, end))
}

fn is_true(setting: &Setting, world: &World, by: usize, creator: &Creator, end: End) -> bool {
    let request = &setting.requests[by];
    let fits = |contact: &&Contact| {
        request.external_id.is_none() || contact.external_id == request.external_id
    };
    let mut fitting = world.contacts.iter().filter(fits);
    let made = world
        .contacts
        .iter()
        .any(|contact| contact.maker == Some(by));
    match end {
        End::Claim(Claim::Created | Claim::Recovered) => made,
        End::Claim(Claim::Existed) | End::Unseen => fitting.next().is_some(),
        End::Claim(Claim::Updated) => fitting.any(|contact| contact.updated_by & (1 << by) != 0),
        End::Duplicate => {
            let mistaken = made && !setting.has_excuse(world, request);
            fitting.next().is_some() && !mistaken
        }
        // Nothing of it may arrive later either.
        End::Failed => {
            let excused = creator.deceived && setting.excuses_second_responses;
            (!made || excused) && creator.delayed == 0
        }
        End::InDoubt => true,
    }
}

impl Setting {
    /// Whether a creator may take its own contact for another's, since nothing can show it: without a proof, with one
    /// that others share, or where several contacts may have the email and not all of them are seen.
    fn has_excuse(&self, world: &World, request: &Request) -> bool {
        match request.proof {
            Proof::None => true,
            Proof::FreshId => self.users(world, request.external_id) > 1,
            Proof::Stamp => request.external_id.is_none(),
        }
    }
}

/// Every event brings a creator nearer to its end, and one that waits always waits for something that can happen.
fn always_ends(_: &Setting, world: &World) -> bool {
    !world.creators.iter().any(|creator| creator.stuck)
}

fn ends(world: &World, end: End) -> bool {
    world
        .creators
        .iter()
        .any(|creator| creator.stage == Stage::Ended(end))
}

//! The safe create: drives the [protocol](crate::protocol) over the wire.

use std::pin::pin;
use std::sync::Arc;

use drift_sdk::types::ContactCreateRequest;
use serde_json::Value;
use tracing::Instrument;

use crate::client::Client;
use crate::engine::attempt::Operation;
use crate::engine::call::{Deadline, once, pause, span};
use crate::engine::lookup::{self, Identity};
use crate::engine::single_flight::{Flight, Request, Wish};
use crate::error::{Error, ErrorKind, Inner};
use crate::hex::hex;
use crate::model::contact::Contact;
use crate::model::external_id::ExternalId;
use crate::model::new_contact::NewContact;
use crate::model::outcome::Outcome;
use crate::model::ticket::{Proof, Ticket};
use crate::options::CallOptions;
use crate::policy::delivery::Delivery;
use crate::policy::protocol::{Bounds, Event, Goal, Protocol, Step};
use crate::random;

/// Creates a contact, or joins an equal create that is under way.
pub(crate) async fn create(
    client: &Client,
    options: &CallOptions,
    goal: Goal,
    new: NewContact,
) -> Result<Outcome, Error> {
    check(options, &new)?;
    let (body, id) = new.into_body();
    let wish = Wish { goal, body };
    let request = || request_of(options, &wish.body, id.as_ref());
    let lead = |flight| lead(client, options, &wish, id.as_ref(), flight);
    client
        .single_flight()
        .run(wish.clone(), request, lead)
        .await
}

/// Creates a contact for all who wait for it.
async fn lead(
    client: &Client,
    options: &CallOptions,
    wish: &Wish,
    id: Option<&ExternalId>,
    flight: Arc<Flight>,
) -> Result<Outcome, Error> {
    let operation = operation(id);
    let request = &flight.request;
    let mut creation = Creation {
        body: Some(request.stamped.as_deref().unwrap_or(&wish.body)),
        id,
        ..Creation::new(
            client,
            options,
            operation,
            identity(&wish.body),
            &request.proof,
            wish.goal,
        )
    };
    let running = pin!(creation.run(&flight));
    running.instrument(span(client, operation)).await
}

/// Asks what became of a create, and never sends it.
pub(crate) async fn resolve(
    client: &Client,
    options: &CallOptions,
    ticket: &Ticket,
) -> Result<Option<Outcome>, Error> {
    if ticket.place.is_some_and(|place| place != client.place()) {
        return Err(Error::input(
            "the ticket is of a create with another base URL or token; use the client that gave it, or find the contact",
        ));
    }
    let operation = Operation::writing("contacts.resolve", ErrorKind::Unresolved, false);
    let identity = Identity {
        email: &ticket.email,
        external_id: ticket.external_id.as_deref(),
    };
    let mut creation = Creation {
        place: ticket.place,
        ..Creation::new(
            client,
            options,
            operation,
            identity,
            &ticket.proof,
            Goal::Create,
        )
    };
    let step = creation.protocol.resume(ticket.surely_there);
    match creation.steps(step).await {
        Err(_) if creation.absent && !ticket.surely_there => Ok(None),
        Err(error) => Err(error),
        Ok(outcome) => Ok(Some(outcome)),
    }
}

fn operation(id: Option<&ExternalId>) -> Operation {
    let conflict = match id {
        Some(_) => ErrorKind::DuplicateExternalId,
        None => ErrorKind::DuplicateEmail,
    };
    Operation::writing("contacts.create", conflict, false).of_no_contact()
}

fn bounds(options: &CallOptions) -> Bounds {
    Bounds {
        sends: options.retry.max_attempts,
        look_ups: options.verify.look_ups(),
    }
}

fn check(options: &CallOptions, new: &NewContact) -> Result<(), Error> {
    match &options.stamp {
        Some(attribute) => new.clone().attribute(attribute, "stamp").check(),
        None => new.check(),
    }
}

fn identity(body: &ContactCreateRequest) -> Identity<'_> {
    Identity {
        email: &body.attributes.email,
        external_id: body.attributes.external_id.as_deref(),
    }
}

/// What is sent, with its stamp where one is asked for, and what will prove that it made a contact.
fn request_of(
    options: &CallOptions,
    body: &ContactCreateRequest,
    id: Option<&ExternalId>,
) -> Request {
    let mut proof = Proof::None;
    if let Some(id) = id.filter(|id| id.is_random()) {
        id.used();
        proof = Proof::FreshId;
    }
    let Some(attribute) = &options.stamp else {
        return Request {
            stamped: None,
            proof,
        };
    };
    let value = hex(&random::bytes::<16>());
    let mut stamped = body.clone();
    let extra = &mut stamped.attributes.extra;
    extra.insert(attribute.clone(), Value::from(value.clone()));
    Request {
        stamped: Some(Box::new(stamped)),
        proof: Proof::Stamp {
            attribute: attribute.clone(),
            value,
        },
    }
}

struct Creation<'a> {
    client: &'a Client,
    options: &'a CallOptions,
    operation: Operation,
    /// What is sent; nothing when a ticket is resolved.
    body: Option<&'a ContactCreateRequest>,
    identity: Identity<'a>,
    /// What proved that a contact is ours when the request was made.
    made_with: &'a Proof,
    /// The external id that is sent, to see whether others use it too; none when a ticket is resolved.
    id: Option<&'a ExternalId>,
    /// Of the client, or of the ticket that is resolved.
    place: Option<u32>,
    deadline: Deadline,
    protocol: Protocol,
    last_error: Option<Error>,
    answered: Option<Contact>,
    found: Vec<Contact>,
    absent: bool,
}

impl<'a> Creation<'a> {
    fn new(
        client: &'a Client,
        options: &'a CallOptions,
        operation: Operation,
        identity: Identity<'a>,
        made_with: &'a Proof,
        goal: Goal,
    ) -> Self {
        Self {
            client,
            options,
            operation,
            body: None,
            identity,
            made_with,
            id: None,
            place: Some(client.place()),
            deadline: Deadline::of(options),
            protocol: Protocol::new(goal, bounds(options)),
            last_error: None,
            answered: None,
            found: Vec::new(),
            absent: false,
        }
    }

    fn run(&mut self, flight: &Flight) -> impl Future<Output = Result<Outcome, Error>> {
        if flight.sending() {
            self.protocol = self.protocol.in_doubt();
        }
        let step = self.protocol.start();
        self.steps(step)
    }

    async fn steps(&mut self, first: Step) -> Result<Outcome, Error> {
        let mut step = first;
        loop {
            step = match step {
                Step::Send => self.send().await,
                // Boxed, since most creates need none, and each would carry the place for it.
                Step::LookUp { after } => Box::pin(self.look_up(after)).await,
                Step::Claim(claim) => {
                    let claimed = self.answered.take().or_else(|| self.found.pop());
                    let contact = claimed.ok_or_else(|| self.unresolved())?;
                    return Ok(Outcome::new(claim, contact));
                }
                Step::Fail => {
                    return Err(self.last_error.take().unwrap_or_else(|| self.unresolved()));
                }
                Step::GiveUp => return Err(self.unresolved()),
            };
        }
    }

    async fn send(&mut self) -> Step {
        let Some(body) = self.body else {
            return Step::GiveUp;
        };
        let number = self.protocol.sent();
        if let Some(error) = self.last_error.take()
            && number > 1
        {
            let pause = pause(self.client, self.options, self.deadline, number - 1, &error);
            let go_on = Box::pin(pause).await;
            self.last_error = Some(error);
            if !go_on {
                return if self.protocol.is_in_doubt() {
                    Step::GiveUp
                } else {
                    Step::Fail
                };
            }
        }
        let run = |sdk: drift_sdk::Client| async move { sdk.create_contact(body).await };
        let sending = pin!(once(
            self.client,
            self.options,
            self.operation,
            self.deadline,
            number,
            &run,
        ));
        let event = match sending.await {
            Ok(answer) => self.answered(Contact::new(answer.data)),
            Err(error) => self.failed(error),
        };
        self.protocol.next(event)
    }

    /// A 2xx for another contact than was sent is no answer to this create.
    fn answered(&mut self, contact: Contact) -> Event {
        if self.identity.is_just_made(&contact) {
            self.answered = Some(contact);
            return Event::Answered;
        }
        self.last_error = Some(Error::of_another_contact());
        Event::InDoubt
    }

    fn failed(&mut self, error: Error) -> Event {
        let event = match error.delivery() {
            Delivery::NotSent => Event::NotExecuted,
            Delivery::Refused if error.kind() == ErrorKind::RateLimited => Event::NotExecuted,
            Delivery::Refused if error.kind() == self.operation.conflict => Event::Duplicate,
            Delivery::Refused => Event::Refused,
            Delivery::Unknown | Delivery::Done => Event::InDoubt,
        };
        self.last_error = Some(error);
        event
    }

    async fn look_up(&mut self, after: u32) -> Step {
        if !self.deadline.sleep(self.options.verify.wait(after)).await {
            self.absent = false;
            return Step::GiveUp;
        }
        let looked =
            lookup::by_identity(self.client, self.options, self.deadline, self.identity).await;
        let event = match looked {
            Ok(found) => {
                let (event, found) = lookup::judge(&self.proof(), found);
                self.found = found;
                event
            }
            Err(_) => Event::LookUpFailed,
        };
        self.absent = event == Event::Absent;
        self.protocol.next(event)
    }

    /// What proves by now that a contact is ours: a random id does not once another create has used it.
    fn proof(&self) -> Proof {
        match (self.made_with, self.id) {
            (Proof::FreshId, Some(id)) if !id.is_proof() => Proof::None,
            (proof, _) => proof.clone(),
        }
    }

    fn ticket(&self) -> Ticket {
        Ticket {
            email: self.identity.email.to_owned(),
            external_id: self.identity.external_id.map(str::to_owned),
            proof: self.proof(),
            surely_there: self.protocol.is_surely_there(),
            place: self.place,
        }
    }

    fn unresolved(&mut self) -> Error {
        let several = self.found.len() > 1;
        let last = self.last_error.take();
        let candidates = self.found.iter().map(Contact::id).collect();
        let in_doubt = self.protocol.is_in_doubt();
        let (kind, delivery) = match (in_doubt, several) {
            (true, _) => (ErrorKind::Unresolved, Delivery::Unknown),
            (false, true) => (ErrorKind::Ambiguous, Delivery::Refused),
            (false, false) => match last {
                Some(error) => return error,
                None => (ErrorKind::Unresolved, Delivery::Unknown),
            },
        };
        Error::new(Inner {
            status: last.as_ref().and_then(Error::status),
            code: last.as_ref().and_then(Error::code).map(str::to_owned),
            request_id: last.as_ref().and_then(Error::request_id).map(str::to_owned),
            candidates,
            ticket: in_doubt.then(|| self.ticket()),
            source: last.map(|error| Arc::new(error) as Arc<dyn std::error::Error + Send + Sync>),
            ..Inner::bare(kind, delivery)
        })
    }
}

//! The safe create: drives the [protocol](crate::protocol) over the wire.

use std::sync::Arc;

use drift_sdk::types::ContactCreateRequest;
use serde_json::Value;
use tracing::Instrument;

use crate::attempt::Operation;
use crate::call::{Deadline, once, pause, span};
use crate::client::Client;
use crate::contact::Contact;
use crate::delivery::Delivery;
use crate::error::{Error, ErrorKind, Inner};
use crate::identity::{ExternalId, hex};
use crate::lookup;
use crate::new_contact::NewContact;
use crate::options::CallOptions;
use crate::outcome::Outcome;
use crate::protocol::{Bounds, Event, Goal, Protocol, Step};
use crate::random;
use crate::single_flight::{Flight, Wish};
use crate::ticket::{Proof, Ticket};

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
    let lead = |flight| lead(client, options, wish.clone(), id, flight);
    client.single_flight().run(wish.clone(), lead).await
}

/// Creates a contact for all who wait for it.
async fn lead(
    client: &Client,
    options: &CallOptions,
    wish: Wish,
    id: Option<ExternalId>,
    flight: Arc<Flight>,
) -> Result<Outcome, Error> {
    let operation = operation(id.as_ref());
    let (stamped, ticket) = flight.request(|| request_of(client, options, &wish.body, id.as_ref()));
    let body = stamped.as_ref().unwrap_or(&wish.body);
    let protocol = Protocol::new(wish.goal, bounds(options));
    let mut creation = Creation::new(client, options, operation, body, ticket, protocol);
    creation.id = id.as_ref();
    creation
        .run(&flight)
        .instrument(span(client, operation))
        .await
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
    let (body, _) = NewContact::new("unused@example.invalid")
        .map(NewContact::into_body)
        .map_err(Error::input)?;
    let protocol = Protocol::new(Goal::Create, bounds(options));
    let mut creation = Creation::new(client, options, operation, &body, ticket, protocol);
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

/// What is sent, with its stamp where one is asked for, and what will prove that it made a contact.
fn request_of(
    client: &Client,
    options: &CallOptions,
    body: &ContactCreateRequest,
    id: Option<&ExternalId>,
) -> (Option<ContactCreateRequest>, Ticket) {
    let mut stamped = None;
    let mut proof = Proof::None;
    if let Some(id) = id.filter(|id| id.is_random()) {
        id.used();
        proof = Proof::FreshId;
    }
    if let Some(attribute) = &options.stamp {
        let value = hex(&random::bytes::<16>());
        let body = stamped.insert(ContactCreateRequest::clone(body));
        let extra = &mut body.attributes.extra;
        extra.insert(attribute.clone(), Value::from(value.clone()));
        proof = Proof::Stamp {
            attribute: attribute.clone(),
            value,
        };
    }
    let ticket = Ticket {
        email: body.attributes.email.clone(),
        external_id: body.attributes.external_id.clone(),
        proof,
        surely_there: false,
        place: Some(client.place()),
    };
    (stamped, ticket)
}

struct Creation<'a> {
    client: &'a Client,
    options: &'a CallOptions,
    operation: Operation,
    body: &'a ContactCreateRequest,
    ticket: &'a Ticket,
    /// The external id that is sent, to see whether others use it too; none when a ticket is resolved.
    id: Option<&'a ExternalId>,
    deadline: Deadline,
    protocol: Protocol,
    last_error: Option<Error>,
    found: Vec<Contact>,
    absent: bool,
}

impl<'a> Creation<'a> {
    fn new(
        client: &'a Client,
        options: &'a CallOptions,
        operation: Operation,
        body: &'a ContactCreateRequest,
        ticket: &'a Ticket,
        protocol: Protocol,
    ) -> Self {
        Self {
            client,
            options,
            operation,
            body,
            ticket,
            id: None,
            deadline: Deadline::of(options),
            protocol,
            last_error: None,
            found: Vec::new(),
            absent: false,
        }
    }

    async fn run(mut self, flight: &Flight) -> Result<Outcome, Error> {
        if flight.sending() {
            self.protocol = self.protocol.in_doubt();
        }
        let step = self.protocol.start();
        self.steps(step).await
    }

    async fn steps(&mut self, first: Step) -> Result<Outcome, Error> {
        let mut step = first;
        loop {
            step = match step {
                Step::Send => self.send().await,
                Step::LookUp { after } => self.look_up(after).await,
                Step::Claim(claim) => {
                    let contact = self.found.pop().ok_or_else(|| self.unresolved())?;
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
        let number = self.protocol.sent();
        if let Some(error) = self.last_error.take()
            && number > 1
        {
            let go_on = pause(self.client, self.options, self.deadline, number - 1, &error).await;
            self.last_error = Some(error);
            if !go_on {
                return if self.protocol.is_in_doubt() {
                    Step::GiveUp
                } else {
                    Step::Fail
                };
            }
        }
        let body = self.body;
        let run = |sdk: drift_sdk::Client| async move { sdk.create_contact(body).await };
        let sent = once(
            self.client,
            self.options,
            self.operation,
            self.deadline,
            number,
            &run,
        )
        .await;
        let event = match sent {
            Ok(answer) => self.answered(Contact::new(answer.data)),
            Err(error) => self.failed(error),
        };
        self.protocol.next(event)
    }

    /// A 2xx for another contact than was sent is no answer to this create.
    fn answered(&mut self, contact: Contact) -> Event {
        if lookup::is_just_made(self.ticket, &contact) {
            self.found = vec![contact];
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
        let looked = lookup::by_ticket(self.client, self.options, self.deadline, self.ticket).await;
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
        match (&self.ticket.proof, self.id) {
            (Proof::FreshId, Some(id)) if !id.is_proof() => Proof::None,
            (proof, _) => proof.clone(),
        }
    }

    fn ticket(&self) -> Ticket {
        Ticket {
            proof: self.proof(),
            surely_there: self.protocol.is_surely_there(),
            ..self.ticket.clone()
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

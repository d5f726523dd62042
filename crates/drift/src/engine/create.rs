//! The safe create: drives the [protocol](crate::policy::protocol) over the wire.
//!
//! A create is joined to an equal one in flight, if there is one ([`single_flight`](crate::engine::single_flight)). Else
//! it leads: it does what the protocol says, step by step, and reports to the protocol what it saw.

use std::pin::pin;
use std::sync::Arc;

use drift_sdk::types::ContactCreateRequest;
use serde_json::Value;

use crate::engine::call::Call;
use crate::engine::connection::Connection;
use crate::engine::lookup::{self, Identity};
use crate::engine::operation::Operation;
use crate::engine::single_flight::{CreateKey, InFlight, Prepared};
use crate::error::{Error, ErrorKind, Inner};
use crate::hex::hex;
use crate::model::contact::Contact;
use crate::model::external_id::ExternalId;
use crate::model::new_contact::NewContact;
use crate::model::outcome::Outcome;
use crate::model::proof::Proof;
use crate::model::ticket::Ticket;
use crate::options::CallOptions;
use crate::policy::delivery::Delivery;
use crate::policy::protocol::{Bounds, Event, Goal, Protocol, Step};
use crate::random;

/// Creates a contact, or joins an equal create in flight.
pub(crate) async fn create(
    connection: &Connection,
    options: &CallOptions,
    goal: Goal,
    new: NewContact,
) -> Result<Outcome, Error> {
    check(options, &new)?;
    let (body, id) = new.into_body();
    let key = CreateKey { goal, body };
    let prepare = || prepare(options, &key.body, id.as_ref());
    let lead = |in_flight| lead(connection, options, &key, id.as_ref(), in_flight);
    connection
        .single_flight()
        .run(key.clone(), prepare, lead)
        .await
}

/// Creates a contact for all who have joined. The time of the call counts from here: a new leader has all of it.
async fn lead(
    connection: &Connection,
    options: &CallOptions,
    key: &CreateKey,
    id: Option<&ExternalId>,
    in_flight: Arc<InFlight>,
) -> Result<Outcome, Error> {
    let call = Call::new(connection, options, operation(id));
    let prepared = &in_flight.prepared;
    let mut creation = Creation {
        body: Some(prepared.stamped.as_deref().unwrap_or(&key.body)),
        id,
        ..Creation::new(call, identity(&key.body), &prepared.proof, key.goal)
    };
    // An earlier leader gave up waiting after it had sent the request, which may have been executed. So the new
    // leader looks first, as after a response that was lost.
    if in_flight.mark_sent() {
        creation.protocol = creation.protocol.in_doubt();
    }
    let first = creation.protocol.start();
    let running = pin!(creation.run(first));
    call.in_span(running).await
}

/// Finds out what became of a create, and never sends it: `None` when the contact is absent.
pub(crate) async fn resolve(
    connection: &Connection,
    options: &CallOptions,
    ticket: &Ticket,
) -> Result<Option<Outcome>, Error> {
    // With another account the contact would not be found, and would count as absent.
    if ticket
        .account
        .is_some_and(|account| account != connection.account())
    {
        return Err(Error::input(
            "the ticket belongs to another base URL or token; use the client that gave it, or find the contact",
        ));
    }
    let operation = Operation::writing("contacts.resolve", ErrorKind::Unresolved, false);
    let identity = Identity {
        email: &ticket.email,
        external_id: ticket.external_id.as_deref(),
    };
    let call = Call::new(connection, options, operation);
    let mut creation = Creation {
        account: ticket.account,
        ..Creation::new(call, identity, &ticket.proof, Goal::Create)
    };
    let first = creation.protocol.resume(ticket.surely_there);
    match creation.run(first).await {
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
    Operation::writing("contacts.create", conflict, false)
        .without_contact()
        .looked_up()
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

/// Prepares what is sent, with its stamp where one is asked for, and what will prove that it made a contact.
fn prepare(
    options: &CallOptions,
    body: &ContactCreateRequest,
    id: Option<&ExternalId>,
) -> Prepared {
    let mut proof = Proof::None;
    if let Some(id) = id.filter(|id| id.is_random()) {
        id.count_use();
        proof = Proof::FreshId;
    }
    let Some(attribute) = &options.stamp else {
        return Prepared {
            stamped: None,
            proof,
        };
    };
    let value = hex(&random::bytes::<16>());
    let mut stamped = body.clone();
    let extra = &mut stamped.attributes.extra;
    extra.insert(attribute.clone(), Value::from(value.clone()));
    Prepared {
        stamped: Some(Box::new(stamped)),
        proof: Proof::Stamp {
            attribute: attribute.clone(),
            value,
        },
    }
}

/// One create on its way through the protocol.
struct Creation<'a> {
    call: Call<'a>,
    /// What is sent; nothing when a ticket is resolved.
    body: Option<&'a ContactCreateRequest>,
    identity: Identity<'a>,
    /// What proved that a contact is ours when the request was prepared.
    prepared_proof: &'a Proof,
    /// The external id that is sent, to see whether other creates use it too; none when a ticket is resolved.
    id: Option<&'a ExternalId>,
    /// The account of the connection, or of the ticket that is resolved.
    account: Option<u32>,
    protocol: Protocol,
    last_error: Option<Error>,
    created: Option<Contact>,
    found: Vec<Contact>,
    /// Whether the last look-up found nothing.
    absent: bool,
}

impl<'a> Creation<'a> {
    fn new(call: Call<'a>, identity: Identity<'a>, proof: &'a Proof, goal: Goal) -> Self {
        Self {
            call,
            body: None,
            identity,
            prepared_proof: proof,
            id: None,
            account: Some(call.connection.account()),
            protocol: Protocol::new(goal, bounds(call.options))
                .with_proof(!matches!(proof, Proof::None)),
            last_error: None,
            created: None,
            found: Vec::new(),
            absent: false,
        }
    }

    /// Does what the protocol says, until it says how the create ends.
    async fn run(&mut self, first: Step) -> Result<Outcome, Error> {
        let mut step = first;
        loop {
            step = match step {
                Step::Send => self.send().await,
                // Boxed, since most creates need no look-up, and each would be as large as if it did.
                Step::LookUp { after } => Box::pin(self.look_up(after)).await,
                Step::Claim(claim) => {
                    let claimed = self.created.take().or_else(|| self.found.pop());
                    let contact = claimed.ok_or_else(|| self.unresolved())?;
                    return Ok(Outcome::new(claim, contact));
                }
                Step::Fail => {
                    let error = self.last_error.take().unwrap_or_else(|| self.unresolved());
                    let in_doubt = error.delivery() == Delivery::Unknown;
                    return Err(match error.ticket() {
                        None if in_doubt => error.with_ticket(self.ticket()),
                        _ => error,
                    });
                }
                Step::GiveUp | Step::Update => return Err(self.unresolved()),
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
            let may_retry = Box::pin(self.call.pause(number - 1, &error)).await;
            self.last_error = Some(error);
            if !may_retry {
                return if self.protocol.may_be_executed() {
                    Step::GiveUp
                } else {
                    Step::Fail
                };
            }
        }
        let method = |sdk: drift_sdk::Client| async move { sdk.create_contact(body).await };
        let call = self.call;
        let attempt = pin!(call.attempt(number, &method));
        let event = match attempt.await {
            Ok(contact) => self.succeeded(contact),
            Err(error) => self.failed(error),
        };
        self.protocol.next(event)
    }

    /// A 2xx with another contact than the one that was sent says nothing of this create: a cache or a proxy has mixed
    /// two responses up.
    fn succeeded(&mut self, contact: Contact) -> Event {
        if self.identity.is_just_made(&contact) {
            self.created = Some(contact);
            return Event::Created;
        }
        self.last_error = Some(Error::of_another_contact());
        Event::InDoubt
    }

    fn failed(&mut self, error: Error) -> Event {
        let event = match error.delivery() {
            _ if error.may_hide_execution() => Event::MaybeRefused,
            Delivery::NotSent if error.is_final() => Event::Refused,
            Delivery::NotSent => Event::NotExecuted,
            Delivery::Refused if error.kind() == ErrorKind::RateLimited => Event::NotExecuted,
            Delivery::Refused if error.kind() == self.call.operation.conflict => Event::Duplicate,
            Delivery::Refused => Event::Refused,
            Delivery::Unknown | Delivery::Done => Event::InDoubt,
        };
        self.last_error = Some(error);
        event
    }

    async fn look_up(&mut self, after: u32) -> Step {
        if !self.call.pause_before_look_up(after).await {
            self.absent = false;
            return Step::GiveUp;
        }
        let event = match lookup::by_identity(&self.call, self.identity).await {
            Ok(found) => {
                let (event, found) = lookup::judge(&self.proof(), found);
                self.found = found;
                event
            }
            Err(error) if error.is_final() => Event::LookUpRefused,
            Err(_) => Event::LookUpFailed,
        };
        self.absent = event == Event::Absent;
        self.protocol.next(event)
    }

    /// What proves by now that a contact is ours. A random id proves it no longer once another create has used it too:
    /// the contact may be the other one's.
    fn proof(&self) -> Proof {
        match (self.prepared_proof, self.id) {
            (Proof::FreshId, Some(id)) if !id.is_proof() => Proof::None,
            (proof, _) => proof.clone(),
        }
    }

    fn ticket(&self) -> Ticket {
        Ticket {
            email: self.identity.email.to_owned(),
            external_id: self.identity.external_id.map(str::to_owned),
            proof: self.proof(),
            surely_there: self.protocol.exists(),
            account: self.account,
        }
    }

    fn unresolved(&mut self) -> Error {
        let several = self.found.len() > 1;
        let last = self.last_error.take();
        let candidates = self.found.iter().map(Contact::id).collect();
        let in_doubt = self.protocol.may_be_executed();
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

//! The one driver of the [protocol](crate::policy::protocol): makes the request of each step, and reports what was seen.
//!
//! It keeps two rules that no caller can break. What was seen counts once it is reported, so that a program can store it
//! first. And a create that left is in doubt from then on, until something is reported of it: a future that is dropped in
//! the middle, or a report that is forgotten, leads to a look-up and never to a second create.
//!
//! How long to wait between two requests, and when no more is to be sent, is decided by whoever drives it. The library
//! does so by its retry policy, its budget and a deadline ([`create`](crate::engine::create)); an import by a pace that
//! all its rows share.

mod requests;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::engine::call::Call;
use crate::engine::connection::Connection;
use crate::engine::deadline::Deadline;
use crate::engine::lookup::Identity;
use crate::engine::operation::Operation;
use crate::engine::seen::Seen;
use crate::error::{Error, ErrorKind, Inner};
use crate::model::contact::Contact;
use crate::model::contact_id::ContactId;
use crate::model::intent::Intent;
use crate::model::outcome::Written;
use crate::model::ticket::{Origin, Ticket};
use crate::options::CallOptions;
use crate::policy::delivery::Delivery;
use crate::policy::protocol::{Bounds, Claim, Event, Goal, Protocol, Step};

/// Where a safe write starts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Start {
    /// Nothing of it was sent.
    #[default]
    Fresh,
    /// An earlier attempt may have been executed, a moment ago: the contact is looked up first, as after a lost response.
    InDoubt,
    /// An earlier attempt may have been executed, so long ago that look-ups see what it made: one look-up comes first.
    LongAfter,
    /// This contact is known to be the one: it is updated. Only with
    /// [`Goal::Update`](crate::protocol::Goal::Update).
    Known(ContactId),
}

/// A write that is never lost and never doubled, one request at a time.
///
/// It is for programs that keep what they write, and decide themselves when a request is sent: an import, a queue, a
/// gateway. [`Contacts::create`](crate::Contacts::create) and its like need less. Made by
/// [`Contacts::safe_write`](crate::Contacts::safe_write); nothing is sent until [`request`](Self::request).
///
/// The rule to keep: store the [`Intent`] before the first request leaves. After a crash begin with
/// [`Start::InDoubt`], or with [`Start::LongAfter`] once look-ups have caught up.
///
/// ```
/// # #[tokio::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let emulator = drift_emulator::Emulator::start().await?;
/// # let client = drift::Client::builder(emulator.token()).base_url(emulator.url()).build()?;
/// use std::time::Duration;
/// use drift::{ErrorKind, Intent, NewContact, Start, protocol::{Claim, Goal}};
///
/// let new = NewContact::new("ada@example.test")?;
/// let intent = Intent::new(Goal::Ensure, new)?.stamped("made_by", "run-7-row-1")?;
/// let mut write = client.contacts().safe_write(intent, Start::Fresh);
/// let ticket = write.ticket(); // keep it, with the intent
/// while let Some(seen) = { tokio::time::sleep(write.wait()).await; write.request().await } {
///     match seen.error() {
///         // The request was not executed. It was not reported to the write, so it is made again.
///         Some(error) if error.kind() == ErrorKind::RateLimited => {
///             tokio::time::sleep(error.retry_after().unwrap_or(Duration::from_secs(1))).await;
///         }
///         _ => write.report(seen),
///     }
/// }
/// assert_eq!(write.finish()?.claim, Claim::Created);
/// # Ok(())
/// # }
/// ```
pub struct SafeWrite {
    connection: Arc<Connection>,
    options: Arc<CallOptions>,
    intent: Arc<Intent>,
    /// Where it is sent, or where the create of the ticket that is resolved was sent.
    origin: Origin,
    protocol: Protocol,
    step: Step,
    /// It looks for what became of an earlier write, and never sends it.
    is_resolving: bool,
    /// The look-up that comes first need not wait for the index.
    looks_at_once: bool,
    /// A create left that may have been executed, and what was seen of it was not reported.
    may_be_unreported: bool,
    /// Its requests wait for the pace of the client.
    is_paced: bool,
    /// The contact to update.
    target: Option<ContactId>,
    /// The contact of the claim.
    contact: Option<Contact>,
    /// The contacts of the last look-up, where it found several.
    several: Vec<Contact>,
    last_look_up: Option<Event>,
    /// Why the last look-up failed, if it did.
    look_up_error: Option<Error>,
    /// The last error of a request that writes.
    last_error: Option<Error>,
}

impl SafeWrite {
    pub(crate) fn new(
        connection: Arc<Connection>,
        options: Arc<CallOptions>,
        intent: Arc<Intent>,
        start: Start,
    ) -> Self {
        let mut write = Self::prepared(connection, options, intent);
        write.step = match start {
            Start::Fresh => write.protocol.start(),
            Start::InDoubt => {
                write.protocol = write.protocol.in_doubt();
                write.protocol.start()
            }
            Start::LongAfter => {
                write.looks_at_once = true;
                write.protocol.start_long_after()
            }
            Start::Known(contact) => {
                write.target = Some(contact);
                write.protocol.start_update()
            }
        };
        write
    }

    /// One that looks for what became of an earlier write, and never sends it.
    pub(crate) fn resolving(
        connection: Arc<Connection>,
        options: Arc<CallOptions>,
        ticket: &Ticket,
    ) -> Self {
        let intent = Arc::new(Intent::of_ticket(ticket));
        let mut write = Self::prepared(connection, options, intent);
        write.origin = ticket.origin;
        write.is_resolving = true;
        write.step = write.protocol.resume(ticket.surely_there);
        write
    }

    fn prepared(
        connection: Arc<Connection>,
        options: Arc<CallOptions>,
        intent: Arc<Intent>,
    ) -> Self {
        let bounds = Bounds {
            sends: options.retry.max_attempts,
            look_ups: options.verify.look_ups(),
        };
        Self {
            origin: connection.origin(),
            protocol: Protocol::new(intent.goal(), bounds).with_proof(intent.has_proof()),
            step: Step::GiveUp,
            is_resolving: false,
            looks_at_once: false,
            may_be_unreported: false,
            is_paced: false,
            target: None,
            contact: None,
            several: Vec::new(),
            last_look_up: None,
            look_up_error: None,
            last_error: None,
            connection,
            options,
            intent,
        }
    }

    /// What the protocol says: the request that comes next, or how the write has ended.
    pub fn step(&self) -> Step {
        self.step
    }

    /// Whether it has ended, so that no request comes next.
    pub fn has_ended(&self) -> bool {
        matches!(self.step, Step::Claim(_) | Step::Fail | Step::GiveUp)
    }

    /// The state of the protocol: what may have been executed, and how much was sent.
    pub fn protocol(&self) -> &Protocol {
        &self.protocol
    }

    /// How long to wait before the next request, so that look-ups see what an earlier one made; zero where nothing needs
    /// to be waited for. It does not space out retries of a create.
    pub fn wait(&self) -> Duration {
        match self.step {
            Step::LookUp { .. } if self.looks_at_once => Duration::ZERO,
            Step::LookUp { after } => self.options.verify.wait(after),
            Step::Update if self.protocol.updates() > 1 => self.options.verify.wait(0),
            _ => Duration::ZERO,
        }
    }

    /// The same, whose requests wait for the pace of the client, as other calls do: after a 429 all calls of all clones
    /// pause, and the request is made again within the total time limit of the options.
    #[must_use]
    pub fn paced(mut self) -> Self {
        self.is_paced = true;
        self
    }

    /// Makes the next request, once, within the total time limit of the options; `None` where the write has ended. A
    /// look-up is retried by the options. Unless it is [paced](Self::paced) it does not wait for the pace of the client after
    /// a 429: it reports the 429, and its driver decides when to continue.
    ///
    /// What was seen counts once it is [reported](Self::report). Until then the write stands where it was, and the same
    /// request comes next; but a create that may have been executed is never sent again without a look-up, also where what
    /// was seen was not reported, or this future was dropped.
    pub async fn request(&mut self) -> Option<Seen> {
        self.doubt_what_was_not_reported();
        self.may_be_unreported = self.step == Step::Send;
        let mut call = self.call();
        call.is_paced &= self.is_paced;
        let seen = self.request_by(&call).await;
        let is_harmless = |seen: &Seen| matches!(seen.event, Event::NotExecuted | Event::Refused);
        if seen.as_ref().is_some_and(is_harmless) {
            self.may_be_unreported = false;
        }
        seen
    }

    /// Of a create that left, and of which nothing was reported, nobody knows whether it was executed.
    fn doubt_what_was_not_reported(&mut self) {
        if std::mem::take(&mut self.may_be_unreported) {
            self.step = self.protocol.next(Event::InDoubt);
        }
    }

    /// The same, by a call of a driver that always reports: it takes `&self`, and marks nothing as unreported.
    pub(crate) async fn request_by(&self, call: &Call<'_>) -> Option<Seen> {
        match self.step {
            Step::Send => Some(self.create(call).await),
            // Boxed, since most writes need neither, and each would be as large as if it did.
            Step::LookUp { .. } => Some(Box::pin(self.look_up(call)).await),
            Step::Update => Some(Box::pin(self.update(call)).await),
            Step::Claim(_) | Step::Fail | Step::GiveUp => None,
        }
    }

    /// A call for this write that starts now.
    fn call(&self) -> Call<'_> {
        self.call_until(Deadline::after(self.options.total_timeout))
    }

    /// A call for this write that ends at its deadline. It is made for each step, so it asks no clock.
    pub(crate) fn call_until(&self, deadline: Deadline) -> Call<'_> {
        let conflict = match self.intent.body.attributes.external_id {
            Some(_) => ErrorKind::DuplicateExternalId,
            None => ErrorKind::DuplicateEmail,
        };
        let operation = Operation::writing("contacts.create", conflict, false)
            .without_contact()
            .looked_up();
        Call {
            connection: &self.connection,
            options: &self.options,
            operation,
            deadline,
            is_paced: self.options.retry.waits_for_rate_limit(),
        }
    }

    /// Reports what was seen: the write continues from there.
    pub fn report(&mut self, seen: Seen) {
        let Seen {
            event,
            contact,
            several,
            error,
        } = seen;
        self.may_be_unreported = false;
        let requested = self.step;
        match requested {
            Step::LookUp { .. } => {
                self.last_look_up = Some(event);
                self.looks_at_once = false;
                self.several = several;
                self.look_up_error = error;
            }
            _ if error.is_some() => self.last_error = error,
            _ => {}
        }
        if contact.is_some() {
            self.target = contact.as_ref().map(Contact::id);
            self.contact = contact;
        }
        self.step = self.protocol.next(event);
        if self.would_fail_again(requested) {
            self.step = self.protocol.stop();
        }
    }

    /// Whether the request that comes next would fail as this one did. The protocol knows what a failure means for the
    /// contact, and not its reason; so this is decided here. It ends a write earlier, and changes nothing else.
    fn would_fail_again(&self, requested: Step) -> bool {
        let Some(error) = &self.last_error else {
            return false;
        };
        match (requested, self.step) {
            // A token that may not create may not look either.
            (Step::Send, Step::LookUp { .. }) => error.kind() == ErrorKind::Unauthorized,
            // A success that cannot be read; the contact was read instead.
            (Step::Update, Step::Update) => error.is_of_success(),
            _ => false,
        }
    }

    /// Ends the write where it stands: no more is to be sent.
    pub fn stop(&mut self) {
        self.doubt_what_was_not_reported();
        // The look-ups that were due were not all made, so that the last one proves no absence.
        self.last_look_up = None;
        self.step = self.protocol.stop();
    }

    /// What the last look-up showed; `None` where none was made, or the write was stopped since.
    pub fn last_look_up(&self) -> Option<Event> {
        self.last_look_up
    }

    /// The contact that the write is about, where it is known.
    pub fn contact_id(&self) -> Option<ContactId> {
        self.target
    }

    /// The contact, as the last response showed it that held one.
    pub fn contact(&self) -> Option<&Contact> {
        self.contact.as_ref()
    }

    /// The last failure of a request that writes.
    pub fn last_error(&self) -> Option<&Error> {
        self.last_error.as_ref()
    }

    /// What finds out later what became of this write. To be kept before the first request, and again after an error
    /// that has a newer one.
    pub fn ticket(&self) -> Ticket {
        let origin = match self.is_resolving {
            true => self.origin,
            // Only now may the organization be known.
            false => self.connection.origin(),
        };
        self.intent.ticket(self.protocol.exists(), origin)
    }

    /// How it ended. One that has not ended is [stopped](Self::stop) first.
    ///
    /// # Errors
    ///
    /// As [`Contacts::create`](crate::Contacts::create), by its goal.
    pub fn finish(mut self) -> Result<Written, Error> {
        if !self.has_ended() {
            self.stop();
        }
        if let (Step::Claim(claim), Some(contact)) = (self.step, self.contact.take()) {
            if claim == Claim::Existed && self.is_of_somebody_else(&contact) {
                let (kind, delivery) = (ErrorKind::DuplicateExternalId, Delivery::Refused);
                return Err(Error::of_several(kind, delivery, &[contact]));
            }
            return Ok(Written { claim, contact });
        }
        if self.step == Step::Fail
            && let Some(error) = self.last_error.take()
        {
            // A refusal that may have come after the work was done.
            return Err(if self.protocol.create_in_doubt() {
                error.in_doubt(self.ticket())
            } else {
                error
            });
        }
        Err(self.unresolved())
    }

    /// Whether a create found a contact that has its external id and another address: this create cannot have made it, and
    /// is refused as a duplicate whenever it arrives. Who asks for the contact, new or not, gets it.
    fn is_of_somebody_else(&self, contact: &Contact) -> bool {
        let is_new_wanted = self.intent.goal() == Goal::Create && !self.is_resolving;
        is_new_wanted
            && contact
                .email()
                .is_some_and(|_| !contact.has_email(self.identity().email))
    }

    fn identity(&self) -> Identity<'_> {
        let attributes = &self.intent.body.attributes;
        Identity {
            email: &attributes.email,
            external_id: attributes.external_id.as_deref(),
        }
    }

    fn unresolved(&mut self) -> Error {
        let last = self.last_error.take();
        if let Some(error) = &last
            && self.protocol.update_in_doubt()
            && !self.protocol.create_in_doubt()
        {
            return error.update_in_doubt();
        }
        let candidates: Vec<ContactId> = self.several.iter().map(Contact::id).collect();
        let in_doubt = self.protocol.may_be_executed();
        let (kind, delivery) = match (in_doubt, candidates.is_empty(), last.as_ref()) {
            (false, false, _) => (ErrorKind::Ambiguous, Delivery::Refused),
            (false, true, Some(error)) if self.protocol.exists() => return error.not_visible_yet(),
            (false, true, Some(error)) => return error.clone(),
            (false, true, None) => return Error::input("the write ended before it was sent"),
            _ => (ErrorKind::Unresolved, Delivery::Unknown),
        };
        Error::new(Inner {
            status: last.as_ref().and_then(Error::status),
            code: last.as_ref().and_then(Error::code).map(str::to_owned),
            request_id: last.as_ref().and_then(Error::request_id).map(str::to_owned),
            candidates,
            ticket: in_doubt.then(|| self.ticket()),
            look_up: self.look_up_error.take().filter(|_| in_doubt),
            source: last.map(|error| Arc::new(error) as Arc<dyn std::error::Error + Send + Sync>),
            ..Inner::bare(kind, delivery)
        })
    }
}

impl fmt::Debug for SafeWrite {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "SafeWrite({:?})", self.step)
    }
}

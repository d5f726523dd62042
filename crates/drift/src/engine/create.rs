//! Creates, ensures and upserts as the library makes them: equal ones joined, and the [driver](SafeWrite) paced by the
//! retry policy, the budget that all clones of a client share, and the deadline of the call.

use std::pin::pin;
use std::sync::Arc;

use tracing::Instrument;

use crate::engine::call::Call;
use crate::engine::connection::Connection;
use crate::engine::deadline::Deadline;
use crate::engine::safe_write::{SafeWrite, Start};
use crate::engine::single_flight::{CreateKey, InFlight};
use crate::error::Error;
use crate::hex::hex;
use crate::model::contact::Contact;
use crate::model::intent::Intent;
use crate::model::new_contact::NewContact;
use crate::model::outcome::Written;
use crate::model::ticket::Ticket;
use crate::options::CallOptions;
use crate::policy::protocol::{Claim, Event, Goal, Step};
use crate::random;

/// Writes a contact, or joins an equal write in flight.
pub(crate) async fn create(
    connection: &Arc<Connection>,
    options: &Arc<CallOptions>,
    goal: Goal,
    new: NewContact,
) -> Result<Written, Error> {
    check(options, &new)?;
    let (body, id) = new.into_body();
    let key = CreateKey {
        goal,
        body: body.clone(),
    };
    let prepare = || match &options.stamp {
        Some(attribute) => {
            let value = hex(&random::bytes::<16>());
            Intent::of(goal, body, id).with_stamp(attribute.clone(), value)
        }
        None => Intent::of(goal, body, id),
    };
    let lead = |in_flight| lead(connection, options, in_flight);
    connection.single_flight().run(key, prepare, lead).await
}

/// Writes a contact for all who have joined. The time of the call counts from here: a new leader has all of it.
async fn lead(
    connection: &Arc<Connection>,
    options: &Arc<CallOptions>,
    in_flight: Arc<InFlight>,
) -> Result<Written, Error> {
    // An earlier leader gave up waiting after it had sent the request, which may have been executed. So the new
    // leader looks first, as after a response that was lost.
    let start = match in_flight.mark_sent() {
        true => Start::InDoubt,
        false => Start::Fresh,
    };
    let intent = in_flight.intent.clone();
    let mut write = SafeWrite::new(connection.clone(), options.clone(), intent, start);
    let span = write.call().span();
    // Pinned here, since a future of kilobytes is copied whole wherever it is passed on by value.
    {
        let running = pin!(run(&mut write));
        running.instrument(span).await;
    }
    write.finish()
}

/// Brings a contact that is known already up to date.
pub(crate) async fn update_known(
    connection: &Arc<Connection>,
    options: &Arc<CallOptions>,
    new: NewContact,
    known: Contact,
) -> Result<Written, Error> {
    let intent = Arc::new(Intent::new(Goal::Update, new)?);
    if intent.changes().is_empty() {
        let (claim, contact) = (Claim::Updated, known);
        return Ok(Written { claim, contact });
    }
    let start = Start::Known(known.id());
    let mut write = SafeWrite::new(connection.clone(), options.clone(), intent, start);
    let span = write.call().span();
    run(&mut write).instrument(span).await;
    write.finish()
}

/// Finds out what became of a create, and never sends it: `None` when the contact is absent.
pub(crate) async fn resolve(
    connection: &Arc<Connection>,
    options: &Arc<CallOptions>,
    ticket: &Ticket,
) -> Result<Option<Written>, Error> {
    // With another account the contact would not be found, and would count as absent.
    if ticket
        .account
        .is_some_and(|account| account != connection.account())
    {
        return Err(Error::input(
            "the ticket belongs to another base URL or token; use the client that gave it, or find the contact",
        ));
    }
    let mut write = SafeWrite::resolving(connection.clone(), options.clone(), ticket);
    run(&mut write).await;
    let is_absent = write.last_look_up() == Some(Event::Absent) && !ticket.surely_there;
    match write.finish() {
        Err(_) if is_absent => Ok(None),
        Err(error) => Err(error),
        Ok(written) => Ok(Some(written)),
    }
}

/// Drives a write to its end, or until no more is to be sent: enough attempts were made, the retry budget is spent, the
/// server asks for too long a wait, or the time is up.
async fn run(write: &mut SafeWrite) {
    let deadline = write.call().deadline;
    loop {
        if !may_go_on(write, deadline).await {
            return write.stop();
        }
        let seen = {
            let request = pin!(write.request_before(deadline));
            request.await
        };
        match seen {
            Some(seen) => write.report(seen),
            None => return,
        }
    }
}

/// Waits as long as is to be waited before the next request. `false` when there must be none.
async fn may_go_on(write: &SafeWrite, deadline: Deadline) -> bool {
    let attempts = match write.step() {
        Step::Send => write.protocol().sent(),
        Step::Update => write.protocol().updates(),
        Step::LookUp { .. } => return deadline.sleep(write.wait()).await,
        Step::Claim(_) | Step::Fail | Step::GiveUp => return true,
    };
    match write.last_error() {
        Some(error) if attempts > 1 => {
            let call = Call {
                deadline,
                ..write.call()
            };
            Box::pin(call.pause(attempts - 1, error)).await
        }
        _ => true,
    }
}

fn check(options: &CallOptions, new: &NewContact) -> Result<(), Error> {
    match &options.stamp {
        Some(attribute) => new.clone().attribute(attribute, "stamp").check(),
        None => new.check(),
    }
}

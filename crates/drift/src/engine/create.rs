//! Creates, ensures and upserts as the library makes them: equal ones joined, and the [driver](SafeWrite) paced by the
//! retry policy, the budget that all clones of a client share, and the deadline of the call.

use std::pin::pin;
use std::sync::Arc;

use tracing::Instrument;

use crate::engine::call::record_end;
use crate::engine::connection::Connection;
use crate::engine::deadline::Deadline;
use crate::engine::safe_write::{SafeWrite, Start};
use crate::engine::single_flight::{CreateKey, Landed, Seat, new_seat};
use crate::error::{Error, Unconfirmed};
use crate::hex::hex;
use crate::model::contact::Contact;
use crate::model::external_id::ExternalId;
use crate::model::intent::Intent;
use crate::model::new_contact::NewContact;
use crate::model::outcome::Written;
use crate::model::ticket::Ticket;
use crate::options::CallOptions;
use crate::policy::protocol::{Claim, Event, Goal, Step};
use crate::random;

/// Writes a contact, or joins an equal write in flight. If that one is stopped for lack of time, and this one has time
/// left, it goes on where the other one was.
pub(crate) async fn create(
    connection: &Arc<Connection>,
    options: &Arc<CallOptions>,
    goal: Goal,
    new: NewContact,
) -> Result<Written, Error> {
    check(options, &new)?;
    let deadline = Deadline::after(options.total_timeout);
    let (body, mut id) = new.into_body();
    let key = CreateKey { goal, body };
    let run = |used: Option<Seat>, intent, in_doubt| {
        let start = match in_doubt {
            true => Start::InDoubt,
            false => Start::Fresh,
        };
        let write = SafeWrite::new(connection.clone(), options.clone(), intent, start);
        let mut seat = used.unwrap_or_else(|| new_seat(lead));
        seat.start(write, deadline);
        seat
    };
    let mut begun: Option<Arc<Intent>> = None;
    // More than once only where this one had joined a write that ran out of time: then it goes on with the same intent, and
    // looks first, since what the other one sent may have been executed.
    loop {
        let in_doubt = begun.is_some();
        let prepare = || {
            let new = || Arc::new(intent(options, &key, id.take()));
            begun.take().unwrap_or_else(new)
        };
        let joined = connection.single_flight();
        let shared = joined.share(key.clone(), deadline, prepare, run, in_doubt);
        let shared = shared.await;
        match shared.landed {
            Some(landed) if shared.led || !landed.out_of_time || deadline.is_over() => {
                return landed.result;
            }
            Some(_) => begun = Some(shared.intent),
            None => {
                let ticket = shared.intent.ticket(false, connection.origin());
                return Err(Error::unresolved(ticket));
            }
        }
    }
}

/// What is sent, with its stamp where one is asked for.
fn intent(options: &CallOptions, key: &CreateKey, id: Option<ExternalId>) -> Intent {
    let intent = Intent::of(key.goal, key.body.clone(), id);
    match &options.stamp {
        Some(attribute) => intent.with_stamp(attribute.clone(), hex(&random::bytes::<16>())),
        None => intent,
    }
}

/// The write of all who have joined.
async fn lead(mut write: SafeWrite, deadline: Deadline) -> Landed {
    let span = write.call_until(deadline).span();
    // Pinned here, since a future of kilobytes is copied whole wherever it is passed on by value.
    let out_of_time = {
        let running = pin!(run(&mut write, deadline));
        running.instrument(span.clone()).await
    };
    let result = write.finish();
    record_end(&span, &result);
    Landed {
        result,
        out_of_time,
    }
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
    write(connection, options, intent, Start::Known(known.id())).await
}

/// What a create sends, made before it is sent.
pub(crate) fn prepare(options: &CallOptions, new: NewContact) -> Result<Intent, Error> {
    check(options, &new)?;
    let (body, id) = new.into_body();
    let goal = Goal::Create;
    Ok(intent(options, &CreateKey { goal, body }, id))
}

/// Writes what was prepared. Equal writes are not joined.
pub(crate) async fn write(
    connection: &Arc<Connection>,
    options: &Arc<CallOptions>,
    intent: Arc<Intent>,
    start: Start,
) -> Result<Written, Error> {
    let mut write = SafeWrite::new(connection.clone(), options.clone(), intent, start);
    let deadline = Deadline::after(options.total_timeout);
    let span = write.call_until(deadline).span();
    run(&mut write, deadline).instrument(span.clone()).await;
    let result = write.finish();
    record_end(&span, &result);
    result
}

/// Finds out what became of a create, and never sends it: `None` when the contact is absent. Where it is not known whether
/// the ticket belongs to the organization of this connection, only what is proved is claimed.
pub(crate) async fn resolve(
    connection: &Arc<Connection>,
    options: &Arc<CallOptions>,
    ticket: &Ticket,
    belongs: Result<(), Unconfirmed>,
    deadline: Deadline,
) -> Result<Option<Written>, Error> {
    let mut write = SafeWrite::resolving(connection.clone(), options.clone(), ticket);
    let call = write.call_until(deadline);
    let looks_early = call.must_look_early();
    run(&mut write, deadline).await;
    let is_absent = write.last_look_up() == Some(Event::Absent) && !ticket.surely_there;
    match (write.finish(), belongs) {
        // In another organization the contact would not be found, and one that is found would be another.
        (Err(_), Err(why)) if is_absent => Err(Error::unconfirmed(ticket.clone(), why)),
        (Ok(written), Err(why)) if written.claim != Claim::Recovered => {
            Err(Error::unconfirmed(ticket.clone(), why))
        }
        // A ticket does not say when its create was sent, so that it counts as young: nothing less than the whole schedule
        // of look-ups proves that there is no contact.
        (Err(error), _) if is_absent && looks_early => Err(error),
        (Err(_), _) if is_absent => Ok(None),
        (Err(error), _) => Err(error),
        (Ok(written), _) => Ok(Some(written)),
    }
}

/// Drives a write to its end, or until no more is to be sent: enough attempts were made, the retry budget is spent, the
/// server asks for too long a wait, or the time is up. Returns whether it was up before a look-up.
async fn run(write: &mut SafeWrite, deadline: Deadline) -> bool {
    loop {
        if !may_go_on(write, deadline).await {
            let out_of_time = matches!(write.step(), Step::LookUp { .. });
            write.stop();
            return out_of_time;
        }
        let seen = {
            let call = write.call_until(deadline);
            let request = pin!(write.request_by(&call));
            request.await
        };
        match seen {
            Some(seen) => write.report(seen),
            None => return false,
        }
    }
}

/// Waits as long as is to be waited before the next request. `false` when there must be none.
async fn may_go_on(write: &SafeWrite, deadline: Deadline) -> bool {
    let attempts = match write.step() {
        Step::Send => write.protocol().sent(),
        Step::Update => write.protocol().updates(),
        Step::LookUp { after } => {
            let call = write.call_until(deadline);
            return call.pause_before_look_up(after).await;
        }
        Step::Claim(_) | Step::Fail | Step::GiveUp => return true,
    };
    match write.last_error() {
        Some(error) if attempts > 1 => {
            let call = write.call_until(deadline);
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

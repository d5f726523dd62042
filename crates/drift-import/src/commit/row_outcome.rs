//! What becomes of a row, by how its write has ended: pure.
//!
//! What is claimed is as strong as what is proved:
//!
//! | The write | Outcome | Why |
//! | --- | --- | --- |
//! | Drift confirmed the create | `created` | its response proves it |
//! | the contact was found, with this journal's stamp | `created` | nobody else has the stamp |
//! | a response was lost (or the process), and the contact was found without a stamp | `existed` | that this import made it is likely and not proved: another import of the same rows could have |
//! | contacts that exist are to be updated or filled, and Drift changed it | `updated` | who made it is not proved |
//! | Drift refused the create as a duplicate | `existed`, or `refused` where that is wanted | the contact is there |
//! | a response was lost, and no look-up could resolve it | `unknown` | the next run looks again |

use drift::ContactId;
use drift::protocol::{Claim, Event, Goal, Protocol, Step};

use crate::context::options::OnDuplicate;
use crate::journal::state::State;

/// What the write of a row is to bring about. A contact that exists is looked up also where it counts as a failure, since
/// the result names it.
pub(super) fn goal(on_duplicate: OnDuplicate) -> Goal {
    match on_duplicate {
        OnDuplicate::Update => Goal::Update,
        // What the contact lacks is known once it is found; then its update is another write.
        OnDuplicate::Skip | OnDuplicate::Fail | OnDuplicate::Fill => Goal::Ensure,
    }
}

/// How the write of a row ended.
pub(super) struct WriteEnd<'a> {
    pub(super) step: Step,
    /// Whether a create of the row may have been executed, by this write or by the one before it.
    pub(super) create_in_doubt: bool,
    pub(super) protocol: &'a Protocol,
    pub(super) last_look_up: Option<Event>,
    pub(super) contact: Option<ContactId>,
    /// Why the last request was refused, if it was.
    pub(super) refusal: String,
}

/// What becomes of the row: its state, its contact and the reason, which is empty where nothing needs to be said.
pub(super) type RowEnd = (State, Option<ContactId>, String);

/// The reason of rows that were most likely created here, and are not proved to be.
const LOST_AND_FOUND: &str = "a response was lost, and the contact was found afterwards; that this import made it is not proved";
const STAMPED: &str = "a response was lost; the contact bears the stamp of this import and row";
const DUPLICATE: &str = "Drift refused the create: a contact with this identity exists";
const FULL_DUPLICATE: &str = "Drift refused the create: a contact with this identity exists, with a value for every attribute of the row";
const UNSEEN_DUPLICATE: &str = "Drift refuses it as a duplicate of a contact that no look-up shows";
const UPDATE_LOST: &str = "the response to an update was lost; run the import again";
const UPDATE_REFUSED: &str =
    "a response was lost; the contact was found, and its update was refused";
const LOST_DUPLICATE: &str =
    "a response was lost; Drift says that the contact exists, but no look-up shows it";
const LOST: &str = "a response was lost, and no look-up could resolve it; run the import again";
const MAYBE_REFUSED: &str = "the request was refused on the way to Drift, perhaps after it was executed, and no look-up shows the contact; run the import again";

/// Says what becomes of a row.
pub(super) fn row_end(on_duplicate: OnDuplicate, end: WriteEnd) -> RowEnd {
    let (state, contact, reason) = match end.step {
        Step::Claim(Claim::Created) => (State::Created, end.contact, ""),
        Step::Claim(Claim::Recovered) => (State::Created, end.contact, STAMPED),
        Step::Claim(Claim::Updated) => (State::Updated, end.contact, ""),
        Step::Claim(Claim::Existed) => existed(on_duplicate, &end, end.contact),
        Step::Fail if end.protocol.create_in_doubt() => (State::Unknown, None, MAYBE_REFUSED),
        Step::Fail if end.create_in_doubt => (State::Unknown, end.contact, UPDATE_REFUSED),
        Step::Fail => return (State::Refused, None, end.refusal),
        Step::GiveUp | Step::Send | Step::LookUp { .. } | Step::Update => {
            given_up(on_duplicate, &end)
        }
    };
    (state, contact, reason.to_owned())
}

fn existed(
    on_duplicate: OnDuplicate,
    end: &WriteEnd,
    contact: Option<ContactId>,
) -> (State, Option<ContactId>, &'static str) {
    match on_duplicate {
        _ if end.create_in_doubt => (State::Existed, contact, LOST_AND_FOUND),
        OnDuplicate::Skip => (State::Existed, contact, DUPLICATE),
        OnDuplicate::Fill if contact.is_some() => (State::Existed, contact, FULL_DUPLICATE),
        OnDuplicate::Fail | OnDuplicate::Update | OnDuplicate::Fill => {
            (State::Refused, contact, DUPLICATE)
        }
    }
}

fn given_up(on_duplicate: OnDuplicate, end: &WriteEnd) -> (State, Option<ContactId>, &'static str) {
    let protocol = end.protocol;
    if protocol.update_in_doubt() {
        return (State::Unknown, end.contact, UPDATE_LOST);
    }
    if protocol.updates() > 0 {
        return (State::Unknown, end.contact, UPDATE_REFUSED);
    }
    match end.last_look_up {
        // Which of them it is cannot be said, but one is there.
        Some(Event::FoundSeveral) => existed(on_duplicate, end, None),
        Some(Event::Absent) if !protocol.may_be_executed() => {
            (State::Refused, None, UNSEEN_DUPLICATE)
        }
        _ if protocol.exists() => (State::Unknown, None, LOST_DUPLICATE),
        _ => (State::Unknown, None, LOST),
    }
}

#[cfg(test)]
mod tests {
    use drift::protocol::Bounds;

    use super::*;

    const ID: ContactId = ContactId::new(7);
    const OURS: Event = Event::Found { ours: true };
    const OTHER: Event = Event::Found { ours: false };

    /// Drives a write of two look-ups a round, and says what becomes of its row.
    fn run(on_duplicate: OnDuplicate, stamp: bool, seen: &[Event]) -> RowEnd {
        let bounds = Bounds {
            sends: 5,
            look_ups: 2,
        };
        let mut protocol = Protocol::new(goal(on_duplicate), bounds).with_proof(stamp);
        let mut step = protocol.start();
        let (mut last_look_up, mut contact) = (None, None);
        for event in seen {
            if let Step::LookUp { .. } = step {
                last_look_up = Some(*event);
            }
            if matches!(event, Event::Created | Event::Found { .. }) {
                contact = Some(ID);
            }
            step = protocol.next(*event);
        }
        let ended = matches!(step, Step::Claim(_) | Step::Fail | Step::GiveUp);
        assert!(ended, "{seen:?}: {step:?}");
        let end = WriteEnd {
            step,
            create_in_doubt: protocol.create_in_doubt(),
            protocol: &protocol,
            last_look_up,
            contact,
            refusal: "no".to_owned(),
        };
        row_end(on_duplicate, end)
    }

    #[test]
    fn every_claim_is_as_strong_as_its_proof() {
        use Event::{Absent, Created, Duplicate, FoundSeveral, InDoubt, LookUpFailed, Refused};
        use OnDuplicate::{Fail, Fill, Skip, Update};
        const UNPROVED: bool = false;
        const STAMP: bool = true;
        let created = (State::Created, Some(ID));
        let existed = (State::Existed, Some(ID));
        let refused = (State::Refused, Some(ID));
        let unknown = (State::Unknown, None);
        for (on_duplicate, stamp, seen, end) in [
            (Skip, UNPROVED, &[Created][..], created),
            (Skip, STAMP, &[InDoubt, OURS], created),
            (Skip, UNPROVED, &[InDoubt, OTHER], existed),
            (Fail, UNPROVED, &[InDoubt, OTHER], existed),
            (Skip, UNPROVED, &[Duplicate, OTHER], existed),
            (Fail, UNPROVED, &[Duplicate, OTHER], refused),
            // The network delivered the request twice, and handed back the second response.
            (Skip, STAMP, &[Duplicate, OURS], created),
            (Fail, STAMP, &[Duplicate, OURS], created),
            (Update, STAMP, &[Duplicate, OURS], created),
            (Fail, STAMP, &[Duplicate, OTHER], refused),
            (Fill, UNPROVED, &[Duplicate, OTHER], existed),
            (Fill, UNPROVED, &[InDoubt, OTHER], existed),
            (
                Fill,
                UNPROVED,
                &[Duplicate, FoundSeveral],
                (State::Refused, None),
            ),
            (Skip, STAMP, &[Duplicate, Absent, Absent], unknown),
            (
                Skip,
                UNPROVED,
                &[InDoubt, FoundSeveral],
                (State::Existed, None),
            ),
            (
                Update,
                UNPROVED,
                &[InDoubt, OTHER, Event::Updated],
                (State::Updated, Some(ID)),
            ),
            (
                Update,
                UNPROVED,
                &[Duplicate, OTHER, Event::Updated],
                (State::Updated, Some(ID)),
            ),
            (
                Update,
                UNPROVED,
                &[InDoubt, FoundSeveral],
                (State::Existed, None),
            ),
            (
                Update,
                UNPROVED,
                &[Duplicate, FoundSeveral],
                (State::Refused, None),
            ),
            (
                Update,
                UNPROVED,
                &[Duplicate, OTHER, Event::UpdateRefused],
                (State::Refused, None),
            ),
            (
                Update,
                UNPROVED,
                &[InDoubt, OTHER, Event::UpdateRefused],
                (State::Unknown, Some(ID)),
            ),
            (
                Update,
                UNPROVED,
                &[
                    Duplicate,
                    OTHER,
                    Event::UpdateInDoubt,
                    Event::UpdateInDoubt,
                    Event::UpdateInDoubt,
                    Event::UpdateInDoubt,
                    Event::UpdateInDoubt,
                ],
                (State::Unknown, Some(ID)),
            ),
            (
                Skip,
                UNPROVED,
                &[InDoubt, LookUpFailed, LookUpFailed],
                unknown,
            ),
            (Skip, UNPROVED, &[InDoubt, Absent, LookUpFailed], unknown),
            (Skip, UNPROVED, &[InDoubt, Event::LookUpRefused], unknown),
            (
                Skip,
                UNPROVED,
                &[Duplicate, LookUpFailed, LookUpFailed],
                unknown,
            ),
            (Skip, UNPROVED, &[Refused], (State::Refused, None)),
            (
                Skip,
                UNPROVED,
                &[Duplicate, Absent, Absent],
                (State::Refused, None),
            ),
            (
                Skip,
                UNPROVED,
                &[InDoubt, Absent, Absent, Duplicate, Absent, Absent],
                unknown,
            ),
            (
                Skip,
                UNPROVED,
                &[InDoubt, Absent, Absent, Duplicate, OTHER],
                existed,
            ),
            (Skip, UNPROVED, &[InDoubt, Absent, Absent, Created], created),
            (
                Skip,
                STAMP,
                &[InDoubt, Absent, Absent, Refused, OURS],
                created,
            ),
            (Skip, UNPROVED, &[Event::MaybeRefused, Absent], unknown),
            (Skip, STAMP, &[Event::MaybeRefused, OURS], created),
        ] {
            let (state, contact, _) = run(on_duplicate, stamp, seen);
            assert_eq!((state, contact), end, "{on_duplicate:?} {seen:?}");
        }
    }

    #[test]
    fn what_is_not_plain_has_a_reason() {
        let reason = |seen: &[Event]| run(OnDuplicate::Skip, false, seen).2;
        assert_eq!(reason(&[Event::Created]), "");
        assert_eq!(reason(&[Event::Refused]), "no");
        for seen in [
            &[Event::InDoubt, OTHER][..],
            &[Event::Duplicate, OTHER],
            &[Event::Duplicate, Event::Absent, Event::Absent],
            &[Event::InDoubt, Event::LookUpRefused],
        ] {
            assert!(!reason(seen).is_empty(), "{seen:?}");
        }
    }
}

//! What becomes of a row, decided from what was seen of its requests: pure, without clock and without network.
//!
//! What is claimed is as strong as what is proved:
//!
//! | Seen | Outcome | Why |
//! | --- | --- | --- |
//! | Drift confirmed the create | `created` | its response proves it |
//! | a response was lost (or the process), and the contact bears this journal's stamp | `created` | nobody else has the stamp |
//! | a response was lost, and the contact is there without a stamp | `existed` | that this import made it is likely and not proved: another import of the same rows could have |
//! | the same, and contacts that exist are to be updated | `updated` | Drift changed it; who made it is not proved |
//! | Drift refused the first attempt as a duplicate | `existed` | somebody else made it |
//! | a response was lost, and no look-up could tell | `unknown` | the next run looks again |

use std::time::Duration;

use drift::{Contact, ContactId};

use crate::context::options::OnDuplicate;
use crate::journal::state::State;

/// The most creates that are sent for a row in one run.
const SENDS: u32 = 5;

/// What to do for a row next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// Send the create, or the update.
    Send,
    /// Look the contact up.
    Look,
    /// Update the contact that turned out to exist.
    Update(ContactId),
}

/// What was seen of a request.
#[derive(Clone, Debug)]
pub(crate) enum Seen {
    /// Drift created the contact.
    Created(ContactId),
    /// Drift changed the contact.
    Updated(ContactId),
    /// A response was lost, and a look-up has found contacts with the row's identity.
    Found(Vec<Match>),
    /// A look-up has found nobody.
    Nobody,
    /// A look-up had no response.
    LookUpFailed,
    /// The create may have been executed.
    Lost,
    /// The update of this contact may have been executed; a second one changes nothing.
    UpdateLost(ContactId),
    /// Drift refused the create as a duplicate.
    Duplicate,
    /// Drift refused the request for good; with the reason.
    Refused(String),
}

/// A contact that was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Match {
    pub(crate) id: ContactId,
    /// Whether it bears the stamp of this journal and row.
    pub(crate) stamped: bool,
}

impl Match {
    /// Judges a contact by the stamp that the row was sent with.
    pub(crate) fn of(contact: &Contact, stamp: Option<(&str, &str)>) -> Self {
        let stamped = stamp.is_some_and(|(attribute, value)| {
            contact.value(attribute).and_then(|found| found.as_str()) == Some(value)
        });
        Self {
            id: contact.id(),
            stamped,
        }
    }
}

/// How far the work on a row has got.
#[derive(Clone, Debug, Default)]
pub(crate) struct Progress {
    /// Requests that could have created the contact.
    pub(crate) sends: u32,
    /// Look-ups of this round.
    pub(crate) looks: usize,
    /// Whether a response was lost, in this run or an earlier one.
    pub(crate) lost: bool,
    /// Whether the response to an update was lost.
    pub(crate) update_lost: bool,
    /// Whether Drift said that the contact is there.
    pub(crate) surely_there: bool,
}

/// What comes next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// Do this after a wait.
    Do(Action, Duration),
    /// The row is settled.
    Settled(State, Option<ContactId>, String),
}

/// What holds for all rows.
pub(crate) struct RowPolicy<'a> {
    pub(crate) on_duplicate: OnDuplicate,
    /// The waits before the look-ups of a round.
    pub(crate) waits: &'a [Duration],
}

impl RowPolicy<'_> {
    fn wait(&self, looks: usize) -> Duration {
        self.waits.get(looks).copied().unwrap_or_default()
    }

    /// The first look-up of a round.
    pub(crate) fn look(&self, progress: &mut Progress) -> Next {
        progress.looks = 0;
        Next::Do(Action::Look, self.wait(0))
    }

    /// Takes what was seen, and says what comes next.
    pub(crate) fn next(&self, progress: &mut Progress, seen: Seen) -> Next {
        match seen {
            Seen::Created(id) => Next::Settled(State::Created, Some(id), String::new()),
            Seen::Updated(id) => Next::Settled(State::Updated, Some(id), String::new()),
            Seen::Refused(_) if progress.lost => self.look(progress),
            Seen::Refused(reason) => Next::Settled(State::Refused, None, reason),
            Seen::Lost => {
                progress.lost = true;
                self.look(progress)
            }
            Seen::UpdateLost(id) if progress.sends < SENDS => {
                progress.update_lost = true;
                Next::Do(Action::Update(id), self.wait(0))
            }
            Seen::UpdateLost(id) => {
                let reason = "the response to an update was lost; run the import again";
                Next::Settled(State::Unknown, Some(id), reason.to_owned())
            }
            Seen::Duplicate => {
                progress.surely_there = true;
                self.look(progress)
            }
            Seen::Found(matches) => self.found(progress, &matches),
            Seen::Nobody => self.look_again(progress, Self::nobody),
            Seen::LookUpFailed => self.look_again(progress, |_, progress| unclear(progress)),
        }
    }

    fn look_again(&self, progress: &mut Progress, end: fn(&Self, &Progress) -> Next) -> Next {
        progress.looks += 1;
        if progress.looks < self.waits.len() {
            return Next::Do(Action::Look, self.wait(progress.looks));
        }
        end(self, progress)
    }

    /// No contact was found: sent again, unless Drift says that the contact is there.
    fn nobody(&self, progress: &Progress) -> Next {
        if progress.surely_there && !progress.lost {
            let reason = "Drift refuses it as a duplicate of a contact that no look-up shows";
            return Next::Settled(State::Refused, None, reason.to_owned());
        }
        if progress.surely_there || progress.sends >= SENDS {
            return unclear(progress);
        }
        Next::Do(Action::Send, Duration::ZERO)
    }

    fn found(&self, progress: &Progress, matches: &[Match]) -> Next {
        if let Some(ours) = matches.iter().find(|found| found.stamped) {
            let reason = "a response was lost; the contact bears the stamp of this import and row";
            return Next::Settled(State::Created, Some(ours.id), reason.to_owned());
        }
        let only = match matches {
            [only] => Some(only.id),
            _ => None,
        };
        match (self.on_duplicate, only) {
            // An update whose response was lost is sent again, whoever made the contact.
            (OnDuplicate::Update, Some(id)) => Next::Do(Action::Update(id), Duration::ZERO),
            _ if progress.lost => Next::Settled(State::Existed, only, LOST_AND_FOUND.to_owned()),
            (OnDuplicate::Skip, _) => {
                let reason = "Drift had it already when the create came";
                Next::Settled(State::Existed, only, reason.to_owned())
            }
            (OnDuplicate::Fail | OnDuplicate::Update, _) => {
                let reason = "Drift had it already when the create came, and refused it";
                Next::Settled(State::Refused, only, reason.to_owned())
            }
        }
    }
}

/// The reason of rows that were most likely created here, and are not proved to be.
pub(crate) const LOST_AND_FOUND: &str = "a response was lost, and the contact was found afterwards; that this import made it is not proved";

fn unclear(progress: &Progress) -> Next {
    let reason = if progress.surely_there {
        "a response was lost; Drift says that the contact is there, and no look-up shows it"
    } else {
        "a response was lost, and no look-up could tell; run the import again"
    };
    Next::Settled(State::Unknown, None, reason.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: ContactId = ContactId::new(7);
    const WAITS: [Duration; 2] = [Duration::from_millis(1), Duration::from_millis(2)];

    fn run(on_duplicate: OnDuplicate, seen: Vec<Seen>) -> (Next, Progress) {
        let policy = RowPolicy {
            on_duplicate,
            waits: &WAITS,
        };
        let mut progress = Progress {
            sends: 1,
            ..Progress::default()
        };
        let mut next = Next::Do(Action::Send, Duration::ZERO);
        for seen in seen {
            assert!(matches!(next, Next::Do(..)), "settled too early");
            next = policy.next(&mut progress, seen);
        }
        (next, progress)
    }

    fn found(stamped: bool) -> Seen {
        Seen::Found(vec![Match { id: ID, stamped }])
    }

    fn several() -> Seen {
        let other = Match {
            id: ContactId::new(8),
            stamped: false,
        };
        Seen::Found(vec![
            Match {
                id: ID,
                stamped: false,
            },
            other,
        ])
    }

    #[test]
    fn every_claim_is_as_strong_as_its_proof() {
        use OnDuplicate::{Fail, Skip};
        let table = [
            (Skip, vec![Seen::Created(ID)], State::Created, Some(ID)),
            (
                Skip,
                vec![Seen::Lost, found(true)],
                State::Created,
                Some(ID),
            ),
            (
                Skip,
                vec![Seen::Lost, found(false)],
                State::Existed,
                Some(ID),
            ),
            (
                Fail,
                vec![Seen::Lost, found(false)],
                State::Existed,
                Some(ID),
            ),
            (
                Skip,
                vec![Seen::Duplicate, found(false)],
                State::Existed,
                Some(ID),
            ),
            (
                Fail,
                vec![Seen::Duplicate, found(false)],
                State::Refused,
                Some(ID),
            ),
            (Skip, vec![Seen::Lost, several()], State::Existed, None),
            (
                OnDuplicate::Update,
                vec![Seen::Lost, found(false), Seen::Updated(ID)],
                State::Updated,
                Some(ID),
            ),
            (
                OnDuplicate::Update,
                vec![Seen::Lost, several()],
                State::Existed,
                None,
            ),
            (
                OnDuplicate::Update,
                vec![Seen::Duplicate, several()],
                State::Refused,
                None,
            ),
            (
                Skip,
                vec![Seen::Lost, Seen::LookUpFailed, Seen::LookUpFailed],
                State::Unknown,
                None,
            ),
            (
                Skip,
                vec![Seen::Lost, Seen::Nobody, Seen::LookUpFailed],
                State::Unknown,
                None,
            ),
            (
                Skip,
                vec![Seen::Refused("no".to_owned())],
                State::Refused,
                None,
            ),
            (
                Skip,
                vec![Seen::Duplicate, Seen::Nobody, Seen::Nobody],
                State::Refused,
                None,
            ),
            (
                Skip,
                vec![
                    Seen::Lost,
                    Seen::Nobody,
                    Seen::Nobody,
                    Seen::Duplicate,
                    Seen::Nobody,
                    Seen::Nobody,
                ],
                State::Unknown,
                None,
            ),
            (
                Skip,
                vec![
                    Seen::Lost,
                    Seen::Nobody,
                    Seen::Nobody,
                    Seen::Duplicate,
                    found(false),
                ],
                State::Existed,
                Some(ID),
            ),
            (
                Skip,
                vec![Seen::Lost, Seen::Nobody, Seen::Nobody, Seen::Created(ID)],
                State::Created,
                Some(ID),
            ),
            (
                Skip,
                vec![
                    Seen::Lost,
                    Seen::Nobody,
                    Seen::Nobody,
                    Seen::Refused("no".to_owned()),
                    found(true),
                ],
                State::Created,
                Some(ID),
            ),
        ];
        for (on_duplicate, seen, state, contact) in table {
            let what = format!("{seen:?}");
            match run(on_duplicate, seen).0 {
                Next::Settled(found, id, _) => assert_eq!((found, id), (state, contact), "{what}"),
                next => panic!("{what}: {next:?}"),
            }
        }
    }

    #[test]
    fn nothing_is_sent_again_before_it_was_looked_up() {
        let (next, _) = run(OnDuplicate::Skip, vec![Seen::Lost]);
        assert_eq!(next, Next::Do(Action::Look, WAITS[0]));
        let (next, _) = run(OnDuplicate::Skip, vec![Seen::Lost, Seen::Nobody]);
        assert_eq!(next, Next::Do(Action::Look, WAITS[1]));
        let (next, _) = run(
            OnDuplicate::Skip,
            vec![Seen::Lost, Seen::Nobody, Seen::Nobody],
        );
        assert_eq!(next, Next::Do(Action::Send, Duration::ZERO));
    }

    #[test]
    fn a_duplicate_is_updated_where_that_is_wanted() {
        let (next, _) = run(OnDuplicate::Update, vec![Seen::Duplicate, found(false)]);
        assert_eq!(next, Next::Do(Action::Update(ID), Duration::ZERO));
    }

    #[test]
    fn sends_are_bounded() {
        let policy = RowPolicy {
            on_duplicate: OnDuplicate::Skip,
            waits: &WAITS,
        };
        let mut progress = Progress {
            sends: SENDS,
            lost: true,
            looks: 1,
            ..Progress::default()
        };
        assert!(matches!(
            policy.next(&mut progress, Seen::Nobody),
            Next::Settled(State::Unknown, ..)
        ));
    }
}

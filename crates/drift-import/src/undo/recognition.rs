//! Whether a contact is the one that the journal says its import created. A journal that was edited, or a contact that
//! became somebody else, must not lead to a deletion. Pure.

use std::time::Duration;

use drift::Contact;

use crate::input::hash::{hex, short_hash};
use crate::input::value::address::key::email_key;
use crate::journal::deletions::{Identity, Noted, identity};

/// How far the clock of the machine that sent a row may be ahead of Drift's.
const CLOCKS_DIFFER: Duration = Duration::from_secs(600);

const SOMEBODY_ELSE: &str =
    "its external id or address differs from the row that the journal recorded";
const AGE_UNKNOWN: &str =
    "Drift does not say when it was created, and the journal notes nothing else of it";
const NEVER_SENT: &str = "the journal has no request that can have created it";
const OTHER_TIME: &str =
    "Drift says that it was created at another time than the journal notes of the row's contact";
const OLDER: &str = "it is older than the request that the journal recorded for it";

/// What Drift shows of a contact.
struct Shown {
    /// None where the response lacked it.
    created_at: Option<i64>,
    /// Those of its external id and of its address.
    identities: [Option<Identity>; 2],
    /// Whether it bears the stamp of the row.
    stamped: bool,
}

/// Whether a contact is the one that was noted; an error says why it is not.
pub(super) fn recognize(
    noted: &Noted,
    contact: &Contact,
    journal_id: &str,
) -> Result<(), &'static str> {
    let stamp = noted.row.map(|row| format!("{journal_id}-{}", hex(&row)));
    let stamped = stamp.is_some_and(|stamp| {
        let attributes = contact.attributes();
        attributes.values().any(|value| *value == stamp)
    });
    let id = contact.external_id();
    judge(
        noted,
        &Shown {
            created_at: contact.created_at_millis(),
            identities: [
                id.as_deref().map(short_hash).map(identity),
                contact
                    .email()
                    .map(|email| identity(short_hash(&email_key(email)))),
            ],
            stamped,
        },
    )
}

/// A stamp proves it. Else all that is noted must fit; of journals of earlier versions that is the time alone.
fn judge(noted: &Noted, shown: &Shown) -> Result<(), &'static str> {
    if shown.stamped {
        return Ok(());
    }
    if noted.identity.is_some() && !shown.identities.contains(&noted.identity) {
        return Err(SOMEBODY_ELSE);
    }
    let earliest = noted
        .sent_at
        .map(|at| at.saturating_sub(CLOCKS_DIFFER.as_millis() as i64));
    match (earliest, shown.created_at) {
        // Whatever was removed from the journal.
        (None, _) => Err(NEVER_SENT),
        (_, Some(created_at)) if noted.created_at.is_some_and(|noted| noted != created_at) => {
            Err(OTHER_TIME)
        }
        (Some(earliest), Some(created_at)) if created_at < earliest => Err(OLDER),
        // The age is all that an earlier version noted.
        (Some(_), None) if noted.identity.is_none() => Err(AGE_UNKNOWN),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use drift::ContactId;

    use super::*;

    const SENT: i64 = 1_700_000_000_000;
    const MINUTE: i64 = 60_000;

    #[test]
    fn a_contact_is_recognized_by_all_that_is_noted_of_it() {
        let ada = Some(identity(short_hash("ada")));
        let bob = Some(identity(short_hash("bob")));
        for (noted, sent_at, shown, created_at, stamped, expected) in [
            (ada, Some(SENT), [None, ada], SENT + 5, false, Ok(())),
            (ada, Some(SENT), [ada, bob], SENT + 5, false, Ok(())),
            (
                ada,
                Some(SENT),
                [None, bob],
                SENT + 5,
                false,
                Err(SOMEBODY_ELSE),
            ),
            (
                ada,
                Some(SENT),
                [None, None],
                SENT + 5,
                false,
                Err(SOMEBODY_ELSE),
            ),
            (ada, Some(SENT), [None, bob], SENT + 5, true, Ok(())),
            (ada, Some(SENT), [None, ada], SENT - MINUTE, false, Ok(())),
            (
                ada,
                Some(SENT),
                [None, ada],
                SENT - 11 * MINUTE,
                false,
                Err(OLDER),
            ),
            (
                ada,
                Some(SENT),
                [None, ada],
                SENT - 11 * MINUTE,
                true,
                Ok(()),
            ),
            (ada, None, [None, ada], 0, false, Err(NEVER_SENT)),
            (ada, None, [None, ada], 0, true, Ok(())),
            (None, None, [None, ada], 0, true, Ok(())),
            // Journals of earlier versions.
            (None, Some(SENT), [None, bob], SENT + 5, false, Ok(())),
            (
                None,
                Some(SENT),
                [None, bob],
                SENT - 11 * MINUTE,
                false,
                Err(OLDER),
            ),
            (None, None, [None, None], 0, false, Err(NEVER_SENT)),
            (None, Some(i64::MIN), [None, None], i64::MIN, false, Ok(())),
        ] {
            let noted = Noted {
                contact: ContactId::new(7),
                row: None,
                identity: noted,
                sent_at,
                created_at: None,
            };
            let shown = Shown {
                created_at: Some(created_at),
                identities: shown,
                stamped,
            };
            let judged = judge(&noted, &shown);
            assert_eq!(judged, expected, "{noted:?} {created_at} {stamped}");
        }
    }

    #[test]
    fn without_a_creation_time_something_else_must_prove_it() {
        let ada = Some(identity(short_hash("ada")));
        for (identity, expected) in [(ada, Ok(())), (None, Err(AGE_UNKNOWN))] {
            let noted = Noted {
                contact: ContactId::new(7),
                row: None,
                identity,
                sent_at: Some(SENT),
                created_at: None,
            };
            let shown = Shown {
                created_at: None,
                identities: [ada, None],
                stamped: false,
            };
            assert_eq!(judge(&noted, &shown), expected);
        }
    }

    #[test]
    fn the_time_that_drift_told_is_compared_exactly() {
        let ada = Some(identity(short_hash("ada")));
        for (created_at, stamped, expected) in [
            (Some(SENT + 5), false, Ok(())),
            (Some(SENT + 6), false, Err(OTHER_TIME)),
            (Some(SENT + 6), true, Ok(())),
            (None, false, Ok(())),
        ] {
            let noted = Noted {
                contact: ContactId::new(7),
                row: None,
                identity: ada,
                sent_at: Some(SENT),
                created_at: Some(SENT + 5),
            };
            let shown = Shown {
                created_at,
                identities: [None, ada],
                stamped,
            };
            assert_eq!(judge(&noted, &shown), expected, "{created_at:?}");
        }
    }
}

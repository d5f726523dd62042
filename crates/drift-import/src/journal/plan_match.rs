//! Whether the plan in a journal is the one for a file and options.

use std::collections::{BTreeMap, BTreeSet};

use crate::error::Error;
use crate::journal::database::Journal;

/// Whether the plan in a journal is for a file and options.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PlanMatch {
    /// There is none, or it was broken off, or it was made with other options to be read only.
    None,
    /// It is for this file and these options.
    Same,
    /// It is for another file; `begun` tells whether rows of it have been sent.
    OtherFile { begun: bool },
    /// It is for other options.
    OtherOptions,
}

/// The noted purpose of a plan of a dry run.
const TO_BE_READ: &str = "dry run";

/// Notes whether a plan was made to be read only: then a commit with other options makes a new one.
pub(crate) fn note_purpose(journal: &mut Journal, to_be_read: bool) -> Result<(), Error> {
    journal.set("purpose", if to_be_read { TO_BE_READ } else { "commit" })
}

/// Compares the plan in a journal with a file and options.
pub(crate) fn plan_match(
    journal: &Journal,
    file: &str,
    fingerprint: &str,
) -> Result<PlanMatch, Error> {
    if journal.get("planned")?.as_deref() != Some("yes") {
        return Ok(PlanMatch::None);
    }
    let begun = journal.get("begun")?.as_deref() == Some("yes");
    if journal.get("options")?.as_deref() != Some(fingerprint) {
        let to_be_read = journal.get("purpose")?.as_deref() == Some(TO_BE_READ);
        return Ok(if to_be_read && !begun {
            PlanMatch::None
        } else {
            PlanMatch::OtherOptions
        });
    }
    if journal.get("file")?.as_deref() == Some(file) {
        return Ok(PlanMatch::Same);
    }
    Ok(PlanMatch::OtherFile { begun })
}

/// The names of the options that differ from those of the plan; none where the journal does not hold their marks.
pub(crate) fn changed_options(
    journal: &Journal,
    marks: &BTreeMap<String, String>,
) -> Result<Vec<String>, Error> {
    let noted = journal.get("marks")?.unwrap_or_default();
    let noted: BTreeMap<String, String> = serde_json::from_str(&noted).unwrap_or_default();
    if noted.is_empty() {
        return Ok(Vec::new());
    }
    let names: BTreeSet<&String> = marks.keys().chain(noted.keys()).collect();
    let changed = names
        .into_iter()
        .filter(|name| marks.get(*name) != noted.get(*name));
    Ok(changed.cloned().collect())
}

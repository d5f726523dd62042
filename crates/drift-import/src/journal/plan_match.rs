//! Whether the plan in a journal is the one for a file and options.

use std::collections::BTreeMap;

use crate::error::Error;
use crate::journal::database::Journal;

/// Whether the plan in a journal is for a file and options.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PlanMatch {
    /// There is none, or it was broken off.
    None,
    /// It is for this file and these options.
    Same,
    /// It is for another file; `begun` tells whether rows of it have been sent.
    OtherFile { begun: bool },
    /// It is for other options.
    OtherOptions,
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
    if journal.get("options")?.as_deref() != Some(fingerprint) {
        return Ok(PlanMatch::OtherOptions);
    }
    if journal.get("file")?.as_deref() == Some(file) {
        return Ok(PlanMatch::Same);
    }
    Ok(PlanMatch::OtherFile {
        begun: journal.get("begun")?.as_deref() == Some("yes"),
    })
}

/// The names of the options that differ from those of the plan; none where the journal does not hold their marks.
pub(crate) fn changed_options(
    journal: &Journal,
    marks: &BTreeMap<String, String>,
) -> Result<Vec<String>, Error> {
    let noted = journal.get("marks")?.unwrap_or_default();
    let noted: BTreeMap<String, String> = serde_json::from_str(&noted).unwrap_or_default();
    let changed = marks.iter().filter(|(name, mark)| {
        let noted = noted.get(*name);
        noted.is_some_and(|noted| noted != *mark)
    });
    Ok(changed.map(|(name, _)| name.clone()).collect())
}

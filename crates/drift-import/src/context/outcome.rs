//! How rows and imports end: the events of a commit, and its summary.

use std::fmt;
use std::path::PathBuf;

use drift::ContactId;
use serde::{Serialize, Serializer};

/// How a row ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RowOutcome {
    /// A contact was created, and it is proved that this import did it.
    Created,
    /// The contact is there, and it is not proved that this import made it.
    Existed,
    /// The contact was there, and has the row's attributes now.
    Updated,
    /// Nothing was changed.
    Refused,
    /// It is not known whether the contact was created; the next run looks again.
    Unknown,
}

impl fmt::Display for RowOutcome {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Created => "created",
            Self::Existed => "existed",
            Self::Updated => "updated",
            Self::Refused => "refused",
            Self::Unknown => "unknown",
        })
    }
}

/// What happens during a commit.
#[derive(Debug)]
#[non_exhaustive]
pub enum Event {
    /// A row has ended, and the journal holds how.
    Row {
        /// Its line in the file.
        line: u64,
        /// How it ended.
        outcome: RowOutcome,
        /// Its contact, where one is known.
        contact: Option<ContactId>,
        /// Why; empty where nothing needs to be said.
        reason: String,
    },
    /// Everything has ended. Nothing comes after it.
    Finished(Summary),
}

/// Why an import ended before its last row.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Stop {
    /// It was cancelled.
    Cancelled,
    /// Drift could not be reached for longer than the patience, or asks for a longer wait.
    Unreachable(#[serde(serialize_with = "as_text")] drift::Error),
    /// Drift refused the token.
    NotAllowed(#[serde(serialize_with = "as_text")] drift::Error),
    /// Another server than Drift refused a request.
    NotDrift(#[serde(serialize_with = "as_text")] drift::Error),
    /// So many rows were sent, as many as one run [may send](crate::Options::limit).
    Limit(u64),
    /// 50 rows one after the other ended unknown.
    Failing,
    /// So many rows were refused by Drift or ended unknown, the most that are [allowed](crate::Options::max_errors).
    TooManyErrors(u64),
}

fn as_text<Out: Serializer>(error: &drift::Error, out: Out) -> Result<Out::Ok, Out::Error> {
    out.collect_str(error)
}

impl fmt::Display for Stop {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cancelled => out.write_str("stopped on request"),
            Self::Unreachable(error) | Self::NotAllowed(error) | Self::NotDrift(error) => {
                error.fmt(out)
            }
            Self::TooManyErrors(1) => {
                out.write_str("1 row of this run was refused or ended unknown, so it stopped")
            }
            Self::TooManyErrors(rows) => write!(
                out,
                "{rows} rows of this run were refused or ended unknown, so it stopped"
            ),
            Self::Limit(1) => out.write_str("1 row was sent, the limit of this run"),
            Self::Limit(rows) => write!(out, "{rows} rows were sent, the limit of this run"),
            Self::Failing => out.write_str("too many rows one after the other ended unknown"),
        }
    }
}

/// How an import stands at its end, rows of earlier runs included.
#[derive(Clone, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct Summary {
    /// Rows of the file.
    pub rows: u64,
    /// Rows whose contact this import is proved to have made.
    pub created: u64,
    /// Rows whose contact is there, and is not proved to be made here.
    pub existed: u64,
    /// Rows whose contact was there and was changed.
    pub updated: u64,
    /// Rows for which nothing was changed.
    pub refused: u64,
    /// Rows of which it is not known.
    pub unknown: u64,
    /// Rows that were not reached.
    pub left: u64,
    /// Rows of which something was sent in this run, also where Drift refused to execute it and they are left.
    pub sent: u64,
    /// Why the import ended early, if it did.
    pub stopped: Option<Stop>,
    /// The result files that were written.
    pub results: Vec<PathBuf>,
    /// When all rows of this file were done by an earlier run, in milliseconds since 1970: then there was nothing to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub done_before: Option<i64>,
}

impl Summary {
    /// The exit code of the command: 0 all done, 1 some refused, 2 nothing could be done and nothing was sent, 3 some
    /// unknown or not reached. An import that [broke off](crate::Error::Broken) ends with 3, or with 4 where it is known
    /// of all rows how they ended.
    pub fn exit_code(&self) -> u8 {
        let done = self.created + self.existed + self.updated;
        match self {
            _ if self.stopped.is_some() && done + self.unknown + self.sent == 0 => 2,
            _ if self.unknown + self.left > 0 => 3,
            _ if self.refused > 0 => 1,
            _ => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exit_code_is_that_of_the_worst_outcome() {
        let code = |created, refused, unknown, left, stopped| {
            Summary {
                created,
                refused,
                unknown,
                left,
                stopped,
                ..Summary::default()
            }
            .exit_code()
        };
        assert_eq!(code(5, 0, 0, 0, None), 0);
        assert_eq!(code(5, 1, 0, 0, None), 1);
        assert_eq!(code(0, 1, 0, 0, None), 1);
        assert_eq!(code(5, 1, 1, 0, None), 3);
        assert_eq!(code(5, 0, 0, 1, Some(Stop::Cancelled)), 3);
        assert_eq!(code(0, 0, 0, 9, Some(Stop::Failing)), 2);
        let refused = Summary {
            refused: 4,
            left: 5,
            sent: 4,
            stopped: Some(Stop::Cancelled),
            ..Summary::default()
        };
        assert_eq!(refused.exit_code(), 3, "something was sent");
    }
}

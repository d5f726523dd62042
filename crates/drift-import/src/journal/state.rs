//! What became of a row, and the numbers that stand for it in the journal. The numbers are stored: they never change.

use drift::ContactId;

use crate::context::outcome::RowOutcome;
use crate::plan::decision::Verdict;

/// What became of a row that was to be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// Nothing yet.
    Open,
    Created,
    Existed,
    Updated,
    Refused,
    /// It may have been executed, and the look-ups did not show it.
    Unknown,
    /// Created, and deleted again by an undo.
    Undone,
    /// Created, and perhaps deleted again: an undo was about to.
    Undoing,
}

impl State {
    pub(crate) fn code(self) -> i64 {
        match self {
            Self::Open => 0,
            Self::Created => 1,
            Self::Existed => 2,
            Self::Updated => 3,
            Self::Refused => 4,
            Self::Unknown => 5,
            Self::Undone => 6,
            Self::Undoing => 7,
        }
    }

    pub(crate) fn of(code: i64) -> Self {
        match code {
            1 => Self::Created,
            2 => Self::Existed,
            3 => Self::Updated,
            4 => Self::Refused,
            5 => Self::Unknown,
            6 => Self::Undone,
            7 => Self::Undoing,
            _ => Self::Open,
        }
    }

    /// Whether nothing more is to be done for the row.
    pub(crate) fn is_done(self) -> bool {
        matches!(
            self,
            Self::Created | Self::Existed | Self::Updated | Self::Refused
        )
    }

    /// The outcome of the row, if it has ended.
    pub(crate) fn outcome(self) -> Option<RowOutcome> {
        match self {
            Self::Created => Some(RowOutcome::Created),
            Self::Existed => Some(RowOutcome::Existed),
            Self::Updated => Some(RowOutcome::Updated),
            Self::Refused => Some(RowOutcome::Refused),
            Self::Unknown => Some(RowOutcome::Unknown),
            Self::Open | Self::Undone | Self::Undoing => None,
        }
    }
}

/// The outcome of a row by its plan and its state, if it has ended.
pub(crate) fn outcome(verdict: &Verdict, state: State) -> Option<RowOutcome> {
    match verdict {
        Verdict::Refuse => Some(RowOutcome::Refused),
        Verdict::Skip(_) => Some(RowOutcome::Existed),
        Verdict::Create | Verdict::Update(_) => state.outcome(),
    }
}

/// A verdict as its code and its contact.
pub(crate) fn verdict_code(verdict: &Verdict) -> (i64, Option<i64>) {
    match verdict {
        Verdict::Create => (0, None),
        Verdict::Update(contact) => (1, Some(contact.get())),
        Verdict::Skip(contact) => (2, contact.map(ContactId::get)),
        Verdict::Refuse => (3, None),
    }
}

/// The verdict of a code and a contact.
pub(super) fn verdict_of(code: i64, contact: Option<ContactId>) -> Verdict {
    match (code, contact) {
        (0, _) => Verdict::Create,
        (1, Some(contact)) => Verdict::Update(contact),
        (2, contact) => Verdict::Skip(contact),
        _ => Verdict::Refuse,
    }
}

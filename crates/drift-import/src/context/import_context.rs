//! What every part of an import is given.

use drift::{CallOptions, Client, Contacts, RetryPolicy};

use crate::context::cancel::Cancel;
use crate::context::counters::Counters;
use crate::context::options::Options;
use crate::context::poller::Poller;
use crate::error::Error;
use crate::input::format::records::Record;
use crate::input::hash::Hash;
use crate::input::source::opening::Source;
use crate::input::value::attribute::dates::DateRules;
use crate::input::value::columns::Columns;
use crate::input::value::reading::{RowProblem, RowRules, read_row};
use crate::input::value::row::Row;

/// An import: its file, its options, its account, and how it is watched and stopped.
pub(crate) struct ImportContext {
    /// None for an import that can only be planned.
    pub(crate) client: Option<Client>,
    pub(crate) source: Source,
    pub(crate) columns: Columns,
    pub(crate) options: Options,
    pub(crate) dates: DateRules,
    pub(crate) counters: Counters,
    pub(crate) cancel: Cancel,
}

impl ImportContext {
    /// Contacts for the look-ups of a plan; none offline.
    pub(crate) fn contacts(&self) -> Option<Contacts> {
        let client = self.client.as_ref().filter(|_| !self.options.offline)?;
        Some(client.contacts().with_options(look_up_options(client)))
    }

    pub(crate) fn poller(&self) -> Poller {
        Poller::new(self.options.patience, &self.counters, &self.cancel)
    }

    pub(crate) fn check_cancelled(&self) -> Result<(), Error> {
        if self.cancel.is_cancelled() {
            return Err(Error::Interrupted);
        }
        Ok(())
    }

    /// Reads a record as a row.
    pub(crate) fn read_row(&self, record: &Record) -> Result<Row, RowProblem> {
        let rules = RowRules {
            dates: Some(&self.dates),
            ..self.options.row_rules()
        };
        read_row(record, &self.columns, rules)
    }

    /// Reads a row again, and makes sure that it is still the one that was planned.
    pub(crate) fn read_planned(&self, record: &Record, hash: Option<Hash>) -> Result<Row, Error> {
        let row = self.read_row(record).map_err(|_| Error::FileChanged)?;
        if hash != Some(row.hash()) {
            return Err(Error::FileChanged);
        }
        Ok(row)
    }
}

/// Options for look-ups. The library retries them, except that a server's `Retry-After` is returned at once, so that
/// the pace of the import obeys it.
pub(crate) fn look_up_options(client: &Client) -> CallOptions {
    let retry = RetryPolicy::default().max_retry_after(std::time::Duration::ZERO);
    client.options().clone().retry(retry)
}

//! The engine: a file becomes a plan, and a plan is committed.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use drift::{Client, ContactId, Contacts, ErrorKind};

use crate::account::{Account, Lifted};
use crate::commit::results::ResultFiles;
use crate::commit::run::Run;
use crate::context::options::Options;
use crate::context::poller::{Patient, reason};
use crate::context::progress::{Cancel, Counters};
use crate::error::Error;
use crate::input::format::records::Record;
use crate::input::source::opening::Source;
use crate::input::value::columns::{Columns, Definition, Mapping, NO_HEADER, are_a_row};
use crate::input::value::row::Row;
use crate::journal::database::{Journal, JournalRow};
use crate::journal::planning::{Standing, changed_options, standing};
use crate::plan::decision::Verdict;
use crate::plan::planner;

/// An import of one file. Making it sends nothing.
///
/// ```no_run
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// use drift_import::{Import, InputOptions, Options, Purpose, Source};
///
/// let source = Source::scan("leads.csv", &InputOptions::default())?;
/// let import = Import::new(drift::Client::from_env()?, source, Options::default());
/// let plan = import.plan(Purpose::Commit).await?;
/// let summary = plan.commit()?.finish().await?;
/// println!("{} created, {} refused", summary.created, summary.refused);
/// # Ok(())
/// # }
/// ```
pub struct Import {
    account: Option<Account>,
    source: Source,
    options: Options,
    counters: Counters,
    cancel: Cancel,
}

/// What a plan is made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To be looked at. A new plan is made, and kept for a commit of the same file with the same options.
    DryRun,
    /// To be committed. The plan that there is is used; one for another account, another file or other options is an
    /// error. Where rows of it have been sent the file may have been corrected: then a new plan is made for what is left.
    Commit,
}

/// What all parts of an import look at.
pub(crate) struct Site {
    pub(crate) client: Option<Client>,
    pub(crate) source: Source,
    pub(crate) columns: Columns,
    pub(crate) options: Options,
    pub(crate) counters: Counters,
    pub(crate) cancel: Cancel,
}

impl Site {
    /// Contacts, for look-ups while planning; none offline.
    pub(crate) fn contacts(&self) -> Option<Contacts> {
        let client = self.client.as_ref().filter(|_| !self.options.offline)?;
        Some(client.contacts().with_options(looking(client)))
    }

    pub(crate) fn patient(&self) -> Patient {
        Patient::new(self.options.patience, &self.counters, &self.cancel)
    }

    pub(crate) fn check_cancelled(&self) -> Result<(), Error> {
        if self.cancel.is_cancelled() {
            return Err(Error::Interrupted);
        }
        Ok(())
    }

    /// Reads a row again, and makes sure that it is the one that was planned.
    pub(crate) fn row(&self, record: &Record, planned: &JournalRow) -> Result<Row, Error> {
        let row =
            Row::read(record, &self.columns, &self.options).map_err(|_| Error::FileChanged)?;
        if planned.hash != Some(row.hash()) {
            return Err(Error::FileChanged);
        }
        Ok(row)
    }
}

impl Import {
    /// An import into an account; a client is the account of its base URL and of its token's organization.
    pub fn new(account: impl Into<Account>, source: Source, options: Options) -> Self {
        Self {
            account: Some(account.into()),
            source,
            options,
            counters: Counters::default(),
            cancel: Cancel::default(),
        }
    }

    /// An import that can only be planned, by the file alone.
    pub fn offline(source: Source, mut options: Options) -> Self {
        options.offline = true;
        Self {
            account: None,
            source,
            options,
            counters: Counters::default(),
            cancel: Cancel::default(),
        }
    }

    /// Counters that can be read while it works.
    pub fn counters(&self) -> Counters {
        self.counters.clone()
    }

    /// What to ask with to stop it.
    pub fn canceller(&self) -> Cancel {
        self.cancel.clone()
    }

    /// Where the journal is, or will be.
    pub fn journal_path(&self) -> PathBuf {
        journal_path(self.source.path(), &self.options)
    }

    /// Makes the plan, or takes the one that there is. Only looks contacts up; nothing is written to Drift.
    ///
    /// # Errors
    ///
    /// [`Error::Columns`] when columns are no attributes; [`Error::Locked`] when another import has the journal;
    /// [`Error::FileChanged`] and [`Error::OptionsChanged`] when there is a plan for something else;
    /// [`Error::OtherAccount`] when the journal is another account's, which a new plan does not change;
    /// [`Error::Drift`] when Drift refuses the token or cannot be reached.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    pub async fn plan(&self, purpose: Purpose) -> Result<Plan, Error> {
        let mut journal = Journal::open(&self.journal_path())?;
        self.claim(&mut journal, purpose).await?;
        let fingerprint = self.options.fingerprint();
        let standing = standing(&journal, self.source.hash(), &fingerprint)?;
        let keep = match (purpose, standing) {
            (Purpose::Commit, Standing::Same) => !self.options.replan,
            (Purpose::Commit, Standing::OtherOptions) if !self.options.replan => {
                // Where a column is misspelt, that is the better answer.
                self.site(&noted_definitions(&journal)?)?;
                let changed = changed_options(&journal, &self.options.marks())?;
                return Err(Error::OptionsChanged(changed));
            }
            (Purpose::Commit, Standing::OtherFile { begun: false }) if !self.options.replan => {
                return Err(Error::FileChanged);
            }
            _ => false,
        };
        let definitions = match keep {
            true => noted_definitions(&journal)?,
            false => self.definitions().await?,
        };
        let site = Arc::new(self.site(&definitions)?);
        if keep {
            return Ok(Plan { site, journal });
        }
        let runtime = tokio::runtime::Handle::current();
        let file = self.source.hash().to_owned();
        let marks = serde_json::to_string(&self.options.marks()).unwrap_or_default();
        let planning = move || {
            journal.begin_plan()?;
            let last_doubt = journal.last_doubt()?;
            journal.set(
                "asked",
                if site.contacts().is_some() {
                    "yes"
                } else {
                    "no"
                },
            )?;
            let definitions = serde_json::to_string(&definitions).unwrap_or_default();
            journal.set("definitions", &definitions)?;
            let sequences = planner::read_file(&mut journal, &site)?;
            planner::wait_for_index(last_doubt, &site)?;
            planner::decide_rows(&mut journal, &site, &sequences, &runtime)?;
            journal.set("marks", &marks)?;
            journal.finish_plan(&file, &fingerprint)?;
            Ok(Plan { site, journal })
        };
        let planned = tokio::task::spawn_blocking(planning).await;
        planned.map_err(|_| Error::Interrupted)?
    }

    /// Makes sure that the journal belongs to the account, unless nothing is asked of Drift at all.
    async fn claim(&self, journal: &mut Journal, purpose: Purpose) -> Result<(), Error> {
        let Some(account) = &self.account else {
            return Ok(());
        };
        let lifted = match (purpose, self.options.replan) {
            (Purpose::DryRun, _) if self.options.offline => return Ok(()),
            (Purpose::DryRun, _) | (_, true) => Lifted::Plan,
            (Purpose::Commit, false) => Lifted::Nothing,
        };
        account.claim(journal, lifted, &self.patient()).await
    }

    fn patient(&self) -> Patient {
        Patient::new(self.options.patience, &self.counters, &self.cancel)
    }

    fn client(&self) -> Option<&Client> {
        self.account.as_ref().map(|account| &account.client)
    }

    fn site(&self, definitions: &[Definition]) -> Result<Site, Error> {
        let mapping = Mapping {
            given: &self.options.map,
            definitions,
            unmapped: self.options.unmapped,
            derive_from: self
                .options
                .derive
                .as_ref()
                .map(|(column, _)| column.as_str()),
        };
        let headers = self.source.headers();
        if are_a_row(headers, &mapping) {
            return Err(Error::Input {
                place: self.source.name().to_owned(),
                problem: NO_HEADER.to_owned(),
            });
        }
        let columns = Columns::map(headers, &mapping).map_err(Error::Columns)?;
        Ok(Site {
            client: self.client().cloned(),
            source: self.source.clone(),
            columns,
            options: self.options.clone(),
            counters: self.counters.clone(),
            cancel: self.cancel.clone(),
        })
    }

    /// The attributes that Drift has definitions of; none where the token may not see them.
    async fn definitions(&self) -> Result<Vec<Definition>, Error> {
        let Some(client) = self.client().filter(|_| !self.options.offline) else {
            return Ok(Vec::new());
        };
        let contacts = client.contacts().with_options(looking(client));
        let ask = || contacts.attributes();
        match self.patient().ask(ask, reason).await? {
            Ok(definitions) => Ok(definitions.iter().map(Definition::from).collect()),
            Err(error) if error.kind() == ErrorKind::Forbidden => Ok(Vec::new()),
            Err(error) => Err(error.into()),
        }
    }
}

/// The definitions that a journal was planned with.
fn noted_definitions(journal: &Journal) -> Result<Vec<Definition>, Error> {
    let noted = journal.get("definitions")?.unwrap_or_default();
    Ok(serde_json::from_str(&noted).unwrap_or_default())
}

/// The journal of a file.
pub(crate) fn journal_path(file: &Path, options: &Options) -> PathBuf {
    options.journal.clone().unwrap_or_else(|| {
        let mut name = file.as_os_str().to_owned();
        name.push(".drift-journal");
        PathBuf::from(name)
    })
}

/// A plan: what will happen to every row. It holds the journal; nobody else can use it meanwhile.
pub struct Plan {
    site: Arc<Site>,
    journal: Journal,
}

/// What will happen to a row.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PlannedRow {
    /// Its line in the file.
    pub line: u64,
    /// What will happen.
    pub verdict: Verdict,
    /// Why; empty where nothing needs to be said.
    pub reason: String,
    /// Whether an earlier run has dealt with it.
    pub settled: bool,
}

/// How many rows will be dealt with how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct PlanSummary {
    /// Rows of the file.
    pub rows: u64,
    /// Contacts to create.
    pub create: u64,
    /// Contacts to update.
    pub update: u64,
    /// Rows whose contact exists and stays.
    pub skip: u64,
    /// Rows that are refused.
    pub refuse: u64,
    /// Rows that an earlier run has dealt with.
    pub settled: u64,
}

impl Plan {
    /// How many rows will be dealt with how.
    ///
    /// # Errors
    ///
    /// [`Error::Journal`] when the journal cannot be read.
    pub fn summary(&self) -> Result<PlanSummary, Error> {
        let mut summary = PlanSummary::default();
        for (verdict, state, rows) in self.journal.tally()? {
            summary.rows += rows;
            let settled = crate::commit::run::is_settled(state);
            *match verdict {
                Verdict::Create | Verdict::Update(_) if settled => &mut summary.settled,
                Verdict::Create => &mut summary.create,
                Verdict::Update(_) => &mut summary.update,
                Verdict::Skip(_) => &mut summary.skip,
                Verdict::Refuse => &mut summary.refuse,
            } += rows;
        }
        Ok(summary)
    }

    /// The name of the file.
    pub fn file_name(&self) -> &str {
        self.site.source.name()
    }

    /// The rows in the order of the file, at most `limit` from row number `from` (from 0) on.
    ///
    /// # Errors
    ///
    /// [`Error::Journal`] when the journal cannot be read.
    pub fn rows(&self, from: u64, limit: usize) -> Result<Vec<PlannedRow>, Error> {
        let from = i64::try_from(from).unwrap_or(i64::MAX);
        let rows = self.journal.page(from, limit)?;
        let planned = |row: JournalRow| PlannedRow {
            line: row.line,
            settled: crate::commit::run::is_settled(row.state),
            verdict: row.decision.verdict,
            reason: row.decision.reason,
        };
        Ok(rows.into_iter().map(planned).collect())
    }

    /// Executes the plan. The stream tells how each row ended, and must be driven.
    ///
    /// # Errors
    ///
    /// [`Error::ResultExists`] when a result file would replace another; [`Error::Input`] when the plan was made
    /// without an account to import into.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    pub fn commit(self) -> Result<Run, Error> {
        let Some(client) = self.site.client.clone() else {
            return Err(Error::Input {
                place: self.site.source.name().to_owned(),
                problem: "an import without an account can be planned only".to_owned(),
            });
        };
        let results = ResultFiles::of(&self.site, &self.journal)?;
        Run::start(self.site, self.journal, client, results)
    }
}

/// The contacts that a journal proves to be its own making.
pub(crate) fn created(
    journal: &Journal,
    after: i64,
    limit: usize,
) -> Result<Vec<ContactId>, Error> {
    let read = || {
        let mut statement = journal.db.prepare_cached(
            "SELECT contact FROM (
                 SELECT * FROM (SELECT contact FROM outcome
                                WHERE state IN (1, 7) AND contact > ?1 ORDER BY contact LIMIT ?2)
                 UNION SELECT * FROM (SELECT contact FROM past
                                      WHERE state IN (1, 7) AND contact > ?1 ORDER BY contact LIMIT ?2)
             ) ORDER BY contact LIMIT ?2",
        )?;
        let rows =
            statement.query_map([after, limit as i64], |row| row.get(0).map(ContactId::new))?;
        rows.collect::<rusqlite::Result<Vec<_>>>()
    };
    read().map_err(|error| journal.error(error))
}

/// Options for look-ups: repeated by the library where that helps, except that a server's `Retry-After` comes up at
/// once, for the pace to obey.
pub(crate) fn looking(client: &Client) -> drift::CallOptions {
    let retry = drift::RetryPolicy::default().max_retry_after(std::time::Duration::ZERO);
    client.options().clone().retry(retry)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::source::opening::InputOptions;
    use crate::input::value::columns::Unmapped;

    #[tokio::test]
    async fn a_file_without_a_header_is_not_repeated() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("leads.csv");
        for row in [
            "Ada Lovelace,ada@example.test",
            "+49 (170) 123-45.67,Ada Lovelace",
        ] {
            std::fs::write(&file, format!("{row}\n{row}\n")).expect("written");
            for unmapped in [Unmapped::Refuse, Unmapped::Ignore, Unmapped::Attribute] {
                let source = Source::scan(&file, &InputOptions::default()).expect("a source");
                let options = Options {
                    unmapped,
                    ..Options::default()
                };
                let import = Import::offline(source, options);
                let told = import.plan(Purpose::DryRun).await.err().expect("no header");
                let told = told.to_string();
                assert!(told.contains("put a line with the names first"), "{told}");
                assert!(!told.contains("Ada") && !told.contains("170"), "{told}");
            }
        }
    }
}

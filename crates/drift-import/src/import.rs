//! An import: a file becomes a plan.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use drift::{Client, ErrorKind};

use crate::account::Account;
use crate::context::cancel::Cancel;
use crate::context::counters::Counters;
use crate::context::import_context::{ImportContext, look_up_options};
use crate::context::options::Options;
use crate::context::poller::{Poller, wait_reason};
use crate::error::Error;
use crate::export::own_file::{columns_of_export, is_export};
use crate::input::source::opening::Source;
use crate::input::value::column_checks::{NO_HEADER, are_a_row};
use crate::input::value::columns::Columns;
use crate::input::value::mapping::{Definition, Mapping, Unmapped};
use crate::input::value::stamp::check_free;
use crate::journal::database::Journal;
use crate::journal::owner::ForeignPlan;
use crate::journal::plan_match::{PlanMatch, changed_options, note_purpose, plan_match};
use crate::plan::found_types::found_types;
use crate::plan::{planner, reading_version};
use crate::planned_import::Plan;

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

/// Why a plan is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To be read. A new plan is made, and kept for a commit of the same file with the same options. A commit with other
    /// options makes another one.
    DryRun,
    /// To be committed. The plan in the journal is used; one for another account, another file or other options is an
    /// error. If some of its rows were sent already, the file may have been corrected: then a new plan is made for the rest.
    Commit,
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

    /// An import that can only be planned, from the file alone.
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

    /// The handle that stops it.
    pub fn canceller(&self) -> Cancel {
        self.cancel.clone()
    }

    /// Whether the file is one that an [export](crate::export) wrote. What Drift alone sets (`id`, `createdAt`,
    /// `start_date`, …) is left out then unless it is mapped, and columns that are not mapped are attributes.
    ///
    /// # Errors
    ///
    /// [`Error::File`] and [`Error::Input`] when the file cannot be read.
    pub fn is_export(&self) -> Result<bool, Error> {
        is_export(&self.source)
    }

    /// Where the journal is, or will be.
    pub fn journal_path(&self) -> PathBuf {
        journal_path(self.source.path(), &self.options)
    }

    /// Makes the plan, or takes over the one in the journal. It only looks contacts up; nothing is written to Drift.
    ///
    /// # Errors
    ///
    /// [`Error::Columns`] when columns cannot be mapped to attributes; [`Error::Locked`] when another import has the journal;
    /// [`Error::FileChanged`] when there is a plan for another file, [`Error::OptionsChanged`] when there is one for other
    /// options that was made to be committed; [`Error::Input`] when an option is wrong by itself;
    /// [`Error::ReadingChanged`] when an earlier version read rows otherwise that may have been sent;
    /// [`Error::OtherAccount`] when the journal belongs to another account, also where a new plan is asked for;
    /// [`Error::Drift`] when Drift refuses the token or cannot be reached. A journal that was new is removed then.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    pub async fn plan(&self, purpose: Purpose) -> Result<Plan, Error> {
        self.options.check()?;
        let journal = Journal::open(&self.journal_path())?;
        let (path, is_new) = (journal.path().to_owned(), journal.is_new());
        let planned = self.plan_in(journal, purpose).await;
        if planned.is_err() && is_new {
            // Nothing is in it. If it cannot be removed, it does no harm.
            let _removed = std::fs::remove_file(path);
        }
        planned
    }

    async fn plan_in(&self, mut journal: Journal, purpose: Purpose) -> Result<Plan, Error> {
        self.claim(&mut journal, purpose).await?;
        if self.is_planned(&journal, purpose)? {
            let context = Arc::new(self.context(&noted_definitions(&journal)?)?);
            let continuing =
                move || continue_plan(journal, &context).map(|continued| (continued, context));
            let (continued, context) = blocking(continuing).await?;
            match continued {
                Continued::AsPlanned(journal) => return Ok(Plan { context, journal }),
                Continued::ReadOtherwise(left) => journal = left,
            }
        }
        let definitions = self.definitions().await?;
        let context = self.context(&definitions)?;
        let runtime = tokio::runtime::Handle::current();
        let planning = move || {
            note_purpose(&mut journal, purpose == Purpose::DryRun)?;
            let (context, definitions) = with_found_types(context, definitions)?;
            let context = Arc::new(context);
            planner::make_plan(&mut journal, &context, &definitions, &runtime)?;
            Ok(Plan { context, journal })
        };
        blocking(planning).await
    }

    /// Whether the plan in the journal is the one to commit; an error if there is one that must not be replaced.
    fn is_planned(&self, journal: &Journal, purpose: Purpose) -> Result<bool, Error> {
        if purpose == Purpose::DryRun || self.options.replan {
            return Ok(false);
        }
        let fingerprint = self.options.fingerprint();
        match plan_match(journal, self.source.hash(), &fingerprint)? {
            PlanMatch::Same => Ok(true),
            PlanMatch::OtherOptions => {
                // A misspelt column is the better error, if there is one.
                self.context(&noted_definitions(journal)?)?;
                let changed = changed_options(journal, &self.options.marks())?;
                Err(Error::OptionsChanged(changed))
            }
            PlanMatch::OtherFile { begun: false } => Err(Error::FileChanged),
            PlanMatch::None | PlanMatch::OtherFile { begun: true } => Ok(false),
        }
    }

    /// Makes sure that the journal belongs to the account, unless no call to Drift is made at all.
    async fn claim(&self, journal: &mut Journal, purpose: Purpose) -> Result<(), Error> {
        let Some(account) = &self.account else {
            return Ok(());
        };
        let foreign_plan = match (purpose, self.options.replan) {
            (Purpose::DryRun, _) if self.options.offline => return Ok(()),
            (Purpose::DryRun, _) | (_, true) => ForeignPlan::Replace,
            (Purpose::Commit, false) => ForeignPlan::Refuse,
        };
        account.claim(journal, foreign_plan, &self.poller()).await
    }

    fn poller(&self) -> Poller {
        Poller::new(self.options.patience, &self.counters, &self.cancel)
    }

    fn client(&self) -> Option<&Client> {
        self.account.as_ref().map(|account| &account.client)
    }

    fn context(&self, definitions: &[Definition]) -> Result<ImportContext, Error> {
        Ok(ImportContext {
            client: self.client().cloned(),
            source: self.source.clone(),
            columns: columns(&self.source, &self.options, definitions)?,
            options: self.options.clone(),
            dates: self.options.date_rules()?,
            counters: self.counters.clone(),
            cancel: self.cancel.clone(),
        })
    }

    /// The attributes that Drift has definitions of; none where the token may not see them.
    async fn definitions(&self) -> Result<Vec<Definition>, Error> {
        let Some(client) = self.client().filter(|_| !self.options.offline) else {
            return Ok(Vec::new());
        };
        let contacts = client.contacts().with_options(look_up_options(client));
        let call = || contacts.attributes();
        match self.poller().poll(call, wait_reason).await? {
            Ok(definitions) => Ok(definitions.iter().map(Definition::from).collect()),
            Err(error) if error.kind() == ErrorKind::Forbidden => Ok(Vec::new()),
            Err(error) => Err(error.into()),
        }
    }
}

/// Which column is which attribute.
fn columns(
    source: &Source,
    options: &Options,
    definitions: &[Definition],
) -> Result<Columns, Error> {
    let (mut headers, mut given) = (source.headers().to_vec(), options.map.clone());
    let mut unmapped = options.unmapped;
    let is_export = is_export(source)?;
    if is_export {
        if unmapped == Unmapped::Refuse {
            unmapped = Unmapped::Attribute;
        }
        let (columns, targets) = columns_of_export(source, unmapped);
        let is_free = |column: &String| !options.map.iter().any(|(own, _)| own == column);
        given.extend(targets.into_iter().filter(|(column, _)| is_free(column)));
        headers = columns;
    }
    let mapping = Mapping {
        given: &given,
        definitions,
        unmapped,
        derive_from: options.derive.as_ref().map(|(column, _)| column.as_str()),
    };
    if are_a_row(&headers, &mapping) {
        return Err(Error::Input {
            place: source.name().to_owned(),
            problem: NO_HEADER.to_owned(),
        });
    }
    let columns = Columns::map(&headers, &mapping).map_err(Error::Columns)?;
    let columns = match is_export {
        true => columns.exact(),
        false if source.is_workbook() => columns.typed(),
        false => columns,
    };
    if let Some(stamp) = &options.stamp {
        check_free(stamp, &headers, &columns, definitions)?;
    }
    Ok(columns)
}

/// The context with the types that the file shows of columns without a definition.
fn with_found_types(
    context: ImportContext,
    mut definitions: Vec<Definition>,
) -> Result<(ImportContext, Vec<Definition>), Error> {
    // The cells of an export and of a workbook show their types themselves.
    let found = match context.columns.is_typed() {
        true => Vec::new(),
        false => found_types(&context)?,
    };
    if found.is_empty() {
        return Ok((context, definitions));
    }
    definitions.extend(found);
    let columns = columns(&context.source, &context.options, &definitions)?;
    Ok((ImportContext { columns, ..context }, definitions))
}

/// What became of a plan that is to be continued.
enum Continued {
    AsPlanned(Journal),
    /// An earlier version read rows otherwise that were not sent: a new plan is to be made for the rest.
    ReadOtherwise(Journal),
}

/// Continues a plan, if its rows still read as they were planned.
fn continue_plan(mut journal: Journal, context: &ImportContext) -> Result<Continued, Error> {
    if !reading_version::is_earlier(&journal)? {
        return Ok(Continued::AsPlanned(journal));
    }
    let reread = reading_version::reread(&journal, context)?;
    reading_version::refuse(&journal, reread.in_doubt)?;
    if reread.changed == 0 {
        reading_version::note(&mut journal)?;
        return Ok(Continued::AsPlanned(journal));
    }
    if journal.get("begun")?.as_deref() == Some("yes") {
        return Ok(Continued::ReadOtherwise(journal));
    }
    Err(Error::OptionsChanged(vec![READING.to_owned()]))
}

/// What is named where a plan of an earlier version is no longer true.
const READING: &str = "an earlier version made the plan, and read rows otherwise";

/// Runs what reads and writes files beside the tasks.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    let worked = tokio::task::spawn_blocking(work).await;
    worked.map_err(|_| Error::Interrupted)?
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::source::opening::InputOptions;

    #[tokio::test]
    async fn the_error_for_a_file_without_a_header_repeats_no_row() {
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
                let error = import.plan(Purpose::DryRun).await.err().expect("no header");
                let error = error.to_string();
                assert!(error.contains("add a header row"), "{error}");
                assert!(!error.contains("Ada") && !error.contains("170"), "{error}");
            }
        }
    }
}

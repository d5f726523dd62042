//! `drift contacts import`.

use std::path::{Path, PathBuf};

use clap::Args;
use drift_import::{
    Cancel, Error, Import, InputOptions, OnDuplicate, Options, Purpose, SecondContact, Source,
    Suppression, Unmapped,
};

use super::import_progress::{self, Watched};
use super::import_report;
use crate::args::GlobalArgs;
use crate::confirm::ConfirmArgs;
use crate::connection::{Connection, connected};
use crate::external_id_args::IdKeyArgs;
use crate::failure::Failure;
use crate::screen::Screen;
use crate::secret;
use crate::shell_word::shell_word;

const EXAMPLES: &str = "\
Examples:
  See what would happen to every row; nothing is written to Drift:
    drift contacts import leads.csv --dry-run
  Do it; after Ctrl-C, a crash or a dead network, the same command goes on:
    drift contacts import leads.csv
  Name columns, and derive unguessable external ids from your own:
    drift contacts import leads.csv --map 'Telephone=phone' --map 'Notes=-' \\
      --derive-id-from 'Customer No' --id-key-file id.key
  Import what was refused, once it is mended:
    drift contacts import leads.refused.csv
  Take it all back:
    drift contacts import --undo leads.csv.drift-journal --yes

Beside the file are left: the journal (leads.csv.drift-journal), and the results
leads.created.csv, leads.existed.csv, leads.refused.csv and leads.unknown.csv,
which hold every row as it was, with drift_line, drift_contact_id, drift_outcome
and drift_reason. They can be imported as they are.

`created` is said of a row only where it is proved: Drift answered the create,
or the contact bears the stamp that --stamp writes. A contact that was found
after an answer was lost is `existed`, with that reason, and an undo leaves it.

Exit codes:
  0  every row is done
  1  some rows were refused
  2  nothing could be done
  3  of some rows it is not known, or they were not reached; run it again";

/// The file, and what to do with it.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct ImportArgs {
    /// The file: CSV or JSON Lines; - for standard input
    #[arg(required_unless_present = "undo", conflicts_with = "undo")]
    file: Option<PathBuf>,
    /// Say what would happen to every row, and write nothing to Drift
    #[arg(long)]
    dry_run: bool,
    /// Judge by the file alone, without look-ups; Drift's own rules still hold at the commit
    #[arg(long)]
    offline: bool,
    /// Delete the contacts that this journal proves its import created
    #[arg(long, value_name = "JOURNAL")]
    undo: Option<PathBuf>,
    #[command(flatten)]
    confirm: ConfirmArgs,
    #[command(flatten)]
    columns: ColumnArgs,
    #[command(flatten)]
    rules: RuleArgs,
    #[command(flatten)]
    work: WorkArgs,
    #[command(flatten)]
    input: InputArgs,
}

/// Which column is what.
#[derive(Args)]
#[command(next_help_heading = "Columns")]
struct ColumnArgs {
    /// Which attribute a column is: email, name, phone, externalId, or a custom one; - leaves it out
    #[arg(long, value_name = "COLUMN=ATTRIBUTE", value_parser = mapping)]
    map: Vec<(String, String)>,
    /// What to do with columns that are no attribute: refuse to begin, ignore them, or make them attributes
    #[arg(long, value_enum, default_value_t = UnmappedArg::Refuse)]
    unmapped: UnmappedArg,
    /// The column with your external ids
    #[arg(long, value_name = "COLUMN", conflicts_with = "derive_id_from")]
    external_id_column: Option<String>,
    /// Derive external ids from this column, with the key in DRIFT_ID_KEY or --id-key-file
    #[arg(long, value_name = "COLUMN")]
    derive_id_from: Option<String>,
    #[command(flatten)]
    key: IdKeyArgs,
    /// Take external ids that strangers can guess; only right where signed identities are required
    #[arg(long)]
    allow_guessable_ids: bool,
}

/// What decides about a row.
#[derive(Args)]
#[command(next_help_heading = "Rules")]
struct RuleArgs {
    /// What to do where the contact exists
    #[arg(long, value_enum, default_value_t = OnDuplicateArg::Skip)]
    on_duplicate: OnDuplicateArg,
    /// What to do where a new external id would make a second contact for an email
    #[arg(long, value_enum, default_value_t = SecondContactArg::Refuse)]
    second_contact: SecondContactArg,
    /// A do-not-contact list: addresses, @domains, or keyed hashes of addresses, one in a line
    #[arg(long, value_name = "FILE")]
    suppress: Option<PathBuf>,
    /// A file with the key that the hashes of --suppress were made with (HMAC-SHA-256), that only you can read
    #[arg(long, value_name = "FILE", requires = "suppress")]
    suppress_key_file: Option<PathBuf>,
    /// Write a stamp of this import and row into this custom attribute: it proves after a lost answer who made it
    #[arg(long, value_name = "ATTRIBUTE")]
    stamp: Option<String>,
}

/// How the work is done.
#[derive(Args)]
#[command(next_help_heading = "Work")]
struct WorkArgs {
    /// The most requests under way at a time; it starts with 2 and halves when Drift asks for less
    #[arg(long, value_name = "N", default_value_t = 16, value_parser = clap::value_parser!(u16).range(1..=256))]
    concurrency: u16,
    /// Where the journal is [default: beside the file, FILE.drift-journal]
    #[arg(long, value_name = "FILE")]
    journal: Option<PathBuf>,
    /// The folder for the result files [default: the journal's]
    #[arg(long, value_name = "FOLDER")]
    results: Option<PathBuf>,
    /// Make a new plan although the file or the options changed; what was done stays done
    #[arg(long)]
    replan: bool,
    /// Waits before the look-ups after a lost answer, in milliseconds
    #[arg(
        long,
        value_name = "MS,MS,…",
        value_delimiter = ',',
        default_value = "200,1300,3500"
    )]
    look_up_after: Vec<u32>,
    /// How long a dead network is waited for
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    patience: u32,
}

/// What is not to be detected.
#[derive(Args)]
#[command(next_help_heading = "File")]
struct InputArgs {
    /// The kind of file [default: by its name, then by its first character]
    #[arg(long, value_enum)]
    format: Option<FormatArg>,
    /// Between cells, one character or `tab` [default: detected]
    #[arg(long, value_name = "CHAR", value_parser = one_byte)]
    delimiter: Option<u8>,
    /// Around cells [default: detected]
    #[arg(long, value_name = "CHAR", value_parser = one_byte)]
    quote: Option<u8>,
    /// The encoding, such as utf-8, windows-1252, shift_jis [default: detected]
    #[arg(long, value_name = "NAME")]
    encoding: Option<String>,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum UnmappedArg {
    Refuse,
    Ignore,
    Attribute,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum OnDuplicateArg {
    /// Leave it as it is
    Skip,
    /// Give it the row's attributes
    Update,
    /// Refuse the row
    Fail,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum SecondContactArg {
    /// Refuse the row
    Refuse,
    /// Make it
    Create,
    /// Take the contact that has the email
    Existing,
}

#[derive(Clone, Copy, clap::ValueEnum)]
pub enum FormatArg {
    Csv,
    Jsonl,
}

impl From<FormatArg> for drift_import::Format {
    fn from(format: FormatArg) -> Self {
        match format {
            FormatArg::Csv => Self::Csv,
            FormatArg::Jsonl => Self::JsonLines,
        }
    }
}

fn mapping(text: &str) -> Result<(String, String), String> {
    match text.rsplit_once('=') {
        Some((column, attribute)) if !column.is_empty() && !attribute.is_empty() => {
            Ok((column.to_owned(), attribute.to_owned()))
        }
        _ => Err("not of the form COLUMN=ATTRIBUTE".to_owned()),
    }
}

fn one_byte(text: &str) -> Result<u8, String> {
    match text.as_bytes() {
        _ if matches!(text, "tab" | "\\t") => Ok(b'\t'),
        [byte] if byte.is_ascii() => Ok(*byte),
        _ => Err("not one ASCII character".to_owned()),
    }
}

impl ImportArgs {
    /// Plans, commits or undoes.
    pub async fn run(self, global: &GlobalArgs, screen: &mut Screen) -> Result<(), Failure> {
        if let Some(journal) = &self.undo {
            return self.take_back(journal, global, screen).await;
        }
        let options = self.options()?;
        let (source, spooled) = self.source(&options)?;
        let mut opened = false;
        let worked = connected(global, async |connection| {
            opened = true;
            let import = Import::new(connection.client.clone(), source.clone(), options.clone());
            self.work(&import, Some(connection), screen).await
        })
        .await;
        let done = match worked {
            // What is judged by the file alone needs no account.
            Err(_) if !opened && self.dry_run && self.offline => {
                self.work(&Import::offline(source, options), None, screen)
                    .await?
            }
            other => other?,
        };
        if let Some(path) = spooled.filter(|_| done == Done::Whole) {
            // The rows are in the result files now.
            let _left = std::fs::remove_file(path);
        }
        Ok(())
    }

    async fn work(
        &self,
        import: &Import,
        connection: Option<&Connection>,
        screen: &mut Screen,
    ) -> Result<Done, Failure> {
        let purpose = match self.dry_run {
            true => Purpose::DryRun,
            false => Purpose::Commit,
        };
        let watched = Watched::new(screen, import.counters());
        let plan = watched
            .planning(import.plan(purpose), &import.canceller())
            .await?;
        let plan = plan.map_err(|error| failure(&error))?;
        if self.dry_run {
            import_report::show_plan(&plan, screen)?;
            return Ok(Done::InPart);
        }
        let run = plan.commit().map_err(|error| failure(&error))?;
        let summary = watched.committing(run).await?.map_err(|error| {
            failure(&error)
                .next("what was sent by then is in the journal; the same command goes on")
        })?;
        let again = connection.map_or_else(String::new, |connection| self.again(connection));
        import_report::show_summary(&summary, &import.journal_path(), &again, screen)?;
        Ok(match summary.left + summary.unknown {
            0 => Done::Whole,
            _ => Done::InPart,
        })
    }

    /// How to go on.
    fn again(&self, connection: &Connection) -> String {
        let file = self.file.as_deref().unwrap_or(Path::new("-"));
        let word = shell_word(&file.display().to_string());
        format!(
            "{} contacts import {word} …, with the same options",
            connection.command
        )
    }

    async fn take_back(
        &self,
        journal: &Path,
        global: &GlobalArgs,
        screen: &mut Screen,
    ) -> Result<(), Failure> {
        let count = drift_import::undoable(journal).map_err(|error| failure(&error))?;
        self.confirm
            .demand(&format!("deletes {count} contacts of Drift"))?;
        let cancel = Cancel::default();
        let undone = connected(global, async |connection| {
            let undoing = drift_import::undo(&connection.client, journal, &cancel);
            import_progress::unless_told(undoing, &cancel, screen)
                .await?
                .map_err(|error| failure(&error))
        })
        .await?;
        import_report::show_undone(&undone, screen)
    }

    fn options(&self) -> Result<Options, Failure> {
        let mut options = Options::default();
        options.input = self.input.options();
        options.map = self.columns.map.clone();
        if let Some(column) = &self.columns.external_id_column {
            options.map.push((column.clone(), "externalId".to_owned()));
        }
        options.unmapped = match self.columns.unmapped {
            UnmappedArg::Refuse => Unmapped::Refuse,
            UnmappedArg::Ignore => Unmapped::Ignore,
            UnmappedArg::Attribute => Unmapped::Attribute,
        };
        if let Some(column) = &self.columns.derive_id_from {
            options.derive = Some((column.clone(), self.columns.key.key()?));
        }
        options.allow_guessable = self.columns.allow_guessable_ids;
        options.on_duplicate = match self.rules.on_duplicate {
            OnDuplicateArg::Skip => OnDuplicate::Skip,
            OnDuplicateArg::Update => OnDuplicate::Update,
            OnDuplicateArg::Fail => OnDuplicate::Fail,
        };
        options.second_contact = match self.rules.second_contact {
            SecondContactArg::Refuse => SecondContact::Refuse,
            SecondContactArg::Create => SecondContact::Create,
            SecondContactArg::Existing => SecondContact::Existing,
        };
        options.suppress = self.rules.suppression()?;
        options.stamp = self.rules.stamp.clone();
        options.offline = self.offline;
        options.concurrency = usize::from(self.work.concurrency);
        options.journal = self.work.journal.clone();
        options.results = self.work.results.clone();
        options.replan = self.work.replan;
        let waits = self.work.look_up_after.iter();
        options.look_up_after = waits
            .map(|ms| std::time::Duration::from_millis(u64::from(*ms)))
            .collect();
        options.patience = std::time::Duration::from_secs(u64::from(self.work.patience));
        Ok(options)
    }

    /// The file, looked through once; standard input is copied to a file first, which is the second value.
    fn source(&self, options: &Options) -> Result<(Source, Option<PathBuf>), Failure> {
        let scanned =
            |path: &Path| Source::scan(path, &options.input).map_err(|error| failure(&error));
        match self.file.as_deref() {
            Some(path) if path != Path::new("-") => Ok((scanned(path)?, None)),
            _ => {
                let journal = self.work.journal.as_deref().and_then(Path::parent);
                let path = journal.unwrap_or(Path::new("")).join("stdin.drift-input");
                if path.exists() {
                    std::fs::remove_file(&path)
                        .map_err(|cause| Failure::input(format!("{}: {cause}", path.display())))?;
                }
                drift_import::spool(std::io::stdin().lock(), &path)
                    .map_err(|error| failure(&error))?;
                Ok((scanned(&path)?, Some(path)))
            }
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Done {
    Whole,
    InPart,
}

impl InputArgs {
    fn options(&self) -> InputOptions {
        InputOptions {
            format: self.format.map(Into::into),
            delimiter: self.delimiter,
            quote: self.quote,
            encoding: self.encoding.clone(),
        }
    }
}

impl RuleArgs {
    fn suppression(&self) -> Result<Option<Suppression>, Failure> {
        let Some(list) = &self.suppress else {
            return Ok(None);
        };
        let key = self
            .suppress_key_file
            .as_deref()
            .map(|path| secret::read(path, "the key of the do-not-contact list"))
            .transpose()?;
        Suppression::read(list, key.as_deref().map(str::as_bytes))
            .map(Some)
            .map_err(|error| failure(&error))
    }
}

/// An import that cannot begin, or go on: nothing (more) could be done.
pub fn failure(error: &Error) -> Failure {
    match error {
        Error::Columns(problems) => {
            let said = Failure::input("some columns are no attributes of a contact");
            let said = problems
                .iter()
                .fold(said, |said, problem| said.next(problem.to_string()));
            said.next("--map COLUMN=ATTRIBUTE maps one, --map COLUMN=- leaves one out")
                .next("--unmapped ignore leaves all others out, --unmapped attribute makes them attributes")
        }
        Error::Drift(cause) => {
            Failure::input(error.to_string()).next(cause.next_action().to_string())
        }
        Error::FileChanged | Error::OptionsChanged => Failure::input(error.to_string())
            .next("--dry-run shows the new plan; --replan goes on without"),
        _ => Failure::input(error.to_string()),
    }
}

//! The arguments of `drift contacts import`, and the options of the import that they become.

use std::path::PathBuf;

use clap::Args;
use drift_import::{
    InputOptions, OnDuplicate, Options, SecondContact, Suppression, Unmapped, read_mapping,
};

use crate::arguments::{
    AttributeArgs, ConfirmArgs, FormatArg, IdKeyArgs, TextAttribute, TypedAttribute,
};
use crate::commands::contacts::file_failure::file_failure;
use crate::failure::Failure;
use crate::private_file;

const EXAMPLES: &str = "\
Examples:
  See what would happen; nothing is written to Drift:
    drift contacts import leads.csv --dry-run
  Try ten rows:
    drift contacts import leads.csv --limit 10
  An export of HubSpot, Salesforce, Mailchimp, Intercom, Google or Outlook:
    drift contacts import contacts.csv --unmapped suggested
  Import it; after Ctrl-C, a crash or a lost network, run the same to continue:
    drift contacts import leads.csv
  Map columns, and derive unguessable external ids from your own:
    drift contacts import leads.csv --map 'Telephone=phone' --map 'Notes=-' \\
      --derive-id-from 'Customer No' --id-key-file id.key
  Fix the refused rows, then import them with the same options:
    drift contacts import leads.refused.csv
  Undo it: list what it would delete, then delete it:
    drift contacts import --undo leads.csv.drift-journal --dry-run
    drift contacts import --undo leads.csv.drift-journal --yes

Files: the import writes a journal (leads.csv.drift-journal) and the results
leads.created.csv, leads.existed.csv, leads.refused.csv and leads.unknown.csv
beside the file. Results hold each row unchanged, with drift_line,
drift_contact_id, drift_outcome and drift_reason, and can be imported with the
same options. If a row did not fit the header, drift_misfit holds the extra
cells, or says that cells are missing; fix the row and empty that cell.

Pipes: the journal and the results of `-` are named by its content, stdin-…. So
the same rows continue the same import, and other rows start another one, unless
--journal names one for both. Until all rows are done, a copy of the rows that
only you can read is kept as stdin-….drift-input; a signal deletes it, so pipe
the rows again to continue. A dry run of a pipe writes no file.

Undo: a file keeps its journal when it is corrected or replaced, and an undo
deletes all contacts that were created from it. It lists them first, and keeps
each one whose email, external id or creation time is not what the journal
recorded. It deletes a contact whose other attributes were changed since.

Signals: SIGTERM and SIGHUP stop an import as Ctrl-C does; under nohup it
continues.

Accounts: a journal belongs to one account. For another profile, base URL or the
sandbox, use: --journal FILE --results FOLDER.

Proof: a row is `created` only if that is proved: Drift confirmed the create, or
the contact bears the stamp that --stamp writes. A contact that was found after
a lost response is `existed`, with that reason, and an undo keeps it.

Exit codes:
  0  all rows are done
  1  some rows were refused
  2  nothing was sent
  3  some rows have an unknown outcome or were not reached; run it again
  4  it stopped early (a full disk, an edited file, …); the journal has the
     outcome of each row that was sent; run it again
  130  a second Ctrl-C or signal stopped it at once; run it again";

/// The file, and what to do with it.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct ImportArgs {
    /// The file: CSV or JSON Lines, also in gzip or zip, or a workbook (.xlsx, .ods); - for standard input; a pipe works too
    #[arg(required_unless_present = "undo", conflicts_with = "undo")]
    pub(super) file: Option<PathBuf>,
    /// Say what would happen, or what --undo would delete, and write nothing to Drift
    #[arg(long)]
    pub(super) dry_run: bool,
    /// With --dry-run: every row, not only some examples of each kind
    #[arg(long, requires = "dry_run")]
    pub(super) list: bool,
    /// Plan from the file alone, without look-ups in Drift
    #[arg(long)]
    pub(super) offline: bool,
    /// Delete the contacts that this journal proves its import created
    #[arg(long, value_name = "JOURNAL")]
    pub(super) undo: Option<PathBuf>,
    #[command(flatten)]
    pub(super) confirm: ConfirmArgs,
    #[command(flatten)]
    pub(super) columns: ColumnArgs,
    #[command(flatten)]
    rules: RuleArgs,
    #[command(flatten)]
    pub(super) work: WorkArgs,
    #[command(flatten)]
    input: InputArgs,
    #[command(flatten)]
    reading: ReadingArgs,
    #[command(flatten)]
    pace: PaceArgs,
    #[command(flatten)]
    stop: StopArgs,
}

/// Which column is what.
#[derive(Args)]
#[command(next_help_heading = "Columns")]
pub(super) struct ColumnArgs {
    /// The attribute of a column: email, name, phone, externalId or a custom one; - ignores the column
    #[arg(long, value_name = "COLUMN=ATTRIBUTE", value_parser = mapping)]
    map: Vec<(String, String)>,
    /// A file with a COLUMN=ATTRIBUTE in each line; a dry run writes it if it does not exist, with suggestions for columns that do not fit
    #[arg(long, value_name = "FILE")]
    pub(super) mapping: Option<PathBuf>,
    /// What to do with columns that are not named like an attribute
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
    /// Accept external ids that strangers can guess; safe only if signed identities are required
    #[arg(long)]
    allow_guessable_ids: bool,
}

/// What decides about a row.
#[derive(Args)]
#[command(next_help_heading = "Rules")]
struct RuleArgs {
    /// What to do if the contact exists
    #[arg(long, value_enum, default_value_t = OnDuplicateArg::Skip)]
    on_duplicate: OnDuplicateArg,
    /// With --on-duplicate update: write only attributes that the contact lacks or has empty
    #[arg(long)]
    only_empty: bool,
    /// What to do if a new external id would create a second contact with an email
    #[arg(long, value_enum, default_value_t = SecondContactArg::Refuse)]
    second_contact: SecondContactArg,
    /// A do-not-contact list: one address, @domain or keyed hash of an address per line
    #[arg(long, value_name = "FILE")]
    suppress: Option<PathBuf>,
    /// A file with the key of the hashes in --suppress (HMAC-SHA-256), readable by you alone
    #[arg(long, value_name = "FILE", requires = "suppress")]
    suppress_key_file: Option<PathBuf>,
    /// A custom attribute for rows that have no value for it; numbers, true and false are sent as such, all else as text
    #[arg(long, value_name = "KEY=VALUE")]
    set: Vec<TypedAttribute>,
    /// The same, always sent as text
    #[arg(long, value_name = "KEY=VALUE")]
    set_text: Vec<TextAttribute>,
    /// Write a stamp into this custom attribute; after a lost response it proves that this import created the contact
    #[arg(long, value_name = "ATTRIBUTE")]
    stamp: Option<String>,
}

/// How the work is done.
#[derive(Args)]
#[command(next_help_heading = "Work")]
pub(super) struct WorkArgs {
    /// At most this many requests in flight; an import starts with 2 and halves at a rate limit
    #[arg(long, value_name = "N", default_value_t = 16, value_parser = clap::value_parser!(u16).range(1..=256))]
    concurrency: u16,
    /// The journal [default: FILE.drift-journal]
    #[arg(long, value_name = "FILE")]
    pub(super) journal: Option<PathBuf>,
    /// The folder for the result files [default: that of the journal]
    #[arg(long, value_name = "FOLDER")]
    results: Option<PathBuf>,
    /// Make a new plan if the file or the options changed; done rows stay done
    #[arg(long)]
    replan: bool,
    /// How long to wait before each look-up after a lost response, in milliseconds
    #[arg(
        long,
        value_name = "MS,MS,…",
        value_delimiter = ',',
        default_value = "200,1300,3500"
    )]
    look_up_after: Vec<u32>,
    /// How long to wait for a lost network, or at a rate limit that names no time
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    patience: u32,
}

/// How fast, and how much.
#[derive(Args)]
#[command(next_help_heading = "Work")]
struct PaceArgs {
    /// Send only N rows, as a trial; the same command continues
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    limit: Option<u64>,
    /// At most this many requests per second, the look-ups of planning included [default: as many as Drift accepts]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    rate: Option<u32>,
}

/// When a run stops by itself.
#[derive(Args)]
#[command(next_help_heading = "Stop")]
struct StopArgs {
    /// Stop after N rows that Drift refused or whose outcome is unknown
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    max_errors: Option<u64>,
}

/// What is not to be detected.
#[derive(Args)]
#[command(next_help_heading = "File")]
struct InputArgs {
    /// The format [default: by the file's name, then by its first character]
    #[arg(long, value_enum)]
    format: Option<FormatArg>,
    /// The delimiter: one character or `tab` [default: detected]
    #[arg(long, value_name = "CHAR", value_parser = one_byte)]
    delimiter: Option<u8>,
    /// The quote character, or `none` [default: detected]
    #[arg(long, value_name = "CHAR", value_parser = quote)]
    quote: Option<Quote>,
    /// The encoding, such as utf-8, windows-1252 or shift_jis; needed if it cannot be detected for sure
    #[arg(long, value_name = "NAME")]
    encoding: Option<String>,
}

/// What of a file is read how, and what of it is accepted.
#[derive(Args)]
#[command(next_help_heading = "Reading")]
struct ReadingArgs {
    /// The character before a literal quote, such as \ [default: detected]
    #[arg(long, value_name = "CHAR", value_parser = one_byte)]
    escape: Option<u8>,
    /// Lines before the header [default: detected]
    #[arg(long, value_name = "N")]
    skip_lines: Option<u64>,
    /// The sheet of a workbook (.xlsx, .ods) [default: the only one that has a cell]
    #[arg(long, value_name = "NAME")]
    sheet: Option<String>,
    /// The file has no header: the columns are column_1, column_2, … for --map
    #[arg(long)]
    no_header: bool,
    /// Accept this value as an id, although it looks like a placeholder, such as 0; may be given several times
    #[arg(long, value_name = "VALUE")]
    allow_placeholder: Vec<String>,
    /// A value that means an empty cell, such as NULL; may be given several times
    #[arg(long, value_name = "VALUE")]
    null_marker: Vec<String>,
    /// The format of dates and times, such as %d.%m.%Y or '%m/%d/%Y %H:%M'; may be given several times
    #[arg(long, value_name = "FORMAT")]
    date_format: Vec<String>,
    /// The time zone of times that have none, such as Europe/Berlin
    #[arg(long, value_name = "ZONE")]
    time_zone: Option<String>,
    /// Send values that a spreadsheet damaged (#REF!, 1.23457E+12) with a warning, except addresses and ids
    #[arg(long)]
    warn_only: bool,
}

/// What `--quote` names.
#[derive(Clone, Copy)]
enum Quote {
    Byte(u8),
    None,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum UnmappedArg {
    /// Refuse the file, with suggestions
    Refuse,
    /// Leave them out
    Ignore,
    /// Import them as custom attributes
    Attribute,
    /// Map the names that HubSpot, Salesforce, Mailchimp, Intercom, Google and Outlook use, and leave the others out
    Suggested,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum OnDuplicateArg {
    /// Keep it unchanged
    Skip,
    /// Update it with the row's attributes
    Update,
    /// Refuse the row
    Fail,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum SecondContactArg {
    /// Refuse the row
    Refuse,
    /// Create it
    Create,
    /// Use the contact that has the email
    Existing,
}

fn mapping(text: &str) -> Result<(String, String), String> {
    match text.rsplit_once('=') {
        Some((column, attribute)) if !column.is_empty() && !attribute.is_empty() => {
            Ok((column.to_owned(), attribute.to_owned()))
        }
        _ => Err("not of the form COLUMN=ATTRIBUTE".to_owned()),
    }
}

/// The objects in JSON whose members are mapped: `properties` of `properties.email`, the outer ones first.
fn nested(map: &[(String, String)]) -> Vec<String> {
    let mut nested = std::collections::BTreeSet::new();
    for (column, _) in map {
        let dots = column.match_indices('.');
        nested.extend(dots.map(|(dot, _)| column[..dot].to_owned()));
    }
    nested.into_iter().collect()
}

fn quote(text: &str) -> Result<Quote, String> {
    match text {
        "none" => Ok(Quote::None),
        _ => one_byte(text).map(Quote::Byte),
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
    /// Whether rows may be sent with a warning.
    pub(super) fn warns(&self) -> bool {
        self.reading.warn_only
    }

    /// How many rows are sent at most.
    pub(super) fn limit(&self) -> Option<u64> {
        self.pace.limit
    }

    /// What the arguments ask of an import.
    pub(super) fn options(&self) -> Result<Options, Failure> {
        let mut options = Options::default();
        options.input = self.input.options(&self.reading);
        options.allow_placeholders = self.reading.allow_placeholder.clone();
        options.warn_only = self.reading.warn_only;
        options.map = self.columns.map.clone();
        if let Some(file) = self.columns.mapping.as_ref().filter(|file| file.exists()) {
            let kept = read_mapping(file).map_err(|error| file_failure(&error))?;
            let is_given = |column: &String| options.map.iter().any(|(given, _)| given == column);
            let kept: Vec<_> = kept
                .into_iter()
                .filter(|(column, _)| !is_given(column))
                .collect();
            options.map.extend(kept);
        } else if let Some(file) = self.columns.mapping.as_ref().filter(|_| !self.dry_run) {
            return Err(
                Failure::input(format!("there is no file {}", file.display()))
                    .next("--dry-run writes it"),
            );
        }
        options.input.nested = nested(&options.map);
        if let Some(column) = &self.columns.external_id_column {
            options.map.push((column.clone(), "externalId".to_owned()));
        }
        options.unmapped = match self.columns.unmapped {
            UnmappedArg::Refuse => Unmapped::Refuse,
            UnmappedArg::Ignore => Unmapped::Ignore,
            UnmappedArg::Attribute => Unmapped::Attribute,
            UnmappedArg::Suggested => Unmapped::Suggested,
        };
        if let Some(column) = &self.columns.derive_id_from {
            options.derive = Some((column.clone(), self.columns.key.key()?));
        }
        options.allow_guessable = self.columns.allow_guessable_ids;
        options.on_duplicate = self.rules.on_duplicate()?;
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
        options.max_errors = self.stop.max_errors;
        options.null_markers = self.reading.null_marker.clone();
        options.date_formats = self.reading.date_format.clone();
        options.time_zone = self.reading.time_zone.clone();
        options.defaults = AttributeArgs {
            set: self.rules.set.clone(),
            set_text: self.rules.set_text.clone(),
        }
        .pairs()?;
        options.limit = self.pace.limit;
        options.rate = self.pace.rate;
        options.check().map_err(|error| file_failure(&error))?;
        Ok(options)
    }
}

impl InputArgs {
    fn options(&self, reading: &ReadingArgs) -> InputOptions {
        InputOptions {
            format: self.format.map(Into::into),
            delimiter: self.delimiter,
            quote: match self.quote {
                Some(Quote::Byte(quote)) => Some(quote),
                Some(Quote::None) | None => None,
            },
            no_quotes: matches!(self.quote, Some(Quote::None)),
            escape: reading.escape,
            encoding: self.encoding.clone(),
            skip_lines: reading.skip_lines,
            no_header: reading.no_header,
            sheet: reading.sheet.clone(),
            nested: Vec::new(),
        }
    }
}

impl RuleArgs {
    fn on_duplicate(&self) -> Result<OnDuplicate, Failure> {
        Ok(match (self.on_duplicate, self.only_empty) {
            (OnDuplicateArg::Update, false) => OnDuplicate::Update,
            (OnDuplicateArg::Update, true) => OnDuplicate::Fill,
            (_, true) => {
                return Err(
                    Failure::input("--only-empty is for updates").next("add --on-duplicate update")
                );
            }
            (OnDuplicateArg::Skip, false) => OnDuplicate::Skip,
            (OnDuplicateArg::Fail, false) => OnDuplicate::Fail,
        })
    }

    fn suppression(&self) -> Result<Option<Suppression>, Failure> {
        let Some(list) = &self.suppress else {
            return Ok(None);
        };
        let key = self
            .suppress_key_file
            .as_deref()
            .map(|path| private_file::read_secret(path, "the key of the do-not-contact list"))
            .transpose()?;
        Suppression::read(list, key.as_deref().map(str::as_bytes))
            .map(Some)
            .map_err(|error| file_failure(&error))
    }
}

//! `drift contacts export`; `out_file` writes its file.

mod out_file;

use std::path::{Path, PathBuf};

use clap::{ArgGroup, Args};
use drift_import::{ExportOptions, Exported, Format, ListOf};
use tempfile::NamedTempFile;

use super::file_failure::file_failure;
use super::piped::copy_unless_stopped;
use crate::arguments::{FormatArg, GlobalArgs};
use crate::failure::Failure;
use crate::output::{Screen, counted};
use crate::session::connected;
use crate::session::interrupt::stop_signal;
use out_file::OutFile;

const EXAMPLES: &str = "\
Examples:
  drift contacts export --emails addresses.txt --out contacts.csv
  drift contacts export --ids ids.txt --format jsonl | jq .email
  drift contacts export --external-ids own-ids.txt --out contacts.csv
  sort -u addresses.txt | drift contacts export --emails - --out contacts.csv
  drift contacts export --ids leads.created.csv --column drift_contact_id

Drift has no call that lists all contacts, so the list says which. A list has
one id or address in a line, or is a column of a CSV file (--column). The exit
code is 1 where lines were not found, were not valid, or have more than the 100
contacts with an email that Drift shows; the other lines are exported. Fix the
list and export again: an incomplete file that you did not change is replaced,
any other file is kept.

CSV has the encoding, the byte-order mark and the line ends of the list. It can
be imported as it is; id, createdAt and what else Drift sets are left out then.

Cells hold what people typed into forms. A spreadsheet executes a cell that
begins with =, +, - or @: use --for-spreadsheets for a file that people open in
one. Such a file is not for importing.";

/// Which contacts, and where to.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
#[command(group(ArgGroup::new("list").required(true).args(["ids", "external_ids", "emails"])))]
pub struct ExportArgs {
    /// A file with ids that Drift gave; - for standard input, as for the other lists
    #[arg(long, value_name = "FILE")]
    ids: Option<PathBuf>,
    /// A file with your own ids
    #[arg(long, value_name = "FILE")]
    external_ids: Option<PathBuf>,
    /// A file with email addresses; all contacts with one are exported
    #[arg(long, value_name = "FILE")]
    emails: Option<PathBuf>,
    /// The kind of output [default: by the name of --out, else csv, or jsonl with --json]
    #[arg(long, value_enum)]
    format: Option<FormatArg>,
    /// A new file to write to [default: standard output]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    reading: ListArgs,
}

/// How the list is read, and for whom the contacts are written.
#[derive(Args)]
#[command(next_help_heading = "List and cells")]
struct ListArgs {
    /// The column of a CSV file that is the list
    #[arg(long, value_name = "NAME")]
    column: Option<String>,
    /// The encoding of the list [default: by its mark, else utf-8; with --column detected]
    #[arg(long, value_name = "NAME")]
    encoding: Option<String>,
    /// The columns, in their order, with commas between them [default: all]
    #[arg(long, value_name = "NAME,NAME,…", value_delimiter = ',')]
    columns: Option<Vec<String>>,
    /// Write cells that no spreadsheet takes for a formula; not for importing
    #[arg(long)]
    for_spreadsheets: bool,
}

impl ExportArgs {
    /// Fetches them.
    pub async fn run(self, global: &GlobalArgs, screen: &mut Screen) -> Result<(), Failure> {
        let (list, of) = match (&self.ids, &self.external_ids, &self.emails) {
            (Some(list), ..) => (list, ListOf::Ids),
            (_, Some(list), _) => (list, ListOf::ExternalIds),
            (_, _, Some(list)) => (list, ListOf::Emails),
            (None, None, None) => return Err(Failure::input("there is no list of contacts")),
        };
        if of == ListOf::Emails && list.to_string_lossy().contains('@') && !list.exists() {
            return Err(Failure::input("--emails takes a file of addresses")
                .next("for one contact: drift contacts find --email ADDRESS"));
        }
        let format = self.format(screen.is_json())?;
        // Listened to before the file is begun, so that nothing is left of it.
        let stopped = stop_signal()?;
        let out = self.out.as_deref().map(OutFile::begin).transpose()?;
        let copy = copy_of_pipe(list).await?;
        let list = copy.as_ref().map_or(list.as_path(), NamedTempFile::path);
        let options = self.options();
        let export = connected(global, async |connection| {
            let client = &connection.client;
            let exported = match &out {
                Some(out) => {
                    let mut file = out.writer();
                    drift_import::export(client, list, of, format, &options, &mut file).await
                }
                None => {
                    let mut stdout = screen.stream()?;
                    drift_import::export(client, list, of, format, &options, &mut stdout).await
                }
            };
            exported.map_err(|error| file_failure(&error))
        });
        let exported = tokio::select! {
            exported = export => exported?,
            () = stopped => return Err(Failure::input("stopped before the export was complete")),
        };
        let is_complete = exported.missing_count + exported.invalid_count == 0;
        if let Some(out) = out.filter(|_| exported.contacts > 0) {
            out.finish(is_complete)?;
        }
        screen.note("exported", &exported_words(&exported));
        if exported.contacts > 0 && !exported.absent_columns.is_empty() {
            let names: Vec<String> = (exported.absent_columns.iter())
                .map(|name| format!("{name:?}"))
                .collect();
            let column = if names.len() == 1 {
                "column"
            } else {
                "columns"
            };
            let sentence = format!("no contact has the {column} {}", names.join(", "));
            screen.note("absent_columns", &sentence);
        }
        let is_no_list = exported.invalid_count == exported.listed && self.reading.column.is_none();
        incomplete(exported, of).map_err(|failure| match is_no_list {
            true => failure.next("is it a CSV file? Then name the column: --column NAME"),
            false => failure,
        })
    }

    fn options(&self) -> ExportOptions {
        let mut options = ExportOptions::default();
        options.column = self.reading.column.clone();
        options.encoding = self.reading.encoding.clone();
        options.for_spreadsheets = self.reading.for_spreadsheets;
        options.columns = self.reading.columns.clone();
        options
    }

    /// A file is of the kind that its name says. `--json` is about standard output alone, which is JSON Lines then.
    fn format(&self, json: bool) -> Result<Format, Failure> {
        let named = |path: &PathBuf| {
            let extension = path.extension().and_then(|extension| extension.to_str());
            matches!(extension, Some("jsonl" | "ndjson" | "json"))
        };
        let printed_as_json = json && self.out.is_none();
        match self.format.map(Format::from) {
            Some(Format::Csv) if printed_as_json => Err(Failure::input(
                "--json prints JSON Lines, which --format csv contradicts",
            )
            .next("leave one of them out, or name a file by --out")),
            Some(format) => Ok(format),
            None if printed_as_json || self.out.as_ref().is_some_and(named) => {
                Ok(Format::JsonLines)
            }
            None => Ok(Format::Csv),
        }
    }
}

fn exported_words(exported: &Exported) -> String {
    let counts = format!(
        "{} for {}",
        counted(exported.contacts, "contact"),
        counted(exported.listed, "line")
    );
    match exported.encoding {
        "UTF-8" => counts,
        encoding => format!("{counts}, in {encoding}"),
    }
}

/// A copy of a list that can be read only once. It is removed with its last use.
async fn copy_of_pipe(list: &Path) -> Result<Option<NamedTempFile>, Failure> {
    if list != Path::new("-") && !drift_import::reads_once(list) {
        return Ok(None);
    }
    let to = || {
        NamedTempFile::new()
            .map_err(|cause| Failure::input(format!("the list cannot be copied: {cause}")))
    };
    Ok(Some(copy_unless_stopped(Some(list), to).await?.file))
}

/// Lines of the list that did not become what was asked for.
struct Shortfall {
    kind: &'static str,
    sentence: String,
    /// What stands before the numbers of the lines.
    hint: &'static str,
    key: &'static str,
    count: u64,
    lines: Vec<u64>,
}

fn shortfalls(exported: Exported, of: ListOf) -> impl Iterator<Item = Shortfall> {
    let lines = |count| counted(count, "line");
    let (missing, invalid) = (lines(exported.missing_count), lines(exported.invalid_count));
    let (are, valid) = match (exported.invalid_count, of) {
        (1, ListOf::Emails) => ("is", "an address"),
        (_, ListOf::Emails) => ("are", "addresses"),
        (1, _) => ("is", "an id"),
        (_, _) => ("are", "ids"),
    };
    let cut = lines(exported.cut_count);
    let all = [
        Shortfall {
            kind: "not_found",
            sentence: format!("no contact was found for {missing} of the list"),
            hint: "not found",
            key: "lines",
            count: exported.missing_count,
            lines: exported.missing,
        },
        Shortfall {
            kind: "invalid_lines",
            sentence: format!("{invalid} of the list {are} not {valid}"),
            hint: "not valid",
            key: "invalid_lines",
            count: exported.invalid_count,
            lines: exported.invalid,
        },
        Shortfall {
            kind: "cut",
            sentence: format!("there may be more contacts for {cut} of the list"),
            hint: "Drift shows at most 100 contacts with an email; export the others by --external-ids",
            key: "cut_lines",
            count: exported.cut_count,
            lines: exported.cut,
        },
    ];
    all.into_iter().filter(|shortfall| shortfall.count > 0)
}

/// Fails where lines of the list named no contact, or more than Drift shows. Of many lines the first 20 are shown.
fn incomplete(exported: Exported, of: ListOf) -> Result<(), Failure> {
    let shortfalls: Vec<Shortfall> = shortfalls(exported, of).collect();
    let Some(first) = shortfalls.first() else {
        return Ok(());
    };
    let sentences = shortfalls.iter().map(|it| it.sentence.as_str());
    let sentences: Vec<&str> = sentences.collect();
    let mut failure = Failure::refused(first.kind, sentences.join(", and "));
    for Shortfall {
        hint,
        key,
        count,
        lines,
        ..
    } in shortfalls
    {
        let shown: Vec<String> = lines.iter().take(20).map(u64::to_string).collect();
        let more = if count > 20 { ", …" } else { "" };
        let lines_word = if count == 1 { "line" } else { "lines" };
        failure = failure
            .next(format!("{hint}: {lines_word} {}{more}", shown.join(", ")))
            .fact(key, lines);
    }
    Err(failure)
}

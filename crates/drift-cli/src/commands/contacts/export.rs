//! `drift contacts export`.

use std::path::PathBuf;

use clap::{ArgGroup, Args};
use drift_import::{Format, ListOf};

use super::file_failure::file_failure;
use crate::arguments::{FormatArg, GlobalArgs};
use crate::failure::Failure;
use crate::output::Screen;
use crate::private_file;
use crate::session::connected;

const EXAMPLES: &str = "\
Examples:
  drift contacts export --emails addresses.txt --out contacts.csv
  drift contacts export --ids ids.txt --format jsonl | jq .email
  drift contacts export --external-ids own-ids.txt --out contacts.csv

Drift has no call that lists all contacts, so the list says which. A list has
one id or address in a line. Exit code 1 tells that some were not found.";

/// Which contacts, and where to.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
#[command(group(ArgGroup::new("list").required(true).args(["ids", "external_ids", "emails"])))]
pub struct ExportArgs {
    /// A file with ids that Drift gave
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
        let format = self.format(screen.is_json())?;
        let mut out = self.open(screen)?;
        let exported = connected(global, async |connection| {
            drift_import::export(&connection.client, list, of, format, &mut *out)
                .await
                .map_err(|error| file_failure(&error))
        })
        .await?;
        screen.note(
            "exported",
            &format!(
                "{} contacts of {} lines",
                exported.contacts, exported.listed
            ),
        );
        not_found(exported.missing_count, exported.missing)
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

    fn open(&self, screen: &mut Screen) -> Result<Box<dyn std::io::Write + Send>, Failure> {
        let Some(path) = &self.out else {
            return Ok(Box::new(screen.stream()?));
        };
        let file = private_file::create(path).map_err(|cause| {
            Failure::input(format!("{} cannot be written: {cause}", path.display()))
        })?;
        Ok(Box::new(file))
    }
}

/// Fails where lines of the list named no contact. Of many lines the first 20 are shown.
fn not_found(count: u64, lines: Vec<u64>) -> Result<(), Failure> {
    if count == 0 {
        return Ok(());
    }
    let shown: Vec<String> = lines.iter().take(20).map(u64::to_string).collect();
    let more = if count > 20 { ", …" } else { "" };
    Err(Failure::refused(
        "not_found",
        format!("no contact was found for {count} lines of the list"),
    )
    .next(format!("lines {}{more}", shown.join(", ")))
    .fact("lines", lines))
}

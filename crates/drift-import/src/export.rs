//! Fetches contacts by a list of ids or emails into CSV or JSON Lines, since Drift has no call that lists them all.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek, Write};
use std::path::Path;

use drift::{Client, Contact, ContactId, ErrorKind};
use futures::stream::{StreamExt, TryStreamExt, iter};
use serde_json::{Map, Value};

use crate::error::{Error, at};
use crate::input::format::Format;

/// Contacts that are fetched at a time.
const CONCURRENCY: usize = 8;
/// External ids in one look-up.
const IDS: usize = 50;
/// Lines that are fetched together; their order is kept.
const PAGE: usize = 400;

/// What the lines of a list are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListOf {
    /// Drift's ids of contacts.
    Ids,
    /// Your own ids.
    ExternalIds,
    /// Email addresses. All contacts with one are exported.
    Emails,
}

/// How an export ended.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct Exported {
    /// Lines of the list.
    pub listed: u64,
    /// Contacts that were written.
    pub contacts: u64,
    /// Lines that no contact was found for, by their numbers; at most 1,000 are kept.
    pub missing: Vec<u64>,
    /// How many lines no contact was found for.
    pub missing_count: u64,
}

/// Writes the contacts that a list names, in its order, one line of the list after the other.
///
/// A CSV file needs all columns before its first row, so the contacts are written to a temporary file first; memory
/// stays flat.
///
/// # Errors
///
/// [`Error::Input`] when a line is no id; [`Error::Drift`] when Drift refuses the token or cannot be reached;
/// [`Error::File`] when the list cannot be read or the output cannot be written.
pub async fn export(
    client: &Client,
    list: &Path,
    of: ListOf,
    format: Format,
    out: &mut (dyn Write + Send),
) -> Result<Exported, Error> {
    let mut lines = BufReader::new(File::open(list).map_err(at(list))?).lines();
    let mut temporary = TemporaryFile::new(list)?;
    let mut exported = Exported::default();
    let mut number = 0;
    loop {
        let page = read_page(&mut lines, list, &mut number)?;
        if page.is_empty() {
            break;
        }
        exported.listed += page.len() as u64;
        for (line, contacts) in fetch(client, list, of, page).await? {
            if contacts.is_empty() {
                exported.missing_count += 1;
                if exported.missing.len() < 1_000 {
                    exported.missing.push(line);
                }
            }
            for contact in contacts {
                exported.contacts += 1;
                temporary.add(&contact)?;
            }
        }
    }
    temporary.write(format, out)?;
    Ok(exported)
}

type Line = (u64, String);

fn read_page(
    lines: &mut impl Iterator<Item = std::io::Result<String>>,
    list: &Path,
    number: &mut u64,
) -> Result<Vec<Line>, Error> {
    let mut page = Vec::new();
    for line in lines {
        *number += 1;
        let line = line.map_err(at(list))?;
        let text = line.trim_start_matches('\u{feff}').trim();
        if text.is_empty() || text.starts_with('#') {
            continue;
        }
        page.push((*number, text.to_owned()));
        if page.len() == PAGE {
            break;
        }
    }
    Ok(page)
}

async fn fetch(
    client: &Client,
    list: &Path,
    of: ListOf,
    page: Vec<Line>,
) -> Result<Vec<(u64, Vec<Contact>)>, Error> {
    if of == ListOf::ExternalIds {
        let chunks: Vec<Vec<Line>> = page.chunks(IDS).map(<[Line]>::to_vec).collect();
        let fetched = iter(chunks).map(|chunk| by_external_ids(client.clone(), chunk));
        let parts: Vec<_> = fetched.buffered(CONCURRENCY).try_collect().await?;
        return Ok(parts.into_iter().flatten().collect());
    }
    let fetched = iter(page).map(|line| one(client.clone(), list, of, line));
    fetched.buffered(CONCURRENCY).try_collect().await
}

async fn by_external_ids(
    client: Client,
    chunk: Vec<Line>,
) -> Result<Vec<(u64, Vec<Contact>)>, Error> {
    let ids = chunk.iter().map(|(_, id)| id);
    let found = client.contacts().find_by_external_ids(ids).await?;
    let of = |id: &String| {
        found
            .iter()
            .filter(|contact| contact.external_id().as_ref() == Some(id))
            .cloned()
            .collect()
    };
    Ok(chunk.iter().map(|(line, id)| (*line, of(id))).collect())
}

async fn one(
    client: Client,
    list: &Path,
    of: ListOf,
    (line, text): Line,
) -> Result<(u64, Vec<Contact>), Error> {
    let contacts = client.contacts();
    let wrong = |problem: &str| Error::Input {
        place: format!("{}, line {line}", list.display()),
        problem: problem.to_owned(),
    };
    if of == ListOf::Emails {
        let found = contacts.find_by_email(&text).await;
        return match found {
            Err(error) if error.kind() == ErrorKind::Input => Err(wrong("not an email address")),
            other => Ok((line, other?)),
        };
    }
    let id: ContactId = text
        .parse()
        .map_err(|_| wrong("not an id of a contact, which is a number"))?;
    match contacts.get(id).await {
        Ok(contact) => Ok((line, vec![contact])),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok((line, Vec::new())),
        Err(error) => Err(error.into()),
    }
}

/// The contacts on their way to the output.
struct TemporaryFile {
    file: File,
    columns: BTreeSet<String>,
}

/// The columns that come first, where there are any.
const FIRST: [&str; 6] = ["id", "createdAt", "email", "externalId", "name", "phone"];

impl TemporaryFile {
    fn new(list: &Path) -> Result<Self, Error> {
        Ok(Self {
            file: tempfile::tempfile().map_err(at(list))?,
            columns: BTreeSet::new(),
        })
    }

    fn add(&mut self, contact: &Contact) -> Result<(), Error> {
        let mut members = Map::new();
        members.insert("id".to_owned(), Value::from(contact.id().get()));
        members.insert(
            "createdAt".to_owned(),
            Value::from(contact.created_at_millis()),
        );
        members.extend(
            contact
                .attributes()
                .into_iter()
                .filter(|(name, value)| is_worth_exporting(name, value)),
        );
        for name in members
            .keys()
            .filter(|name| !self.columns.contains(*name))
            .collect::<Vec<_>>()
        {
            self.columns.insert(name.clone());
        }
        let mut line = serde_json::to_vec(&members).unwrap_or_default();
        line.push(b'\n');
        self.file
            .write_all(&line)
            .map_err(at(Path::new("a temporary file")))
    }

    fn write(mut self, format: Format, out: &mut (dyn Write + Send)) -> Result<(), Error> {
        let run = || -> std::io::Result<()> {
            self.file.rewind()?;
            match format {
                Format::JsonLines => std::io::copy(&mut self.file, out).map(drop)?,
                Format::Csv => write_csv(self.file, &self.columns, out)?,
            }
            out.flush()
        };
        run().map_err(at(Path::new("the export")))
    }
}

/// Null, empty objects and empty lists hold nothing. The mirror of the external id and the copies of the version counter hold nothing
/// new, and could not be imported again.
fn is_worth_exporting(name: &str, value: &Value) -> bool {
    let empty = value.is_null()
        || value.as_object().is_some_and(Map::is_empty)
        || value.as_array().is_some_and(Vec::is_empty);
    !empty
        && !matches!(
            name,
            "external_id" | "_end_user_version" | "_END_USER_VERSION" | "_calculated_version"
        )
}

fn write_csv(
    from: impl Read,
    names: &BTreeSet<String>,
    out: &mut (dyn Write + Send),
) -> std::io::Result<()> {
    let first = FIRST.into_iter().filter(|name| names.contains(*name));
    let rest = names
        .iter()
        .map(String::as_str)
        .filter(|name| !FIRST.contains(name));
    let columns: Vec<&str> = first.chain(rest).collect();
    if columns.is_empty() {
        return Ok(());
    }
    let mut csv = csv::Writer::from_writer(out);
    csv.write_record(&columns)?;
    for line in BufReader::new(from).lines() {
        let members: Map<String, Value> = serde_json::from_str(&line?)?;
        csv.write_record(columns.iter().map(|name| cell(members.get(*name))))?;
    }
    csv.flush()
}

fn cell(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

//! Fetches contacts by a list of ids or emails into CSV or JSON Lines, since Drift has no call that lists them all.
//!
//! `list` reads the list, `table` writes the contacts, `formula` makes cells harmless for spreadsheets, and `own_file` knows
//! an export again that is to be imported.

mod formula;
mod list;
pub(crate) mod own_file;
mod table;

use std::io::Write;
use std::path::Path;

use drift::{Client, Contact, ContactId, ErrorKind};
use futures::stream::{StreamExt, TryStreamExt, iter};

use crate::error::Error;
use crate::input::format::Format;
use crate::input::value::address::key::spellings;
use crate::input::value::address::reader::read_address;
use list::{Line, List};
use table::TemporaryFile;

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

/// How the list of an export is read, and how the contacts are written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExportOptions {
    /// The encoding of the list, such as `windows-1252`. By its byte-order mark unless set, else UTF-8; of a CSV file with a
    /// [column](Self::column) it is detected as for an import.
    pub encoding: Option<String>,
    /// The column of a CSV file that is the list. The list is a text with one entry in a line unless set.
    pub column: Option<String>,
    /// Whether CSV is written for people who open it in a spreadsheet: a cell that would be taken for a formula begins with an
    /// apostrophe, every cell is quoted, and UTF-8 has a byte-order mark. Such a file is not for importing. Without it the
    /// cells are what Drift holds: whoever fills in a form decides what a spreadsheet executes when it opens the file.
    pub for_spreadsheets: bool,
    /// The columns, in their order; all unless set. A column that no contact has is empty.
    pub columns: Option<Vec<String>>,
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
    /// Lines that are no id or address, by their numbers; at most 1,000 are kept.
    pub invalid: Vec<u64>,
    /// How many lines are no id or address.
    pub invalid_count: u64,
    /// Lines whose email may have more contacts than were written, by their numbers; at most 1,000 are kept. Drift shows at
    /// most 100 contacts with an email.
    pub cut: Vec<u64>,
    /// How many lines may have more contacts than were written.
    pub cut_count: u64,
    /// Columns that were chosen and that no contact has; they are empty.
    pub absent_columns: Vec<String>,
    /// The encoding that was written: that of the list for CSV, or UTF-8 where it lacks a character.
    pub encoding: &'static str,
}

/// Numbers of lines that are kept.
const KEPT: usize = 1_000;

impl Exported {
    fn count_missing(&mut self, line: u64) {
        self.missing_count += 1;
        if self.missing.len() < KEPT {
            self.missing.push(line);
        }
    }

    fn count_cut(&mut self, line: u64) {
        self.cut_count += 1;
        if self.cut.len() < KEPT {
            self.cut.push(line);
        }
    }

    fn count_invalid(&mut self, line: u64) {
        self.invalid_count += 1;
        if self.invalid.len() < KEPT {
            self.invalid.push(line);
        }
    }
}

/// Writes the contacts that a list names, in its order, one line of the list after the other. Lines that are no id or
/// address are counted, and the others are exported.
///
/// A CSV file needs all columns before its first row, so the contacts are written to a temporary file first; memory
/// stays flat. CSV has the encoding, the byte-order mark and the line ends of the list; where no contact was found nothing is
/// written.
///
/// # Errors
///
/// [`Error::Input`] when the list has no such column or no such encoding, or spreadsheets are to open JSON Lines;
/// [`Error::Drift`] when Drift refuses the token or cannot be reached; [`Error::File`] when the list cannot be read or the
/// output cannot be written.
pub async fn export(
    client: &Client,
    list: &Path,
    of: ListOf,
    format: Format,
    options: &ExportOptions,
    out: &mut (dyn Write + Send),
) -> Result<Exported, Error> {
    if options.for_spreadsheets && format == Format::JsonLines {
        return Err(Error::Input {
            place: "the export".to_owned(),
            problem: "JSON Lines is not for spreadsheets; export CSV".to_owned(),
        });
    }
    let mut lines = List::open(list, options)?;
    let mut temporary = TemporaryFile::new(list, lines.style, options)?;
    let mut exported = Exported::default();
    loop {
        let page = lines.page(PAGE)?;
        if page.is_empty() {
            break;
        }
        exported.listed += page.len() as u64;
        for (line, found) in fetch(client, of, page).await? {
            match found {
                None => exported.count_invalid(line),
                Some(found) if found.contacts.is_empty() => exported.count_missing(line),
                Some(found) => {
                    if found.may_be_more {
                        exported.count_cut(line);
                    }
                    exported.contacts += found.contacts.len() as u64;
                    let mut contacts = found.contacts.iter();
                    contacts.try_for_each(|contact| temporary.add(contact))?;
                }
            }
        }
    }
    exported.absent_columns = temporary.absent_columns();
    exported.encoding = temporary.write(format, out)?;
    Ok(exported)
}

/// What was found for the lines; none where a line is no id or address.
type Found = (u64, Option<Matching>);

/// The contacts of a line, and whether Drift may have more of them.
#[derive(Default)]
struct Matching {
    contacts: Vec<Contact>,
    may_be_more: bool,
}

impl From<Vec<Contact>> for Matching {
    fn from(contacts: Vec<Contact>) -> Self {
        Self {
            contacts,
            may_be_more: false,
        }
    }
}

async fn fetch(client: &Client, of: ListOf, page: Vec<Line>) -> Result<Vec<Found>, Error> {
    if of != ListOf::ExternalIds {
        let fetched = iter(page).map(|(line, text)| async move {
            let found = match text {
                Some(text) => one(client, of, &text).await,
                None => Ok(None),
            };
            found.map(|found| (line, found))
        });
        return Ok(fetched.buffered(CONCURRENCY).try_collect().await?);
    }
    let chunks: Vec<Vec<Line>> = page.chunks(IDS).map(<[Line]>::to_vec).collect();
    let fetched = iter(chunks).map(|chunk| by_external_ids(client, chunk));
    let parts: Vec<_> = fetched.buffered(CONCURRENCY).try_collect().await?;
    Ok(parts.into_iter().flatten().collect())
}

async fn by_external_ids(client: &Client, chunk: Vec<Line>) -> Result<Vec<Found>, drift::Error> {
    let contacts = client.contacts();
    let ids: Vec<&String> = chunk.iter().filter_map(|(_, id)| id.as_ref()).collect();
    let found = match ids.is_empty() {
        true => Vec::new(),
        false => match contacts.find_by_external_ids(ids).await {
            // One of them is no id; each is looked up by itself.
            Err(error) if is_about_line(&error) => return one_by_one(client, chunk).await,
            found => found?,
        },
    };
    let of = |id: String| {
        let is_of = |contact: &&Contact| contact.external_id().as_ref() == Some(&id);
        Matching::from(found.iter().filter(is_of).cloned().collect::<Vec<_>>())
    };
    let found = chunk.into_iter().map(|(line, id)| (line, id.map(of)));
    Ok(found.collect())
}

async fn one_by_one(client: &Client, chunk: Vec<Line>) -> Result<Vec<Found>, drift::Error> {
    let mut all = Vec::with_capacity(chunk.len());
    for (line, id) in chunk {
        let found = match &id {
            Some(id) => or_invalid(client.contacts().find_by_external_ids([id]).await)?,
            None => None,
        };
        all.push((line, found));
    }
    Ok(all)
}

/// The contacts of one line; none where it is no id or address.
async fn one(client: &Client, of: ListOf, text: &str) -> Result<Option<Matching>, drift::Error> {
    let contacts = client.contacts();
    if of == ListOf::Emails {
        return by_email(client, text).await;
    }
    let Ok(id) = text.parse::<ContactId>() else {
        return Ok(None);
    };
    match contacts.get(id).await {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Some(Matching::default())),
        found => or_invalid(found.map(|contact| vec![contact])),
    }
}

/// The contacts with an address, in whichever spelling Drift has it.
async fn by_email(client: &Client, text: &str) -> Result<Option<Matching>, drift::Error> {
    let Ok(email) = read_address(text) else {
        return Ok(None);
    };
    let mut all = Matching::default();
    for spelling in spellings(email.as_str()) {
        let found = client.contacts().find_by_email(&spelling).await;
        let found = match found {
            Err(error) if is_about_line(&error) => return Ok(None),
            found => found?,
        };
        all.may_be_more |= found.may_be_more();
        for contact in found {
            if all.contacts.iter().all(|known| known.id() != contact.id()) {
                all.contacts.push(contact);
            }
        }
    }
    Ok(Some(all))
}

fn or_invalid(found: Result<Vec<Contact>, drift::Error>) -> Result<Option<Matching>, drift::Error> {
    match found {
        Err(error) if is_about_line(&error) => Ok(None),
        found => found.map(|contacts| Some(contacts.into())),
    }
}

/// Whether a call failed for what the line holds, and no other would.
fn is_about_line(error: &drift::Error) -> bool {
    matches!(error.kind(), ErrorKind::Input | ErrorKind::InvalidRequest)
}

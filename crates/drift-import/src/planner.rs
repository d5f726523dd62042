//! Makes the plan: reads the file twice, once for what it shows by itself, once to ask Drift, many rows at a time.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use drift::{Contact, Contacts, ErrorKind};
use futures::stream::{FuturesUnordered, StreamExt};

use crate::error::Error;
use crate::import::Site;
use crate::journal::{Journal, JournalRow, State, now_millis};
use crate::pace::Pace;
use crate::patient::{Patient, reason};
use crate::plan::{Decision, Facts, Found, Rules, Verdict, decide, refuse};
use crate::planned::{Keys, NewRow, Twins};
use crate::progress::Waiting;
use crate::records::Record;
use crate::row::{Row, email_key, is_misfit, short_hash};
use crate::sequences::Sequences;

/// Rows that share a commit and a round of look-ups.
const PAGE: usize = 512;
/// External ids in one look-up; the most that Drift takes is not documented.
const IDS: usize = 50;
/// The most that the ids of one look-up may be long together, so that the URL stays below 4 KiB.
const IDS_LENGTH: usize = 3_000;

/// Reads the file for the first time. Returns what shows only in all of it.
pub(crate) fn read_file(journal: &mut Journal, site: &Site) -> Result<Sequences, Error> {
    let mut records = site.source.records()?;
    let mut record = Record::default();
    let mut sequences = Sequences::default();
    let mut rows = Vec::with_capacity(PAGE);
    let (mut seq, mut misfits) = (0, false);
    while records.next(&mut record)? {
        site.check_cancelled()?;
        rows.push(read_row(site, &record, seq, &mut sequences));
        misfits |= is_misfit(&record, &site.columns);
        seq += 1;
        if rows.len() == PAGE {
            journal.add(&rows)?;
            rows.clear();
        }
    }
    journal.add(&rows)?;
    crate::results::expect_misfits(journal, misfits)?;
    site.counters.set_rows(seq as u64);
    journal.match_rows()?;
    Ok(sequences)
}

fn read_row(site: &Site, record: &Record, seq: i64, sequences: &mut Sequences) -> NewRow {
    let (keys, decision) = match Row::read(record, &site.columns, &site.options) {
        Ok(row) => {
            let id = row.external_id.as_ref().map(|id| id.as_str());
            // Derived ids cannot be counted up, and where guessable ones are allowed nobody looks.
            if site.options.derive.is_none() && !site.options.allow_guessable {
                id.iter().for_each(|id| sequences.observe(id));
            }
            let keys = Keys {
                hash: row.hash(),
                email: short_hash(&email_key(row.email.as_str())),
                external_id: id.map(short_hash),
            };
            let open = Decision {
                verdict: Verdict::Create,
                reason: String::new(),
            };
            (Some(keys), open)
        }
        Err(complaint) => (None, refuse(complaint.to_string())),
    };
    NewRow {
        seq,
        line: record.line,
        keys,
        decision,
    }
}

/// A row that is to be decided.
struct Item {
    seq: i64,
    row: Row,
    facts: Facts,
}

/// Where rows may have been sent a moment ago, and the file was changed since, waits until look-ups show them: a row
/// that was corrected is another one, which nobody would look for a second time.
pub(crate) fn wait_for_index(last_doubt: Option<i64>, site: &Site) -> Result<(), Error> {
    let Some(at) = last_doubt.filter(|_| site.contacts().is_some()) else {
        return Ok(());
    };
    let ago = Duration::from_millis(u64::try_from(now_millis() - at).unwrap_or_default());
    let lag: Duration = site.options.look_up_after.iter().sum();
    let end = Instant::now() + lag.saturating_sub(ago);
    while Instant::now() < end {
        site.check_cancelled()?;
        std::thread::sleep(CANCELLED);
    }
    Ok(())
}

/// How often it is looked whether a wait is cancelled.
const CANCELLED: Duration = Duration::from_millis(20);

/// Reads the file for the second time, asks Drift unless offline, and decides every row.
pub(crate) fn decide_rows(
    journal: &mut Journal,
    site: &Site,
    sequences: &Sequences,
    runtime: &tokio::runtime::Handle,
) -> Result<(), Error> {
    let rules = Rules {
        on_duplicate: site.options.on_duplicate,
        second_contact: site.options.second_contact,
    };
    let mut records = site.source.records()?;
    let mut record = Record::default();
    let mut asking = site
        .contacts()
        .map(|contacts| Asking::new(contacts, site.options.concurrency, site.patient()));
    let mut from = 0;
    loop {
        let page = journal.page(from, PAGE)?;
        let Some(last) = page.last() else {
            return Ok(());
        };
        let twins = journal.twins(from, last.seq)?;
        from = last.seq + 1;
        let mut items = Vec::with_capacity(page.len());
        for planned in &page {
            site.check_cancelled()?;
            if !records.next(&mut record)? || record.line != planned.line {
                return Err(Error::FileChanged);
            }
            let twins = twins.get(&planned.seq).copied().unwrap_or_default();
            items.extend(item(site, &record, planned, twins, sequences)?);
        }
        if let Some(asking) = &mut asking {
            runtime.block_on(asking.ask(&mut items))?;
        }
        let decisions: Vec<(i64, Decision)> = items
            .iter()
            .map(|item| (item.seq, decide(&item.facts, rules)))
            .collect();
        journal.decide(&decisions)?;
        site.counters.set_planned(from as u64);
    }
}

/// What is to be decided of a row; nothing for one that is refused already or that an earlier run has dealt with.
fn item(
    site: &Site,
    record: &Record,
    planned: &JournalRow,
    twins: Twins,
    sequences: &Sequences,
) -> Result<Option<Item>, Error> {
    if planned.decision.verdict == Verdict::Refuse {
        return Ok(None);
    }
    let row = site.row(record, planned)?;
    let Twins {
        line_with_id,
        line_with_email,
    } = twins;
    let dealt_with = planned.state != State::Open || planned.intent_at.is_some();
    if dealt_with
        && line_with_id.is_none()
        && (row.external_id.is_some() || line_with_email.is_none())
    {
        return Ok(None);
    }
    let id = row.external_id.as_ref();
    let facts = Facts {
        has_external_id: id.is_some(),
        suppressed: site
            .options
            .suppress
            .as_ref()
            .is_some_and(|list| list.holds(row.email.as_str())),
        in_sequence: id.is_some_and(|id| sequences.holds(id.as_str())),
        line_with_id,
        line_with_email,
        by_id: Found::NotAsked,
        other_email: false,
        by_email: Found::NotAsked,
    };
    Ok(Some(Item {
        seq: planned.seq,
        row,
        facts,
    }))
}

impl Item {
    /// Whether nothing that Drift holds could change the decision.
    fn is_decided(&self) -> bool {
        self.facts.suppressed || self.facts.in_sequence || self.facts.line_with_id.is_some()
    }

    fn wants_email(&self) -> bool {
        let known = matches!(self.facts.by_id, Found::One(_) | Found::Several(_));
        !self.is_decided() && !known && self.facts.line_with_email.is_none()
    }

    fn found_by_id(&mut self, contacts: Option<&Vec<Known>>) {
        let contacts = contacts.map(Vec::as_slice).unwrap_or_default();
        self.facts.by_id = found(contacts);
        let own = email_key(self.row.email.as_str());
        self.facts.other_email = contacts.iter().any(|known| known.email != own);
    }
}

/// What is kept of a contact that was found.
struct Known {
    id: drift::ContactId,
    email: String,
}

impl Known {
    fn of(contact: &Contact) -> Self {
        Self {
            id: contact.id(),
            email: contact.email().map(email_key).unwrap_or_default(),
        }
    }
}

fn found(contacts: &[Known]) -> Found {
    match contacts {
        [] => Found::Nobody,
        [only] => Found::One(only.id),
        several => Found::Several(several.len()),
    }
}

/// Something to look up.
#[derive(Clone)]
enum Query {
    Ids(Vec<String>),
    Email(usize, String),
}

/// Asks Drift, at the pace that it takes.
struct Asking {
    contacts: Contacts,
    pace: Pace,
    started: Instant,
    patient: Patient,
}

impl Asking {
    fn new(contacts: Contacts, concurrency: usize, patient: Patient) -> Self {
        Self {
            contacts,
            pace: Pace::new(concurrency),
            started: Instant::now(),
            patient,
        }
    }

    /// Fills in who has the external ids and the emails.
    async fn ask(&mut self, items: &mut [Item]) -> Result<(), Error> {
        let mut by_id: HashMap<String, Vec<Known>> = HashMap::new();
        for (query, contacts) in self.answers(id_queries(items)).await? {
            let Query::Ids(asked) = query else { continue };
            for contact in contacts {
                let id = contact.external_id().unwrap_or_default();
                if asked.contains(&id) {
                    by_id.entry(id).or_default().push(Known::of(&contact));
                }
            }
        }
        for item in items.iter_mut().filter(|item| !item.is_decided()) {
            if let Some(id) = item
                .row
                .external_id
                .as_ref()
                .map(|id| id.as_str().to_owned())
            {
                item.found_by_id(by_id.get(&id));
            }
        }
        for (query, contacts) in self.answers(email_queries(items)).await? {
            let Query::Email(at, _) = query else { continue };
            let own = email_key(items[at].row.email.as_str());
            let same: Vec<Known> = contacts
                .iter()
                .map(Known::of)
                .filter(|known| known.email == own)
                .collect();
            items[at].facts.by_email = found(&same);
        }
        Ok(())
    }

    async fn answers(&mut self, queries: Vec<Query>) -> Result<Vec<(Query, Vec<Contact>)>, Error> {
        let mut answers = Vec::with_capacity(queries.len());
        let mut waiting = queries;
        let mut under_way = FuturesUnordered::new();
        let mut last_success = Instant::now();
        while !waiting.is_empty() || !under_way.is_empty() {
            let pause = self.pace.pause(self.started.elapsed());
            if under_way.is_empty() && !pause.is_zero() {
                let counters = &self.patient.counters;
                counters.set_pace(&self.pace, self.started.elapsed());
                self.patient.sleep(pause).await?;
                counters.set_pace(&self.pace, self.started.elapsed());
            }
            while under_way.len() < self.pace.window()
                && self.pace.pause(self.started.elapsed()).is_zero()
            {
                let Some(query) = waiting.pop() else { break };
                under_way.push(look_up(
                    self.contacts.clone(),
                    query,
                    self.started.elapsed(),
                ));
            }
            let Some((query, sent, answer)) = under_way.next().await else {
                continue;
            };
            let now = self.started.elapsed();
            match answer {
                Ok(contacts) => {
                    self.pace.succeeded();
                    last_success = Instant::now();
                    answers.push((query, contacts));
                }
                Err(error) => {
                    let worn_out = last_success.elapsed() > self.patient.patience;
                    match why(&error) {
                        Some(Waiting::Asked | Waiting::RateLimit) => {
                            self.pace.put_off(sent, now, error.retry_after());
                        }
                        Some(why) if !worn_out => self.pace.unreachable(sent, now, why),
                        _ => return Err(error.into()),
                    }
                    waiting.push(query);
                }
            }
        }
        Ok(answers)
    }
}

/// Why to ask again after this. Where other look-ups are answered, an answer that cannot be read may be an accident.
fn why(error: &drift::Error) -> Option<Waiting> {
    let unreadable = error.kind() == ErrorKind::UnreadableResponse;
    reason(error).or(unreadable.then_some(Waiting::Failing))
}

async fn look_up(
    contacts: Contacts,
    query: Query,
    sent: Duration,
) -> (Query, Duration, Result<Vec<Contact>, drift::Error>) {
    let answer = match &query {
        Query::Ids(ids) => contacts.find_by_external_ids(ids).await,
        Query::Email(_, email) => contacts.find_by_email(email).await,
    };
    (query, sent, answer)
}

fn id_queries(items: &[Item]) -> Vec<Query> {
    let mut queries = Vec::new();
    let (mut ids, mut length) = (Vec::new(), 0);
    for item in items.iter().filter(|item| !item.is_decided()) {
        let Some(id) = item.row.external_id.as_ref().map(|id| id.as_str()) else {
            continue;
        };
        if ids.len() == IDS || (length + id.len() > IDS_LENGTH && !ids.is_empty()) {
            queries.push(Query::Ids(std::mem::take(&mut ids)));
            length = 0;
        }
        length += id.len();
        ids.push(id.to_owned());
    }
    if !ids.is_empty() {
        queries.push(Query::Ids(ids));
    }
    queries
}

fn email_queries(items: &[Item]) -> Vec<Query> {
    let wanting = items
        .iter()
        .enumerate()
        .filter(|(_, item)| item.wants_email());
    wanting
        .map(|(at, item)| Query::Email(at, item.row.email.as_str().to_owned()))
        .collect()
}

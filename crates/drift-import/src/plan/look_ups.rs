//! The look-ups of a plan: many external ids at a time, emails one by one, at the pace that Drift accepts.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use drift::pace::{Pace, Waiting};
use drift::{Contact, Contacts, ErrorKind};
use futures::stream::{FuturesUnordered, StreamExt};

use crate::context::poller::{Poller, is_beyond, wait_reason};
use crate::context::rate::RateCeiling;
use crate::error::Error;
use crate::input::value::address::key::spellings;
use crate::plan::undecided::Undecided;

/// External ids in one look-up; the most that Drift accepts is not documented.
const IDS: usize = 50;
/// The most that the ids of one look-up may be long together, so that the URL stays below 4 KiB.
const IDS_LENGTH: usize = 3_000;

/// Something to look up.
enum Query {
    Ids(Vec<String>),
    /// One spelling of the email of a row, by its position on the page.
    Email(usize, String),
}

/// A query, and the contacts that were found.
type Found = (Query, Vec<Contact>);

/// A query that was sent at a time since the start, and its response.
type Response = (Query, Duration, Result<Vec<Contact>, drift::Error>);

/// Looks contacts up, at the pace that Drift accepts.
pub(super) struct LookUps {
    contacts: Contacts,
    pace: Pace,
    rate: RateCeiling,
    started: Instant,
    last_success: Instant,
    poller: Poller,
}

impl LookUps {
    pub(super) fn new(
        contacts: Contacts,
        concurrency: usize,
        rate: RateCeiling,
        poller: Poller,
    ) -> Self {
        Self {
            contacts,
            pace: Pace::new(concurrency),
            rate,
            started: Instant::now(),
            last_success: Instant::now(),
            poller,
        }
    }

    /// Fills in which contacts have the external ids and the emails of rows.
    pub(super) async fn look_up(&mut self, rows: &mut [Undecided]) -> Result<(), Error> {
        let mut by_id: HashMap<String, Vec<Contact>> = HashMap::new();
        for (query, contacts) in self.run(id_queries(rows)).await? {
            let Query::Ids(ids) = query else { continue };
            for contact in contacts {
                let id = contact.external_id().unwrap_or_default();
                if ids.contains(&id) {
                    by_id.entry(id).or_default().push(contact);
                }
            }
        }
        for row in rows.iter_mut().filter(|row| !row.is_decided()) {
            if let Some(id) = row.external_id() {
                let found = by_id.get(id).map(Vec::as_slice).unwrap_or_default();
                row.set_found_by_id(found);
            }
        }
        for (query, contacts) in self.run(email_queries(rows)).await? {
            let Query::Email(at, _) = query else { continue };
            rows[at].add_found_by_email(&contacts);
        }
        Ok(())
    }

    /// Runs queries until each has succeeded.
    async fn run(&mut self, mut waiting: Vec<Query>) -> Result<Vec<Found>, Error> {
        let mut found = Vec::with_capacity(waiting.len());
        let mut in_flight = FuturesUnordered::new();
        self.last_success = Instant::now();
        while !waiting.is_empty() || !in_flight.is_empty() {
            let pause = self.pause();
            if in_flight.is_empty() && !pause.is_zero() {
                self.wait(pause).await?;
            }
            while in_flight.len() < self.pace.window() && self.pause().is_zero() {
                let Some(query) = waiting.pop() else { break };
                let sent = self.started.elapsed();
                self.rate.take(sent);
                in_flight.push(send(self.contacts.clone(), query, sent));
            }
            let Some((query, sent, response)) = in_flight.next().await else {
                continue;
            };
            match response {
                Ok(contacts) => {
                    self.pace.succeeded();
                    self.last_success = Instant::now();
                    found.push((query, contacts));
                }
                Err(error) => {
                    self.slow_down(sent, error)?;
                    waiting.push(query);
                }
            }
        }
        Ok(found)
    }

    fn pause(&self) -> Duration {
        let now = self.started.elapsed();
        self.pace.pause(now).max(self.rate.pause(now))
    }

    async fn wait(&self, pause: Duration) -> Result<(), Error> {
        let counters = &self.poller.counters;
        counters.set_pace(&self.pace, self.started.elapsed());
        self.poller.sleep(pause).await?;
        counters.set_pace(&self.pace, self.started.elapsed());
        Ok(())
    }

    /// Slows the pace after an error of a request that is to be sent again; returns any other error.
    fn slow_down(&mut self, sent: Duration, error: drift::Error) -> Result<(), Error> {
        let now = self.started.elapsed();
        let out_of_patience = self.last_success.elapsed() > self.poller.patience;
        match retry_reason(&error) {
            _ if is_beyond(self.poller.patience, &error) => Err(error.into()),
            Some(Waiting::Asked) => {
                self.pace.rate_limited(sent, now, error.retry_after());
                Ok(())
            }
            Some(_) if out_of_patience => Err(error.into()),
            Some(Waiting::RateLimit) => {
                self.pace.rate_limited(sent, now, None);
                Ok(())
            }
            Some(reason) => {
                self.pace.unreachable(sent, now, reason);
                Ok(())
            }
            _ => Err(error.into()),
        }
    }
}

/// Why to send a look-up again after this error. An unreadable response counts, since other look-ups may succeed.
fn retry_reason(error: &drift::Error) -> Option<Waiting> {
    let unreadable = error.kind() == ErrorKind::UnreadableResponse;
    wait_reason(error).or(unreadable.then_some(Waiting::Failing))
}

async fn send(contacts: Contacts, query: Query, sent: Duration) -> Response {
    let response = match &query {
        Query::Ids(ids) => contacts.find_by_external_ids(ids).await,
        Query::Email(_, email) => contacts
            .find_by_email(email)
            .await
            .map(drift::Matches::into_vec),
    };
    (query, sent, response)
}

fn id_queries(rows: &[Undecided]) -> Vec<Query> {
    let mut queries = Vec::new();
    let (mut ids, mut length) = (Vec::new(), 0);
    for row in rows.iter().filter(|row| !row.is_decided()) {
        let Some(id) = row.external_id() else {
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

fn email_queries(rows: &[Undecided]) -> Vec<Query> {
    let wanting = rows.iter().enumerate().filter(|(_, row)| row.wants_email());
    wanting
        .flat_map(|(at, row)| {
            let spellings = spellings(row.row.email.as_str()).into_iter();
            spellings.map(move |email| Query::Email(at, email))
        })
        .collect()
}

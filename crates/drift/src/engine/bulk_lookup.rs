//! Look-ups by many external ids: as few requests as the length of a URL allows, several at a time, at the pace of the client.

use std::collections::HashSet;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::Poll;

use crate::engine::call::Call;
use crate::engine::lookup::by_external_ids;
use crate::error::{Error, ErrorKind};
use crate::model::contact::Contact;

/// Requests in flight at a time.
const LANES: usize = 8;

/// The longest URL of a look-up, in bytes. RFC 9110 asks everybody to accept 8,000; common servers and proxies refuse
/// more than 8,190 (414).
const LONGEST_URL: usize = 8_000;

/// What a URL has beside the base URL and the ids: the path, and the kind of the ids.
const REST_OF_URL: usize = "/contacts?idType=external".len();

/// The contacts with some of the caller's own ids, by calls with URLs that servers accept. The most ids that Drift accepts
/// is not documented: where a call is refused (400, 414 and the like), half as many are asked for from then on.
pub(crate) async fn by_external_ids_in_parts(
    call: &Call<'_>,
    mut ids: Vec<String>,
) -> Result<Vec<Contact>, Error> {
    if ids.len() > 1 {
        let mut seen = HashSet::new();
        ids.retain(|id| seen.insert(id.clone()));
    }
    let room = LONGEST_URL.saturating_sub(call.connection.base_url().len() + REST_OF_URL);
    let is_one_part = part_length(&ids, usize::MAX, room) == ids.len();
    let parts = Parts(Mutex::new(State {
        ids,
        most: usize::MAX,
        room,
        found: Vec::new(),
    }));
    match is_one_part {
        true => parts.drain(call).await?,
        false => all((0..LANES).map(|_| parts.drain(call)).collect()).await?,
    }
    Ok(std::mem::take(&mut parts.state().found))
}

/// What is still to be asked for, and what was found.
struct Parts(Mutex<State>);

struct State {
    ids: Vec<String>,
    /// The most ids in one request.
    most: usize,
    /// The bytes of a URL that ids may take.
    room: usize,
    found: Vec<Contact>,
}

impl Parts {
    /// Asks for one part after another until none is left.
    async fn drain(&self, call: &Call<'_>) -> Result<(), Error> {
        while let Some(part) = self.next() {
            match by_external_ids(call, &part).await {
                Ok(contacts) => self.state().found.extend(contacts),
                Err(error) if part.len() > 1 && is_too_much(&error) => self.refused(part),
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn next(&self) -> Option<Vec<String>> {
        let mut state = self.state();
        if state.ids.is_empty() {
            return None;
        }
        let length = part_length(&state.ids, state.most, state.room);
        let rest = state.ids.split_off(length);
        Some(std::mem::replace(&mut state.ids, rest))
    }

    fn refused(&self, mut part: Vec<String>) {
        let mut state = self.state();
        state.most = state.most.min(part.len() / 2);
        part.append(&mut state.ids);
        state.ids = part;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Runs futures at the same time until all have ended, or one has failed.
async fn all<Running: Future<Output = Result<(), Error>>>(
    running: Vec<Running>,
) -> Result<(), Error> {
    let mut running: Vec<Pin<Box<Running>>> = running.into_iter().map(Box::pin).collect();
    poll_fn(|context| {
        let mut failed = None;
        running.retain_mut(|one| match one.as_mut().poll(context) {
            Poll::Pending => true,
            Poll::Ready(result) => {
                failed = failed.take().or(result.err());
                false
            }
        });
        match failed {
            Some(error) => Poll::Ready(Err(error)),
            None if running.is_empty() => Poll::Ready(Ok(())),
            None => Poll::Pending,
        }
    })
    .await
}

/// Whether fewer ids may be accepted.
fn is_too_much(error: &Error) -> bool {
    error.kind() == ErrorKind::InvalidRequest && error.is_final()
}

/// How many of the first ids go into one URL: at least one, at most `most`, and no more than fit into `room` bytes.
fn part_length(ids: &[String], most: usize, room: usize) -> usize {
    let lengths = ids.iter().scan(0_usize, |sum, id| {
        *sum = sum.saturating_add(length_in_url(id));
        Some(*sum)
    });
    lengths
        .take(most)
        .take_while(|length| *length <= room)
        .count()
        .max(1)
}

/// The length of `&id=…`, where most bytes beside letters and digits become three.
fn length_in_url(id: &str) -> usize {
    let encoded = id.bytes().map(|byte| match byte {
        b'*' | b'-' | b'.' | b'_' | b' ' => 1,
        _ if byte.is_ascii_alphanumeric() => 1,
        _ => 3,
    });
    "&id=".len() + encoded.sum::<usize>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_as_long_as_a_url_may_be() {
        let ids = ["a".repeat(6), "b".repeat(6), "c".repeat(6)];
        for (most, room, length) in [
            (usize::MAX, 30, 3),
            (usize::MAX, 29, 2),
            (usize::MAX, 0, 1),
            (2, 30, 2),
            (0, 30, 1),
        ] {
            assert_eq!(part_length(&ids, most, room), length, "{most} {room}");
        }
    }

    #[test]
    fn ids_are_as_long_as_they_are_encoded() {
        for id in ["r_4d87b39b68fdc855", "a b+c", "ä/€%&=", "*-._~!'()"] {
            let mut url = reqwest::Url::parse("http://a/?x").expect("a URL");
            let before = url.as_str().len();
            url.query_pairs_mut().append_pair("id", id);
            assert_eq!(length_in_url(id), url.as_str().len() - before, "{id}");
        }
    }
}

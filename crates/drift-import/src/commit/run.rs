//! A commit as a caller drives it: a stream of events.

use std::pin::Pin;
use std::sync::{Arc, mpsc};
use std::task::{Context, Poll, ready};

use drift::Client;
use futures::stream::{Stream, StreamExt};
use tokio::sync::mpsc::{Receiver, channel, unbounded_channel};

use crate::commit::feeder::{Channels, Feeder};
use crate::commit::result_files::ResultFiles;
use crate::commit::send::Sender;
use crate::context::cancel::Cancel;
use crate::context::import_context::ImportContext;
use crate::context::outcome::{Event, Summary};
use crate::error::Error;
use crate::journal::database::Journal;

/// Commits whose events wait to be read before the work waits too.
const UNREAD: usize = 2;

/// A commit that runs: a stream of how each row ended, then [`Event::Finished`]. It must be driven; when it is dropped
/// the import stops as if it was cancelled.
pub struct Run {
    events: Receiver<Result<Vec<Event>, Error>>,
    ready: std::vec::IntoIter<Event>,
    cancel: Cancel,
}

impl Run {
    pub(crate) fn start(
        context: Arc<ImportContext>,
        journal: Journal,
        client: Client,
        results: ResultFiles,
    ) -> Result<Self, Error> {
        let (events, receiver) = channel(UNREAD);
        let (reports, reported) = mpsc::channel();
        let (rows, to_send) = unbounded_channel();
        let cancel = context.cancel.clone();
        let sender = Sender::new(&client, context.clone(), journal.id()?, reports);
        tokio::spawn(sender.run(to_send));
        let channels = Channels {
            rows: Some(rows),
            reports: reported,
            events: events.clone(),
        };
        tokio::task::spawn_blocking(move || {
            let feeder = Feeder::new(context, journal, channels);
            let ended = feeder.and_then(|feeder| feeder.run(results));
            // The receiver is gone when the run was dropped.
            let _received =
                events.blocking_send(ended.map(|summary| vec![Event::Finished(summary)]));
        });
        Ok(Self {
            events: receiver,
            ready: Vec::new().into_iter(),
            cancel,
        })
    }

    /// The handle that stops it.
    pub fn canceller(&self) -> Cancel {
        self.cancel.clone()
    }

    /// Drives it to its end.
    ///
    /// # Errors
    ///
    /// [`Error::FileChanged`] when the file changed meanwhile; [`Error::Journal`] when the journal cannot be written;
    /// [`Error::File`] when a result file cannot. Where rows were sent by then it is [`Error::Broken`], with that error as its cause.
    pub async fn finish(mut self) -> Result<Summary, Error> {
        while let Some(event) = self.next().await {
            if let Event::Finished(summary) = event? {
                return Ok(summary);
            }
        }
        Err(Error::Interrupted)
    }
}

impl Stream for Run {
    type Item = Result<Event, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(event) = self.ready.next() {
                return Poll::Ready(Some(Ok(event)));
            }
            match ready!(self.events.poll_recv(context)) {
                Some(Ok(events)) => self.ready = events.into_iter(),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        self.cancel.cancel();
    }
}

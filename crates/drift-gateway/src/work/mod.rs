//! What is done for a request: in a task of its own, so that a caller who disconnects cancels nothing. It knows the library
//! and the store, and nothing of HTTP.
//!
//! Without a key (`unkeyed`) the library's own calls are made. With one (`keyed`) the request is stored before it leaves
//! and its response before the caller gets it. A delivery (`deliveries`) is a keyed request without its caller.

pub(crate) mod deliveries;
mod drive;
mod erasure;
pub(crate) mod keyed;
mod leased;
pub(crate) mod new_contact;
mod queue;
pub(crate) mod tickets;
pub(crate) mod token_exchange;
pub(crate) mod unkeyed;

use std::sync::Arc;
use std::time::Duration;

use drift::Client;
use tokio::task::JoinHandle;
use tokio_util::task::TaskTracker;
use tracing::Instrument;

use crate::accounts::Share;
use crate::observe::Metrics;
use crate::reply::{self, Reply};
use crate::store::{LeaseTerms, Store};
use queue::Queue;
use token_exchange::TokenExchange;

/// What all work shares.
pub(crate) struct Work {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) settings: Settings,
    tasks: TaskTracker,
    queue: Queue,
    /// Only where callers bring their own tokens.
    exchange: Option<TokenExchange>,
}

/// How requests are made.
#[derive(Clone)]
pub(crate) struct Settings {
    /// The limit for a keyed write with its retries and look-ups.
    pub(crate) total_time: Duration,
    /// The limit for one attempt.
    pub(crate) attempt_time: Duration,
    /// The attribute that proves which keyed create made a contact.
    pub(crate) stamp: Option<String>,
    /// The most requests in work or waiting.
    pub(crate) places: usize,
    /// The most deliveries in flight at a time.
    pub(crate) deliveries: usize,
}

impl Settings {
    /// The limit for one keyed request: a whole attempt, and the quarter of the time that the library keeps for a look-up.
    fn request_time(&self) -> Duration {
        let time = self.attempt_time.saturating_mul(4) / 3;
        time.min(self.total_time)
    }

    /// A lease is for two requests, and renewed while the work continues: a request is sent only while the lease outlasts it.
    /// A replica that dies is followed after the time of three requests at the latest.
    pub(crate) fn terms(&self) -> LeaseTerms {
        LeaseTerms {
            duration: self.request_time().saturating_mul(2),
            attempt_limit: self.request_time(),
        }
    }

    /// The client for a keyed request.
    pub(crate) fn for_one_request(&self, client: &Client) -> Client {
        let options = client.options().clone();
        client.with_options(options.total_timeout(self.request_time()))
    }
}

impl Work {
    pub(crate) fn new(store: Arc<dyn Store>, metrics: Arc<Metrics>, settings: Settings) -> Self {
        Self {
            store,
            metrics,
            tasks: TaskTracker::new(),
            queue: Queue::new(settings.places),
            exchange: None,
            settings,
        }
    }

    /// The same, which hands token requests on.
    pub(crate) fn with_exchange(mut self, exchange: Option<TokenExchange>) -> Self {
        self.exchange = exchange;
        self
    }

    /// Does it in a task of its own, which ends also where nobody waits for it. Where too many are in work or waiting, it is
    /// not begun.
    pub(crate) async fn run<T: From<Reply> + Send + 'static>(
        &self,
        share: &Share,
        work: impl Future<Output = T> + Send + 'static,
    ) -> T {
        let Some(place) = self.queue.take(share) else {
            self.metrics.refused();
            return reply::unavailable(
                "The queue of the gateway is full. Repeat the request after the time in Retry-After.",
            )
            .into();
        };
        let task = self.track(async move {
            let reply = work.await;
            drop(place);
            reply
        });
        task.await.unwrap_or_else(|_| {
            let sentence = "The gateway failed; send the request again with the same key";
            Reply::error(500, "internal_error", sentence).into()
        })
    }

    /// Starts work that ends also where nobody waits for it.
    pub(crate) fn track<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> JoinHandle<T> {
        self.tasks.spawn(work.in_current_span())
    }

    /// Waits until all work has ended.
    pub(crate) async fn finish(&self) {
        self.tasks.close();
        self.tasks.wait().await;
    }
}

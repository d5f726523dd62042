//! Drives a client: so many creates, so many at a time, on one thread.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use cpu_time::ProcessTime;

use crate::Fault;
use crate::person::{Person, people};

/// A client that creates contacts.
pub trait Creates: Send + Sync + 'static {
    /// Creates one, and returns its id.
    fn create(&self, person: &Person) -> impl Future<Output = Result<i64, Fault>> + Send;
}

/// What a run cost.
pub struct Cost {
    /// Creates.
    pub count: usize,
    /// CPU time of the whole process.
    pub cpu: Duration,
    /// Time by the clock.
    pub wall: Duration,
    /// The median time of one create.
    pub median: Duration,
}

impl fmt::Display for Cost {
    /// `COUNT CPU_NS WALL_NS MEDIAN_NS`, the one line that all programs print, in any language.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            count,
            cpu,
            wall,
            median,
        } = self;
        let (cpu, wall, median) = (cpu.as_nanos(), wall.as_nanos(), median.as_nanos());
        write!(formatter, "{count} {cpu} {wall} {median}")
    }
}

/// Creates `count` contacts, `in_flight` at a time.
///
/// # Errors
///
/// The first failure of any create.
pub async fn drive<C: Creates>(
    client: Arc<C>,
    in_flight: usize,
    count: usize,
) -> Result<Cost, Fault> {
    let people = Arc::new(people(count)?);
    let next = Arc::new(AtomicUsize::new(0));
    let (cpu, start) = (ProcessTime::try_now()?, Instant::now());
    let workers: Vec<_> = (0..in_flight)
        .map(|_| tokio::spawn(work(client.clone(), people.clone(), next.clone())))
        .collect();
    let mut times = Vec::with_capacity(count);
    for worker in workers {
        times.extend(worker.await??);
    }
    let (cpu, wall) = (cpu.try_elapsed()?, start.elapsed());
    times.sort_unstable();
    let median = times.get(times.len() / 2).copied().unwrap_or_default();
    Ok(Cost {
        count,
        cpu,
        wall,
        median,
    })
}

async fn work<C: Creates>(
    client: Arc<C>,
    people: Arc<Vec<Person>>,
    next: Arc<AtomicUsize>,
) -> Result<Vec<Duration>, Fault> {
    let mut times = Vec::new();
    while let Some(person) = people.get(next.fetch_add(1, Ordering::Relaxed)) {
        let start = Instant::now();
        if client.create(person).await? == 0 {
            return Err("the response has no id".into());
        }
        times.push(start.elapsed());
    }
    Ok(times)
}

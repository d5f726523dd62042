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

impl Cost {
    fn new(cpu: Duration, wall: Duration, mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        let median = times.get(times.len() / 2).copied().unwrap_or_default();
        Self {
            count: times.len(),
            cpu,
            wall,
            median,
        }
    }
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

/// Creates `count` contacts, `in_flight` at a time, each after a pause.
///
/// # Errors
///
/// The first failure of any create.
pub async fn drive<C: Creates>(
    client: Arc<C>,
    in_flight: usize,
    count: usize,
    pause: Duration,
) -> Result<Cost, Fault> {
    let people = Arc::new(people(count)?);
    let next = Arc::new(AtomicUsize::new(0));
    let (cpu, start) = (ProcessTime::try_now()?, Instant::now());
    let workers: Vec<_> = (0..in_flight)
        .map(|_| tokio::spawn(work(client.clone(), people.clone(), next.clone(), pause)))
        .collect();
    let mut times = Vec::with_capacity(count);
    for worker in workers {
        times.extend(worker.await??);
    }
    Ok(Cost::new(cpu.try_elapsed()?, start.elapsed(), times))
}

/// The same for a client that blocks: one create at a time.
///
/// # Errors
///
/// The first failure of any create.
pub fn block(
    create: impl Fn(&Person) -> Result<i64, Fault>,
    count: usize,
    pause: Duration,
) -> Result<Cost, Fault> {
    let people = people(count)?;
    let (cpu, start) = (ProcessTime::try_now()?, Instant::now());
    let mut times = Vec::with_capacity(count);
    for person in &people {
        if !pause.is_zero() {
            std::thread::sleep(pause);
        }
        let start = Instant::now();
        create(person)?;
        times.push(start.elapsed());
    }
    Ok(Cost::new(cpu.try_elapsed()?, start.elapsed(), times))
}

async fn work<C: Creates>(
    client: Arc<C>,
    people: Arc<Vec<Person>>,
    next: Arc<AtomicUsize>,
    pause: Duration,
) -> Result<Vec<Duration>, Fault> {
    let mut times = Vec::new();
    while let Some(person) = people.get(next.fetch_add(1, Ordering::Relaxed)) {
        if !pause.is_zero() {
            tokio::time::sleep(pause).await;
        }
        let start = Instant::now();
        if client.create(person).await? == 0 {
            return Err("the response has no id".into());
        }
        times.push(start.elapsed());
    }
    Ok(times)
}

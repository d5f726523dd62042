//! Signals that ask the command to stop, for work that must not simply stop: Ctrl-C (SIGINT), SIGTERM, SIGHUP of a terminal
//! that closes, and SIGQUIT.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::failure::Failure;

static CAME: AtomicBool = AtomicBool::new(false);

/// Whether a signal came that was waited for.
pub fn signal_came() -> bool {
    CAME.load(Ordering::Relaxed)
}

/// Waits for any of them. A signal counts from the call of this function on. One that was ignored when the command
/// started, as `nohup` has it, stays so.
#[cfg(unix)]
pub fn stop_signal() -> Result<impl Future<Output = ()>, Failure> {
    use tokio::signal::unix::{SignalKind, signal};
    let kinds = [
        SignalKind::hangup(),
        SignalKind::interrupt(),
        SignalKind::quit(),
        SignalKind::terminate(),
    ];
    let heard = kinds.into_iter().filter(|kind| !is_ignored(*kind));
    let mut listening = heard
        .map(signal)
        .collect::<Result<Vec<_>, _>>()
        .map_err(|cause| Failure::other(format!("signals cannot be waited for: {cause}")))?;
    Ok(async move {
        std::future::poll_fn(|context| {
            let mut came = listening.iter_mut();
            match came.any(|signal| signal.poll_recv(context).is_ready()) {
                true => std::task::Poll::Ready(()),
                false => std::task::Poll::Pending,
            }
        })
        .await;
        CAME.store(true, Ordering::Relaxed);
    })
}

/// Whether a signal was ignored when it was first asked for, where the system says so.
#[cfg(unix)]
fn is_ignored(kind: tokio::signal::unix::SignalKind) -> bool {
    static IGNORED: std::sync::OnceLock<u64> = std::sync::OnceLock::new();
    let ignored = IGNORED.get_or_init(|| {
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
        mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
            .unwrap_or_default()
    });
    let bit = kind.as_raw_value() - 1;
    ignored >> bit & 1 == 1
}

/// Waits for Ctrl-C.
#[cfg(not(unix))]
pub fn stop_signal() -> Result<impl Future<Output = ()>, Failure> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
        CAME.store(true, Ordering::Relaxed);
    })
}

/// Runs a create until it ends or a signal comes. After a signal it is unknown whether Drift executed it.
pub async fn unless_stopped<T>(
    create: impl Future<Output = Result<T, Failure>>,
    look_up: &str,
) -> Result<T, Failure> {
    let stopped = stop_signal()?;
    tokio::select! {
        ended = create => ended,
        () = stopped => Err(Failure::unknown(
            "interrupted",
            "stopped before the response arrived: the contact may or may not have been created",
        )
        .next(format!("look before you create it again: {look_up}"))),
    }
}

//! Ctrl-C and SIGTERM, for work that must not simply stop.

use crate::failure::Failure;

/// Waits for either signal. A signal counts from the call of this function on.
#[cfg(unix)]
pub fn stop_signal() -> Result<impl Future<Output = ()>, Failure> {
    use tokio::signal::unix::{SignalKind, signal};
    let no_signals = |cause| Failure::other(format!("signals cannot be waited for: {cause}"));
    let mut terminate = signal(SignalKind::terminate()).map_err(no_signals)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(no_signals)?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// Waits for Ctrl-C.
#[cfg(not(unix))]
pub fn stop_signal() -> Result<impl Future<Output = ()>, Failure> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
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
            "stopped before the answer came: the contact may have been created or not",
        )
        .next(format!("look before you create it again: {look_up}"))),
    }
}

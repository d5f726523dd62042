//! Ctrl-C and SIGTERM, for what must not just stop.

use crate::failure::Failure;

/// A wait for either signal, ready from now on.
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

/// A wait for Ctrl-C.
#[cfg(not(unix))]
pub fn stop_signal() -> Result<impl Future<Output = ()>, Failure> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}

/// Runs a create until it ends or the person ends it: then it is not known whether it was executed.
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

//! Wakes whoever waits in this process for what another replica has changed. A poll is the safety net, so a notification
//! may be lost.

use std::future::poll_fn;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinHandle;
use tokio_postgres::tls::{MakeTlsConnect, TlsConnect};
use tokio_postgres::{AsyncMessage, Client, Connection, NoTls, Notification, Socket};

use super::config::Location;
use super::tls;
use crate::store::StoreError;
use crate::store::record::RecordId;
use crate::store::waiters::{Topic, Waiters};

/// Between two attempts to connect.
const PAUSE: Duration = Duration::from_secs(1);

const CHANNEL: &str = "drift_gateway";
const DELIVERY: &str = "delivery";

/// What notifies all replicas of a topic.
pub(super) fn payload(topic: Topic) -> String {
    match topic {
        Topic::Record(id) => format!("{id:?}"),
        Topic::Delivery => DELIVERY.to_owned(),
    }
}

/// Sends a notification; it is committed by itself, after what it is about. PostgreSQL commits transactions that notify
/// one after the other, so this one writes nothing else.
pub(super) const NOTIFY: &str = "SELECT pg_notify('drift_gateway', $1)";

fn topic(payload: &str) -> Option<Topic> {
    if payload == DELIVERY {
        return Some(Topic::Delivery);
    }
    let number = u128::from_str_radix(payload, 16).ok()?;
    Some(Topic::Record(RecordId::of_bytes(number.to_be_bytes())))
}

/// Listens on a connection of its own until it is aborted.
pub(super) fn start(
    location: Arc<Location>,
    waiters: Arc<Waiters>,
) -> Result<JoinHandle<()>, StoreError> {
    match &location.tls {
        Some(trust) => {
            let tls = tls::connector(trust)?;
            Ok(tokio::spawn(listen(location, tls, waiters)))
        }
        None => Ok(tokio::spawn(listen(location, NoTls, waiters))),
    }
}

async fn listen<T>(location: Arc<Location>, tls: T, waiters: Arc<Waiters>)
where
    T: MakeTlsConnect<Socket> + Clone + Send,
    T::TlsConnect: Send,
    T::Stream: Send + Unpin,
    <T::TlsConnect as TlsConnect<Socket>>::Future: Send,
{
    loop {
        if let Ok((client, connection)) = location.config.connect(tls.clone()).await {
            forward(client, connection, &waiters).await;
        }
        // What happened meanwhile was not heard.
        waiters.wake_all();
        tokio::time::sleep(PAUSE).await;
    }
}

/// Wakes waiters until the connection ends.
async fn forward<S>(client: Client, mut connection: Connection<Socket, S>, waiters: &Waiters)
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin,
{
    let mut listening = std::pin::pin!(async {
        if client
            .batch_execute(&format!("LISTEN {CHANNEL}"))
            .await
            .is_ok()
        {
            // Changes from before are not heard; from now on none is missed.
            waiters.wake_all();
        }
    });
    let mut listens = false;
    loop {
        tokio::select! {
            () = &mut listening, if !listens => listens = true,
            message = poll_fn(|context| connection.poll_message(context)) => match message {
                Some(Ok(AsyncMessage::Notification(heard))) => wake(waiters, &heard),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return,
            },
        }
    }
}

fn wake(waiters: &Waiters, heard: &Notification) {
    if heard.channel() == CHANNEL
        && let Some(topic) = topic(heard.payload())
    {
        waiters.wake(topic);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notification_names_its_topic() {
        for all in [
            Topic::Delivery,
            Topic::Record(RecordId::of_bytes([0; 16])),
            Topic::Record(RecordId::of_bytes([0xAB; 16])),
        ] {
            assert_eq!(topic(&payload(all)), Some(all));
        }
        assert_eq!(topic("something else"), None);
        assert!(NOTIFY.contains(CHANNEL));
    }
}

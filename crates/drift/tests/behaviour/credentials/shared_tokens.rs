//! Tokens that processes keep together: one renews them for all, and what could not be kept is kept later.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use drift::credentials::{LockedTokens, OAuth, OAuthTokens, SharedFuture, SharedTokens};
use drift::{Client, ErrorKind};
use drift_tests::ada;
use tokio::sync::{Mutex, OwnedMutexGuard};

use crate::credentials::client;
use crate::credentials::oauth::{
    app, create_many, create_with_all, emulator, expire_all, rotating, unforeseen,
};

/// A row of a database.
#[derive(Clone, Default)]
struct Row {
    tokens: Arc<Mutex<Option<OAuthTokens>>>,
    /// So many more writes fail.
    failures: Arc<AtomicU32>,
}

struct LockedRow {
    tokens: OwnedMutexGuard<Option<OAuthTokens>>,
    failures: Arc<AtomicU32>,
}

impl SharedTokens for Row {
    fn lock(&self) -> SharedFuture<'_, Box<dyn LockedTokens>> {
        Box::pin(async {
            let locked = LockedRow {
                tokens: self.tokens.clone().lock_owned().await,
                failures: self.failures.clone(),
            };
            Ok(Box::new(locked) as Box<dyn LockedTokens>)
        })
    }
}

impl LockedTokens for LockedRow {
    fn current(&self) -> Option<OAuthTokens> {
        self.tokens.clone()
    }

    fn keep(mut self: Box<Self>, tokens: &OAuthTokens) -> SharedFuture<'static, ()> {
        let tokens = tokens.clone();
        Box::pin(async move {
            let fails = |left: u32| left.checked_sub(1);
            let counted = self
                .failures
                .fetch_update(Ordering::AcqRel, Ordering::Acquire, fails);
            if counted.is_ok() {
                return Err("the database is away".into());
            }
            *self.tokens = Some(tokens);
            Ok(())
        })
    }
}

/// A refresh token works once, so two that renew with the same one would lock each other out.
fn once() -> drift_emulator::Settings {
    rotating(drift_emulator::settings::RefreshTokens::Rotate)
}

#[tokio::test]
async fn processes_that_share_a_row_renew_once() {
    let emulator = emulator(once()).await;
    let (row, login) = (Row::default(), unforeseen(&emulator));
    let clients: Vec<Client> = (0..4)
        .map(|_| {
            let credentials = OAuth::shared_by(app(), login.clone(), row.clone());
            client(&emulator, credentials)
        })
        .collect();
    for (round, expected) in [(0, 0), (1, 1), (2, 2)] {
        create_with_all(&clients, round).await;
        assert_eq!(emulator.state().token_refreshes(), expected);
        expire_all(&emulator);
    }
    // A process that starts later has the login's tokens, which are long spent.
    let late = client(&emulator, OAuth::shared_by(app(), login, row));
    create_many(&late, "late-").await;
    assert_eq!(emulator.state().token_refreshes(), 3);
}

#[tokio::test]
async fn what_could_not_be_kept_in_the_row_is_kept_later() {
    let emulator = emulator(once()).await;
    let (row, login) = (Row::default(), unforeseen(&emulator));
    row.failures.store(2, Ordering::Release);
    let renews = client(
        &emulator,
        OAuth::shared_by(app(), login.clone(), row.clone()),
    );
    expire_all(&emulator);
    let id = renews.contacts().create(ada()).await.expect("created");
    let id = id.contact().id();
    while row.tokens.lock().await.is_none() {
        renews.contacts().get(id).await.expect("the token works");
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    assert_eq!(emulator.state().token_refreshes(), 1);
    let other = client(&emulator, OAuth::shared_by(app(), login, row));
    other
        .contacts()
        .get(id)
        .await
        .expect("by the tokens of the row");
    assert_eq!(emulator.state().token_refreshes(), 1);
}

#[tokio::test]
async fn a_login_that_the_row_cannot_help_is_refused() {
    let emulator = emulator(once()).await;
    let login = unforeseen(&emulator);
    let credentials = OAuth::shared_by(app(), login, Row::default());
    let client = client(&emulator, credentials);
    emulator.state().revoke_all_tokens();
    let error = client.contacts().create(ada()).await.expect_err("revoked");
    assert_eq!(error.kind(), ErrorKind::LoginRequired);
}

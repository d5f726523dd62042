//! Deletes.

use drift::ErrorKind;
use drift_tests::{ada, started};

use crate::created;

#[tokio::test]
async fn a_deleted_contact_is_gone() {
    let (_emulator, client) = started().await;
    let contact = created(&client, ada()).await;
    client
        .contacts()
        .delete(contact.id())
        .await
        .expect("deleted");
    assert!(
        client
            .contacts()
            .find_by_email("ada@example.test")
            .await
            .expect("a list")
            .is_empty()
    );
    let error = client
        .contacts()
        .delete(contact.id())
        .await
        .expect_err("gone");
    assert_eq!(error.kind(), ErrorKind::NotFound);
}

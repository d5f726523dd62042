//! Addresses on a do-not-contact list.

use drift_import::Suppression;

use crate::support::{Fixture, leads, quick};

#[tokio::test]
async fn suppressed_addresses_are_never_sent() {
    let fixture = Fixture::new().await;
    let list = fixture.file("list.txt", "LEAD1@example.test\n@gone.test\n");
    let file = fixture.file("leads.csv", format!("{}x@gone.test,X,pro\n", leads(3)));
    let mut options = quick();
    options.suppress = Some(Suppression::read(&list, None).expect("a list"));
    let summary = fixture.commit(&file, options).await;
    assert_eq!((summary.created, summary.refused), (2, 2));
    assert_eq!(
        fixture
            .emulator
            .state()
            .count_by_email("lead1@example.test")
            .await
            .expect("a count"),
        0
    );
}

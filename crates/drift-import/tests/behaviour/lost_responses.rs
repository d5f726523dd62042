//! Responses that are lost after or before a create was executed.

use crate::support::{Fixture, leads, losing, quick};

#[tokio::test]
async fn lost_responses_double_nothing_and_are_reported_truly() {
    for (stamp, commit) in [(None, true), (None, false), (Some("import_stamp"), true)] {
        let fixture = Fixture::new().await;
        fixture
            .emulator
            .faults()
            .add(losing(0.2, commit, 7))
            .expect("a fault");
        let file = fixture.file("leads.csv", leads(200));
        let mut options = quick();
        options.stamp = stamp.map(str::to_owned);
        let summary = fixture.commit(&file, options).await;
        assert_eq!(fixture.contacts().await, 200);
        assert_eq!((summary.unknown, summary.refused, summary.left), (0, 0, 0));
        assert_eq!(summary.created + summary.existed, 200);
        // Without a stamp a contact found after a lost response is not claimed; with one it is proved.
        assert_eq!(
            summary.existed > 0,
            stamp.is_none() && commit,
            "{stamp:?} {commit}"
        );
        for row in fixture.results("leads.existed.csv") {
            assert!(row["drift_reason"].contains("not proved"), "{row:?}");
            assert!(!row["drift_contact_id"].is_empty());
        }
    }
}

//! A run that goes wrong everywhere stops, and the next one goes on.

use drift_emulator::{Effect, Fault};
use drift_import::{Options, Stop, Summary};

use crate::support::{Fixture, leads, quick};

fn at_most(errors: u64) -> Options {
    let mut options = quick();
    options.max_errors = Some(errors);
    options.offline = true;
    options
}

async fn with_refusals(share: f64) -> Fixture {
    let fixture = Fixture::new().await;
    let no = Effect::Status {
        status: 400,
        headers: std::collections::BTreeMap::new(),
        body: None,
        commit: false,
    };
    let no = Fault::new(no)
        .method("POST")
        .path("/contacts")
        .share(share, 7);
    fixture.emulator.faults().add(no).expect("a fault");
    fixture
}

fn is_stopped(summary: &Summary, errors: u64) -> bool {
    matches!(summary.stopped, Some(Stop::TooManyErrors(counted)) if counted == errors)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_more_rows_fail_than_are_allowed() {
    for errors in [1, 10, 40] {
        let fixture = with_refusals(1.0).await;
        let file = fixture.file("leads.csv", leads(300));
        let summary = fixture.commit(&file, at_most(errors)).await;
        assert!(is_stopped(&summary, errors), "{errors}: {summary:?}");
        assert_eq!((summary.refused, summary.left), (errors, 300 - errors));
        assert_eq!(summary.exit_code(), 3);
        fixture.emulator.faults().clear();
        let again = fixture.commit(&file, at_most(errors)).await;
        assert_eq!((again.refused, again.created), (errors, 300 - errors));
        assert_eq!((again.exit_code(), again.stopped.is_none()), (1, true));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_that_are_refused_by_the_plan_are_no_errors_of_the_run() {
    let fixture = Fixture::new().await;
    let text = format!("{}{}", leads(5), "nobody,Bob,free\n".repeat(9));
    let file = fixture.file("leads.csv", text);
    let summary = fixture.commit(&file, at_most(2)).await;
    assert_eq!((summary.created, summary.refused), (5, 9));
    assert!(summary.stopped.is_none());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fewer_errors_than_allowed_stop_nothing() {
    let fixture = with_refusals(0.1).await;
    let file = fixture.file("leads.csv", leads(300));
    let summary = fixture.commit(&file, at_most(300)).await;
    assert!(summary.refused > 5 && summary.left == 0, "{summary:?}");
    assert!(summary.stopped.is_none());
}

//! `drift identity sign`.

use crate::support::{Workspace, finished};

#[test]
fn weak_keys_and_unusable_ids_or_lifetimes_are_refused() {
    let workspace = Workspace::new();
    let (short, key) = ("k", "the signing key of a test");
    for (key, id, time, expected) in [
        (key, "u_9f3c1ad2", "1h", None),
        (short, "u_9f3c1ad2", "1h", Some("16 bytes")),
        (key, "", "1h", Some("no external id")),
        (key, "u_9f3c1ad2", "0s", Some("a second")),
        (key, "u_9f3c1ad2", "999999999999h", Some("9999")),
    ] {
        let mut command = workspace.command();
        command
            .args(["identity", "sign", id, "--expires-in", time])
            .env("DRIFT_SIGNING_KEY", key);
        let finished = finished(&command.output().expect("the binary runs"));
        let code = if expected.is_some() { 2 } else { 0 };
        assert_eq!(
            finished.code, code,
            "{id} {time}: {}{}",
            finished.stdout, finished.stderr
        );
        assert!(
            finished.stderr.contains(expected.unwrap_or_default()),
            "{}",
            finished.stderr
        );
        assert_eq!(
            finished.stdout.is_empty(),
            expected.is_some(),
            "{id} {time}"
        );
    }
}

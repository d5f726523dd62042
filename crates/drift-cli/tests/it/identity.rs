//! `drift identity`: what is not signed.

use crate::desk::Desk;

#[test]
fn what_would_protect_nobody_is_not_signed() {
    let desk = Desk::new();
    let (short, key) = ("k", "the signing key of a test");
    for (key, id, time, said) in [
        (key, "u_9f3c1ad2", "1h", None),
        (short, "u_9f3c1ad2", "1h", Some("16 bytes")),
        (key, "", "1h", Some("no external id")),
        (key, "u_9f3c1ad2", "0s", Some("a second")),
        (key, "u_9f3c1ad2", "999999999999h", Some("9999")),
    ] {
        let mut command = desk.command();
        command
            .args(["identity", "sign", id, "--expires-in", time])
            .env("DRIFT_SIGNING_KEY", key);
        let ended = crate::desk::ended(&command.output().expect("the binary runs"));
        let code = if said.is_some() { 2 } else { 0 };
        assert_eq!(ended.code, code, "{id} {time}: {}{}", ended.out, ended.err);
        assert!(
            ended.err.contains(said.unwrap_or_default()),
            "{}",
            ended.err
        );
        assert_eq!(ended.out.is_empty(), said.is_some(), "{id} {time}");
    }
}

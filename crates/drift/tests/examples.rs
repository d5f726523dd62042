//! The programs of `examples/`, run; what they print is what they say that they do.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

const PRINTED: [(&str, &str); 7] = [
    ("create_contact", "Ada Lovelace: Some(12) seats\n"),
    (
        "ensure_lead",
        "lead 7: new\n\
         lead 7: known already\n\
         lead 19: known already\n\
         lead 20: new\n\
         2 contacts\n",
    ),
    (
        "erase_person",
        "unsubscribed\n\
         the data are mailed to admin@example.test\n\
         erased: 0 contacts left\n",
    ),
    (
        "explain_errors",
        "DuplicateEmail, Refused: look the contact up before creating it again\n\
         NotFound, Refused: fix the input\n\
         Unauthorized, Refused: check the token; an administrator of Drift can give another one, or a scope\n\
         Connect, NotSent: try again in 1 s\n\
         Input, NotSent: fix the input\n\
         RateLimited, Refused: try again in 1 s\n",
    ),
    (
        "recover_lost_response",
        "recovered: the response was lost, the contact is ours\n\
         1 contact\n",
    ),
    (
        "resolve_ticket",
        "it is unknown whether the contact was created; looking for it failed: \
         Drift failed (status 500, request emulated-00000001); look the contact up before creating it again\n\
         there, and ours\n",
    ),
    (
        "sync_customers",
        "free: 100 created, 0 updated\n\
         pro: 0 created, 100 updated\n",
    ),
];

/// Where Cargo puts the examples: beside the folder that this test is in.
fn folder() -> PathBuf {
    let test = std::env::current_exe().expect("this program");
    test.ancestors().nth(2).expect("a folder").join("examples")
}

/// `cargo test` has built them, unless it built this test alone.
fn built(name: &str) -> PathBuf {
    let program = folder().join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    if !program.exists() {
        let target = folder().ancestors().nth(2).map(Path::to_owned);
        let ended = Command::new(env!("CARGO"))
            .args(["build", "-p", "drift", "--examples", "--target-dir"])
            .arg(target.expect("a folder"))
            .status();
        assert!(ended.expect("cargo").success(), "the examples do not build");
    }
    program
}

#[test]
fn every_example_prints_what_it_should() {
    for (name, printed) in PRINTED {
        let ended = Command::new(built(name)).output().expect(name);
        let error = String::from_utf8_lossy(&ended.stderr);
        assert!(ended.status.success(), "{name}: {error}");
        assert_eq!(String::from_utf8_lossy(&ended.stdout), printed, "{name}");
    }
}

#[test]
fn no_example_is_left_out() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let files = std::fs::read_dir(folder).expect("the examples");
    let files = files.map(|file| file.expect("a file").path());
    let there: BTreeSet<String> = files
        .filter_map(|file| Some(file.file_stem()?.to_str()?.to_owned()))
        .collect();
    assert_eq!(there, PRINTED.map(|(name, _)| name.to_owned()).into());
}

//! The database behind `--sandbox`: its permissions, what to do when it is damaged, and serving it.

use crate::support::{EmulatorProcess, Workspace, account};

const CREATE: &str = "--sandbox contacts create --email ada@example.test";

#[cfg(unix)]
#[test]
fn only_its_owner_can_read_it() {
    use std::os::unix::fs::PermissionsExt;
    let workspace = Workspace::new();
    assert_eq!(workspace.run(CREATE).code, 0);
    let folder = workspace.path().join("data/drift");
    let files = std::fs::read_dir(&folder).expect("a folder");
    let paths: Vec<_> = files.map(|file| file.expect("a file").path()).collect();
    assert!(paths.contains(&folder.join("sandbox.db")));
    for path in paths {
        let mode = std::fs::metadata(&path)
            .expect("a file")
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600, "{}", path.display());
    }
}

#[test]
fn a_damaged_one_can_be_emptied() {
    let workspace = Workspace::new();
    assert_eq!(workspace.run(CREATE).code, 0);
    let file = workspace.path().join("data/drift/sandbox.db");
    std::fs::write(&file, "no database".repeat(1_000)).expect("a file");
    for line in [CREATE, "--sandbox emulator --port 0"] {
        let damaged = workspace.run(line);
        assert_eq!(damaged.code, 2, "{}", damaged.stderr);
        assert!(
            damaged.stderr.contains("drift sandbox reset --yes"),
            "{line}: {}",
            damaged.stderr
        );
    }
    assert_eq!(workspace.run("sandbox reset --yes").code, 0);
    assert_eq!(workspace.run(CREATE).code, 0);
}

#[test]
fn it_can_be_served_and_used_at_the_same_time() {
    let workspace = Workspace::new();
    let emulator = EmulatorProcess::start(&workspace, "--sandbox");
    assert_eq!(
        workspace
            .run("--sandbox contacts create --email ada@example.test")
            .code,
        0
    );
    let environment = account("sandbox", emulator.url.as_str());
    assert_eq!(
        workspace
            .run_with("contacts find --email ada@example.test", &environment)
            .code,
        0
    );
    assert_eq!(
        workspace
            .run_with("contacts create --email ada@example.test", &environment)
            .code,
        1
    );
}

#[cfg(unix)]
#[test]
fn a_reset_of_a_linked_file_says_that_the_linked_database_is_unchanged() {
    let workspace = Workspace::new();
    assert_eq!(workspace.run(CREATE).code, 0);
    let file = workspace.path().join("data/drift/sandbox.db");
    let kept = workspace.path().join("kept.db");
    std::fs::rename(&file, &kept).expect("a move");
    std::os::unix::fs::symlink(&kept, &file).expect("a link");
    let reset = workspace.run("sandbox reset --yes");
    assert_eq!(reset.code, 0, "{}", reset.stderr);
    assert!(reset.stdout.contains("kept.db"), "{}", reset.stdout);
    assert!(kept.exists() && !file.exists());
}

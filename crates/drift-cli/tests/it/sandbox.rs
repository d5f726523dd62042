//! The file behind `--sandbox`: whose it is, and what to do when it is damaged.

use crate::desk::Desk;

const CREATE: &str = "--sandbox contacts create --email ada@example.test";

#[cfg(unix)]
#[test]
fn it_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let desk = Desk::new();
    assert_eq!(desk.run(CREATE).code, 0);
    let folder = desk.path().join("data/drift");
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
    let desk = Desk::new();
    assert_eq!(desk.run(CREATE).code, 0);
    let file = desk.path().join("data/drift/sandbox.db");
    std::fs::write(&file, "no database".repeat(1_000)).expect("a file");
    for line in [CREATE, "--sandbox emulator --port 0"] {
        let damaged = desk.run(line);
        assert_eq!(damaged.code, 2, "{}", damaged.err);
        assert!(
            damaged.err.contains("drift sandbox reset --yes"),
            "{line}: {}",
            damaged.err
        );
    }
    assert_eq!(desk.run("sandbox reset --yes").code, 0);
    assert_eq!(desk.run(CREATE).code, 0);
}

#[cfg(unix)]
#[test]
fn a_reset_of_a_linked_file_says_that_the_linked_database_is_unchanged() {
    let desk = Desk::new();
    assert_eq!(desk.run(CREATE).code, 0);
    let file = desk.path().join("data/drift/sandbox.db");
    let kept = desk.path().join("kept.db");
    std::fs::rename(&file, &kept).expect("a move");
    std::os::unix::fs::symlink(&kept, &file).expect("a link");
    let reset = desk.run("sandbox reset --yes");
    assert_eq!(reset.code, 0, "{}", reset.err);
    assert!(reset.out.contains("kept.db"), "{}", reset.out);
    assert!(kept.exists() && !file.exists());
}

//! `--undo`: what it deletes, and what it says before.

use crate::support::{ImportWorkspace, finished as finished_of, leads};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_undo_deletes_the_created_contacts() {
    let workspace = ImportWorkspace::new().await;
    workspace.file("leads.csv", &leads(5));
    workspace.run("contacts import leads.csv");
    let finished = workspace.run("contacts import --undo leads.csv.drift-journal --yes");
    assert_eq!(finished.code, 0, "{}", finished.stderr);
    assert!(
        finished.stdout.contains("5 contacts deleted"),
        "{}",
        finished.stdout
    );
    assert_eq!(workspace.contacts().await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_undo_first_says_how_many_contacts_the_file_no_longer_holds() {
    let workspace = ImportWorkspace::new().await;
    workspace.file("leads.csv", &leads(3));
    workspace.run("contacts import leads.csv");
    workspace.file("leads.csv", "email,name\nlead0@example.test,Lead 0\n");
    workspace.run("contacts import leads.csv");
    let undo = "contacts import --undo leads.csv.drift-journal";
    let expected = "delete 3 contacts from Drift, 2 of them from earlier versions of the file";
    let finished = workspace.run(undo);
    assert!(
        finished.code == 2 && finished.stderr.contains(expected),
        "{}",
        finished.stderr
    );
    let error = workspace.run(&format!("{undo} --json")).error();
    assert_eq!(
        (&error["contacts"], &error["earlier"]),
        (&3.into(), &2.into())
    );
    let finished = workspace.run(&format!("{undo} --yes --dry-run"));
    assert!(
        finished.code == 0 && finished.stdout.contains(expected),
        "{}",
        finished.stdout
    );
    let finished = workspace.run(&format!("{undo} --dry-run --json"));
    assert_eq!(finished.json()["undoable"]["earlier"], 2);
    assert_eq!(workspace.contacts().await, 3);
    let finished = workspace.run(&format!("{undo} --yes"));
    assert!(finished.stderr.contains(expected), "{}", finished.stderr);
    assert_eq!((finished.code, workspace.contacts().await), (0, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_undo_lists_what_it_will_delete() {
    let workspace = ImportWorkspace::new().await;
    workspace.file("leads.csv", &leads(2));
    // One after the other, so that the first row has the first id.
    workspace.run("contacts import leads.csv --concurrency 1");
    let undo = "contacts import --undo leads.csv.drift-journal";
    let contact = "delete 24100000019 lead0@example.test\n";
    for (line, code, lines) in [(undo, 2, 3), (&format!("{undo} --dry-run"), 0, 4)] {
        let finished = workspace.run(line);
        assert_eq!(finished.code, code, "{line}: {}", finished.stderr);
        assert!(finished.stdout.starts_with(contact), "{}", finished.stdout);
        assert_eq!(
            finished.stdout.lines().count(),
            lines,
            "{}",
            finished.stdout
        );
        let next = format!("to delete them: drift {undo}\n");
        assert_eq!(finished.stdout.ends_with(&next), code == 0);
    }
    let wrong = workspace.run("contacts import --undo leads.csv");
    let hint = "name its journal: --undo leads.csv.drift-journal";
    assert!(wrong.stderr.contains(hint), "{}", wrong.stderr);
    let listed = workspace.run(&format!("{undo} --dry-run --json")).json();
    let first = &listed["undoable"]["list"][0];
    assert_eq!(first["email"], "lead0@example.test");
    assert_eq!(first["verdict"], "delete");
    let finished = workspace.run(&format!("{undo} --json"));
    assert_eq!((finished.code, finished.stdout.as_str()), (2, ""));
    // Without an account, or offline, the ids alone.
    let mut command = workspace.command(&format!("{undo} --dry-run"));
    command
        .env_remove("DRIFT_TOKEN")
        .env_remove("DRIFT_BASE_URL");
    let without = finished_of(&command.output().expect("it runs"));
    let offline = workspace.run(&format!("{undo} --dry-run --offline"));
    for finished in [without, offline] {
        assert_eq!(finished.code, 0, "{}", finished.stderr);
        assert!(
            finished.stdout.starts_with("delete 24100000019\n"),
            "{}",
            finished.stdout
        );
    }
    assert_eq!(workspace.contacts().await, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_contact_that_the_journal_does_not_name_rightly_is_kept_and_reported() {
    let workspace = ImportWorkspace::new().await;
    workspace.run("contacts create --email victim@example.test");
    workspace.file("leads.csv", &leads(2));
    workspace.run("contacts import leads.csv");
    let journal = workspace.path().join("leads.csv.drift-journal");
    let journal = rusqlite::Connection::open(journal).expect("a journal");
    let edit = "UPDATE outcome SET contact = 24100000019 WHERE seq = 0";
    assert_eq!(journal.execute(edit, []), Ok(1));
    drop(journal);
    let undo = "contacts import --undo leads.csv.drift-journal";
    let listed = workspace.run(&format!("{undo} --dry-run"));
    let kept =
        "keep 24100000019 victim@example.test: its external id or address differs from the row";
    assert!(listed.stdout.starts_with(kept), "{}", listed.stdout);
    let finished = workspace.run(&format!("{undo} --yes"));
    assert_eq!(finished.code, 1, "{}", finished.stderr);
    assert!(
        finished.stderr.contains("1 contact kept"),
        "{}",
        finished.stderr
    );
    let json = workspace.run(&format!("{undo} --yes --json"));
    assert_eq!(json.json()["undone"]["not_recognized"], 1);
    assert_eq!(json.error()["kind"], "not_recognized");
    assert_eq!(workspace.contacts().await, 2);
}

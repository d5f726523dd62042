//! The account that a journal belongs to.

use drift_emulator::{Emulator, Organization, Scope};

use crate::support::{ImportWorkspace, leads};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_journal_of_one_profile_is_refused_to_another() {
    let mut workspace = ImportWorkspace::new().await;
    let builder = Emulator::builder()
        .organization(Organization::new(7).token("t_acme", &Scope::ALL))
        .organization(Organization::new(8).token("t_beta", &Scope::ALL));
    workspace.emulator = builder.start().await.expect("it starts");
    for (name, token) in [("acme", "t_acme"), ("beta", "t_beta")] {
        let add = format!(
            "--base-url {} profiles add {name}",
            workspace.emulator.url()
        );
        let added = workspace.piped(&add, token);
        assert_eq!(added.code, 0, "{}", added.stderr);
    }
    workspace.file("leads.csv", &leads(3));
    let finished = workspace.run("--profile acme contacts import leads.csv");
    assert_eq!(finished.code, 0, "{}", finished.stderr);
    let undo = "contacts import --undo leads.csv.drift-journal --yes";
    for line in [
        "--profile beta contacts import leads.csv",
        &format!("--profile beta {undo}"),
    ] {
        let finished = workspace.run(line);
        assert_eq!(finished.code, 2, "{line}: {}", finished.stdout);
        let expected = "belongs to organization 7 at http://127.0.0.1:";
        assert!(finished.stderr.contains(expected), "{}", finished.stderr);
    }
    assert_eq!(workspace.contacts().await, 3);
    let own = "--profile beta contacts import leads.csv --journal beta --results beta.results";
    let finished = workspace.run(own);
    assert_eq!(
        (finished.code, workspace.contacts().await),
        (0, 6),
        "{}",
        finished.stderr
    );
    let finished = workspace.run(&format!("--profile acme {undo}"));
    assert!(
        finished.stdout.contains("3 contacts deleted"),
        "{}",
        finished.stderr
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_journal_of_the_sandbox_is_refused_everywhere_else() {
    let workspace = ImportWorkspace::new().await;
    workspace.file("leads.csv", &leads(3));
    workspace.file("others.csv", "email\na@example.test\nb@example.test\n");
    assert_eq!(workspace.run("contacts import others.csv").code, 0);
    let sandbox = "--sandbox contacts import leads.csv";
    for _ in 0..2 {
        // The second time at another port, and it goes on.
        let finished = workspace.run(sandbox);
        assert_eq!(finished.code, 0, "{}", finished.stderr);
    }
    for line in [
        "contacts import leads.csv",
        "contacts import leads.csv --replan",
        "contacts import leads.csv --dry-run",
        "contacts import --undo leads.csv.drift-journal --yes",
    ] {
        let finished = workspace.run(line);
        assert_eq!(finished.code, 2, "{line}: {}", finished.stdout);
        for expected in ["organization 1 at the sandbox ", "--journal FILE"] {
            assert!(
                finished.stderr.contains(expected),
                "{line}: {}",
                finished.stderr
            );
        }
    }
    assert_eq!(workspace.contacts().await, 2);
    let finished = workspace.run("--sandbox contacts import --undo leads.csv.drift-journal --yes");
    assert!(
        finished.stdout.contains("3 contacts deleted"),
        "{}",
        finished.stderr
    );

    assert_eq!(workspace.run(sandbox).code, 0);
    assert_eq!(workspace.run("sandbox reset --yes").code, 0);
    let finished = workspace.run(sandbox);
    assert_eq!(
        finished.code, 2,
        "its contacts are gone: {}",
        finished.stdout
    );
    let finished = workspace.run("contacts import leads.csv --journal here --results here.results");
    assert_eq!(
        (finished.code, workspace.contacts().await),
        (0, 5),
        "{}",
        finished.stderr
    );
}

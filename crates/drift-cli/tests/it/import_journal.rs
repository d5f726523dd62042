//! Journals: whose they are, what piped rows go on by, and what an undo tells before it acts.

use drift_emulator::{Emulator, Organization, Scope};

use crate::import::{Bench, leads};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_journal_of_one_profile_is_refused_to_another() {
    let mut bench = Bench::new().await;
    let builder = Emulator::builder()
        .organization(Organization::new(7).token("t_acme", &Scope::ALL))
        .organization(Organization::new(8).token("t_beta", &Scope::ALL));
    bench.emulator = builder.start().await.expect("it starts");
    for (name, token) in [("acme", "t_acme"), ("beta", "t_beta")] {
        let add = format!("--base-url {} profiles add {name}", bench.emulator.url());
        let added = bench.piped(&add, token);
        assert_eq!(added.code, 0, "{}", added.err);
    }
    bench.file("leads.csv", &leads(3));
    let ended = bench.run("--profile acme contacts import leads.csv");
    assert_eq!(ended.code, 0, "{}", ended.err);
    let undo = "contacts import --undo leads.csv.drift-journal --yes";
    for line in [
        "--profile beta contacts import leads.csv",
        &format!("--profile beta {undo}"),
    ] {
        let ended = bench.run(line);
        assert_eq!(ended.code, 2, "{line}: {}", ended.out);
        let said = "belongs to organization 7 at http://127.0.0.1:";
        assert!(ended.err.contains(said), "{}", ended.err);
    }
    assert_eq!(bench.contacts().await, 3);
    let own = "--profile beta contacts import leads.csv --journal beta --results beta.results";
    let ended = bench.run(own);
    assert_eq!(
        (ended.code, bench.contacts().await),
        (0, 6),
        "{}",
        ended.err
    );
    let ended = bench.run(&format!("--profile acme {undo}"));
    assert!(ended.out.contains("3 contacts deleted"), "{}", ended.err);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_journal_of_the_sandbox_is_refused_everywhere_else() {
    let bench = Bench::new().await;
    bench.file("leads.csv", &leads(3));
    bench.file("others.csv", "email\na@example.test\nb@example.test\n");
    assert_eq!(bench.run("contacts import others.csv").code, 0);
    let sandbox = "--sandbox contacts import leads.csv";
    for _ in 0..2 {
        // The second time at another port, and it goes on.
        let ended = bench.run(sandbox);
        assert_eq!(ended.code, 0, "{}", ended.err);
    }
    for line in [
        "contacts import leads.csv",
        "contacts import leads.csv --replan",
        "contacts import leads.csv --dry-run",
        "contacts import --undo leads.csv.drift-journal --yes",
    ] {
        let ended = bench.run(line);
        assert_eq!(ended.code, 2, "{line}: {}", ended.out);
        for said in ["organization 1 at the sandbox ", "--journal FILE"] {
            assert!(ended.err.contains(said), "{line}: {}", ended.err);
        }
    }
    assert_eq!(bench.contacts().await, 2);
    let ended = bench.run("--sandbox contacts import --undo leads.csv.drift-journal --yes");
    assert!(ended.out.contains("3 contacts deleted"), "{}", ended.err);

    assert_eq!(bench.run(sandbox).code, 0);
    assert_eq!(bench.run("sandbox reset --yes").code, 0);
    let ended = bench.run(sandbox);
    assert_eq!(ended.code, 2, "its contacts are gone: {}", ended.out);
    let ended = bench.run("contacts import leads.csv --journal here --results here.results");
    assert_eq!(
        (ended.code, bench.contacts().await),
        (0, 5),
        "{}",
        ended.err
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_piped_goes_on_by_its_content() {
    let bench = Bench::new().await;
    let (january, february) = (leads(4), "email\nnew@example.test\n");
    for _ in 0..2 {
        let ended = bench.piped("contacts import - --json", &january);
        assert_eq!(ended.json()["summary"]["created"], 4, "{}", ended.err);
    }
    assert_eq!(bench.piped("contacts import -", february).code, 0);
    let journals = bench.named("stdin-", ".drift-journal");
    assert_eq!(journals.len(), 2, "{journals:?}");
    let created = bench.named("stdin-", ".created.csv");
    let small = created
        .iter()
        .find(|name| bench.text(name).contains("new@"));
    let small = small
        .expect("a result")
        .replace(".created.csv", ".drift-input.drift-journal");
    let ended = bench.run(&format!("contacts import --undo {small} --yes"));
    assert!(ended.out.contains("1 contact deleted"), "{}", ended.err);
    assert_eq!(bench.contacts().await, 4);

    // A journal of its own name is one for whatever is piped.
    for rows in [january.as_str(), february] {
        let ended = bench.piped("contacts import - --journal kept", rows);
        assert_eq!(ended.code, 0, "{}", ended.err);
    }
    let ended = bench.run("contacts import --undo kept --dry-run");
    assert!(
        ended.out.contains("deletes 1 contact of Drift;"),
        "{}",
        ended.out
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_undo_tells_first_of_contacts_that_the_file_does_not_hold_any_more() {
    let bench = Bench::new().await;
    bench.file("leads.csv", &leads(3));
    bench.run("contacts import leads.csv");
    bench.file("leads.csv", "email,name\nlead0@example.test,Lead 0\n");
    bench.run("contacts import leads.csv");
    let undo = "contacts import --undo leads.csv.drift-journal";
    let told = "deletes 3 contacts of Drift, 2 of them from earlier versions of the file";
    let ended = bench.run(undo);
    assert!(ended.code == 2 && ended.err.contains(told), "{}", ended.err);
    let error = bench.run(&format!("{undo} --json")).error();
    assert_eq!(
        (&error["contacts"], &error["earlier"]),
        (&3.into(), &2.into())
    );
    let ended = bench.run(&format!("{undo} --yes --dry-run"));
    assert!(ended.code == 0 && ended.out.contains(told), "{}", ended.out);
    let ended = bench.run(&format!("{undo} --dry-run --json"));
    assert_eq!(ended.json()["undoable"]["earlier"], 2);
    assert_eq!(bench.contacts().await, 3);
    let ended = bench.run(&format!("{undo} --yes"));
    assert!(ended.err.contains(told), "{}", ended.err);
    assert_eq!((ended.code, bench.contacts().await), (0, 0));
}

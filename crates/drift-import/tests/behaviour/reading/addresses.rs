//! One person in several spellings: what Drift holds is found, whatever spelling the file has.

use drift::NewContact;
use drift_import::{Purpose, Verdict};

use crate::support::{Fixture, quick};

#[tokio::test]
async fn a_contact_is_found_under_the_other_spelling_of_its_address() {
    let fixture = Fixture::new().await;
    for (known, in_the_file) in [
        ("ann@xn--bcher-kva.test", "ann@b\u{fc}cher.test"),
        ("bob@m\u{fc}ller.test", "bob@xn--mller-kva.test"),
        ("zo\u{eb}@x.test", "zoe\u{308}@x.test"),
        ("cyd@x.test", "<Cyd@X.test>;"),
    ] {
        let contact = NewContact::new(known).expect("an email");
        let contacts = fixture.client.contacts();
        contacts.create(contact).await.expect("created");
        let file = fixture.file("leads.csv", format!("email\n{in_the_file}\n"));
        let import = fixture.import(&file, quick());
        let plan = import.plan(Purpose::DryRun).await.expect("a plan");
        let rows = plan.rows(0, 10).expect("rows");
        assert!(
            matches!(rows[0].verdict, Verdict::Skip(Some(_))),
            "{in_the_file}: {rows:?}"
        );
    }
}

#[tokio::test]
async fn an_address_is_sent_as_it_is_written() {
    let fixture = Fixture::new().await;
    let text = "email\n\u{200b}Ann@B\u{fc}cher.test;\n";
    let file = fixture.file("leads.csv", text);
    assert_eq!(fixture.commit(&file, quick()).await.created, 1);
    let all = fixture.emulator.state().contacts().await.expect("contacts");
    assert_eq!(all[0].attributes["email"], "Ann@B\u{fc}cher.test");
}

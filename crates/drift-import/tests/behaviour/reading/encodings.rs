//! Encodings: detected, named, and bytes that are not valid in them.

use crate::support::{Fixture, quick};

#[tokio::test]
async fn encodings_and_delimiters_are_detected() {
    let fixture = Fixture::new().await;
    let utf16: Vec<u8> = "\u{feff}email\tname\nzoe@example.test\tZo\u{e9}\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    for (name, bytes) in [
        (
            "bom.csv",
            "\u{feff}email,name\nzoe@example.test,Zo\u{e9}\n"
                .as_bytes()
                .to_vec(),
        ),
        (
            "western.csv",
            b"email;name\nzoe@example.test;Zo\xE9\n".to_vec(),
        ),
        ("utf16.csv", utf16),
    ] {
        fixture.emulator.state().reset().await.expect("reset");
        let file = fixture.file(name, bytes);
        assert_eq!(fixture.commit(&file, quick()).await.created, 1, "{name}");
        let found = fixture.found("zoe@example.test").await;
        assert_eq!(found[0].name(), Some("Zo\u{e9}"), "{name}");
    }
}

#[tokio::test]
async fn cells_that_are_not_valid_are_refused_until_fixed() {
    let fixture = Fixture::new().await;
    let mut text = "email,name\nzoe@example.test,Zo\u{eb}\n\u{eb}\u{eb},\n"
        .as_bytes()
        .to_vec();
    text.extend(b"rene@example.test,Ren\xE9\nrex@example.test,\xEBx\n");
    let file = fixture.file("leads.csv", text);
    let summary = fixture.commit(&file, quick()).await;
    assert_eq!((summary.created, summary.refused), (1, 3));
    let refused = std::fs::read_to_string(fixture.path("leads.refused.csv")).expect("UTF-8");
    assert!(
        refused.contains("rene@example.test,Ren\u{e9},4,"),
        "{refused}"
    );
    let file = fixture.file("again.csv", &refused);
    assert_eq!(fixture.commit(&file, quick()).await.refused, 3);
    let fixed = refused.replace(",not valid in the file's encoding\n", ",\n");
    let file = fixture.file("fixed.csv", fixed);
    assert_eq!(fixture.commit(&file, quick()).await.created, 2);
    assert_eq!(
        fixture.found("rene@example.test").await[0].name(),
        Some("Ren\u{e9}")
    );
}

#[tokio::test]
async fn bytes_that_the_encoding_does_not_have_are_refused() {
    let fixture = Fixture::new().await;
    let text = b"email,name\nann@example.test,\x82\xA0\nbob@example.test,B\xFFb\n";
    let file = fixture.file("leads.csv", text);
    let mut options = quick();
    options.input.encoding = Some("shift_jis".to_owned());
    let summary = fixture.commit(&file, options).await;
    assert_eq!((summary.created, summary.refused), (1, 1));
    let row = &fixture.results("leads.refused.csv")[0];
    assert_eq!(row["drift_misfit"], "not valid in the file's encoding");
}

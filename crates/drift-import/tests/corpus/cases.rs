//! Every case of the corpus, planned and committed.

use drift_import::Verdict;

use crate::case::{Case, all};
use crate::sent::LocalDrift;

fn word(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Create => "create",
        Verdict::Update(_) => "update",
        Verdict::Skip(_) => "exists",
        Verdict::Refuse => "refuse",
    }
}

async fn check(case: &Case, drift: &LocalDrift) {
    let name = &case.name;
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join(&case.file);
    std::fs::write(&file, &case.bytes).expect("written");
    let imported = drift.import(&file, case.options(folder.path())).await;
    let imported = match (imported, &case.fails) {
        (Err(error), Some(words)) => {
            let error = error.to_string();
            assert!(error.contains(words), "{name}: {error}");
            let unseen = error.chars().any(|c| c.is_control() || c == '\u{fffd}');
            assert!(!unseen, "{name}: {error:?}");
            return;
        }
        (Ok(imported), None) => imported,
        (Ok(_), Some(words)) => panic!("{name}: no error that says {words:?}"),
        (Err(error), None) => panic!("{name}: {error}"),
    };
    let found: Vec<String> = imported
        .rows
        .iter()
        .map(|row| format!("{} {} {}", row.line, word(&row.verdict), row.reason))
        .collect();
    assert_eq!(found.len(), case.rows.len(), "{name}: {found:?}");
    for (row, expected) in imported.rows.iter().zip(&case.rows) {
        let same = row.line == expected.line
            && word(&row.verdict) == expected.verdict
            && row.reason.contains(&expected.words);
        assert!(same, "{name}: {expected:?} in {found:?}");
    }
    assert_eq!(imported.sent, case.sends, "{name}");
    let understood = serde_json::to_string(&imported.reading).expect("JSON");
    for words in &case.understood {
        assert!(
            understood.contains(words),
            "{name}: {words} in {understood}"
        );
    }
}

#[tokio::test]
async fn every_case_is_read_as_a_person_reads_it_or_refused() {
    let drift = LocalDrift::start().await;
    let cases = all();
    assert!(cases.len() >= 60, "{} cases", cases.len());
    for case in &cases {
        check(case, &drift).await;
    }
}

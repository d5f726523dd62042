//! Clean files, damaged at random: each row ends as a person reads it, or refused. `DRIFT_HEAVY=1` damages 25 times as many.

use std::collections::BTreeMap;

use drift_import::{Error, Options, Unmapped};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use serde_json::Value;

use crate::sent::{Imported, LocalDrift};

const SEED: u64 = 0x0D12_1F7A;
const ROWS: usize = 8;

const NAMES: [&str; 8] = [
    "Ann",
    "Lee, Bob",
    "Zo\u{eb} M\u{fc}ller",
    "Dvo\u{159}\u{e1}k",
    "\u{410}\u{43d}\u{43d}\u{430}",
    "Cyd \"The Cyd\" Day",
    "O\u{2019}Hara",
    "two\nlines",
];

/// A row as a person reads it.
#[derive(Clone)]
struct Clean {
    email: String,
    name: String,
    plan: String,
}

/// What is done to a file.
#[derive(Clone, Copy, Debug)]
enum Damage {
    Nothing,
    JunkAroundAddresses,
    InvisibleInAddresses,
    QuotesNotDoubled,
    CellsMissing,
    CellsTooMany,
    EmptyCellsTooMany,
    BlankRows,
    LinesBroken,
    Nul,
    Notes,
    CarriageReturns,
    Encoding(&'static str),
}

const DAMAGES: [Damage; 17] = [
    Damage::Nothing,
    Damage::JunkAroundAddresses,
    Damage::InvisibleInAddresses,
    Damage::QuotesNotDoubled,
    Damage::CellsMissing,
    Damage::CellsTooMany,
    Damage::EmptyCellsTooMany,
    Damage::BlankRows,
    Damage::LinesBroken,
    Damage::Nul,
    Damage::Notes,
    Damage::CarriageReturns,
    Damage::Encoding("windows-1252"),
    Damage::Encoding("windows-1250"),
    Damage::Encoding("macintosh"),
    Damage::Encoding("windows-1251"),
    Damage::Encoding("utf-16le"),
];

const JUNK: [(&str, &str); 8] = [
    ("\u{200b}", ""),
    ("", "\u{feff}"),
    ("\u{202a}", "\u{202c}"),
    ("<", ">"),
    ("mailto:", ""),
    ("", ";"),
    ("'", "'"),
    ("\u{a0}", " "),
];

fn clean_rows(random: &mut StdRng) -> Vec<Clean> {
    let row = |n: usize, random: &mut StdRng| Clean {
        email: format!("lead{n}@example.test"),
        name: (*NAMES.choose(random).unwrap_or(&"Ann")).to_owned(),
        plan: (*["pro", "free", ""].choose(random).unwrap_or(&"")).to_owned(),
    };
    (0..ROWS).map(|n| row(n, random)).collect()
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// A file of rows with a damage, about half of the rows damaged.
fn damaged(rows: &[Clean], damage: Damage, random: &mut StdRng) -> Vec<u8> {
    let mut text = String::from("email,name,plan\n");
    if matches!(damage, Damage::Notes) {
        text = format!("Contacts of 2026\nMade by Ann\n\n{text}");
    }
    for row in rows {
        let hit = random.random_bool(0.5);
        text.push_str(&line(row, damage, hit, random));
    }
    if matches!(damage, Damage::CarriageReturns) {
        text = text.replace("two\nlines", "two\rlines").replace('\n', "\r");
    }
    let Damage::Encoding(name) = damage else {
        return text.into_bytes();
    };
    if name == "utf-16le" {
        let units = format!("\u{feff}{text}");
        return units.encode_utf16().flat_map(u16::to_le_bytes).collect();
    }
    let encoding = encoding_rs::Encoding::for_label(name.as_bytes()).expect("an encoding");
    // What the encoding does not have becomes a question mark, as programs write it.
    let known = |c: &char| !encoding.encode(&c.to_string()).2;
    let text: String = text
        .chars()
        .map(|c| if known(&c) { c } else { '?' })
        .collect();
    encoding.encode(&text).0.into_owned()
}

fn line(row: &Clean, damage: Damage, hit: bool, random: &mut StdRng) -> String {
    let Clean { email, name, plan } = row;
    let usual = format!("{email},{},{plan}\n", quoted(name));
    if !hit {
        return usual;
    }
    match damage {
        Damage::JunkAroundAddresses => {
            let (before, after) = JUNK.choose(random).copied().unwrap_or_default();
            format!("{before}{email}{after},{},{plan}\n", quoted(name))
        }
        Damage::InvisibleInAddresses => {
            let at = random.random_range(1..email.len());
            let (start, end) = email.split_at(at);
            format!("{start}\u{200b}{end},{},{plan}\n", quoted(name))
        }
        Damage::QuotesNotDoubled => format!("{email},\"{name}\",{plan}\n"),
        Damage::CellsMissing => format!("{email},{}\n", quoted(name)),
        Damage::CellsTooMany => format!("{email},{},{plan},more\n", quoted(name)),
        Damage::EmptyCellsTooMany => format!("{email},{},{plan},, \n", quoted(name)),
        Damage::BlankRows => format!(",,\n{usual} , ,\n"),
        Damage::LinesBroken => format!("{email},half a\nname,{plan}\n"),
        Damage::Nul => format!("{email},{},\0{plan}\n", quoted(name)),
        _ => usual,
    }
}

/// The name that a person reads in the file; one that the encoding does not have is a question mark there already.
fn names(clean: &Clean, damage: Damage) -> Vec<String> {
    let mut names = vec![clean.name.clone()];
    if let Damage::Encoding(name) = damage {
        let encoding = encoding_rs::Encoding::for_label(name.as_bytes()).expect("an encoding");
        let known = |c: &char| name == "utf-16le" || !encoding.encode(&c.to_string()).2;
        names.push(
            clean
                .name
                .chars()
                .map(|c| if known(&c) { c } else { '?' })
                .collect(),
        );
    }
    if matches!(damage, Damage::CarriageReturns) {
        names.push(clean.name.replace('\n', "\r"));
    }
    names
}

fn check(rows: &[Clean], damage: Damage, imported: Result<Imported, Error>, seed: u64) -> usize {
    let Ok(imported) = imported else { return 0 };
    let clean: BTreeMap<&str, &Clean> = rows.iter().map(|row| (row.email.as_str(), row)).collect();
    for contact in &imported.sent {
        let email = contact["email"].as_str().unwrap_or_default();
        let row = clean.get(email);
        let row = row.unwrap_or_else(|| panic!("{damage:?} {seed}: sent to {email:?}"));
        let name = contact["name"].as_str().unwrap_or_default();
        assert!(
            names(row, damage).iter().any(|known| known == name),
            "{damage:?} {seed}: {name:?}"
        );
        let plan = contact
            .get("plan")
            .and_then(Value::as_str)
            .unwrap_or_default();
        // A missing cell is empty to a person too.
        let missing = matches!(damage, Damage::CellsMissing) && plan.is_empty();
        assert!(plan == row.plan || missing, "{damage:?} {seed}: {plan:?}");
    }
    imported.sent.len()
}

#[tokio::test]
async fn every_row_is_sent_as_a_person_reads_it_or_refused() {
    let rounds = if std::env::var_os("DRIFT_HEAVY").is_some() {
        100
    } else {
        4
    };
    let drift = LocalDrift::start().await;
    let folder = tempfile::tempdir().expect("a folder");
    let (mut sent, mut clean) = (0, 0);
    for round in 0..rounds {
        for (number, damage) in DAMAGES.into_iter().enumerate() {
            let seed = SEED + round * 100 + number as u64;
            let mut random = StdRng::seed_from_u64(seed);
            let rows = clean_rows(&mut random);
            let file = folder.path().join(format!("{round}-{number}.csv"));
            std::fs::write(&file, damaged(&rows, damage, &mut random)).expect("written");
            let mut options = Options::default();
            options.unmapped = Unmapped::Attribute;
            let imported = drift.import(&file, options).await;
            let count = check(&rows, damage, imported, seed);
            sent += count;
            if matches!(
                damage,
                Damage::Nothing | Damage::JunkAroundAddresses | Damage::BlankRows
            ) {
                assert_eq!(count, ROWS, "{damage:?} {seed}: nothing is doubtful");
                clean += 1;
            }
        }
    }
    assert!(sent > clean * ROWS, "rows of damaged files are sent too");
}

//! Files of the corpus with bytes changed at random: the reader never panics, and its errors show none of the bytes.
//! `DRIFT_HEAVY=1` reads 20 times as many.

use drift_import::{Error, Import, Options, Purpose, Source, Unmapped};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use crate::case::all;

const SEED: u64 = 7;

/// Bytes that mean something to a reader.
const PIECES: [&[u8]; 18] = [
    b"\"",
    b"'",
    b",",
    b";",
    b"\t",
    b"|",
    b"\n",
    b"\r",
    b"\r\n",
    b"\0",
    b"\x1A",
    b"\\",
    b"@",
    b"\xFF\xFE",
    b"\xEF\xBB\xBF",
    b"\xE2\x80\x8B",
    b"{",
    b"sep=;\n",
];

fn mutated(bytes: &[u8], random: &mut StdRng) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..random.random_range(1..6) {
        let at = random.random_range(0..=bytes.len());
        match random.random_range(0..4) {
            0 => drop(bytes.splice(
                at..at,
                PIECES[random.random_range(0..PIECES.len())].iter().copied(),
            )),
            1 if at < bytes.len() => bytes[at] = random.random(),
            2 => {
                let end = (at + random.random_range(0..8)).min(bytes.len());
                bytes.drain(at..end);
            }
            _ => {
                let end = (at + random.random_range(0..40)).min(bytes.len());
                let piece = bytes[at..end].to_vec();
                bytes.splice(at..at, piece);
            }
        }
    }
    bytes
}

async fn read(file: &std::path::Path) -> Result<usize, Error> {
    let mut options = Options::default();
    options.unmapped = Unmapped::Attribute;
    let source = Source::scan(file, &options.input)?;
    let plan = Import::offline(source, options)
        .plan(Purpose::DryRun)
        .await?;
    Ok(plan.rows(0, 1_000)?.len())
}

#[tokio::test]
async fn no_file_breaks_the_reader() {
    let rounds = if std::env::var_os("DRIFT_HEAVY").is_some() {
        100
    } else {
        5
    };
    let folder = tempfile::tempdir().expect("a folder");
    let mut random = StdRng::seed_from_u64(SEED);
    let (cases, mut read_files) = (all(), 0);
    for round in 0..rounds {
        for case in &cases {
            let file = folder.path().join(&case.file);
            std::fs::write(&file, mutated(&case.bytes, &mut random)).expect("written");
            match read(&file).await {
                Ok(_) => read_files += 1,
                // A panic while planning ends it so.
                Err(Error::Interrupted) => panic!("{} in round {round}", case.name),
                Err(error @ (Error::Encoding { .. } | Error::Columns(_))) => {
                    drop(error.to_string())
                }
                Err(error) => {
                    let shown = error.to_string();
                    assert!(
                        !shown.chars().any(char::is_control),
                        "{}: {shown:?}",
                        case.name
                    );
                }
            }
            let journal = folder.path().join(format!("{}.drift-journal", case.file));
            let _absent = std::fs::remove_file(journal);
        }
    }
    assert!(read_files > cases.len(), "{read_files}");
}

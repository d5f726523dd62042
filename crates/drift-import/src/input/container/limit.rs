//! How much may come out of a file that is packed: small files that unpack to fill a disk are refused.

use std::io::{Read, Seek, Write};
use std::path::Path;

use super::Problem;

/// What is always unpacked, in bytes.
const FREE: u64 = 64 << 20;
/// How many times as large what is unpacked may be beyond that. Tables are packed to a tenth; only what is made to be small
/// is packed to less than a hundredth.
const RATIO: u64 = 250;
/// The most of all.
const MOST: u64 = 16 << 30;

const TOO_LARGE: &str = "it unpacks to far more than a table would, so it was not read on; unpack it yourself if it is meant";

/// The most that may come out of so many bytes.
fn most(packed: u64) -> u64 {
    packed.saturating_mul(RATIO).clamp(FREE, MOST)
}

/// Copies what is unpacked, as long as it is not too much for its packed size.
pub(super) fn copy(from: impl Read, packed: u64, to: &mut impl Write) -> Result<u64, Problem> {
    let most = most(packed);
    let copied = std::io::copy(&mut from.take(most + 1), to)?;
    match copied > most {
        true => Err(TOO_LARGE.into()),
        false => Ok(copied),
    }
}

/// Makes sure that all members of an archive together are not too much, by unpacking them: what an archive says of the sizes
/// may be wrong.
pub(super) fn check_archive<File: Read + Seek>(
    path: &Path,
    archive: &mut zip::ZipArchive<File>,
) -> Result<u64, Problem> {
    let packed = std::fs::metadata(path)?.len();
    let mut left = most(packed);
    for index in 0..archive.len() {
        let member = archive
            .by_index(index)
            .map_err(|_| Problem::from(DAMAGED))?;
        let unpacked = std::io::copy(&mut member.take(left + 1), &mut std::io::sink());
        let unpacked = unpacked.map_err(|_| Problem::from(DAMAGED))?;
        left = left.checked_sub(unpacked).ok_or(Problem::from(TOO_LARGE))?;
    }
    Ok(most(packed) - left)
}

pub(super) const DAMAGED: &str = "the archive is damaged, or has a password; it cannot be unpacked";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_much_comes_out_as_a_table_would_have() {
        for (packed, expected) in [
            (0, FREE),
            (1_000, FREE),
            (FREE, FREE * RATIO),
            (1 << 30, MOST),
            (u64::MAX, MOST),
        ] {
            assert_eq!(most(packed), expected, "{packed}");
        }
    }

    #[test]
    fn what_unpacks_to_more_ends_with_a_message() {
        let copied = copy(std::io::repeat(b'x'), 10, &mut std::io::sink());
        assert!(matches!(copied, Err(Problem::Sentence(said)) if said.contains("far more")));
        let copied = copy(&b"email\n"[..], 10, &mut std::io::sink());
        assert!(matches!(copied, Ok(6)));
    }
}

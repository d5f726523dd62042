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

pub(super) const TOO_LARGE: &str = "it unpacks to far more than a table would, so reading stopped; if that is intended, unpack it yourself";

/// The most that may come out of so many bytes.
pub(super) fn most(packed: u64) -> u64 {
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
        let mut member = member.take(left + 1);
        let mut beginning = Vec::new();
        let read = (&mut member)
            .take(BEGINNING)
            .read_to_end(&mut beginning)
            .and_then(|read| {
                let rest = std::io::copy(&mut member, &mut std::io::sink())?;
                Ok(read as u64 + rest)
            });
        let unpacked = read.map_err(|_| Problem::from(DAMAGED))?;
        if claimed_strings(&beginning) > unpacked {
            return Err(DAMAGED.into());
        }
        left = left.checked_sub(unpacked).ok_or(Problem::from(TOO_LARGE))?;
    }
    Ok(most(packed) - left)
}

/// Where a table of strings says how many it has.
const BEGINNING: u64 = 64 << 10;

/// How many strings a table of them says it has; memory is reserved for as many before the first one is read. Each takes
/// more than a byte.
fn claimed_strings(beginning: &[u8]) -> u64 {
    const NAME: &[u8] = b"uniqueCount=";
    let is_name = |part: &[u8]| part == NAME;
    let Some(at) = beginning.windows(NAME.len()).position(is_name) else {
        return 0;
    };
    let value = beginning[at + NAME.len()..].iter().skip(1);
    let digits = value.take_while(|byte| byte.is_ascii_digit());
    digits.fold(0, |number: u64, digit| {
        let digit = u64::from(digit - b'0');
        number.saturating_mul(10).saturating_add(digit)
    })
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
    fn a_table_says_how_many_strings_it_has() {
        for (beginning, expected) in [
            (&b"<sst count=\"9\" uniqueCount=\"12\">"[..], 12),
            (b"<sst uniqueCount='99999999999999999999'>", u64::MAX),
            (b"<sst uniqueCount=", 0),
            (b"<sst>", 0),
        ] {
            assert_eq!(claimed_strings(beginning), expected);
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

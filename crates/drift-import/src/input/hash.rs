//! Hashes as the journal and the fingerprints hold them.

use sha2::{Digest, Sha256};

/// 128 bits of SHA-256.
pub(crate) type Hash = [u8; 16];

/// 128 bits of SHA-256 of a text.
pub(crate) fn short_hash(text: &str) -> Hash {
    short(Sha256::new_with_prefix(text.as_bytes()))
}

pub(crate) fn short(hash: Sha256) -> Hash {
    let mut short = Hash::default();
    short.copy_from_slice(&hash.finalize()[..16]);
    short
}

/// Bytes in hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .map(|digit| char::from(DIGITS[usize::from(digit)]))
        .collect()
}

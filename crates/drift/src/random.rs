//! Random bits from the operating system, by way of the TLS stack that is in the program anyway.

use ring::rand::{SecureRandom, SystemRandom};

/// Bytes that nobody can guess. Without any the program must not continue, as with any other source of them.
pub(crate) fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    let filled = SystemRandom::new().fill(&mut bytes);
    assert!(filled.is_ok(), "the operating system gives no random bits");
    bytes
}

/// A number from 0 to below 1, of 32 random bits.
pub(crate) fn chance() -> f64 {
    f64::from(u32::from_le_bytes(bytes())) / 2_f64.powi(32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chances_spread_over_the_whole_range() {
        let chances: Vec<f64> = (0..1_000).map(|_| chance()).collect();
        assert!(chances.iter().all(|chance| (0.0..1.0).contains(chance)));
        assert!(chances.iter().any(|chance| *chance < 0.1));
        assert!(chances.iter().any(|chance| *chance > 0.9));
        assert_ne!(bytes::<16>(), bytes::<16>());
    }
}

//! What a version number says about breaks, by Semantic Versioning as cargo reads it.

use crate::generator::Failure;

/// Whether the step announces a break: another major number, or another minor one while the major is 0.
pub fn announces_break(old: &str, new: &str) -> Result<bool, Failure> {
    let (old, new) = (significant(old)?, significant(new)?);
    Ok(new > old)
}

/// The numbers up to the first that is not 0, which a break has to raise.
fn significant(version: &str) -> Result<[u64; 3], Failure> {
    let [major, minor, patch] =
        numbers(version).ok_or_else(|| format!("`{version}` is no version"))?;
    Ok(match (major, minor) {
        (0, 0) => [0, 0, patch],
        (0, _) => [0, minor, 0],
        _ => [major, 0, 0],
    })
}

fn numbers(version: &str) -> Option<[u64; 3]> {
    let release = version.split(['-', '+']).next()?;
    let numbers: Option<Vec<u64>> = release.split('.').map(|part| part.parse().ok()).collect();
    numbers?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::announces_break;

    #[test]
    fn a_break_is_announced_by_the_first_number_that_is_not_0() {
        let cases = [
            ("1.2.3", "2.0.0", true),
            ("1.2.3", "1.3.0", false),
            ("1.2.3", "1.2.4", false),
            ("1.2.3", "1.2.3", false),
            ("2.0.0", "1.9.0", false),
            ("0.1.0", "0.2.0", true),
            ("0.1.0", "0.1.1", false),
            ("0.9.0", "1.0.0", true),
            ("0.0.1", "0.0.2", true),
            ("1.0.0-rc.1", "1.0.0", false),
        ];
        for (old, new, announced) in cases {
            assert_eq!(
                announces_break(old, new).ok(),
                Some(announced),
                "{old} to {new}"
            );
        }
    }

    #[test]
    fn what_is_no_version_is_refused() {
        for version in ["", "1", "1.2", "1.2.x", "1.2.3.4"] {
            assert!(announces_break(version, "1.0.0").is_err(), "{version}");
        }
    }
}

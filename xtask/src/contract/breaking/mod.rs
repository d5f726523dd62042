//! `cargo xtask breaking REV`: what has the contract's change since REV broken for callers, and does the version
//! number say so?

use semver::{Comparator, Op, Version};
use serde_json::Value;

use super::CONTRACT;
use crate::generator::{self, Failure};
use crate::util::json::text;
use crate::util::{git, workspace};

mod oasdiff;
mod own;

/// Prints every break; fails on one that `info.version` does not announce.
pub fn run(revision: &str) -> Result<(), Failure> {
    let old = generator::parse(&at(revision)?)?;
    let new = generator::parse(&workspace::read(&workspace::root().join(CONTRACT))?)?;
    let breaks = between(&old, &new)?;
    for found in &breaks {
        println!("{found}");
    }
    judge(&breaks, &old, &new)
}

/// The contract as it was.
fn at(revision: &str) -> Result<String, Failure> {
    git::said(&["show", &format!("{revision}:{CONTRACT}")])
}

/// What the comparer finds, then what it is blind to.
pub fn between(old: &Value, new: &Value) -> Result<Vec<String>, Failure> {
    let mut breaks = oasdiff::breaks(old, new)?;
    breaks.extend(own::breaks(old, new));
    Ok(breaks)
}

fn judge(breaks: &[String], old: &Value, new: &Value) -> Result<(), Failure> {
    let [old, new] = [old, new].map(|contract| text(&contract["info"]["version"]));
    if breaks.is_empty() {
        println!("nothing breaks for callers between {old} and {new}");
        return Ok(());
    }
    let count = breaks.len();
    if announces_break(old, new)? {
        println!("{count} breaks, announced by the step from {old} to {new}");
        return Ok(());
    }
    Err(
        format!("{count} breaks, and info.version goes from {old} to {new}, which announces none")
            .into(),
    )
}

/// Whether the new version is higher, and not one that cargo takes for the old one: another major number, or another
/// minor one while the major is 0.
fn announces_break(old: &str, new: &str) -> Result<bool, Failure> {
    let parsed = |text: &str| {
        Version::parse(text).map_err(|error| format!("info.version `{text}`: {error}"))
    };
    let (old, new) = (parsed(old)?, parsed(new)?);
    let compatible = Comparator {
        op: Op::Caret,
        major: old.major,
        minor: Some(old.minor),
        patch: Some(old.patch),
        pre: old.pre.clone(),
    };
    Ok(new > old && !compatible.matches(&new))
}

#[cfg(test)]
mod tests {
    use super::{announces_break, judge};
    use serde_json::json;

    #[test]
    fn only_a_break_that_is_not_announced_fails() {
        let contract = |version: &str| json!({ "info": { "version": version } });
        let one = ["something breaks".to_owned()];
        let cases: [(&[String], &str, &str, bool); 9] = [
            (&[], "0.1.0", "0.1.0", true),
            (&one, "0.1.0", "0.1.0", false),
            (&one, "0.1.0", "0.1.1", false),
            (&one, "0.1.0", "0.2.0", true),
            (&one, "0.9.0", "1.0.0", true),
            (&one, "1.2.3", "1.3.0", false),
            (&one, "1.2.3", "2.0.0", true),
            (&one, "2.0.0", "1.9.0", false),
            (&one, "1.0.0-rc.1", "1.0.0", false),
        ];
        for (breaks, old, new, good) in cases {
            let judged = judge(breaks, &contract(old), &contract(new));
            assert_eq!(judged.is_ok(), good, "{breaks:?} from {old} to {new}");
        }
    }

    #[test]
    fn what_is_no_version_is_refused() {
        for version in ["", "1", "1.2", "1.2.x", "1.2.3.4"] {
            assert!(announces_break(version, "1.0.0").is_err(), "{version}");
        }
    }
}

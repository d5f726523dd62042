//! `cargo xtask breaking REV`: what has the contract's change since REV broken for callers, and does the version
//! number say so?

use serde_json::Value;

use crate::generator::{self, Failure};
use crate::git;
use crate::workspace::{self, CONTRACT};

pub mod broken;
mod oasdiff;
mod own;
mod version;

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
    let [old, new] =
        [old, new].map(|contract| contract["info"]["version"].as_str().unwrap_or_default());
    if breaks.is_empty() {
        println!("nothing breaks for callers between {old} and {new}");
        return Ok(());
    }
    if version::announces_break(old, new)? {
        println!(
            "{} breaks, announced by the step from {old} to {new}",
            breaks.len()
        );
        return Ok(());
    }
    Err(format!(
        "{} breaks, and info.version goes from {old} to {new}, which announces none",
        breaks.len()
    )
    .into())
}

#[cfg(test)]
mod tests {
    use super::judge;
    use serde_json::json;

    #[test]
    fn only_a_break_that_is_not_announced_fails() {
        let contract = |version: &str| json!({ "info": { "version": version } });
        let one = ["something breaks".to_owned()];
        let cases: [(&[String], &str, bool); 4] = [
            (&[], "0.1.0", true),
            (&one, "0.1.0", false),
            (&one, "0.1.1", false),
            (&one, "0.2.0", true),
        ];
        for (breaks, new, good) in cases {
            let judged = judge(breaks, &contract("0.1.0"), &contract(new));
            assert_eq!(judged.is_ok(), good, "{breaks:?} to {new}");
        }
    }
}

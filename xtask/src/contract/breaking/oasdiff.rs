//! The comparer that others keep: oasdiff, in the release that is named here.
//!
//! The Rust library `drift` of Oxide (0.2.0) would need no Go, but leaves most changes of a schema unjudged: to it a
//! new member of a response and a removed one are both "object properties changed". openapi-diff (npm, 0.24.1) misses
//! a new required query parameter.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::generator::Failure;
use crate::util::tool;

const MODULE: &str = "github.com/oasdiff/oasdiff";
const VERSION: &str = "v1.35.0";
const NEEDED: &str = "the comparer is built with Go 1.26 or newer: https://go.dev/dl";

/// Harmless on the wire, and yet they break callers: who matches on a status, reads a member, or calls a generated
/// method or type by its name. oasdiff only mentions them at its own levels.
const RAISED: &str = "\
api-operation-id-removed err
api-schema-removed err
response-non-success-status-removed err
response-optional-property-removed err
";

/// A sentence for each break that it finds.
pub fn breaks(old: &Value, new: &Value) -> Result<Vec<String>, Failure> {
    let program = installed()?;
    let folder = tool::folder("breaking")?;
    let old = written(&folder.join("old.json"), &old.to_string())?;
    let new = written(&folder.join("new.json"), &new.to_string())?;
    let levels = written(&folder.join("levels.txt"), RAISED)?;
    let mut command = Command::new(program);
    command
        .arg("breaking")
        .args([&old, &new])
        .arg("--severity-levels")
        .arg(levels)
        .args(["--format", "json"]);
    let output = tool::output(&mut command, NEEDED)?;
    if !output.status.success() {
        return Err(format!("oasdiff: {}", String::from_utf8_lossy(&output.stderr)).into());
    }
    sentences(&String::from_utf8(output.stdout)?)
}

fn written(path: &Path, text: &str) -> Result<PathBuf, Failure> {
    fs::write(path, text)?;
    Ok(path.to_owned())
}

fn sentences(json: &str) -> Result<Vec<String>, Failure> {
    if json.trim().is_empty() {
        return Ok(Vec::new());
    }
    let changes: Vec<Value> = serde_json::from_str(json)?;
    Ok(changes.iter().map(sentence).collect())
}

fn sentence(change: &Value) -> String {
    let word = |key: &str| change[key].as_str().unwrap_or_default().to_owned();
    let place = format!("{} {}", word("operation"), word("path"));
    format!("{}: {} [{}]", place.trim(), word("text"), word("id"))
}

/// Builds it once, below the target folder.
fn installed() -> Result<PathBuf, Failure> {
    let folder = tool::folder(&format!("oasdiff-{VERSION}"))?;
    let program = folder.join(format!("oasdiff{}", std::env::consts::EXE_SUFFIX));
    if !program.exists() {
        eprintln!("building {MODULE} {VERSION}");
        tool::run(
            Command::new("go")
                .arg("install")
                .arg(format!("{MODULE}@{VERSION}"))
                .env("GOBIN", &folder)
                .env("GOFLAGS", "-mod=mod"),
            NEEDED,
        )?;
    }
    Ok(program)
}

#[cfg(test)]
mod tests {
    use super::sentences;

    #[test]
    fn its_report_becomes_sentences() {
        let json =
            r#"[{"id":"an-id","text":"gone","level":3,"operation":"POST","path":"/contacts"}]"#;
        assert_eq!(
            sentences(json).ok(),
            Some(vec!["POST /contacts: gone [an-id]".to_owned()])
        );
        assert_eq!(sentences("").ok(), Some(Vec::new()));
        assert_eq!(sentences("[]").ok(), Some(Vec::new()));
        assert!(sentences("no JSON").is_err());
    }
}

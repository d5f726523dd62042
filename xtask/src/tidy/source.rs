//! The texts of the project: what git keeps, and what it will.

use crate::generator::Failure;
use crate::util::{git, workspace};

/// A file with text in it.
pub struct Source {
    /// Where it stands, from the root, with `/` between folders.
    pub path: String,
    /// What stands in it.
    pub text: String,
}

/// Made by a program of ours or written by others: no rule about style is for them.
const NOT_OURS: [&str; 12] = [
    ".snap",
    "Cargo.lock",
    "LICENSE",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "crates/drift-emulator/openapi/contacts.yaml",
    "crates/drift-emulator/src/pages/assets/swagger-ui/NOTICE",
    "crates/drift-sdk-httpmock/src/generated.rs",
    "crates/drift-sdk/openapi/contacts.yaml",
    "openapi/contacts.json",
    "openapi/gateway.json",
    "xtask/src/contract/lint/openapi-3.0.schema.json",
];

/// What users have stored, as they stored it.
const FIXTURES: &str = "/tests/frozen/stored/";

impl Source {
    /// The name's end, such as `rs`; nothing where there is no full stop.
    pub fn extension(&self) -> &str {
        let name = self.path.rsplit('/').next().unwrap_or_default();
        name.rsplit_once('.').map_or("", |(_, extension)| extension)
    }

    /// The code without its comments and without its tests, which stand last, with the number of each line.
    pub fn shipped_lines(&self) -> impl Iterator<Item = (&str, usize)> {
        let shipped = self.text.split("#[cfg(test)]").next().unwrap_or_default();
        let lines = shipped.lines().zip(1..);
        lines.map(|(line, number)| (line.split("//").next().unwrap_or_default(), number))
    }

    /// Whether it is Rust below a folder such as `crates/drift/src/`.
    pub fn is_rust_in(&self, folder: &str) -> bool {
        self.path.starts_with(folder) && self.extension() == "rs"
    }
}

/// The line, counted from 1, that holds the character at this offset.
pub fn line_at(text: &str, offset: usize) -> usize {
    text[..offset].matches('\n').count() + 1
}

/// Those of these paths that are ours, in order; what is not UTF-8 is not text.
pub fn read(paths: &[String]) -> Vec<Source> {
    let root = workspace::root();
    let ours = paths
        .iter()
        .filter(|path| !path.contains(FIXTURES) && !NOT_OURS.iter().any(|end| path.ends_with(end)));
    ours.filter_map(|path| {
        let text = workspace::read(&root.join(path)).ok()?;
        Some(Source {
            path: path.clone(),
            text,
        })
    })
    .collect()
}

/// The paths of the files that git tracks, and of those that it would add.
pub fn paths() -> Result<Vec<String>, Failure> {
    let text = git::said(&[
        "ls-files",
        "-z",
        "--cached",
        "--others",
        "--exclude-standard",
    ])?;
    let names = text.split('\0').filter(|name| !name.is_empty());
    let root = workspace::root();
    Ok(names
        .filter(|name| root.join(name).exists())
        .map(str::to_owned)
        .collect())
}

#[cfg(test)]
pub fn of(path: &str, text: &str) -> Source {
    Source {
        path: path.to_owned(),
        text: text.to_owned(),
    }
}

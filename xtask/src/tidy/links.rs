//! What one page says of another file holds: links in Markdown lead somewhere, and the code map names files that
//! there are.

use super::source::{Source, line_at};
use crate::util::finding::Finding;

/// These become READMEs in folders of their own.
const TEMPLATES: &str = "xtask/src/clients/generate/packages/";

/// The page whose every `file.rs` has to be there.
const MAP: &str = "ARCHITECTURE.md";

/// Links and names that lead nowhere. `paths` are all files of the project.
pub fn check(sources: &[Source], paths: &[String]) -> Vec<Finding> {
    let pages = sources
        .iter()
        .filter(|source| source.extension() == "md" && !source.path.starts_with(TEMPLATES));
    pages
        .flat_map(|page| {
            let mut found = dead_links(page, paths);
            if page.path == MAP {
                found.extend(lost_names(page, paths));
            }
            found
        })
        .collect()
}

fn dead_links(page: &Source, paths: &[String]) -> Vec<Finding> {
    let mut found = Vec::new();
    for (at, _) in page.text.match_indices("](") {
        let target = page.text[at + 2..].split(')').next().unwrap_or_default();
        let file = target.split('#').next().unwrap_or_default();
        let elsewhere = file.is_empty() || file.contains("://") || file.starts_with("mailto:");
        if !elsewhere && !is_there(&resolved(&page.path, file), paths) {
            let message = format!("the link to `{target}` leads nowhere");
            found.push(Finding::in_file(
                &page.path,
                line_at(&page.text, at),
                message,
            ));
        }
    }
    found
}

/// The path of a link, from the root.
fn resolved(page: &str, link: &str) -> String {
    let mut parts: Vec<&str> = page.split('/').collect();
    parts.pop();
    for part in link.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// A file, or a folder with files in it.
fn is_there(path: &str, paths: &[String]) -> bool {
    let folder = format!("{path}/");
    paths
        .iter()
        .any(|known| known == path || known.starts_with(&folder))
}

fn lost_names(page: &Source, paths: &[String]) -> Vec<Finding> {
    let mut found = Vec::new();
    for (line, number) in page.text.lines().zip(1..) {
        let names = line.split('`').skip(1).step_by(2);
        for name in names.filter(|name| name.ends_with(".rs")) {
            let end = format!("/{name}");
            if !paths
                .iter()
                .any(|path| path.ends_with(&end) || path == name)
            {
                let message = format!("`{name}` is not there any more");
                found.push(Finding::in_file(&page.path, number, message));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::tidy::source::of;

    fn places(page: &str, text: &str) -> Vec<String> {
        let paths =
            ["README.md", "docs/clients.md", "crates/drift/src/retry.rs"].map(str::to_owned);
        let found = check(&[of(page, text)], &paths);
        found.into_iter().map(|found| found.place).collect()
    }

    #[test]
    fn links_lead_somewhere() {
        let cases = [
            (
                "README.md",
                "[a](docs/clients.md#ruby) [b](crates/drift) [c](#here)",
                true,
            ),
            ("README.md", "[a](https://drift.test/gone)", true),
            ("docs/clients.md", "[a](../README.md)", true),
            ("docs/clients.md", "[a](README.md)", false),
            ("README.md", "[a](docs/gone.md)", false),
            ("README.md", "[a](doc)", false),
        ];
        for (page, text, good) in cases {
            assert_eq!(places(page, text).is_empty(), good, "{page}: {text}");
        }
    }

    #[test]
    fn the_map_names_what_there_is() {
        assert!(places("ARCHITECTURE.md", "`retry.rs` and `src/retry.rs`").is_empty());
        assert_eq!(
            places("ARCHITECTURE.md", "One.\n\n`gone.rs`"),
            ["ARCHITECTURE.md:3"]
        );
        assert!(places("CHANGELOG.md", "`gone.rs`").is_empty());
    }
}

//! Every file says in its first line what it is about.

use super::source::Source;
use crate::util::finding::Finding;

/// How the first comment of a file begins, by the end of its name. Others (JSON, plain text, templates, licences)
/// have no comments or no subject of their own.
const OPENINGS: [(&str, &[&str]); 14] = [
    ("rs", &["//! "]),
    ("bash", &["# "]),
    ("css", &["/* "]),
    ("go", &["// "]),
    ("java", &["/** ", " * "]),
    ("js", &["// "]),
    ("md", &["# "]),
    ("php", &["// "]),
    ("py", &["\"\"\""]),
    ("rb", &["# "]),
    ("sh", &["# "]),
    ("toml", &["# "]),
    ("ts", &["// "]),
    ("yaml", &["# "]),
];

/// Lines that stand before the subject: of any file, and of Java, where a class has it.
const BEFORE: [&str; 2] = ["#!", "<?php"];
const BEFORE_A_CLASS: [&str; 3] = ["package ", "import ", "/**"];

/// Manifests say in their own words what they are of. Pages in a crate's `docs` are parts of its documentation, where
/// what they are about stands above them.
const WITHOUT: [&str; 2] = ["Cargo.toml", "pyproject.toml"];

/// Files without a subject line.
pub fn check(sources: &[Source]) -> Vec<Finding> {
    sources.iter().filter_map(fault).collect()
}

fn fault(source: &Source) -> Option<Finding> {
    if is_without(&source.path) {
        return None;
    }
    let openings = openings(source)?;
    let lines = source.text.lines().zip(1..);
    let mut lines = lines.filter(|(line, _)| !line.is_empty());
    let (first, number) = lines.find(|(line, _)| !stands_before(line, source.extension()))?;
    let says = |opening: &&str| {
        first
            .strip_prefix(*opening)
            .is_some_and(|rest| !rest.trim().is_empty())
    };
    if openings.iter().any(says) {
        return None;
    }
    let message = format!(
        "begin with a line `{}…` that says what the file is about",
        openings[0]
    );
    Some(Finding::in_file(&source.path, number, message))
}

fn is_without(path: &str) -> bool {
    let in_docs = path.starts_with("crates/") && path.contains("/docs/");
    in_docs || WITHOUT.iter().any(|name| path.ends_with(name))
}

fn stands_before(line: &str, extension: &str) -> bool {
    let in_java = extension == "java" && !line.starts_with("/** ");
    let starts = |start: &&str| line.starts_with(*start);
    BEFORE.iter().any(starts) || in_java && BEFORE_A_CLASS.iter().any(starts)
}

/// By the name's end, or that of a script by its first line.
fn openings(source: &Source) -> Option<&'static [&'static str]> {
    let extension = match source.extension() {
        "" if source.text.starts_with("#!") => "sh",
        extension => extension,
    };
    let row = OPENINGS.iter().find(|(end, _)| *end == extension);
    row.map(|(_, openings)| *openings)
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::tidy::source::of;

    #[test]
    fn a_file_begins_with_its_subject() {
        let cases = [
            ("a.rs", "//! About it.\nuse b;\n", true),
            ("a.rs", "use b;\n", false),
            ("a.rs", "// About it.\n", false),
            ("a.rs", "//! \n", false),
            ("run", "#!/usr/bin/env bash\n# Runs it.\n", true),
            ("run", "#!/usr/bin/env bash\nset -e\n", false),
            ("LICENSE", "The licence.\n", true),
            ("a.php", "<?php\n\n// About it.\n", true),
            ("a.php", "<?php\n\nrequire 'b';\n", false),
            ("a.java", "package b;\n\n/** About it. */\n", true),
            (
                "a.java",
                "import c;\n\n/**\n * About it.\n */\nclass A {}\n",
                true,
            ),
            ("a.java", "import c;\n\nclass A {}\n", false),
            ("a.py", "\"\"\"About it.\"\"\"\n", true),
            ("a.py", "import os\n", false),
            ("deny.toml", "# About it.\n[bans]\n", true),
            ("deny.toml", "[bans]\n", false),
            ("a/Cargo.toml", "[package]\n", true),
            ("a.md", "# About it\n", true),
            ("a.md", "About it.\n", false),
            ("crates/a/docs/b.md", "A part.\n", true),
            ("a.json", "{}", true),
        ];
        for (path, text, good) in cases {
            let found = check(&[of(path, text)]);
            assert_eq!(found.is_empty(), good, "{path}: {text:?} {found:?}");
        }
    }
}

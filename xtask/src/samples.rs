//! The hand-written samples of other languages, as the reference page shows them.

use std::fs;
use std::path::Path;

use crate::generator::Failure;
use crate::workspace;

/// A sample.
#[derive(Debug, PartialEq, Eq)]
pub struct Sample {
    /// The language or tool.
    pub name: &'static str,
    /// Where it stands, from the root.
    pub path: String,
    /// Its text.
    pub text: String,
}

const FOLDER: &str = "examples";

/// By the end of the file's name, in the order in which they are shown.
const KINDS: [(&str, &str); 8] = [
    ("sh", "curl"),
    ("http", "HTTP"),
    ("js", "JavaScript"),
    ("mjs", "JavaScript"),
    ("ts", "TypeScript"),
    ("java", "Java"),
    ("py", "Python"),
    ("rb", "Ruby"),
];

/// All that stand directly in `examples`, or one folder below it.
pub fn all(root: &Path) -> Result<Vec<Sample>, Failure> {
    let mut paths = files(&root.join(FOLDER))?;
    for folder in folders(&root.join(FOLDER))? {
        paths.extend(files(&folder)?);
    }
    let mut samples = Vec::new();
    for path in paths {
        if let Some((place, name)) = kind(&path) {
            let shown = path
                .strip_prefix(root)?
                .to_string_lossy()
                .replace('\\', "/");
            let text = workspace::read(&path)?.replace("\r\n", "\n");
            samples.push((
                place,
                Sample {
                    name,
                    path: shown,
                    text,
                },
            ));
        }
    }
    samples.sort_by(|one, other| (one.0, &one.1.path).cmp(&(other.0, &other.1.path)));
    Ok(samples.into_iter().map(|(_, sample)| sample).collect())
}

fn kind(path: &Path) -> Option<(usize, &'static str)> {
    let extension = path.extension()?.to_str()?;
    let place = KINDS.iter().position(|(end, _)| *end == extension)?;
    Some((place, KINDS[place].1))
}

fn files(folder: &Path) -> Result<Vec<std::path::PathBuf>, Failure> {
    Ok(entries(folder)?
        .into_iter()
        .filter(|path| path.is_file())
        .collect())
}

fn folders(folder: &Path) -> Result<Vec<std::path::PathBuf>, Failure> {
    Ok(entries(folder)?
        .into_iter()
        .filter(|path| path.is_dir())
        .collect())
}

fn entries(folder: &Path) -> Result<Vec<std::path::PathBuf>, Failure> {
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let entries = fs::read_dir(folder)?.map(|entry| Ok(entry?.path()));
    entries.collect()
}

#[cfg(test)]
mod tests {
    use super::all;
    use std::fs;

    #[test]
    fn samples_come_in_the_order_of_their_languages_and_others_do_not() {
        let root = tempfile::tempdir().expect("a folder can be made");
        let folder = root.path().join("examples");
        fs::create_dir_all(folder.join("java")).expect("a folder can be made");
        for path in ["b.rb", "a.sh", "java/Create.java", "notes.txt"] {
            fs::write(folder.join(path), path).expect("a file can be written");
        }
        let found = all(root.path()).expect("they can be read");
        let paths: Vec<&str> = found.iter().map(|sample| sample.path.as_str()).collect();
        assert_eq!(
            paths,
            [
                "examples/a.sh",
                "examples/java/Create.java",
                "examples/b.rb"
            ]
        );
    }

    #[test]
    fn no_folder_means_no_samples() {
        let root = tempfile::tempdir().expect("a folder can be made");
        assert_eq!(all(root.path()).ok(), Some(Vec::new()));
    }
}

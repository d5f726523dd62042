//! The hand-written samples of other languages, as the reference page shows them.

use std::path::Path;

use crate::generator::Failure;
use crate::workspace;

/// A sample.
#[derive(Debug, PartialEq, Eq)]
pub struct Sample {
    /// The tool, and its language.
    pub name: &'static str,
    /// Where it stands, from the root.
    pub path: &'static str,
    /// Its text.
    pub text: String,
}

/// In the order in which they are shown.
const SAMPLES: [(&str, &str); 6] = [
    ("curl", "examples/curl.sh"),
    ("Raw HTTP", "examples/http/create_contact.http"),
    ("axios, JavaScript", "examples/axios/create_contact.js"),
    ("OkHttp, Java", "examples/okhttp/CreateContact.java"),
    ("requests, Python", "examples/requests/create_contact.py"),
    ("net/http, Ruby", "examples/net_http.rb"),
];

/// All that are there. One that is gone changes the page, which `check` notices.
pub fn all(root: &Path) -> Result<Vec<Sample>, Failure> {
    let mut samples = Vec::new();
    for (name, path) in SAMPLES {
        if let Some(text) = workspace::read_if_there(&root.join(path))? {
            samples.push(Sample { name, path, text });
        }
    }
    Ok(samples)
}

#[cfg(test)]
mod tests {
    use super::{SAMPLES, all};
    use crate::workspace;

    #[test]
    fn samples_that_are_there_come_in_order() {
        let root = tempfile::tempdir().expect("a folder can be made");
        assert_eq!(all(root.path()).ok(), Some(Vec::new()));
        for path in ["examples/net_http.rb", "examples/curl.sh"] {
            workspace::write(&root.path().join(path), "a\r\nb\n").expect("a file can be written");
        }
        let found = all(root.path()).expect("they can be read");
        let shown: Vec<_> = found
            .iter()
            .map(|sample| (sample.name, sample.text.as_str()))
            .collect();
        assert_eq!(shown, [("curl", "a\nb\n"), ("net/http, Ruby", "a\nb\n")]);
    }

    #[test]
    fn every_sample_of_this_project_is_found() {
        let found = all(&workspace::root()).expect("they can be read");
        assert_eq!(found.len(), SAMPLES.len());
    }
}

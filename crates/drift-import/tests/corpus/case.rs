//! A case: a head with its reason and what is expected, then the bytes of the file.

use std::path::{Path, PathBuf};

use drift::IdKey;
use drift_import::{InputOptions, OnDuplicate, Options, Suppression, Unmapped};
use serde_json::Value;

/// What a line of the file comes to.
#[derive(Debug)]
pub struct ExpectedRow {
    pub line: u64,
    pub verdict: String,
    /// Words of its reason.
    pub words: String,
}

/// A case of the corpus.
#[derive(Default)]
pub struct Case {
    pub name: String,
    pub why: String,
    /// The name of the file.
    pub file: String,
    options: Vec<String>,
    pub rows: Vec<ExpectedRow>,
    /// The attributes of each contact that is made, in the order of their emails.
    pub sends: Vec<Value>,
    /// Words of the error that stops it.
    pub fails: Option<String>,
    /// Words of how the file was understood, as JSON.
    pub understood: Vec<String>,
    pub bytes: Vec<u8>,
}

const END: &[u8] = b"\n---\n";

impl Case {
    pub fn read(path: &Path) -> Self {
        let whole = std::fs::read(path).expect("a case");
        let end = whole.windows(END.len()).position(|part| part == END);
        let end = end.expect("a line --- after the head");
        let mut case = Self {
            name: path.file_stem().unwrap_or_default().display().to_string(),
            file: "leads.csv".to_owned(),
            bytes: whole[end + END.len()..].to_vec(),
            ..Self::default()
        };
        let head = std::str::from_utf8(&whole[..end]).expect("a head in UTF-8");
        for line in head.lines() {
            let (key, value) = line.split_once(": ").expect("a line of the head");
            case.take(key, value.to_owned());
        }
        assert!(!case.why.is_empty(), "{}: no reason", case.name);
        case
    }

    fn take(&mut self, key: &str, value: String) {
        match key {
            "Why" => self.why = value,
            "File" => self.file = value,
            "Option" => self.options.push(value),
            "Understood" => self.understood.push(value),
            "Fails" => self.fails = Some(value),
            "Sends" => self.sends.push(serde_json::from_str(&value).expect("JSON")),
            "Row" => {
                let mut words = value.splitn(3, ' ');
                let mut next = || words.next().unwrap_or_default().to_owned();
                self.rows.push(ExpectedRow {
                    line: next().parse().expect("a line"),
                    verdict: next(),
                    words: next(),
                });
            }
            other => panic!("{}: there is no {other:?}", self.name),
        }
    }

    pub fn options(&self, folder: &Path) -> Options {
        let mut options = Options::default();
        options.unmapped = Unmapped::Attribute;
        options.look_up_after = Vec::new();
        for option in &self.options {
            let (key, value) = option.split_once('=').unwrap_or((option, ""));
            set(&mut options, key, value, folder);
        }
        options
    }
}

fn set(options: &mut Options, key: &str, value: &str, folder: &Path) {
    let input: &mut InputOptions = &mut options.input;
    match key {
        "encoding" => input.encoding = Some(value.to_owned()),
        "quote" => input.no_quotes = value == "none",
        "escape" => input.escape = value.bytes().next(),
        "skip-lines" => input.skip_lines = value.parse().ok(),
        "no-header" => input.no_header = true,
        "map" => {
            let (column, attribute) = value.split_once('=').expect("a mapping");
            options.map.push((column.to_owned(), attribute.to_owned()));
        }
        "refuse-unmapped" => options.unmapped = Unmapped::Refuse,
        "update" => options.on_duplicate = OnDuplicate::Update,
        "allow-guessable-ids" => options.allow_guessable = true,
        "allow-placeholder" => options.allow_placeholders.push(value.to_owned()),
        "warn-only" => options.warn_only = true,
        "derive-id-from" => {
            let key = IdKey::new("1", &[7; 32]).expect("a key");
            options.derive = Some((value.to_owned(), key));
        }
        "suppress" => {
            let list = folder.join("list.txt");
            std::fs::write(&list, value.replace(' ', "\n")).expect("written");
            options.suppress = Some(Suppression::read(&list, None).expect("a list"));
        }
        other => panic!("there is no option {other:?}"),
    }
}

/// All cases, by name.
pub fn all() -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/cases");
    let entries = std::fs::read_dir(folder).expect("the cases");
    let mut paths: Vec<PathBuf> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    paths.sort();
    paths.iter().map(|path| Case::read(path)).collect()
}

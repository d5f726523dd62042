//! Changing the config file: one command at a time, all or nothing, and comments stay.

use std::fs::File;
use std::path::{Path, PathBuf};

use toml_edit::{DocumentMut, Item, Table, TableLike, value};

use super::file::{self, Config, beside};
use super::profile::Profile;
use super::secret_file::{self, NewSecretFile};
use crate::failure::Failure;
use crate::private_file;

/// Changes that are not written yet. No other command changes the config file until this is dropped.
pub struct ConfigEdit {
    path: PathBuf,
    config: Config,
    document: DocumentMut,
    /// Files that profiles name once the changes are written.
    new_files: Vec<NewSecretFile>,
    /// Own files that no profile names once the changes are written.
    released: Vec<PathBuf>,
    _lock: File,
}

impl ConfigEdit {
    /// Waits for other commands that change the config file, then reads it. Its folder is made if it does not exist.
    pub fn begin(path: &Path) -> Result<Self, Failure> {
        let lock = lock(path)?;
        let text = file::read_text(path)?;
        let config = file::parse(path, &text)?;
        let document = text
            .parse()
            .map_err(|cause| Failure::input(format!("{}: {cause}", path.display())))?;
        Ok(Self {
            path: path.to_owned(),
            config,
            document,
            new_files: Vec::new(),
            released: Vec::new(),
            _lock: lock,
        })
    }

    /// The config file with the changes made so far.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// A profile that must exist.
    pub fn profile(&self, name: &str) -> Result<&Profile, Failure> {
        self.config.profile(&self.path, name)
    }

    /// Keeps a secret in a new file, and returns its name for the profile. Without `finish` the file is removed again.
    pub fn write_secret(
        &mut self,
        profile: &str,
        extension: &str,
        secret: &str,
    ) -> Result<PathBuf, Failure> {
        let file = NewSecretFile::write(&self.path, profile, extension, secret.as_bytes())?;
        let name = file.name().to_owned();
        self.new_files.push(file);
        Ok(name)
    }

    /// Adds a profile or replaces its settings. The first profile becomes the default one.
    pub fn put_profile(&mut self, name: &str, profile: Profile) -> Result<(), Failure> {
        let is_first = self.config.profiles.is_empty() && self.config.default.is_none();
        let table = table_in(self.document.as_table_mut(), "profiles", true)
            .and_then(|profiles| table_in(profiles, name, false))
            .ok_or_else(|| unchangeable(&self.path))?;
        for (setting, text) in profile.settings() {
            match text {
                Some(text) => set(table, setting, &text),
                None => drop(table.remove(setting)),
            }
        }
        if let Some(earlier) = self.config.profiles.insert(name.to_owned(), profile) {
            self.release(&earlier);
        }
        if is_first {
            self.set_default(name);
        }
        Ok(())
    }

    /// Removes a profile. If it is the default one, there is no default any more.
    pub fn remove_profile(&mut self, name: &str) -> Result<Profile, Failure> {
        self.profile(name)?;
        if let Some(profiles) = table_in(self.document.as_table_mut(), "profiles", true) {
            profiles.remove(name);
        }
        if self.config.default.as_deref() == Some(name) {
            self.config.default = None;
            remove_default(&mut self.document);
        }
        let removed = self.config.profiles.remove(name).unwrap_or_default();
        self.release(&removed);
        Ok(removed)
    }

    /// Makes a profile the default one.
    pub fn set_default(&mut self, name: &str) {
        self.config.default = Some(name.to_owned());
        set(self.document.as_table_mut(), "default", name);
    }

    /// Writes the changes, then removes own files that no profile names any more.
    pub fn finish(self) -> Result<(), Failure> {
        let text = self.document.to_string();
        // A file that would be read as something else is never written.
        if file::parse(&self.path, &text)? != self.config {
            return Err(unchangeable(&self.path));
        }
        private_file::replace(&self.path, text.as_bytes()).map_err(|cause| {
            Failure::input(format!(
                "{} cannot be written: {cause}",
                self.path.display()
            ))
        })?;
        self.new_files.into_iter().for_each(NewSecretFile::keep);
        let profiles = self.config.profiles.values();
        let named: Vec<&Path> = profiles.flat_map(Profile::secret_files).collect();
        let released = self.released.iter();
        let unnamed = released.filter(|file| !named.contains(&file.as_path()));
        for file in unnamed {
            secret_file::remove_own(&self.path, file)?;
        }
        Ok(())
    }

    fn release(&mut self, profile: &Profile) {
        let own = profile.secret_files().into_iter();
        let own = own.filter(|file| secret_file::is_own(file));
        self.released.extend(own.map(Path::to_owned));
    }
}

fn unchangeable(path: &Path) -> Failure {
    Failure::input(format!(
        "{} is written in a way that the command cannot change",
        path.display()
    ))
    .next("give each profile a table of its own, such as [profiles.acme], or change it by hand")
}

/// The lock is a file of its own, since the config file itself is replaced.
fn lock(path: &Path) -> Result<File, Failure> {
    let lock = beside(path, Path::new("config.lock"));
    let locked = private_file::ensure_folder(path.parent().unwrap_or(Path::new("")))
        .and_then(|()| private_file::lock(&lock));
    locked.map_err(|cause| {
        Failure::input(format!("{} cannot be locked: {cause}", lock.display()))
            .next("check the folder, its permissions and the room on the disk")
    })
}

/// A table inside another, made if it does not exist; `None` if there is something else.
fn table_in<'a>(
    outer: &'a mut dyn TableLike,
    name: &str,
    only_tables: bool,
) -> Option<&'a mut dyn TableLike> {
    let item = outer.entry(name).or_insert_with(|| {
        let mut table = Table::new();
        table.set_implicit(only_tables);
        Item::Table(table)
    });
    item.as_table_like_mut()
}

/// Removes `default`, and keeps the comments above it: it is the first line, and they are about the file.
fn remove_default(document: &mut DocumentMut) {
    let key = document.key("default");
    let prefix = key.and_then(|key| key.leaf_decor().prefix()?.as_str());
    let header = prefix.unwrap_or_default().to_owned();
    document.remove("default");
    if let Ok(with_header) = format!("{header}{document}").parse() {
        *document = with_header;
    }
}

/// Sets a value. One that is the same stays, with the comment beside it.
fn set(table: &mut dyn TableLike, name: &str, text: &str) {
    if let Some(known) = table.get_mut(name).and_then(Item::as_value_mut) {
        let decor = known.decor().clone();
        *known = text.into();
        *known.decor_mut() = decor;
    } else {
        table.insert(name, value(text));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changed(text: &str, change: impl FnOnce(&mut ConfigEdit)) -> Result<String, String> {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("config.toml");
        private_file::write_new(&path, text.as_bytes()).expect("a file");
        let mut edit = ConfigEdit::begin(&path).map_err(|failure| failure.sentence().to_owned())?;
        change(&mut edit);
        edit.finish()
            .map_err(|failure| failure.sentence().to_owned())?;
        Ok(std::fs::read_to_string(&path).expect("a file"))
    }

    fn by_variable(name: &str) -> Profile {
        Profile {
            token_env: Some(name.to_owned()),
            ..Profile::default()
        }
    }

    #[test]
    fn a_profile_is_added_whatever_the_file_looks_like() {
        let added = "[profiles.b]\ntoken_env = \"B\"\n";
        for (text, expected) in [
            ("", format!("default = \"b\"\n\n{added}")),
            ("# mine\n", format!("default = \"b\"\n\n{added}# mine\n")),
            (
                "# mine\n[profiles.a] # first\ntoken_env = \"A\" # own\n",
                format!("# mine\n[profiles.a] # first\ntoken_env = \"A\" # own\n\n{added}"),
            ),
            (
                "[profiles.a]\ntoken_env = \"A\"\n# the end\n",
                format!("[profiles.a]\ntoken_env = \"A\"\n\n{added}# the end\n"),
            ),
            (
                "profiles.a.token_env = \"A\"\n",
                format!("profiles.a.token_env = \"A\"\n\n{added}"),
            ),
            (
                "profiles = { a = { token_env = \"A\" } }\n",
                "profiles = { a = { token_env = \"A\" } , b.token_env = \"B\" }\n".to_owned(),
            ),
        ] {
            let result = changed(text, |edit| {
                edit.put_profile("b", by_variable("B"))
                    .map_err(drop)
                    .expect("it can be added");
            });
            assert_eq!(result.expect("it is written"), expected, "{text}");
        }
    }

    #[test]
    fn other_settings_and_comments_stay() {
        let text = "# mine\ndefault = \"a\" # often\n\n# first\n[profiles.a]\n# of A\ntoken_env = \"A\" # own\nbase_url = \"https://a.test\"\n\n# second\n[profiles.b]\ntoken_env = \"B\"\n";
        let replaced = changed(text, |edit| {
            edit.set_default("b");
            let profile = Profile {
                base_url: Some("https://a.test".to_owned()),
                ..by_variable("NEW")
            };
            edit.put_profile("a", profile)
                .map_err(drop)
                .expect("a table");
        });
        let expected = text
            .replace("\"A\"", "\"NEW\"")
            .replace("= \"a\"", "= \"b\"");
        assert_eq!(replaced.expect("it is written"), expected);
        let removed = changed(text, |edit| {
            edit.remove_profile("a")
                .map(drop)
                .map_err(drop)
                .expect("it exists");
        });
        assert_eq!(
            removed.expect("it is written"),
            "# mine\n\n# second\n[profiles.b]\ntoken_env = \"B\"\n"
        );
    }
}

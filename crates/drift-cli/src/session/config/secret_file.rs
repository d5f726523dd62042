//! The files beside the config file in which the command keeps secrets of a profile: `acme.token`.

use std::io;
use std::path::{Component, Path, PathBuf};

use super::file::beside;
use crate::failure::Failure;
use crate::private_file;

/// A file with a secret that no profile names yet. It is removed when this is dropped, unless it was kept.
pub struct NewSecretFile {
    path: Option<PathBuf>,
    name: PathBuf,
}

impl NewSecretFile {
    /// Writes the secret to a file that nobody else can read: `acme.token`, or `acme-2.token` where there is one.
    pub fn write(
        config: &Path,
        profile: &str,
        extension: &str,
        secret: &[u8],
    ) -> Result<Self, Failure> {
        let first = format!("{profile}.{extension}");
        let others = (2..).map(|number: u64| format!("{profile}-{number}.{extension}"));
        for name in std::iter::once(first).chain(others) {
            let path = beside(config, Path::new(&name));
            let mut made = Self {
                name: PathBuf::from(name),
                path: None,
            };
            match private_file::write_new(&path, secret) {
                Ok(()) => {
                    made.path = Some(path);
                    return Ok(made);
                }
                Err(cause) if cause.kind() == io::ErrorKind::AlreadyExists => {}
                Err(cause) => {
                    let sentence = format!("{} cannot be written: {cause}", path.display());
                    return Err(Failure::input(sentence));
                }
            }
        }
        Err(Failure::input("there is no name left for a file"))
    }

    /// Its name, as it stands in the config file.
    pub fn name(&self) -> &Path {
        &self.name
    }

    /// A profile names it now.
    pub fn keep(mut self) {
        self.path = None;
    }
}

impl Drop for NewSecretFile {
    fn drop(&mut self) {
        if let Some(path) = &self.path {
            // What cannot be removed is named by no profile, and can be read by its owner alone.
            let _ = std::fs::remove_file(path);
        }
    }
}

/// Whether a file of a profile is one that the command made: it is beside the config file. Others, such as a secret that
/// a container is given, are not ours to remove.
pub fn is_own(file: &Path) -> bool {
    let mut parts = file.components();
    matches!(
        (parts.next(), parts.next()),
        (Some(Component::Normal(_)), None)
    )
}

/// Removes a file that the command made, and that no profile names any more; with the lock under which tokens in it are
/// renewed.
pub fn remove_own(config: &Path, file: &Path) -> Result<(), Failure> {
    let path = beside(config, file);
    for path in [&path, &lock_of(&path)] {
        match std::fs::remove_file(path) {
            Err(cause) if cause.kind() != io::ErrorKind::NotFound => {
                return Err(Failure::other(format!(
                    "{} holds a secret and cannot be removed: {cause}",
                    path.display()
                ))
                .next("remove it by hand"));
            }
            _ => {}
        }
    }
    Ok(())
}

/// The lock that `drift::credentials::OAuth` takes while it renews the tokens of a file.
pub fn lock_of(tokens: &Path) -> PathBuf {
    let mut lock = tokens.as_os_str().to_owned();
    lock.push(".lock");
    lock.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_beside_the_config_file_are_ours() {
        for (file, own) in [
            ("acme.token", true),
            ("/run/secrets/acme.token", false),
            ("../acme.token", false),
            ("tokens/acme", false),
            ("..", false),
        ] {
            assert_eq!(is_own(Path::new(file)), own, "{file}");
        }
    }
}

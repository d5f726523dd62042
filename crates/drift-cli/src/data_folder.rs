//! The person's own folders, by the XDG base directory rules.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// `~/.local/share/drift`, or `drift` in `XDG_DATA_HOME`.
pub fn data() -> Option<PathBuf> {
    folder("XDG_DATA_HOME", ".local/share")
}

/// `~/.local/state/drift`, or `drift` in `XDG_STATE_HOME`.
pub fn state() -> Option<PathBuf> {
    folder("XDG_STATE_HOME", ".local/state")
}

/// `~/.config/drift`, or `drift` in `XDG_CONFIG_HOME`.
pub fn config() -> Option<PathBuf> {
    folder("XDG_CONFIG_HOME", ".config")
}

/// Relative paths are invalid by the rules, and ignored.
fn folder(variable: &str, under_home: &str) -> Option<PathBuf> {
    let named = std::env::var_os(variable)
        .map(PathBuf::from)
        .filter(|path| path.is_absolute());
    let base = named.or_else(|| std::env::home_dir().map(|home| home.join(under_home)))?;
    Some(base.join("drift"))
}

/// Makes a folder that nobody else can look into.
pub fn make_private(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Writes a new file that nobody else can read.
pub fn write_private(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut file = private().create_new(true).open(path)?;
    file.write_all(content)
}

/// Replaces what is in a file. One that is not there is made so that nobody else can read it; one that is there keeps
/// its permissions.
pub fn rewrite_private(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut file = private().create(true).truncate(true).open(path)?;
    file.write_all(content)
}

/// Makes a file that nobody else can read, unless there is one; that stays as it is.
pub fn make_file_private(path: &Path) -> io::Result<()> {
    private().create(true).truncate(false).open(path).map(drop)
}

fn private() -> fs::OpenOptions {
    let mut options = fs::OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

//! The person's own folders, by the XDG base directory rules.

use std::path::PathBuf;

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

//! `SHA256SUMS`, as `sha256sum --check` reads it.

use std::fs;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::generator::Failure;
use crate::util::folder;

/// Writes it for every file below the folder.
pub fn write(dist: &Path) -> Result<(), Failure> {
    let mut text = String::new();
    for path in folder::files_below(dist)? {
        let name = path
            .strip_prefix(dist)?
            .to_string_lossy()
            .replace('\\', "/");
        text += &line(&name, &fs::read(&path)?);
    }
    fs::write(dist.join("SHA256SUMS"), text)?;
    Ok(())
}

fn line(name: &str, content: &[u8]) -> String {
    let digest = Sha256::digest(content);
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{hex}  {name}\n")
}

#[cfg(test)]
mod tests {
    use super::line;

    #[test]
    fn a_line_is_as_sha256sum_writes_it() {
        assert_eq!(
            line("a/b", b"abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  a/b\n"
        );
    }
}

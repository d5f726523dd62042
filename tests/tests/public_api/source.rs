//! The source of a crate as one tree: each module with the items of its file.

use std::path::{Path, PathBuf};

use syn::Item;

/// The items of a file, and of the files of its modules.
pub fn read(file: &Path) -> Vec<Item> {
    let text = std::fs::read_to_string(file).expect("a source file");
    let mut items = syn::parse_file(&text).expect("Rust").items;
    for item in &mut items {
        if let Item::Mod(module) = item
            && module.content.is_none()
        {
            let file = file_of(&folder_of(file), &module.ident.to_string());
            module.content = Some((Default::default(), read(&file)));
        }
    }
    items
}

/// Where the modules of a file are.
fn folder_of(file: &Path) -> PathBuf {
    match file.file_name().and_then(|name| name.to_str()) {
        Some("lib.rs" | "mod.rs") => file.with_file_name(""),
        _ => file.with_extension(""),
    }
}

fn file_of(folder: &Path, module: &str) -> PathBuf {
    let file = folder.join(format!("{module}.rs"));
    if file.exists() {
        return file;
    }
    folder.join(module).join("mod.rs")
}

//! What `drift` shows to its users is its own: no generated type, none of progenitor, and reqwest in one place.

use std::collections::BTreeSet;

use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{
    Field, Fields, ImplItemFn, ItemFn, ItemStruct, ItemType, ItemUse, Path, Signature, UseTree,
    Visibility,
};

use super::rust::{is_for_tests, line, parsed};
use super::source::Source;
use crate::util::finding::Finding;

const FOLDER: &str = "crates/drift/src/";

/// Crates whose names do not stand in a public signature.
const HIDDEN: [&str; 3] = ["drift_sdk", "progenitor_client", "reqwest"];

/// The functions that take, change and begin an HTTP client, which `drift` re-exports the crate of.
const ALLOWED: [(&str, &str); 3] = [
    ("/client/builder.rs", "http_client"),
    ("/client/builder.rs", "configure_http"),
    ("/client.rs", "http_client_builder"),
];

/// Public signatures and fields that show what they should not.
pub fn check(sources: &[Source]) -> Vec<Finding> {
    let judged = sources.iter().filter(|source| source.is_rust_in(FOLDER));
    judged.flat_map(faults).collect()
}

fn faults(source: &Source) -> Vec<Finding> {
    let Some(file) = parsed(source) else {
        return Vec::new();
    };
    let mut names = Imports(HIDDEN.iter().map(|name| (*name).to_owned()).collect());
    names.visit_file(&file);
    let mut walk = Walk {
        hidden: names.0,
        path: &source.path,
        found: Vec::new(),
    };
    walk.visit_file(&file);
    walk.found
}

/// The hidden crates, and what a file imports of them.
struct Imports(BTreeSet<String>);

impl<'ast> Visit<'ast> for Imports {
    fn visit_item_use(&mut self, import: &'ast ItemUse) {
        if let UseTree::Path(path) = &import.tree
            && HIDDEN.iter().any(|name| path.ident == name)
        {
            self.add(&path.tree);
        }
    }
}

impl Imports {
    fn add(&mut self, tree: &UseTree) {
        match tree {
            UseTree::Path(path) => self.add(&path.tree),
            UseTree::Name(name) => drop(self.0.insert(name.ident.to_string())),
            UseTree::Rename(name) => drop(self.0.insert(name.rename.to_string())),
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.add(tree)),
            UseTree::Glob(_) => {}
        }
    }
}

/// Through everything that is `pub` without bounds.
struct Walk<'a> {
    hidden: BTreeSet<String>,
    path: &'a str,
    found: Vec<Finding>,
}

impl Walk<'_> {
    fn signature(&mut self, signature: &Signature) {
        let name = signature.ident.to_string();
        let is_allowed = ALLOWED
            .iter()
            .any(|(file, function)| self.path.ends_with(file) && name == *function);
        if !is_allowed {
            let mut shown = Shown {
                hidden: &self.hidden,
                name: None,
            };
            shown.visit_signature(signature);
            self.note(shown.name, line(signature.span()));
        }
    }

    fn note(&mut self, shown: Option<String>, line: usize) {
        self.found.extend(shown.map(|name| {
            let message = format!(
                "the public API names `{name}`, which may change without us: give it a type of ours"
            );
            Finding::in_file(self.path, line, message)
        }));
    }

    fn field(&mut self, field: &Field) {
        let mut shown = Shown {
            hidden: &self.hidden,
            name: None,
        };
        shown.visit_type(&field.ty);
        self.note(shown.name, line(field.span()));
    }
}

impl<'ast> Visit<'ast> for Walk<'_> {
    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        if !is_for_tests(&module.attrs) {
            visit::visit_item_mod(self, module);
        }
    }

    fn visit_item_fn(&mut self, function: &'ast ItemFn) {
        if is_public(&function.vis) {
            self.signature(&function.sig);
        }
    }

    fn visit_impl_item_fn(&mut self, function: &'ast ImplItemFn) {
        if is_public(&function.vis) {
            self.signature(&function.sig);
        }
    }

    fn visit_item_type(&mut self, alias: &'ast ItemType) {
        if is_public(&alias.vis) {
            let mut shown = Shown {
                hidden: &self.hidden,
                name: None,
            };
            shown.visit_type(&alias.ty);
            self.note(shown.name, line(alias.span()));
        }
    }

    fn visit_item_struct(&mut self, item: &'ast ItemStruct) {
        if is_public(&item.vis) {
            self.fields(&item.fields, false);
        }
    }

    fn visit_item_enum(&mut self, item: &'ast syn::ItemEnum) {
        if is_public(&item.vis) {
            for variant in &item.variants {
                self.fields(&variant.fields, true);
            }
        }
    }
}

impl Walk<'_> {
    fn fields(&mut self, fields: &Fields, all: bool) {
        for field in fields.iter().filter(|field| all || is_public(&field.vis)) {
            self.field(field);
        }
    }
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

/// The first hidden name in a type or a signature.
struct Shown<'a> {
    hidden: &'a BTreeSet<String>,
    name: Option<String>,
}

impl<'ast> Visit<'ast> for Shown<'_> {
    fn visit_path(&mut self, path: &'ast Path) {
        let first = path
            .segments
            .first()
            .map(|segment| segment.ident.to_string());
        if let Some(name) = first.filter(|name| self.hidden.contains(name)) {
            self.name.get_or_insert(name);
        }
        visit::visit_path(self, path);
    }
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::tidy::source::of;

    #[test]
    fn signatures_show_our_own_types() {
        let cases = [
            ("pub fn a(b: reqwest::Client) {}", 1),
            (
                "use reqwest::Client;\nimpl A { pub async fn a(&self) -> Result<Client, Error> {} }",
                1,
            ),
            (
                "use drift_sdk::{types::{Contact as Wire, Other}};\npub enum A { B(Vec<Wire>) }",
                1,
            ),
            (
                "pub struct A { pub b: drift_sdk::types::Contact, c: reqwest::Url }",
                1,
            ),
            ("pub type A = progenitor_client::Error<u8>;", 1),
            (
                "use crate::Client;\npub fn a(b: Client) { let c = reqwest::Client::new(); }",
                0,
            ),
            ("pub(crate) fn a(b: reqwest::Client) {}", 0),
            (
                "#[cfg(test)]\nmod tests { pub fn a(b: reqwest::Client) {} }",
                0,
            ),
        ];
        for (text, count) in cases {
            let found = check(&[of("crates/drift/src/a.rs", text)]);
            assert_eq!(found.len(), count, "{text}: {found:?}");
        }
    }

    #[test]
    fn an_http_client_is_shown_in_the_builder_alone() {
        let text = "pub fn http_client(self, client: reqwest::Client) {}";
        assert!(check(&[of("crates/drift/src/client/builder.rs", text)]).is_empty());
        assert_eq!(check(&[of("crates/drift/src/contacts.rs", text)]).len(), 1);
    }
}

//! Rust as the rules read it: parsed, with lines, and without its tests.

use proc_macro2::Span;
use syn::visit::{self, Visit};
use syn::{Attribute, File, Item, ItemMod};

use super::source::Source;

/// The parsed file; none where it is no Rust, which the compiler reports better.
pub fn parsed(source: &Source) -> Option<File> {
    syn::parse_file(&source.text).ok()
}

/// The line where this begins, counted from 1.
pub fn line(span: Span) -> usize {
    span.start().line
}

/// Shows every item outside `#[cfg(test)]`, those in modules and functions too.
pub fn each_item(file: &File, see: &mut dyn FnMut(&Item)) {
    struct Walk<'a>(&'a mut dyn FnMut(&Item));

    impl<'ast> Visit<'ast> for Walk<'_> {
        fn visit_item(&mut self, item: &'ast Item) {
            (self.0)(item);
            visit::visit_item(self, item);
        }

        fn visit_item_mod(&mut self, module: &'ast ItemMod) {
            if !is_for_tests(&module.attrs) {
                visit::visit_item_mod(self, module);
            }
        }
    }

    Walk(see).visit_file(file);
}

/// Whether these attributes keep something out of what is shipped.
pub fn is_for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let of_cfg = attribute
            .path()
            .is_ident("cfg")
            .then(|| attribute.meta.require_list().ok());
        of_cfg
            .flatten()
            .is_some_and(|list| list.tokens.to_string() == "test")
    })
}

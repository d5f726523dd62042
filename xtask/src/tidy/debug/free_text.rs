//! Whether a type holds text, bytes or JSON that anybody could have written.

use syn::visit::{self, Visit};
use syn::{GenericArgument, Path, PathArguments, Type, TypeArray, TypeReference, TypeSlice};

/// Types that print what they hold.
const PRINTED: [&str; 9] = [
    "String",
    "str",
    "OsString",
    "Bytes",
    "ByteRecord",
    "StringRecord",
    "Value",
    "RawValue",
    "HeaderMap",
];

/// Where the types generated from the contract come from.
const GENERATED: [&str; 2] = ["drift_sdk", "types"];

/// The first such part of a type. A byte alone says nothing, several do; what is `'static` was written by us.
pub fn free_text(kind: &Type) -> Option<String> {
    let mut walk = Walk(None);
    walk.visit_type(kind);
    walk.0
}

/// The last name of a path: `String` of `std::string::String`.
pub fn last(path: &Path) -> String {
    let segment = path.segments.last();
    segment.map_or_else(String::new, |segment| segment.ident.to_string())
}

struct Walk(Option<String>);

impl Walk {
    fn note(&mut self, found: bool, name: &str) {
        if found && self.0.is_none() {
            self.0 = Some(name.to_owned());
        }
    }
}

impl<'ast> Visit<'ast> for Walk {
    fn visit_type_reference(&mut self, reference: &'ast TypeReference) {
        let lifetime = reference.lifetime.as_ref();
        if lifetime.is_none_or(|lifetime| lifetime.ident != "static") {
            visit::visit_type_reference(self, reference);
        }
    }

    fn visit_type_array(&mut self, array: &'ast TypeArray) {
        self.note(is_byte(&array.elem), "bytes");
        visit::visit_type_array(self, array);
    }

    fn visit_type_slice(&mut self, slice: &'ast TypeSlice) {
        self.note(is_byte(&slice.elem), "bytes");
        visit::visit_type_slice(self, slice);
    }

    fn visit_path(&mut self, path: &'ast Path) {
        let name = last(path);
        let first = path.segments.first();
        let generated = first.is_some_and(|first| GENERATED.iter().any(|name| first.ident == name));
        self.note(generated || PRINTED.contains(&name.as_str()), &name);
        self.note(name == "Vec" && is_of_bytes(path), "bytes");
        visit::visit_path(self, path);
    }
}

fn is_byte(kind: &Type) -> bool {
    matches!(kind, Type::Path(path) if path.path.is_ident("u8"))
}

fn is_of_bytes(path: &Path) -> bool {
    let arguments = path.segments.last().map(|segment| &segment.arguments);
    let Some(PathArguments::AngleBracketed(arguments)) = arguments else {
        return false;
    };
    let mut kinds = arguments.args.iter();
    kinds.any(|argument| matches!(argument, GenericArgument::Type(kind) if is_byte(kind)))
}

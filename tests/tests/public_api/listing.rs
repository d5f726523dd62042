//! What a crate shows to others, out of its source: signatures without bodies, documentation and private parts.
//!
//! What is `pub` in a private module stands where the nearest public module is, since it is exported there; so moving it
//! between private modules changes nothing. Macros that make public items are listed as they are called.

use std::collections::BTreeSet;

use proc_macro2::{Group, TokenStream, TokenTree};
use syn::{
    Attribute, Block, Fields, GenericArgument, Ident, ImplItem, Item, ItemImpl, ItemUse,
    PathArguments, TraitItem, Type, UseTree, Visibility,
};

/// The attributes that a user of an item can notice.
const SHOWN: [&str; 5] = ["cfg", "derive", "deprecated", "must_use", "non_exhaustive"];

/// The public API of a crate, as Rust.
pub fn listing(items: Vec<Item>) -> String {
    let mut types = BTreeSet::new();
    add_types(&items, &mut types);
    text(public(items, &types))
}

/// The names of public types, so that no other type's `impl` is listed.
fn add_types(items: &[Item], types: &mut BTreeSet<String>) {
    for item in items {
        let (visibility, name) = match item {
            Item::Enum(item) => (&item.vis, &item.ident),
            Item::Struct(item) => (&item.vis, &item.ident),
            Item::Trait(item) => (&item.vis, &item.ident),
            Item::Mod(module) => {
                let (_, items) = module.content.as_ref().expect("a module that was read");
                add_types(items, types);
                continue;
            }
            _ => continue,
        };
        if is_public(visibility) {
            types.insert(name.to_string());
        }
    }
}

fn public(items: Vec<Item>, types: &BTreeSet<String>) -> Vec<Item> {
    let mut shown: Vec<Item> = items
        .into_iter()
        .flat_map(|item| shown(item, types))
        .collect();
    shown.sort_by_cached_key(|item| {
        let is_impl = matches!(item, Item::Impl(_));
        (name(item), is_impl, text(vec![item.clone()]))
    });
    // A name may be exported in steps.
    shown.dedup_by_key(|item| text(vec![item.clone()]));
    shown
}

/// What is shown of an item: nothing, itself, or the public items of a private module.
fn shown(item: Item, types: &BTreeSet<String>) -> Vec<Item> {
    match item {
        Item::Mod(mut module) => {
            let (braces, items) = module.content.take().expect("a module that was read");
            if is_for_tests(&module.attrs) {
                return Vec::new();
            }
            let items = public(items, types);
            if !is_public(&module.vis) {
                return items;
            }
            keep_shown(&mut module.attrs);
            module.content = Some((braces, items));
            vec![Item::Mod(module)]
        }
        Item::Use(item) if is_public(&item.vis) => leaves(item),
        item => one(item, types).into_iter().collect(),
    }
}

fn one(mut item: Item, types: &BTreeSet<String>) -> Option<Item> {
    let visible = match &mut item {
        Item::Const(item) => shows(&item.vis, &mut item.attrs),
        Item::Enum(item) => {
            for variant in &mut item.variants {
                keep_shown(&mut variant.attrs);
                for field in &mut variant.fields {
                    keep_shown(&mut field.attrs);
                }
            }
            shows(&item.vis, &mut item.attrs)
        }
        Item::Fn(item) => {
            *item.block = empty();
            shows(&item.vis, &mut item.attrs)
        }
        Item::Impl(item) => shows_impl(item, types),
        // A macro that is called, not one that is defined.
        Item::Macro(item) => {
            item.mac.tokens = without_docs(item.mac.tokens.clone());
            item.ident.is_none()
        }
        Item::Struct(item) => {
            keep_public_fields(&mut item.fields);
            shows(&item.vis, &mut item.attrs)
        }
        Item::Trait(item) => {
            item.items.iter_mut().for_each(strip_trait_item);
            shows(&item.vis, &mut item.attrs)
        }
        Item::Type(item) => shows(&item.vis, &mut item.attrs),
        _ => false,
    };
    visible.then_some(item)
}

/// Keeps the public methods of an `impl`, or of one of a trait the types alone.
fn shows_impl(item: &mut ItemImpl, types: &BTreeSet<String>) -> bool {
    keep_shown(&mut item.attrs);
    let of_trait = item.trait_.is_some();
    item.items.retain_mut(|item| match item {
        ImplItem::Fn(method) => {
            method.block = empty();
            !of_trait && shows(&method.vis, &mut method.attrs)
        }
        ImplItem::Const(constant) => !of_trait && shows(&constant.vis, &mut constant.attrs),
        ImplItem::Macro(call) => {
            call.mac.tokens = without_docs(call.mac.tokens.clone());
            true
        }
        ImplItem::Type(_) => true,
        _ => false,
    });
    let about_public = about(item).iter().any(|name| types.contains(name));
    about_public && (of_trait || !item.items.is_empty())
}

/// The types that an `impl` is about: its own, and those that its trait is given, as in `From<Email> for String`.
fn about(item: &ItemImpl) -> Vec<String> {
    let mut names = vec![type_name(&item.self_ty)];
    let of_trait = item.trait_.iter();
    for segment in of_trait.flat_map(|(path, _)| &path.segments) {
        if let PathArguments::AngleBracketed(given) = &segment.arguments {
            names.extend(given.args.iter().filter_map(|argument| match argument {
                GenericArgument::Type(one) => Some(type_name(one)),
                _ => None,
            }));
        }
    }
    names
}

fn strip_trait_item(item: &mut TraitItem) {
    match item {
        TraitItem::Fn(method) => {
            keep_shown(&mut method.attrs);
            method.default = method.default.as_ref().map(|_| empty());
        }
        TraitItem::Const(constant) => keep_shown(&mut constant.attrs),
        TraitItem::Type(one) => keep_shown(&mut one.attrs),
        _ => {}
    }
}

fn keep_public_fields(fields: &mut Fields) {
    let keep = |all: &mut syn::punctuated::Punctuated<syn::Field, syn::Token![,]>| {
        *all = std::mem::take(all)
            .into_iter()
            .filter(|field| is_public(&field.vis))
            .collect();
        all.iter_mut()
            .for_each(|field| keep_shown(&mut field.attrs));
    };
    match fields {
        Fields::Named(named) => keep(&mut named.named),
        Fields::Unnamed(unnamed) => keep(&mut unnamed.unnamed),
        Fields::Unit => {}
    }
}

/// Each name that is exported, without the private path to it.
fn leaves(item: ItemUse) -> Vec<Item> {
    fn add(tree: UseTree, within: Option<&Ident>, leaves: &mut Vec<UseTree>) {
        match (tree, within) {
            (UseTree::Path(path), _) => add(*path.tree, Some(&path.ident), leaves),
            (UseTree::Group(group), _) => {
                let trees = group.items.into_iter();
                trees.for_each(|tree| add(tree, within, leaves));
            }
            // `module::{self, …}` exports the module.
            (UseTree::Name(mut name), Some(module)) if name.ident == "self" => {
                name.ident = module.clone();
                leaves.push(UseTree::Name(name));
            }
            (leaf, _) => leaves.push(leaf),
        }
    }
    let mut leaves = Vec::new();
    add(item.tree.clone(), None, &mut leaves);
    let of = |tree| {
        let mut item = item.clone();
        keep_shown(&mut item.attrs);
        Item::Use(ItemUse { tree, ..item })
    };
    leaves.into_iter().map(of).collect()
}

fn shows(visibility: &Visibility, attributes: &mut Vec<Attribute>) -> bool {
    keep_shown(attributes);
    is_public(visibility)
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

fn keep_shown(attributes: &mut Vec<Attribute>) {
    attributes.retain(|attribute| SHOWN.iter().any(|name| attribute.path().is_ident(name)));
}

/// What a macro is given, without documentation.
fn without_docs(tokens: TokenStream) -> TokenStream {
    let mut kept = Vec::new();
    for token in tokens {
        match token {
            TokenTree::Group(group) if is_doc(&group) && is_hash(kept.last()) => drop(kept.pop()),
            TokenTree::Group(group) => {
                let inner = without_docs(group.stream());
                kept.push(Group::new(group.delimiter(), inner).into());
            }
            token => kept.push(token),
        }
    }
    kept.into_iter().collect()
}

fn is_doc(group: &Group) -> bool {
    matches!(group.stream().into_iter().next(), Some(TokenTree::Ident(name)) if name == "doc")
}

fn is_hash(token: Option<&TokenTree>) -> bool {
    matches!(token, Some(TokenTree::Punct(mark)) if mark.as_char() == '#')
}

fn is_for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let list = attribute.meta.require_list();
        list.is_ok_and(|list| list.path.is_ident("cfg") && list.tokens.to_string() == "test")
    })
}

fn empty() -> Block {
    Block {
        brace_token: Default::default(),
        stmts: Vec::new(),
    }
}

/// What an item is sorted by: its name, or the name of the type that it is about.
fn name(item: &Item) -> String {
    match item {
        Item::Const(item) => item.ident.to_string(),
        Item::Enum(item) => item.ident.to_string(),
        Item::Fn(item) => item.sig.ident.to_string(),
        Item::Impl(item) => type_name(&item.self_ty),
        Item::Mod(item) => item.ident.to_string(),
        Item::Struct(item) => item.ident.to_string(),
        Item::Trait(item) => item.ident.to_string(),
        Item::Type(item) => item.ident.to_string(),
        _ => String::new(),
    }
}

fn type_name(of: &Type) -> String {
    match of {
        Type::Path(path) => path.path.segments.last().map(|it| it.ident.to_string()),
        Type::Reference(reference) => Some(type_name(&reference.elem)),
        _ => None,
    }
    .unwrap_or_default()
}

fn text(items: Vec<Item>) -> String {
    let file = syn::File {
        shebang: None,
        frontmatter: None,
        attrs: Vec::new(),
        items,
    };
    prettyplease::unparse(&file)
}

//! What the generator does not do to types by itself: no personal data in `Debug`, null kept apart from absent, schemas.

use syn::{Attribute, Field, Fields, File, Item, ItemStruct, Type, parse_quote};

/// Rewrites the types of the generated file in place.
pub fn apply(file: &mut File) {
    for item in &mut file.items {
        let Item::Mod(module) = item else { continue };
        let Some((_, items)) = &mut module.content else {
            continue;
        };
        if module.ident != "types" {
            continue;
        }
        let debugs: Vec<Item> = items.iter_mut().filter_map(post_process).collect();
        items.extend(debugs);
    }
}

fn post_process(item: &mut Item) -> Option<Item> {
    match item {
        Item::Struct(item) => {
            item.attrs.push(json_schema());
            item.fields.iter_mut().for_each(keep_null_apart);
            strip_debug(&mut item.attrs).then(|| blind_debug(item))
        }
        Item::Enum(item) => {
            item.attrs.push(json_schema());
            None
        }
        _ => None,
    }
}

/// Behind `cfg_attr`, so that the text is the same whatever features are on.
fn json_schema() -> Attribute {
    parse_quote!(#[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))])
}

fn strip_debug(attributes: &mut [Attribute]) -> bool {
    let mut stripped = false;
    for attribute in attributes
        .iter_mut()
        .filter(|attribute| attribute.path().is_ident("derive"))
    {
        let Ok(paths) = attribute.parse_args_with(
            syn::punctuated::Punctuated::<syn::Path, syn::Token![,]>::parse_terminated,
        ) else {
            continue;
        };
        let kept: Vec<syn::Path> = paths
            .into_iter()
            .filter(|path| {
                path.segments
                    .last()
                    .is_none_or(|last| last.ident != "Debug")
            })
            .collect();
        *attribute = parse_quote!(#[derive(#(#kept),*)]);
        stripped = true;
    }
    stripped
}

/// These types hold what people wrote about themselves, and tokens: `Debug` shows the name of the type alone.
fn blind_debug(item: &ItemStruct) -> Item {
    let name = &item.ident;
    let text = match item.fields {
        Fields::Named(_) => format!("{name} {{ .. }}"),
        _ => format!("{name}(..)"),
    };
    parse_quote! {
        impl ::std::fmt::Debug for #name {
            fn fmt(&self, formatter: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                formatter.write_str(#text)
            }
        }
    }
}

fn keep_null_apart(field: &mut Field) {
    if !optional_nullable(&field.ty) {
        return;
    }
    field
        .attrs
        .push(parse_quote!(#[serde(default, deserialize_with = "crate::present::deserialize")]));
}

fn optional_nullable(ty: &Type) -> bool {
    let Type::Path(path) = ty else { return false };
    let Some(option) = path
        .path
        .segments
        .last()
        .filter(|last| last.ident == "Option")
    else {
        return false;
    };
    let syn::PathArguments::AngleBracketed(arguments) = &option.arguments else {
        return false;
    };
    let Some(syn::GenericArgument::Type(Type::Path(inner))) = arguments.args.first() else {
        return false;
    };
    inner
        .path
        .segments
        .last()
        .is_some_and(|last| last.ident == "Value" || last.ident.to_string().starts_with("Nullable"))
}

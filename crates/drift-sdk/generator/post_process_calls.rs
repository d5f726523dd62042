//! Removes from the generated calls what costs time on each: a header that Drift does not know, and parsing a URL
//! that was parsed before.

use syn::{Block, Expr, File, FnArg, ImplItem, ImplItemFn, Item, Local, Pat, Stmt, parse_quote};

/// The variable that holds headers of a call; `api-version`, the version of the contract, is always one.
const HEADERS: &str = "header_map";

/// Rewrites the methods of the generated client in place.
pub fn apply(file: &mut File) {
    for item in &mut file.items {
        let Item::Impl(item) = item else { continue };
        for item in &mut item.items {
            if let ImplItem::Fn(method) = item
                && is_call(method)
            {
                drop_version(&mut method.block);
                parse_url_once(&mut method.block);
            }
        }
    }
}

fn is_call(method: &ImplItemFn) -> bool {
    method.sig.asyncness.is_some() && matches!(method.sig.inputs.first(), Some(FnArg::Receiver(_)))
}

/// Where a call has headers of its own too, all of them stay: then more than the making and one append name them.
fn drop_version(block: &mut Block) {
    let about_headers = block.stmts.iter().filter(|stmt| is_about_headers(stmt));
    if about_headers.count() != 2 {
        return;
    }
    block.stmts.retain(|stmt| !is_about_headers(stmt));
    for stmt in &mut block.stmts {
        if let Stmt::Local(Local {
            init: Some(init), ..
        }) = stmt
        {
            drop_headers(&mut init.expr);
        }
    }
}

fn is_about_headers(stmt: &Stmt) -> bool {
    match stmt {
        Stmt::Local(local) => binds(local, HEADERS),
        Stmt::Expr(Expr::MethodCall(call), _) => is_named(&call.receiver, HEADERS),
        _ => false,
    }
}

/// Removes `.headers(header_map)` from a chain of calls.
fn drop_headers(expr: &mut Expr) {
    match expr {
        Expr::MethodCall(call) if call.args.iter().any(|value| is_named(value, HEADERS)) => {
            *expr = (*call.receiver).clone();
        }
        Expr::MethodCall(call) => drop_headers(&mut call.receiver),
        Expr::Try(inner) => drop_headers(&mut inner.expr),
        _ => {}
    }
}

/// Each method begins with `let url = format!(…)`.
fn parse_url_once(block: &mut Block) {
    if matches!(block.stmts.first(), Some(Stmt::Local(local)) if binds(local, "url")) {
        let parse = parse_quote! {
            let url = self.inner.parsed(url).map_err(|error| Error::InvalidRequest(error.to_string()))?;
        };
        block.stmts.insert(1, parse);
    }
}

fn binds(local: &Local, name: &str) -> bool {
    matches!(&local.pat, Pat::Ident(pat) if pat.ident == name)
}

fn is_named(expr: &Expr, name: &str) -> bool {
    matches!(expr, Expr::Path(path) if path.path.is_ident(name))
}

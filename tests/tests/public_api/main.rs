//! The public API of the libraries, written down: a change of it changes a file in `snapshots` too, for a reviewer to see.
//!
//! After a change that is meant, run `INSTA_UPDATE=always cargo test -p drift-tests --test public_api`, read the difference,
//! and add a line to CHANGELOG.

mod listing;
mod source;

use std::path::Path;

#[test]
fn public_api_is_the_reviewed_one() {
    for name in ["drift", "drift-import", "drift-emulator"] {
        let root = format!("../crates/{name}/src/lib.rs");
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(root);
        insta::assert_snapshot!(name, listing::listing(source::read(&root)));
    }
}

//! A do-not-contact list, which users keep for years: addresses, domains, and keyed hashes that they computed elsewhere.

use std::path::Path;

use drift_import::Suppression;

#[test]
fn holds_whom_it_held() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/frozen/suppression");
    let key = b"0123456789abcdef0123456789abcdef";
    let list = Suppression::read(&folder.join("do-not-contact.txt"), Some(key));
    let list = list.expect("a list");
    for (email, held) in [
        ("ada@example.test", true),
        ("Ada@Example.test", true),
        ("bob@example.test", true),
        ("cyd@gone.example.test", true),
        ("cyd@example.test", false),
    ] {
        assert_eq!(list.holds(email), held, "{email}");
    }
}

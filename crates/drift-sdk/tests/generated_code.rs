//! The client as it was generated for this build is the one that was reviewed.

const CODE: &str = include_str!(concat!(env!("OUT_DIR"), "/codegen.rs"));

#[test]
fn the_generated_client_is_the_reviewed_one() {
    insta::assert_snapshot!("client", CODE);
}

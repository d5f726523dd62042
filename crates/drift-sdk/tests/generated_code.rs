//! The client as it was generated for this build is the one that was reviewed.

const CODE: &str = include_str!(concat!(env!("OUT_DIR"), "/codegen.rs"));

#[test]
fn the_generated_client_is_the_reviewed_one() {
    insta::assert_snapshot!("client", CODE);
}

/// progenitor sends the version of the contract with each call; Drift knows no such header.
#[test]
fn no_call_sends_the_version_of_the_contract() {
    assert!(!CODE.contains("\"api-version\""));
}

//! A token in a file that is rotated.

use std::fs;
use std::path::PathBuf;

use drift::ErrorKind;
use drift::credentials::TokenFile;
use drift_tests::ada;

use crate::credentials::{client, emulator};

/// A folder for one test, which is gone afterwards.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("drift-{}-{name}", std::process::id()));
        fs::create_dir_all(&path).expect("a folder");
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _gone = fs::remove_dir_all(&self.0);
    }
}

#[tokio::test]
async fn a_file_is_read_again_when_it_changes_and_when_its_token_is_refused() {
    let emulator = emulator().await;
    let folder = Folder::new("rotated");
    let path = folder.0.join("token");
    let client = client(&emulator, TokenFile::new(&path));
    let contacts = client.contacts();
    let error = contacts.create(ada()).await.expect_err("no file yet");
    assert_eq!(error.kind(), ErrorKind::Credentials);
    fs::write(&path, "first\n").expect("written");
    let made = contacts.create(ada()).await.expect("created");
    // As secrets of containers are rotated: another file takes the name. This one is of another organization.
    fs::write(folder.0.join("new"), "foreign\n").expect("written");
    fs::rename(folder.0.join("new"), &path).expect("renamed");
    let error = contacts
        .get(made.contact().id())
        .await
        .expect_err("refused");
    assert_eq!(error.kind(), ErrorKind::OtherOrganization);
    fs::write(&path, "second").expect("written");
    contacts.get(made.contact().id()).await.expect("read");
    // While it is away, the last token is used on.
    fs::remove_file(&path).expect("removed");
    contacts.get(made.contact().id()).await.expect("read");
    fs::write(&path, "this is no token").expect("written");
    let read = contacts.get(made.contact().id()).await;
    read.expect("what is no token cannot be read either");
    fs::write(&path, "of-nobody").expect("written");
    let error = contacts
        .get(made.contact().id())
        .await
        .expect_err("refused");
    assert_eq!(error.kind(), ErrorKind::Unauthorized);
}

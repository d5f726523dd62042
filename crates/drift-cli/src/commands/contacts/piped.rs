//! Standard input and pipes, copied to a file that can be read as often as needed. Reading them may take as long as somebody
//! types, and a signal ends it: then nothing of the copy is left.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use drift_import::Error;
use sha2::{Digest, Sha256};
use tempfile::NamedTempFile;

use super::file_failure::file_failure;
use crate::failure::Failure;
use crate::hex::hex;
use crate::private_file;
use crate::session::interrupt::stop_signal;

/// A copy, and the first 48 bits of its content's SHA-256 as hex.
pub struct Copied {
    pub file: NamedTempFile,
    pub hash: String,
}

/// Copies a pipe, or standard input where none is named or it is `-`, to the file that `make` makes.
pub async fn copy_unless_stopped(
    pipe: Option<&Path>,
    make: impl FnOnce() -> Result<NamedTempFile, Failure>,
) -> Result<Copied, Failure> {
    // Signals are listened to before there is a copy to be left behind.
    let stopped = stop_signal()?;
    let to = make()?;
    let pipe = pipe.filter(|path| *path != Path::new("-"));
    let opened = private_file::only_for_owner(to.as_file()).and_then(|()| to.reopen());
    let (pipe, name) = (pipe.map(Path::to_owned), to.path().to_owned());
    let filling = move || {
        let filled = opened.and_then(|mut file| fill(pipe.as_deref(), &mut file));
        filled.map_err(|source| {
            file_failure(&Error::File {
                path: pipe.unwrap_or(name),
                source,
            })
        })
    };
    let hash = unless(stopped, filling).await.flatten()?;
    Ok(Copied { file: to, hash })
}

/// Does work that blocks on a thread of its own, and does not wait for it after a signal.
pub async fn unless_stopped<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Failure> {
    unless(stop_signal()?, work).await
}

async fn unless<T: Send + 'static>(
    stopped: impl Future<Output = ()>,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Failure> {
    let (done, ended) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || {
        // Nobody waits for it after a signal.
        let _received = done.send(work());
    });
    tokio::select! {
        ended = ended => ended.map_err(|_| Failure::other("the input cannot be read")),
        () = stopped => Err(Failure::input("stopped before anything was sent")),
    }
}

fn fill(pipe: Option<&Path>, to: &mut File) -> io::Result<String> {
    let from: Box<dyn Read> = match pipe {
        Some(pipe) => Box::new(File::open(pipe)?),
        None => Box::new(io::stdin().lock()),
    };
    let mut hashing = Hashing {
        from,
        hash: Sha256::new(),
    };
    io::copy(&mut hashing, to)?;
    to.sync_all()?;
    Ok(hex(&hashing.hash.finalize()[..6]))
}

/// Hashes what is read through it.
struct Hashing {
    from: Box<dyn Read>,
    hash: Sha256,
}

impl Read for Hashing {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.from.read(buffer)?;
        self.hash.update(&buffer[..count]);
        Ok(count)
    }
}

//! A gateway before an emulator, as a program of its own, and a network before it that loses responses.

use std::io::{Read, copy};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::process::Command;
use std::thread;

use crate::generator::Failure;
use crate::util::server::Server;
use crate::util::{cargo, folder, tool};

/// Starts `drift gateway` before an emulator, its store and its configuration in a folder of its own. Callers bring the
/// token, as they would to Drift.
pub fn start(name: &str, upstream: &str) -> Result<Server, Failure> {
    cargo::run_quietly(&["build", "--package", "drift-cli"], &[])?;
    let folder = folder::emptied(tool::folder("gateway")?.join(name))?;
    let mut gateway = Command::new(tool::target().join("debug/drift"));
    gateway
        .args(["gateway", "--port", "0", "--store"])
        .arg(folder.join("gateway.db"))
        .env("DRIFT_BASE_URL", upstream)
        .env("XDG_CONFIG_HOME", &folder)
        .env_remove("DRIFT_TOKEN")
        .env_remove("DRIFT_PROFILE");
    Server::start(&mut gateway)
}

/// The address of a network before a server: of its first connection the response is lost, and the connection broken.
pub fn losing_network(server: &Server) -> Result<String, Failure> {
    let address = server.url.trim_start_matches("http://").to_owned();
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let url = format!("http://{}", listener.local_addr()?);
    thread::spawn(move || {
        for (number, client) in listener.incoming().flatten().enumerate() {
            let server = TcpStream::connect(&address);
            thread::spawn(move || forward(client, server?, number == 0));
        }
    });
    Ok(url)
}

fn forward(mut client: TcpStream, mut server: TcpStream, is_lost: bool) -> std::io::Result<()> {
    let (mut requests, mut to_server) = (client.try_clone()?, server.try_clone()?);
    thread::spawn(move || {
        let _broken = copy(&mut requests, &mut to_server);
        to_server.shutdown(Shutdown::Write)
    });
    if is_lost {
        // The first bytes of the response prove that the request was executed.
        let _lost = server.read(&mut [0; 1024])?;
    } else {
        let _broken = copy(&mut server, &mut client);
    }
    client.shutdown(Shutdown::Both)
}

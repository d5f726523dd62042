//! A person at a browser, in as few words of HTTP as that takes.

use std::io::{Read, Write};
use std::net::TcpStream;

/// A response: its status, the address that it leads to, and its page.
pub struct Page {
    pub status: u16,
    pub location: String,
    pub text: String,
}

/// Opens an address.
pub fn open(address: &str) -> Page {
    request("GET", address, "")
}

/// Presses `allow` or `deny` on the emulator's consent page, and gives the address that the browser is sent back to.
pub fn decide(address: &str, decision: &str) -> String {
    let consent = open(address);
    assert_eq!(consent.status, 200, "{}", consent.text);
    let (page, query) = address.split_once('?').expect("a query");
    let decided = request("POST", page, &format!("{query}&decision={decision}"));
    assert_eq!(decided.status, 303, "{}", decided.text);
    decided.location
}

/// Sends a form, or nothing.
pub fn request(method: &str, address: &str, form: &str) -> Page {
    let head = "content-type: application/x-www-form-urlencoded";
    send(method, address, head, form)
}

/// Asks an emulator about itself, or changes it.
pub fn control(method: &str, url: &str, path: &str, json: &str) -> String {
    let head = "authorization: Bearer sandbox\r\ncontent-type: application/json";
    let page = send(method, &format!("{url}/_emulator/{path}"), head, json);
    assert_eq!(page.status, 200, "{method} {path}: {}", page.text);
    page.text
}

fn send(method: &str, address: &str, head: &str, body: &str) -> Page {
    let rest = address.strip_prefix("http://").expect("plain http");
    let (host, path) = rest.split_once('/').expect("a path");
    let mut socket = TcpStream::connect(host).expect("somebody listens");
    let length = body.len();
    let head = format!(
        "{method} /{path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n{head}\r\ncontent-length: {length}\r\n\r\n"
    );
    socket
        .write_all((head + body).as_bytes())
        .expect("it is sent");
    let mut text = String::new();
    socket.read_to_string(&mut text).expect("a response");
    let status = text.split(' ').nth(1).and_then(|code| code.parse().ok());
    let location = text
        .lines()
        .find_map(|line| line.strip_prefix("location: "));
    Page {
        status: status.expect("a status"),
        location: location.unwrap_or_default().to_owned(),
        text,
    }
}

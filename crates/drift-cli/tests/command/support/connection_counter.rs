//! A server that only counts connections.

use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A listener that counts the connections made to it.
pub struct ConnectionCounter {
    pub url: String,
    connections: Arc<AtomicUsize>,
}

impl ConnectionCounter {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let connections = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&connections);
        std::thread::spawn(move || {
            for _ in listener.incoming() {
                counted.fetch_add(1, Ordering::SeqCst);
            }
        });
        Self { url, connections }
    }

    /// How many connections were made. One of our own is waited for, since it arrives after all earlier ones.
    pub fn connections(&self) -> usize {
        let before = self.connections.load(Ordering::SeqCst);
        let _own = std::net::TcpStream::connect(self.url.trim_start_matches("http://"))
            .expect("the listener accepts");
        while self.connections.load(Ordering::SeqCst) == before {
            std::thread::yield_now();
        }
        self.connections.load(Ordering::SeqCst) - 1
    }
}

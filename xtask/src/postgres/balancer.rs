//! nginx before the gateways: each request goes to the next one.

use std::net::TcpListener;
use std::process::{Child, Command, Stdio};

use crate::generator::Failure;
use crate::util::{folder, tool, workspace};

const NEEDED: &str = "install nginx: apt-get install nginx-light";

/// A load balancer, which ends when this is dropped.
pub struct Balancer {
    process: Child,
    url: String,
}

impl Balancer {
    pub fn start(gateways: &[u16]) -> Result<Self, Failure> {
        tool::output(Command::new("nginx").arg("-v"), NEEDED)?;
        let home = folder::emptied(tool::folder("storm-nginx")?)?;
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        workspace::write(&home.join("nginx.conf"), &configuration(port, gateways))?;
        let process = Command::new("nginx")
            .arg("-p")
            .arg(&home)
            .args(["-c", "nginx.conf"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let url = format!("http://127.0.0.1:{port}");
        Ok(Self { process, url })
    }

    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Balancer {
    fn drop(&mut self) {
        let _gone = self.process.kill();
        let _gone = self.process.wait();
    }
}

/// As one writes it. nginx sends a POST to another gateway only where the first could not be connected to.
fn configuration(port: u16, gateways: &[u16]) -> String {
    let servers = gateways
        .iter()
        .map(|gateway| format!("    server 127.0.0.1:{gateway} max_fails=0;\n"));
    let servers: String = servers.collect();
    format!(
        "daemon off;\nmaster_process off;\npid nginx.pid;\nerror_log error.log;\n\
         events {{ worker_connections 1024; }}\n\
         http {{\n  access_log off;\n  upstream gateways {{\n{servers}    keepalive 32;\n  }}\n  \
         server {{\n    listen 127.0.0.1:{port};\n    location / {{\n      proxy_pass http://gateways;\n      \
         proxy_http_version 1.1;\n      proxy_set_header Connection '';\n      \
         proxy_set_header Host 127.0.0.1:{port};\n      proxy_connect_timeout 1s;\n      proxy_read_timeout 15s;\n    \
         }}\n  }}\n}}\n"
    )
}

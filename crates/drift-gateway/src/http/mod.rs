//! The server: connections, who is let in, the routes of the contract, and what stands in a request and a response. What
//! is done for a request is the work's (`work`); nothing here sends anything to Drift by itself.

pub(crate) mod accept;
pub(crate) mod app;
mod body;
mod calls;
mod contacts;
mod deliveries;
mod front;
pub(crate) mod guard;
mod health;
pub(crate) mod limits;
mod query;
mod request_headers;
mod response;
pub(crate) mod routes;
pub(crate) mod tls;

//! Logging in through a browser: the address of the consent page, and the page of this machine that Drift sends the
//! browser back to.
//!
//! This folder knows no config file and no token.

mod address;
pub mod browser;
mod callback;
mod listener;
mod page;
mod redirect;
mod state;

pub use address::{consent_page, consent_url};
pub use listener::Bound;
pub use page::Page;
pub use redirect::Redirect;
pub use state::State;

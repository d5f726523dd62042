//! The emulator, from outside: over a socket, as any client sees it. One program, since each costs a link.

mod api;
mod common;
mod control;
mod extremes;
mod faults;
mod limits;
mod oauth;
mod pages;
mod refusals;
mod settings;
mod start;
mod storage;
mod stored_formats;

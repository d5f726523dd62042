//! What all clones of a client share so that together they are no burden: the pace after a 429, and the budget for
//! retries.
//!
//! Here is nothing of HTTP, and nothing of what a call is. How the pace changes is decided by
//! [`policy::pace`](crate::policy::pace).

pub(crate) mod retry_budget;
pub(crate) mod shared_pace;
mod state;

//! What responses mean that are odd, foreign, or refuse the request.

mod advice;
mod captive_portal;
mod errors;
mod foreign_refusals;
mod limits;
mod odd_responses;
mod wrong_contact;

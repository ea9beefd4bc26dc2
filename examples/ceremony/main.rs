//! Ceremony: decisions about an identity, planned, reviewed, approved and counted, all offline.
//!
//! ```text
//!  plan ---> show ---> approve ---> merge ---> status ---> keep (the charter), or the hosts
//! ```
//!
//! Files go from machine to machine in any way, approvals as a line of text or a QR code too.
//! Nothing here opens a socket.

#![allow(clippy::disallowed_methods, reason = "an edge: it has files and a terminal")]

mod approve;
mod charter;
mod cli;
mod failure;
mod files;
mod keys;
mod plan;
mod qr;
mod record;
mod status;
#[path = "../host/whole_file.rs"]
mod whole_file;
#[path = "../host/words.rs"]
mod words;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::main()
}

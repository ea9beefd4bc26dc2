//! Host: a process that holds identities and hands them over, as an embedder of brainswap writes it.
//!
//! From the outside in:
//!
//! ```text
//!   cli        the commands         setup  approval  order_cmd  swap_cmd
//!   swap       carries an order from host to host, remembers nothing
//!   client     one host's channel, from the side that asks          local   the node's socket
//!   server     the same, from the side that answers                 tls  deadline  frame
//!   service    a request in, an answer out: every call of `brainswap::Host` is here
//!   dir        what a host keeps on disk                            peers  keys  words  failure
//! ```
//!
//! The modules name each other by `super`, so that another program can take all of them in with
//! `#[path = "../host/host.rs"] mod host;`.

#![allow(dead_code, reason = "a program that takes the modules in may use a part of them")]
#![allow(clippy::disallowed_methods, reason = "an edge: it has a clock, threads and files")]
#![allow(unreachable_pub, reason = "each module says what it offers to the others")]

pub mod approval;
pub mod charter_cmd;
pub mod cli;
pub mod client;
pub mod deadline;
pub mod dir;
pub mod ending;
pub mod failure;
pub mod frame;
pub mod keys;
pub mod local;
pub mod order_cmd;
pub mod peers;
pub mod request;
pub mod run;
pub mod server;
pub mod service;
pub mod setup;
pub mod swap;
pub mod swap_cmd;
pub mod tls;
pub mod whereabouts;
mod whole_file;
pub mod witnesses;
pub mod words;

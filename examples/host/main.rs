//! A small host: how to embed brainswap. `host --help` lists what it does.

#[path = "host.rs"]
mod host;

fn main() -> std::process::ExitCode {
    host::cli::run(std::env::args_os())
}

//! Process: what it can do so that no secret leaves its memory (R9).

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// What was achieved. Nothing here reaches a swap file or a hibernation image: encrypt those.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "what was not achieved should be told to the operator"]
pub struct Hardening {
    /// The limit for core dumps is zero, and cannot be raised again.
    pub no_core_dumps: bool,
    /// The process is not dumpable: no core dump to a pipe either, and no debugger of the same user
    /// attaches (Linux, prctl(2), `PR_SET_DUMPABLE`). False on other systems.
    pub not_dumpable: bool,
}

/// Keeps this process's memory out of core dumps, for good. To be called before a key is opened.
///
/// A program that is started later by this process keeps the limit, and is dumpable again.
pub fn harden() -> Hardening {
    let none = Rlimit { current: Some(0), maximum: Some(0) };
    let no_core_dumps =
        setrlimit(Resource::Core, none).is_ok() && getrlimit(Resource::Core) == none;
    Hardening { no_core_dumps, not_dumpable: forbid_dumps() }
}

#[cfg(target_os = "linux")]
fn forbid_dumps() -> bool {
    use rustix::process::{DumpableBehavior, dumpable_behavior, set_dumpable_behavior};
    set_dumpable_behavior(DumpableBehavior::NotDumpable).is_ok()
        && dumpable_behavior() == Ok(DumpableBehavior::NotDumpable)
}

#[cfg(not(target_os = "linux"))]
const fn forbid_dumps() -> bool {
    false
}

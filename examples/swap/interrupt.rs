//! Interrupt: Ctrl-C and SIGTERM, as a flag that is looked at between two steps.

use signal_hook::consts::{SIGINT, SIGTERM};
use std::sync::{
    Arc, LazyLock,
    atomic::{AtomicBool, Ordering},
};

static RAISED: LazyLock<Arc<AtomicBool>> = LazyLock::new(|| Arc::new(AtomicBool::new(false)));

/// From now on a signal sets the flag, and a second one ends the process as it would have.
///
/// # Errors
///
/// Of the operating system.
pub(crate) fn listen() -> std::io::Result<()> {
    for signal in [SIGINT, SIGTERM] {
        signal_hook::flag::register_conditional_default(signal, Arc::clone(&RAISED))?;
        signal_hook::flag::register(signal, Arc::clone(&RAISED))?;
    }
    Ok(())
}

/// Sets the flag.
pub(crate) fn raise() {
    RAISED.store(true, Ordering::SeqCst);
}

/// Whether somebody wants this to stop.
pub(crate) fn is_raised() -> bool {
    RAISED.load(Ordering::SeqCst)
}

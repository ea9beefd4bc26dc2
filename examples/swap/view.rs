//! View: what a person sees of a swap: the plan, one line for each step, the way out of each.

use crate::interrupt;
use std::{
    io::{IsTerminal as _, Write},
    time::Duration,
};

/// How many steps a swap has.
const STEPS: usize = 5;
/// What a line is cut to while it is rewritten, so that it never wraps.
const LINE: usize = 79;

/// Where the view is written. With `--json` that is stderr, and stdout has the result alone.
pub(crate) struct View {
    out: Box<dyn Write + Send>,
    terminal: bool,
}

/// The plan of a swap, for its header.
pub(crate) struct Plan {
    pub(crate) title: String,
    pub(crate) order: String,
    pub(crate) identity: String,
    pub(crate) chain: String,
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) at: String,
    pub(crate) approvals: String,
}

/// One step as it goes on: its place, its name, and what Ctrl-C does during it.
#[derive(Clone, Copy)]
pub(crate) struct Step<'a> {
    pub(crate) number: usize,
    pub(crate) name: &'a str,
    pub(crate) ctrl_c: &'a str,
}

impl View {
    /// On stdout, or on stderr.
    pub(crate) fn new(stderr: bool) -> Self {
        if stderr {
            let err = std::io::stderr();
            Self { terminal: err.is_terminal(), out: Box::new(err) }
        } else {
            let out = std::io::stdout();
            Self { terminal: out.is_terminal(), out: Box::new(out) }
        }
    }

    /// A line of its own.
    pub(crate) fn line(&mut self, text: &str) {
        self.put(format_args!("{text}\n"));
    }

    /// The header of a swap.
    pub(crate) fn plan(&mut self, plan: &Plan) {
        self.put(format_args!(
            "\n{}   plan {}   identity {}   {}\n",
            plan.title, plan.order, plan.identity, plan.chain
        ));
        self.put(format_args!("  from       {}\n", plan.from));
        self.put(format_args!("  to         {}\n", plan.to));
        self.put(format_args!("  at         {}\n", plan.at));
        self.put(format_args!("  approvals  {}\n\n", plan.approvals));
    }

    /// A step begins. Off a terminal nothing is shown yet: a log has one line for each step.
    pub(crate) fn begin(&mut self, step: Step<'_>) {
        self.progress(step, "...");
    }

    /// A step goes on.
    pub(crate) fn progress(&mut self, step: Step<'_>, text: &str) {
        if self.terminal {
            let line = format!("{} {text}   Ctrl-C: {}", head(step), step.ctrl_c);
            let line: String = line.chars().take(LINE).collect();
            self.put(format_args!("\r\x1b[2K{line}"));
        }
    }

    /// A countdown to a block.
    pub(crate) fn countdown(
        &mut self,
        step: Step<'_>,
        now: u64,
        start: u64,
        end: u64,
        slot: Duration,
    ) {
        let (done, whole) = (now.saturating_sub(start), end.saturating_sub(start).max(1));
        let filled = (done.min(whole) * 10 / whole) as usize;
        let bar = format!("{}{}", "#".repeat(filled), ".".repeat(10 - filled));
        let left = slot.as_secs_f64() * end.saturating_sub(now) as f64;
        self.progress(step, &format!("{now} / {end}  {bar}  about {left:.1} s"));
    }

    /// A step is over.
    pub(crate) fn end(&mut self, step: Step<'_>, what: &str, verdict: &str, took: Duration) {
        let clear = if self.terminal { "\r\x1b[2K" } else { "" };
        let ms = took.as_secs_f64() * 1000.0;
        self.put(format_args!(
            "{clear}{} {what:<50} {verdict:<6} {ms:>6.0} ms   Ctrl-C: {}\n",
            head(step),
            step.ctrl_c
        ));
    }

    /// A note below a step.
    pub(crate) fn note(&mut self, text: &str) {
        let clear = if self.terminal { "\r\x1b[2K" } else { "" };
        self.put(format_args!("{clear}                 {text}\n"));
    }

    fn put(&mut self, text: std::fmt::Arguments<'_>) {
        // A view that nobody reads any more is a reason to stop, as Ctrl-C is.
        if self.out.write_fmt(text).and_then(|()| self.out.flush()).is_err() {
            interrupt::raise();
        }
    }
}

fn head(step: Step<'_>) -> String {
    format!("[{}/{STEPS}] {:<10}", step.number, step.name)
}

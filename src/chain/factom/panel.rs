//! Panel: what the control panel of a factomd says of its node.

use super::{clock::Clock, identity::ChainId, vm::MINUTES, watch::Seen};
use alloc::string::String;
use core::{fmt, str::FromStr};
use serde::Deserialize;

/// The largest dump that is read, in bytes.
pub const MAX_DUMP: usize = 32 << 20;

/// The first line of a dump's summary, and the state of its process lists.
///
/// A dump is what `http://127.0.0.1:8090/factomd?item=dataDump&value=` answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Panel {
    /// The node's name.
    pub node: String,
    /// Which identity it runs: [`ChainId::short`].
    pub identity: String,
    /// What it is.
    pub flags: Flags,
    /// Which process list it leads, if it is said.
    pub vm: Option<u8>,
    /// The highest block that is saved.
    pub saved_height: u32,
    /// The first digits of that block's key.
    pub saved_key: String,
    /// The height before the one in work.
    pub previous_height: u32,
    /// The height in work.
    pub current_height: u32,
    /// The height after the one that the leaders work on.
    pub next_height: u32,
    /// The minute of the leader, if the node leads.
    pub leader_minute: Option<u8>,
    /// The minute of the block in work, 0 to 9.
    pub minute: u8,
    /// Whether all process lists are complete.
    pub lists: ProcessLists,
}

/// Four letters: leader, audit or neither; whether the network is off; waiting or ignoring; and
/// one more (factomd `state/state.go`, `SetStringQueues`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flags([u8; 4]);

/// Which process lists hold a message that has not come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProcessLists {
    /// That of the next block is complete.
    pub next: bool,
    /// That of the block in work is complete.
    pub current: bool,
    /// That of the block before is complete.
    pub previous: bool,
}

/// Why a text is not what a control panel says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotAPanel {
    /// The dump is not the JSON of one.
    #[error("the dump is not a control panel's JSON of at most {MAX_DUMP} bytes")]
    Dump,
    /// The summary's line has another form.
    #[error("the summary says no {missing}")]
    Summary {
        /// What is missing.
        missing: &'static str,
    },
    /// The flags are other letters.
    #[error("the flags are not four of their letters")]
    Flags,
    /// A process list is not there, or its text is another.
    #[error("the state of the process lists is not known")]
    Lists,
}

impl NotAPanel {
    /// A stable code for machines.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Dump => "factom.panel_dump",
            Self::Summary { .. } => "factom.panel_summary",
            Self::Flags => "factom.panel_flags",
            Self::Lists => "factom.panel_lists",
        }
    }

    /// A safe next step.
    #[must_use]
    pub const fn advice(&self) -> &'static str {
        match self {
            Self::Dump | Self::Summary { .. } | Self::Flags | Self::Lists => {
                "nothing was changed; check that factomd runs, and ask its control panel again"
            }
        }
    }
}

#[derive(Deserialize)]
struct Dump {
    #[serde(rename = "DataDump1")]
    summary: Summary,
    #[serde(rename = "DataDump2")]
    lists: Lists,
}

#[derive(Deserialize)]
struct Summary {
    #[serde(rename = "RawDump")]
    raw: String,
}

#[derive(Deserialize)]
struct Lists {
    #[serde(rename = "NextDump")]
    next: String,
    #[serde(rename = "RawDump")]
    current: String,
    #[serde(rename = "PrevDump")]
    previous: String,
}

impl Panel {
    /// Reads a dump.
    ///
    /// # Errors
    ///
    /// [`NotAPanel`].
    pub fn from_dump(json: &[u8]) -> Result<Self, NotAPanel> {
        if json.len() > MAX_DUMP {
            return Err(NotAPanel::Dump);
        }
        let dump: Dump = serde_json::from_slice(json).map_err(|_| NotAPanel::Dump)?;
        let line = dump.summary.raw.lines().find(|line| line.contains('['));
        let line = line.ok_or(NotAPanel::Summary { missing: "node" })?;
        let lists = &dump.lists;
        let lists = ProcessLists::of(&lists.next, &lists.current, &lists.previous)?;
        Self::from_summary(line, lists)
    }

    /// Reads the first line of the summary, with the state of the process lists beside it.
    ///
    /// ```text
    /// FNode0[208ac8] A___  0/ 0 0.0% 0.000 64087[5088aa] 64085/64088/64089 -/ 2 ...
    /// node[identity] flags                 saved[key]    previous/current/next leader/minute
    /// ```
    ///
    /// # Errors
    ///
    /// [`NotAPanel`].
    pub fn from_summary(line: &str, lists: ProcessLists) -> Result<Self, NotAPanel> {
        let lacks = |missing| NotAPanel::Summary { missing };
        let (node, rest) = line.trim().split_once('[').ok_or(lacks("node"))?;
        let (identity, rest) = rest.split_once(']').ok_or(lacks("identity"))?;
        if node.is_empty() || !is_short(identity) {
            return Err(lacks("identity"));
        }
        let (flags, rest) = rest.trim_start().split_at_checked(4).ok_or(lacks("flags"))?;
        let mut words = rest.split_whitespace();
        let vm = rest.strip_prefix("vm").and_then(|rest| number(rest.get(..2)?));
        let saved = words.find_map(saved_of).ok_or(lacks("saved block"))?;
        let heights = words.next().and_then(heights_of).ok_or(lacks("heights"))?;
        let [previous_height, current_height, next_height] = heights;
        let minutes = words.next().zip(Some(words.next()));
        let (leader_minute, minute) =
            minutes.and_then(minutes_of).ok_or(lacks("minute of 0 to 9"))?;
        Ok(Self {
            node: node.into(),
            identity: identity.into(),
            flags: flags.parse()?,
            vm,
            saved_height: saved.0,
            saved_key: saved.1.into(),
            previous_height,
            current_height,
            next_height,
            leader_minute,
            minute,
            lists,
        })
    }

    /// Whether the node runs this identity, as far as six digits tell.
    #[must_use]
    pub fn runs(&self, identity: ChainId) -> bool {
        self.identity == identity.short()
    }

    /// Where the node stands.
    #[must_use]
    pub const fn clock(&self) -> Clock {
        Clock { next_height: self.next_height, minute: self.minute }
    }

    /// What was seen of it, for [`audit`](super::audit).
    #[must_use]
    pub fn seen(&self) -> Seen {
        Seen { height: self.current_height, identity: self.identity.clone() }
    }
}

impl Flags {
    /// Whether it leads, or watches as an audit server.
    #[must_use]
    pub const fn is_authority(self) -> bool {
        matches!(self.0, [b'L' | b'A', ..])
    }

    /// Whether the network is on, and nothing is waited for or ignored.
    #[must_use]
    pub const fn is_ready(self) -> bool {
        matches!(self.0, [_, b'_', b'_', b'_'])
    }
}

impl FromStr for Flags {
    type Err = NotAPanel;

    fn from_str(text: &str) -> Result<Self, NotAPanel> {
        match text.as_bytes() {
            &[
                a @ (b'L' | b'A' | b'_'),
                x @ (b'X' | b'_'),
                w @ (b'W' | b'I' | b'_'),
                n @ (b'N' | b'_'),
            ] => Ok(Self([a, x, w, n])),
            _ => Err(NotAPanel::Flags),
        }
    }
}

impl fmt::Display for Flags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|letter| write!(f, "{}", char::from(*letter)))
    }
}

impl ProcessLists {
    /// Whether nothing is missing.
    #[must_use]
    pub const fn are_complete(self) -> bool {
        self.next && self.current && self.previous
    }

    /// The state of three lists, from their texts: what has not come stands there as `<nil>`.
    ///
    /// # Errors
    ///
    /// [`NotAPanel::Lists`] if a text is no list.
    pub fn of(next: &str, current: &str, previous: &str) -> Result<Self, NotAPanel> {
        let complete = |list: &str| {
            let whole = list.starts_with("===ProcessListStart===")
                && list.trim_end().ends_with("===ProcessListEnd===");
            if whole { Ok(!list.contains("<nil>")) } else { Err(NotAPanel::Lists) }
        };
        Ok(Self {
            next: complete(next)?,
            current: complete(current)?,
            previous: complete(previous)?,
        })
    }
}

/// Next, current and previous: `OKOKOK` if nothing is missing, such as `NextNilOKOK` else.
impl FromStr for ProcessLists {
    type Err = NotAPanel;

    fn from_str(text: &str) -> Result<Self, NotAPanel> {
        let take = |text, nil| match str::strip_prefix(text, "OK") {
            Some(rest) => Ok((true, rest)),
            None => str::strip_prefix(text, nil).map(|rest| (false, rest)).ok_or(NotAPanel::Lists),
        };
        let (next, rest) = take(text, "NextNil")?;
        let (current, rest) = take(rest, "RawNil")?;
        let (previous, rest) = take(rest, "PrevNil")?;
        if rest.is_empty() { Ok(Self { next, current, previous }) } else { Err(NotAPanel::Lists) }
    }
}

impl fmt::Display for ProcessLists {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.next { "OK" } else { "NextNil" })?;
        f.write_str(if self.current { "OK" } else { "RawNil" })?;
        f.write_str(if self.previous { "OK" } else { "PrevNil" })
    }
}

fn is_short(digits: &str) -> bool {
    digits.len() == 6 && digits.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'))
}

/// `64087[5088aa]`.
fn saved_of(word: &str) -> Option<(u32, &str)> {
    let (height, key) = word.strip_suffix(']')?.split_once('[')?;
    is_short(key).then_some((number(height)?, key))
}

/// `64085/64088/64089`.
fn heights_of(word: &str) -> Option<[u32; 3]> {
    let mut heights = word.split('/').map(number);
    let found = [heights.next()??, heights.next()??, heights.next()??];
    heights.next().is_none().then_some(found)
}

/// `-/ 2`, `7/ 7`, or without the space: the leader's minute and the node's.
fn minutes_of((word, behind): (&str, Option<&str>)) -> Option<(Option<u8>, u8)> {
    let (leader, minute) = word.split_once('/')?;
    let minute = if minute.is_empty() { behind? } else { minute };
    let minute = number(minute).filter(|minute| *minute < MINUTES)?;
    match leader {
        "-" => Some((None, minute)),
        leader => Some((Some(number(leader)?), minute)),
    }
}

/// Decimal digits and nothing else.
fn number<T: FromStr>(text: &str) -> Option<T> {
    if text.bytes().all(|digit| digit.is_ascii_digit()) { text.parse().ok() } else { None }
}

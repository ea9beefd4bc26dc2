//! Machine: what tells this machine from another, as far as the operating system says (R10).

use alloc::string::String;
use core::fmt;
use sha2::{Digest as _, Sha256};

/// The fingerprint of a machine: of its installed system, and of its board.
///
/// The system is `/etc/machine-id` (machine-id(5)), the board `/sys/class/dmi/id/product_uuid`
/// (SMBIOS 3.7, section 7.2.1; only root reads it). Only the first 16 bytes of a SHA-256 of each
/// are kept. Either may be missing; with both missing the machine is [unknown](Self::UNKNOWN), and
/// a journal that was written here will open on every other unknown machine.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Machine {
    system: Option<[u8; 16]>,
    board: Option<[u8; 16]>,
}

impl Machine {
    /// A machine that says nothing of itself.
    pub const UNKNOWN: Self = Self { system: None, board: None };

    /// The length of [`to_bytes`](Self::to_bytes).
    pub const LENGTH: usize = 33;

    /// The machine that this runs on.
    #[must_use]
    pub fn this() -> Self {
        Self::from_texts(
            std::fs::read_to_string("/etc/machine-id").ok().as_deref(),
            std::fs::read_to_string("/sys/class/dmi/id/product_uuid").ok().as_deref(),
        )
    }

    /// The machine with this machine-id and this product UUID.
    ///
    /// A text that stands for "not set" counts as missing: no digit, or only `0` or only `f`.
    #[must_use]
    pub fn from_texts(machine_id: Option<&str>, product_uuid: Option<&str>) -> Self {
        Self {
            system: machine_id.and_then(|text| part("brainswap machine system\n", text)),
            board: product_uuid.and_then(|text| part("brainswap machine board\n", text)),
        }
    }

    /// Whether the machine says anything of itself.
    #[must_use]
    pub const fn is_known(&self) -> bool {
        self.system.is_some() || self.board.is_some()
    }

    /// Whether these can be one machine: what both know agrees, and there is something both know.
    ///
    /// A part that only one of them knows is not compared, so that a host which loses or gains the
    /// right to read its board's UUID stays itself. Two unknown machines are the same.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        let parts = [(self.system, other.system), (self.board, other.board)];
        let mut both = parts.iter().filter_map(|(one, two)| Some((one.as_ref()?, two.as_ref()?)));
        match both.next() {
            Some((one, two)) => one == two && both.all(|(one, two)| one == two),
            None => !self.is_known() && !other.is_known(),
        }
    }

    /// `known (1) || system (16) || board (16)`; bit 0 of `known`: the system, bit 1: the board.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; Self::LENGTH] {
        let mut bytes = [0; Self::LENGTH];
        bytes[0] = u8::from(self.system.is_some()) | (u8::from(self.board.is_some()) << 1);
        bytes[1..17].copy_from_slice(&self.system.unwrap_or_default());
        bytes[17..].copy_from_slice(&self.board.unwrap_or_default());
        bytes
    }

    /// Reads what [`to_bytes`](Self::to_bytes) wrote.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; Self::LENGTH]) -> Self {
        let [known, parts @ ..] = bytes;
        let system = (known & 1 != 0).then(|| *parts.first_chunk().unwrap_or(&[0; 16]));
        let board = (known & 2 != 0).then(|| *parts.last_chunk().unwrap_or(&[0; 16]));
        Self { system, board }
    }

    /// Eight hexadecimal digits for each part, for a person's eye: `system-board`, a dash alone
    /// for what is missing, or `unknown`.
    #[must_use]
    pub fn short(&self) -> String {
        if !self.is_known() {
            return String::from("unknown");
        }
        let [system, board] = [self.system, self.board].map(|part| match part {
            Some(bytes) => const_hex::encode(bytes.first_chunk::<4>().unwrap_or(&[0; 4])),
            None => String::new(),
        });
        alloc::format!("{system}-{board}")
    }
}

impl fmt::Debug for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Machine({})", self.short())
    }
}

fn part(subject: &str, text: &str) -> Option<[u8; 16]> {
    let text = text.trim().to_ascii_lowercase();
    let is_digit = |byte: &u8| byte.is_ascii_hexdigit();
    let unset = |digit: u8| text.bytes().filter(is_digit).all(|byte| byte == digit);
    if unset(b'0') || unset(b'f') || !text.bytes().all(|byte| is_digit(&byte) || byte == b'-') {
        return None;
    }
    let hash = Sha256::new().chain_update(subject).chain_update(&text).finalize();
    hash.first_chunk().copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0123456789abcdef0123456789abcdef\n";
    const UUID: &str = "4C4C4544-0042-3510-8051-B7C04F575931\n";

    #[test]
    fn a_machine_is_itself_whichever_parts_it_can_read() {
        let root = Machine::from_texts(Some(ID), Some(UUID));
        let user = Machine::from_texts(Some(ID), None);
        assert!(root.is_same(&user) && user.is_same(&root) && root.is_same(&root));
        assert_eq!(Machine::from_bytes(&root.to_bytes()), root);
        assert_eq!(Machine::from_bytes(&user.to_bytes()), user);
    }

    #[test]
    fn another_system_or_another_board_is_another_machine() {
        let here = Machine::from_texts(Some(ID), Some(UUID));
        let clone = Machine::from_texts(Some(ID), Some(&UUID.replace('4', "5")));
        let other = Machine::from_texts(Some(&ID.replace('4', "5")), Some(UUID));
        assert!(!here.is_same(&clone) && !here.is_same(&other));
    }

    #[test]
    fn nothing_in_common_is_not_the_same_machine() {
        let system = Machine::from_texts(Some(ID), None);
        let board = Machine::from_texts(None, Some(UUID));
        assert!(!system.is_same(&board));
        assert!(!system.is_same(&Machine::UNKNOWN) && !Machine::UNKNOWN.is_same(&system));
        assert!(Machine::UNKNOWN.is_same(&Machine::UNKNOWN));
    }

    #[test]
    fn a_text_that_means_not_set_is_unknown() {
        for text in ["", "\n", "uninitialized\n", "00000000-0000-0000-0000-000000000000", "FF-ff"] {
            assert_eq!(Machine::from_texts(Some(text), Some(text)), Machine::UNKNOWN, "{text}");
        }
        assert_eq!(Machine::UNKNOWN.short(), "unknown");
    }
}

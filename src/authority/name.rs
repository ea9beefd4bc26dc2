//! Name: up to 13 letters in 64 bits, as accounts, permissions and actions are called.

use alloc::string::String;
use core::{fmt, str::FromStr};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A name: an account, a permission or an action.
///
/// The letters are `.12345abcdefghijklmnopqrstuvwxyz`, five bits each from the top; a thirteenth
/// has the four lowest bits, so it is one of `.12345abcdefghij`. The empty name is 0. Names are
/// ordered as numbers, which is the order of their letters. Packed: 8 bytes, little-endian.
/// Source: Antelope `name.hpp`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Name(u64);

/// Why a text is no name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotAName {
    /// More letters than fit.
    #[error("a name has at most 13 letters, this has {got}")]
    TooLong {
        /// How many bytes came.
        got: usize,
    },
    /// A letter that has no number, or one of the last 16 letters in place 13.
    #[error("letter {at} of the name is not allowed there")]
    Letter {
        /// Its place, from 1.
        at: usize,
    },
    /// Dots at the end are not kept by the 64 bits.
    #[error("a name does not end with a dot")]
    DotAtEnd,
}

impl NotAName {
    /// A stable code for machines.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLong { .. } => "name.too_long",
            Self::Letter { .. } => "name.letter",
            Self::DotAtEnd => "name.dot_at_end",
        }
    }

    /// A safe next step.
    #[must_use]
    pub const fn advice(&self) -> &'static str {
        "spell the name with a-z, 1-5 and dots, 12 letters at most, no dot at the end"
    }
}

impl Name {
    /// No name: the parent of `owner`, and "every action" of a link.
    pub const EMPTY: Self = Self(0);
    /// The root permission of every account.
    pub const OWNER: Self = Self::constant("owner");
    /// The permission that an action needs when no link says otherwise.
    pub const ACTIVE: Self = Self::constant("active");
    /// The account of the system contract.
    pub const EOSIO: Self = Self::constant("eosio");
    /// A link's requirement that any permission of the account meets.
    pub const EOSIO_ANY: Self = Self::constant("eosio.any");
    /// The permission of a contract itself; no keys stand behind it.
    pub const EOSIO_CODE: Self = Self::constant("eosio.code");

    /// The name with this text.
    ///
    /// # Errors
    ///
    /// [`NotAName`]: no other text is read as the same name.
    pub const fn parse(text: &str) -> Result<Self, NotAName> {
        let letters = text.as_bytes();
        if letters.len() > 13 {
            return Err(NotAName::TooLong { got: letters.len() });
        }
        let mut value = 0_u64;
        let mut rest = letters;
        let mut at = 0;
        while let [letter, tail @ ..] = rest {
            let number = match *letter {
                b'.' => 0,
                digit @ b'1'..=b'5' => digit - b'0',
                small @ b'a'..=b'z' => small - b'a' + 6,
                _ => return Err(NotAName::Letter { at: at + 1 }),
            } as u64;
            if at < 12 {
                value |= number << (59 - 5 * at);
            } else if number < 16 {
                value |= number;
            } else {
                return Err(NotAName::Letter { at: at + 1 });
            }
            at += 1;
            rest = tail;
        }
        if let [.., b'.'] = letters {
            return Err(NotAName::DotAtEnd);
        }
        Ok(Self(value))
    }

    /// The name with this number; every number is one name.
    #[must_use]
    pub const fn from_u64(value: u64) -> Self {
        Self(value)
    }

    /// The number.
    #[must_use]
    pub const fn to_u64(self) -> u64 {
        self.0
    }

    /// Whether this is [`Name::EMPTY`].
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether the name begins with `eosio.`, as the system's own do.
    pub(crate) const fn begins_with_eosio_dot(self) -> bool {
        const SIX_LETTERS: u32 = 64 - 6 * 5;
        // `eosio` alone has the same 30 bits: a dot counts as one only before another letter.
        self.0 >> SIX_LETTERS == Name::EOSIO.0 >> SIX_LETTERS && self.0 != Name::EOSIO.0
    }

    /// A name of this crate's own source; a wrong one does not compile.
    pub(crate) const fn constant(text: &str) -> Self {
        match Self::parse(text) {
            Ok(name) => name,
            Err(_) => panic!("not a name"),
        }
    }

    fn letters(self) -> impl Iterator<Item = char> {
        const LETTERS: &[u8; 32] = b".12345abcdefghijklmnopqrstuvwxyz";
        let place = move |at: u32| match at {
            12 => self.0 & 0xf,
            _ => self.0 >> (59 - 5 * at) & 0x1f,
        };
        let count = (0..13).rev().find(|at| place(*at) != 0).map_or(0, |last| last + 1);
        (0..count).filter_map(move |at| LETTERS.get(place(at) as usize).map(|&b| char::from(b)))
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.letters().collect::<String>())
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Name({self})")
    }
}

impl FromStr for Name {
    type Err = NotAName;

    fn from_str(text: &str) -> Result<Self, NotAName> {
        Self::parse(text)
    }
}

impl Serialize for Name {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

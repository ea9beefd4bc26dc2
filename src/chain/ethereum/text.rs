//! Text: numbers and bytes as the network's JSON interfaces write them.

use alloc::{format, vec::Vec};
use core::{fmt, marker::PhantomData};
use serde::{
    Deserialize, Deserializer,
    de::{Error, SeqAccess, Visitor},
};

/// An integer below 2^64, as a text of decimal digits without leading zeros.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Decimal(pub(super) u64);

/// So many bytes, as `0x` and two hexadecimal digits each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Hex<const N: usize>(pub(super) [u8; N]);

/// At most so many bytes, as `0x` and two hexadecimal digits each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct HexUpTo<const MAX: usize>(pub(super) Vec<u8>);

/// A list of at most `2^DEPTH` values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct List<T, const DEPTH: u32>(pub(super) Vec<T>);

/// Types, derived with `remote = "Self"`, that are read from a JSON object and nothing else: serde
/// itself would take a list of the fields' values too, a second way to write one message.
macro_rules! objects {
    ($($name:ident),* $(,)?) => {
        $(
            impl<'de> serde::Deserialize<'de> for $name {
                fn deserialize<D: serde::Deserializer<'de>>(
                    deserializer: D,
                ) -> Result<Self, D::Error> {
                    struct Fields;

                    impl<'de> serde::de::Visitor<'de> for Fields {
                        type Value = $name;

                        fn expecting(
                            &self,
                            f: &mut core::fmt::Formatter<'_>,
                        ) -> core::fmt::Result {
                            f.write_str("an object")
                        }

                        fn visit_map<A: serde::de::MapAccess<'de>>(
                            self,
                            map: A,
                        ) -> Result<$name, A::Error> {
                            $name::deserialize(serde::de::value::MapAccessDeserializer::new(map))
                        }
                    }

                    deserializer.deserialize_map(Fields)
                }
            }
        )*
    };
}
pub(super) use objects;

/// Reads a text by a function that says what it is not.
struct Text<F>(&'static str, F);

impl<T, F: FnOnce(&str) -> Option<T>> Visitor<'_> for Text<F> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        (self.1)(text).ok_or_else(|| E::custom(format!("a text is not {}", self.0)))
    }
}

impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let what = "an integer below 2^64 in decimal digits without leading zeros";
        deserializer.deserialize_str(Text(what, |text: &str| {
            let digits = text.bytes().all(|byte| byte.is_ascii_digit());
            let shortest = text == "0" || !text.starts_with('0');
            (digits && shortest).then(|| text.parse().ok().map(Self)).flatten()
        }))
    }
}

impl<'de, const N: usize> Deserialize<'de> for Hex<N> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let what = "\"0x\" and the hexadecimal digits of a value of its length";
        deserializer.deserialize_str(Text(what, |text: &str| {
            let digits = text.strip_prefix("0x").filter(|digits| !digits.starts_with("0x"))?;
            const_hex::decode_to_array(digits).ok().map(Self)
        }))
    }
}

impl<'de, const MAX: usize> Deserialize<'de> for HexUpTo<MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let what = "\"0x\" and the hexadecimal digits of a value within its length";
        deserializer.deserialize_str(Text(what, |text: &str| {
            let digits = text.strip_prefix("0x").filter(|digits| !digits.starts_with("0x"))?;
            if digits.len() / 2 > MAX {
                return None;
            }
            const_hex::decode(digits).ok().map(Self)
        }))
    }
}

impl<'de, T: Deserialize<'de>, const DEPTH: u32> Deserialize<'de> for List<T, DEPTH> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Values<T, const DEPTH: u32>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>, const DEPTH: u32> Visitor<'de> for Values<T, DEPTH> {
            type Value = Vec<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "a list of at most 2^{DEPTH} values")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Vec<T>, A::Error> {
                let mut values = Vec::new();
                while let Some(value) = list.next_element()? {
                    if values.len() >> DEPTH > 0 {
                        return Err(A::Error::custom(format!("a list has over 2^{DEPTH} values")));
                    }
                    values.push(value);
                }
                Ok(values)
            }
        }

        deserializer.deserialize_seq(Values::<T, DEPTH>(PhantomData)).map(Self)
    }
}

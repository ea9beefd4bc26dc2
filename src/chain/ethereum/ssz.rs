//! SSZ: hash tree roots (consensus-specs, `ssz/simple-serialize.md`, "Merkleization").

use super::text::{Decimal, Hex, HexUpTo, List};
use alloc::vec::Vec;
use sha2::{Digest as _, Sha256};

/// A hash tree root, or a leaf of a tree.
pub(super) type Root = [u8; 32];

/// What has a hash tree root.
pub(super) trait Tree {
    fn root(&self) -> Root;
}

/// A container: its fields in the order of the specification, with the other name that a field
/// has in requests of older clients.
macro_rules! container {
    (
        $(#[doc = $doc:literal])*
        $name:ident { $( $field:ident $(or $alias:literal)? : $type:ty, )* }
    ) => {
        $(#[doc = $doc])*
        #[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
        #[serde(remote = "Self", deny_unknown_fields)]
        pub(super) struct $name {
            $( $(#[serde(alias = $alias)])? pub(super) $field: $type, )*
        }

        $crate::chain::ethereum::text::objects!($name);

        impl $crate::chain::ethereum::ssz::Tree for $name {
            fn root(&self) -> $crate::chain::ethereum::ssz::Root {
                $crate::chain::ethereum::ssz::of_fields(alloc::vec![$( self.$field.root(), )*])
            }
        }
    };
}
pub(super) use container;

/// The root of two.
pub(super) fn combine(left: &Root, right: &Root) -> Root {
    Sha256::new().chain_update(left).chain_update(right).finalize().into()
}

/// The root of a container with fields of these roots.
pub(super) fn of_fields(roots: Vec<Root>) -> Root {
    let depth = depth_of(roots.len());
    merkleize(roots, depth)
}

/// The root of leaves, of which there are at most `2^depth`, with zeros for those that are not
/// there.
pub(super) fn merkleize(mut leaves: Vec<Root>, depth: u32) -> Root {
    let mut empty = [0; 32];
    for _ in 0..depth {
        if !leaves.len().is_multiple_of(2) {
            leaves.push(empty);
        }
        let pairs = leaves.as_chunks::<2>().0;
        leaves = pairs.iter().map(|[left, right]| combine(left, right)).collect();
        empty = combine(&empty, &empty);
    }
    leaves.first().copied().unwrap_or(empty)
}

/// How deep a tree of so many leaves is.
const fn depth_of(leaves: usize) -> u32 {
    leaves.next_power_of_two().trailing_zeros()
}

/// Bytes in leaves of 32, the last one filled up with zeros.
pub(super) fn pack(bytes: &[u8]) -> Vec<Root> {
    let leaf = |chunk: &[u8]| {
        let mut leaf = [0; 32];
        leaf.iter_mut().zip(chunk).for_each(|(to, from)| *to = *from);
        leaf
    };
    bytes.chunks(32).map(leaf).collect()
}

/// The root of a list: of its content, and of how much there is of it.
fn with_length(content: &Root, length: usize) -> Root {
    combine(content, &Decimal(length as u64).root())
}

impl Tree for Decimal {
    fn root(&self) -> Root {
        let mut root = [0; 32];
        root.iter_mut().zip(self.0.to_le_bytes()).for_each(|(to, from)| *to = from);
        root
    }
}

impl<const N: usize> Tree for Hex<N> {
    fn root(&self) -> Root {
        of_fields(pack(&self.0))
    }
}

impl<T: Tree, const DEPTH: u32> Tree for List<T, DEPTH> {
    fn root(&self) -> Root {
        let roots: Vec<Root> = self.0.iter().map(T::root).collect();
        with_length(&merkleize(roots, DEPTH), self.0.len())
    }
}

/// The indices of at most 2048 validators: four to a leaf.
pub(super) fn of_indices(indices: &[Decimal]) -> Root {
    let bytes: Vec<u8> = indices.iter().flat_map(|index| index.0.to_le_bytes()).collect();
    with_length(&merkleize(pack(&bytes), 9), indices.len())
}

/// A bitlist in its serial form: the highest bit that is set marks the end. `None` if there is no
/// such bit in the last byte, or the list is longer than `2^depth` leaves.
pub(super) fn of_bitlist<const MAX: usize>(bits: &HexUpTo<MAX>, depth: u32) -> Option<Root> {
    let (last, rest) = bits.0.split_last()?;
    let end = last.checked_ilog2()?;
    let length = rest.len().checked_mul(8)?.checked_add(end as usize)?;
    let mut bytes = rest.to_vec();
    if end > 0 {
        bytes.push(last ^ (1 << end));
    }
    let leaves = pack(&bytes);
    (leaves.len() <= 1 << depth).then(|| with_length(&merkleize(leaves, depth), length))
}

/// A bit vector of one of two lengths in bytes: of the mainnet preset, or of the minimal one.
pub(super) fn of_bitvector<const MAX: usize>(
    bits: &HexUpTo<MAX>,
    lengths: [usize; 2],
) -> Option<Root> {
    lengths.contains(&bits.0.len()).then(|| of_fields(pack(&bits.0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absent_leaves_count_as_zeros() {
        let (one, zero) = ([1; 32], [0; 32]);
        let pair = combine(&one, &zero);
        assert_eq!(merkleize(Vec::from([one]), 0), one);
        assert_eq!(merkleize(Vec::from([one]), 1), pair);
        assert_eq!(merkleize(Vec::from([one]), 2), combine(&pair, &combine(&zero, &zero)));
        assert_eq!(merkleize(Vec::new(), 1), combine(&zero, &zero));
    }

    #[test]
    fn a_bitlist_ends_at_its_highest_bit() {
        let root = |bytes: &[u8]| of_bitlist(&HexUpTo::<4>(bytes.to_vec()), 0);
        let leaf = |first: u8| {
            let mut leaf = [0; 32];
            leaf[0] = first;
            leaf
        };
        assert_eq!(root(&[0b1]), Some(with_length(&[0; 32], 0)));
        assert_eq!(root(&[0b10]), Some(with_length(&leaf(0), 1)));
        assert_eq!(root(&[0b101]), Some(with_length(&leaf(0b01), 2)));
        assert_eq!(root(&[0xff, 1]), Some(with_length(&leaf(0xff), 8)));
        assert_eq!((root(&[]), root(&[0]), root(&[1, 0])), (None, None, None));
    }
}

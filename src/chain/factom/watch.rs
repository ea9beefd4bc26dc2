//! Watch: what several control panels showed, and where an identity ran twice, or nowhere.

use alloc::{collections::BTreeMap, string::String, vec::Vec};

/// What one node's control panel showed in the block of a height.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Seen {
    /// The height of the block in work.
    pub height: u32,
    /// The identity that the node ran, as the panel shows it.
    pub identity: String,
}

/// Where an identity did not run exactly once.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Audit {
    /// Heights at which more than one node ran it.
    pub twice: Vec<u32>,
    /// Heights at which every node was seen, and none ran it.
    pub absent: Vec<u32>,
}

/// Looks for an identity in what was seen of each node.
///
/// A node that was seen with it once at a height ran it there.
#[must_use]
pub fn audit(identity: &str, nodes: &[Vec<Seen>]) -> Audit {
    let mut runs: BTreeMap<u32, Vec<bool>> = BTreeMap::new();
    for node in nodes {
        let mut of_node: BTreeMap<u32, bool> = BTreeMap::new();
        for seen in node {
            *of_node.entry(seen.height).or_default() |= seen.identity == identity;
        }
        for (height, ran) in of_node {
            runs.entry(height).or_default().push(ran);
        }
    }
    let running = |ran: &Vec<bool>| ran.iter().filter(|ran| **ran).count();
    let heights = |wanted: &dyn Fn(&Vec<bool>) -> bool| {
        runs.iter().filter(|(_, ran)| wanted(ran)).map(|(height, _)| *height).collect()
    };
    Audit {
        twice: heights(&|ran| running(ran) > 1),
        absent: heights(&|ran| running(ran) == 0 && ran.len() == nodes.len()),
    }
}

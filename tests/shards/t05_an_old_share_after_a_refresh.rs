//! Threat 5. A share of a generation that was replaced.

use super::*;
use crate::renewing::refreshed;

#[test]
fn an_old_share_is_refused_by_the_new_manifest_and_named() {
    let Dealt { vault, generation, shares } = dealt();
    let (next, renewed) = refreshed(&generation, &shares);
    let old = NotOfGeneration::Old { seat: seat("1.1"), got: 1, needed: 2 };
    assert_eq!(next.check(&shares[0]), Err(old));
    let newer = NotOfGeneration::Newer { seat: seat("1.1"), got: 2, needed: 1 };
    assert_eq!(generation.check(&renewed[0]), Err(newer));
    let mixed = [&renewed[0], &shares[1], &renewed[3], &renewed[4]];
    let refused = combined(&next, &vault, mixed).unwrap_err();
    assert_eq!(refused.code(), "share.old");
}

#[test]
fn an_old_number_dressed_as_new_does_not_match() {
    let Dealt { generation, shares, .. } = dealt();
    let (next, renewed) = refreshed(&generation, &shares);
    let dressed = altered(&renewed[0], |bytes| {
        bytes[NUMBER].copy_from_slice(&shares[0].to_bytes()[NUMBER]);
    });
    let refused = next.check(&Share::from_bytes(&dressed).unwrap());
    assert_eq!(refused, Err(NotOfGeneration::Wrong { seat: seat("1.1") }));
}

/// The limit that the manual states: a renewal takes no share away.
#[test]
fn enough_old_shares_with_the_old_manifest_still_open_the_vault() {
    let Dealt { vault, generation, shares } = dealt();
    let (next, _) = refreshed(&generation, &shares);
    assert_eq!(next.number(), 2);
    assert!(restores(&generation, &vault, of(&shares, &["1.1", "1.2", "2.1", "2.2"])));
}

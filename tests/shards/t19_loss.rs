//! Threat 19. A fire, a custodian who died, a key that is lost.

use super::*;
use crate::custody_fixture::*;
use brainswap::shard::custody::*;
use std::collections::BTreeSet;

#[test]
fn a_plan_says_what_it_survives_and_the_shares_agree() {
    let Dealt { vault, generation, shares } = dealt();
    for (lost, survives) in [
        (vec![], true),
        (vec!["1.1", "1.2", "1.3"], true),
        (vec!["1.1", "2.1", "3.1"], true),
        (vec!["1.1", "1.2", "2.3", "3.3"], true),
        (vec!["1.1", "1.2", "2.2", "2.3"], false),
        (vec!["1.1", "1.2", "1.3", "2.1", "2.2"], false),
    ] {
        let lost: BTreeSet<_> = lost.into_iter().map(seat).collect();
        assert_eq!(generation.plan().survives(&lost), survives, "{lost:?}");
        let left = shares.iter().filter(|share| !lost.contains(&share.seat()));
        assert_eq!(restores(&generation, &vault, left), survives, "{lost:?}");
    }
}

#[test]
fn a_custodian_with_two_keys_opens_with_the_other_when_one_is_lost() {
    let (one, two) = (age_key(1), age_key(2));
    let mut plan = plan_of(1, &[(1, 1)]);
    plan.locations[0].custodians[0].recipients = vec![one.recipient(), two.recipient()];
    let made = dealt_by(&plan, 1);
    let file = seal_share(&made.shares[0], &made.generation, None).unwrap();
    for key in [&one, &two] {
        assert!(open_share(&file, &key.identity(), &made.generation).is_ok());
    }
    let refused = open_share(&file, &age_key(3).identity(), &made.generation).unwrap_err();
    assert_eq!(refused.code(), "custody.no_match");
}

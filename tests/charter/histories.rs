//! Whatever is decided by whomever, in whatever order: what must hold of a charter holds.

use crate::world::*;
use brainswap::{
    PublicKey,
    authority::{Act, Authority as _, Name},
    charter::{Added, Decision, Log},
};
use proptest::{collection::vec, prelude::*};
use std::collections::BTreeSet;

const PEOPLE: [u8; 12] = [1, 2, 3, 4, 5, 11, 12, 13, 21, 31, 41, 51];
const NAMES: [&str; 6] = ["owner", "active", "operator", "signer", "claim", "duty"];
const ACTIONS: [&str; 6] = ["swap", "void", "fence", "enrolhost", "claim", ""];

fn some_name() -> impl Strategy<Value = Name> {
    prop::sample::select(&NAMES[..]).prop_map(name)
}

fn some_action() -> impl Strategy<Value = Name> {
    prop::sample::select(&ACTIONS[..])
        .prop_map(|text| if text.is_empty() { Name::EMPTY } else { name(text) })
}

fn some_people() -> impl Strategy<Value = Vec<u8>> {
    prop::sample::subsequence(PEOPLE.to_vec(), 0..=PEOPLE.len())
}

fn some_decision() -> impl Strategy<Value = Decision> {
    let set = (some_name(), some_name(), 1_u32..4, some_people(), any::<bool>(), any::<bool>());
    let set = set.prop_map(|(of, parent, threshold, people, waits, refers)| {
        let parent = if of == Name::OWNER { Name::EMPTY } else { parent };
        let waits: &[u32] = if waits { &[60] } else { &[] };
        let own: &[&str] = if refers { &["duty"] } else { &[] };
        let authority = authority(threshold, &people, own, waits);
        Decision::SetPermission(permission(&of.to_string(), &parent.to_string(), authority))
    });
    prop_oneof![
        4 => set,
        1 => some_name().prop_map(|name| Decision::DeletePermission { name }),
        2 => (some_action(), some_name())
            .prop_map(|(action, permission)| Decision::LinkAction { action, permission }),
        1 => some_action().prop_map(|action| Decision::UnlinkAction { action }),
        1 => (101_u8..106).prop_map(|number| Decision::EnrolHost { card: card(number) }),
        1 => (101_u8..106).prop_map(|number| Decision::RemoveHost { host: host(number) }),
        1 => (0_u32..4).prop_map(|generation| Decision::DealShards(shards(generation))),
    ]
}

fn keys(people: &[u8]) -> BTreeSet<PublicKey> {
    people.iter().map(|number| public(*number)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_charter_stays_whole_through_any_history(
        history in vec((some_decision(), some_people(), any::<bool>()), 1..20),
        quorum in some_people(),
    ) {
        let genesis = signed(&genesis(permissions()), &OWNERS[..3]);
        let mut log = Log::begin(&genesis).unwrap();
        let mut kept = vec![];
        for (decision, people, all) in history {
            // Half of the time everybody approves, so that histories get somewhere.
            let people = if all { PEOPLE.to_vec() } else { people };
            let amendment = signed(&following(log.newest(), decision), &people);
            let before = log.clone();
            match log.add(&amendment, 0) {
                Ok(Added::New(amended)) => {
                    prop_assert_eq!(&amended.charter, &**log.newest());
                    kept.push(amendment);
                }
                Ok(Added::Known) => prop_assert!(false, "it names the newest head"),
                Err(_) => prop_assert_eq!(&log, &before),
            }
            let charter = log.newest();
            prop_assert_eq!(charter.number(), kept.len() as u64);
            let fence = |people| charter.decide(Act::Fence, &people, u32::MAX).is_satisfied();
            prop_assert!(fence(keys(&PEOPLE)), "somebody can always fence");
            let rest: Vec<u8> = PEOPLE.into_iter().filter(|one| !quorum.contains(one)).collect();
            prop_assert!(!(fence(keys(&quorum)) && fence(keys(&rest))), "two that share nobody");
            prop_assert!(!fence(keys(&[])));
        }
        prop_assert_eq!(Log::replay(&genesis, &kept).unwrap(), log);
    }
}

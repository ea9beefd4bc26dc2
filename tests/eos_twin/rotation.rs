//! Two hosts, two keys, the chain decides: no slot is signed by both, and no state is skipped.

use super::*;
use brainswap::{
    Position,
    authority::{Account, Accounts, Permission},
    chain::eos::Slot,
    eos::{Boundary, ChainBlock, NotRotated, OldHost, Planned, Producer},
};
use proptest::prelude::*;
use std::sync::LazyLock;

const BP: &str = "producer1111";

fn producer() -> Producer {
    Producer {
        name: name(BP),
        authority: block_signer(0),
        url: "https://bp.example".into(),
        location: 276,
    }
}

/// `owner` is R1; `active` the development key's; `failover` may register the producer.
fn accounts() -> Accounts<EosPublicKey> {
    let permission = |parent, authority| Permission { parent, authority };
    let r1 = WeightedAuthority::of_key(R1.parse().unwrap());
    let account = Account::of_tree(
        [
            (Name::OWNER, permission(Name::EMPTY, r1)),
            (Name::ACTIVE, permission(Name::OWNER, one_of(&[0]))),
            (name("failover"), permission(Name::ACTIVE, one_of(&[1]))),
        ],
        [(Name::EOSIO, name("regproducer2"), name("failover"))],
    );
    let mut accounts = Accounts::new();
    accounts.insert(name(BP).into(), account.unwrap());
    accounts
}

fn planned() -> Planned {
    Planned::new(producer(), block_signer(2), &accounts()).unwrap()
}

/// A block of the fork with this letter.
fn block(number: u32, slot: u32, fork: u8) -> ChainBlock {
    ChainBlock::new(BlockId::of(number, [fork; 32]), Slot::new(slot))
}

const OLD: OldHost = OldHost::Ended { until: Position::at_height(50) };

#[test]
fn the_action_names_the_new_key_and_keeps_the_rest() {
    let action = planned().action(level("producer1111@failover"), &accounts()).unwrap();
    let expected = SystemAction::RegProducer2 {
        producer: name(BP),
        producer_authority: block_signer(2),
        url: "https://bp.example".into(),
        location: 276,
    };
    assert_eq!(SystemAction::of_action(&action), Ok(expected));
    let refused = planned().action(level("other@active"), &accounts()).unwrap_err();
    assert_eq!(refused.code(), "rotation.not_the_producer");
    let refused = planned().action(level("producer1111@claim"), &accounts()).unwrap_err();
    assert_eq!(refused.code(), "permission.unknown");
}

#[test]
fn a_permission_that_the_links_do_not_lead_to_does_not_register() {
    // `regproducer` has no link: `active` is needed, and `failover` is not enough.
    let refused = planned().one_key_action(level("producer1111@failover"), &accounts());
    assert_eq!(refused.unwrap_err().code(), "permission.irrelevant");
    let action = planned().one_key_action(level("producer1111@active"), &accounts()).unwrap();
    let expected = SystemAction::RegProducer {
        producer: name(BP),
        producer_key: key(2),
        url: "https://bp.example".into(),
        location: 276,
    };
    assert_eq!(SystemAction::of_action(&action), Ok(expected));
    let mut two = block_signer(2);
    two.threshold = 2;
    two.keys[0].weight = 2;
    let plan = Planned::new(producer(), two, &accounts()).unwrap();
    let refused = plan.one_key_action(level("producer1111@active"), &accounts()).unwrap_err();
    assert_eq!((&refused, refused.code()), (&NotRotated::ManyKeys, "rotation.many_keys"));
}

#[test]
fn a_key_that_two_hosts_could_use_or_that_rules_the_account_is_refused() {
    let plan = |new| Planned::new(producer(), new, &accounts()).unwrap_err();
    let refused = plan(block_signer(0));
    assert_eq!(refused, NotRotated::SharedKey { key: key(0) });
    assert_eq!(refused.code(), "rotation.shared_key");
    let refused = plan(block_signer(1));
    assert_eq!(refused, NotRotated::Powerful { key: key(1), permission: name("failover") });
    assert_eq!(refused.code(), "rotation.powerful_key");
    let mut split = block_signer(2);
    split.keys.push(KeyWeight { key: R1.parse().unwrap(), weight: 1 });
    let refused = plan(split.clone());
    assert_eq!(refused, NotRotated::Split { threshold: 1, total: 2 });
    assert_eq!(refused.code(), "rotation.split");
    split.threshold = 3;
    assert_eq!(plan(split).code(), "block_signing.unreachable");
    let stranger = Producer { name: name("stranger"), ..producer() };
    let refused = Planned::new(stranger, block_signer(2), &accounts()).unwrap_err();
    assert_eq!(refused.code(), "rotation.no_account");
}

#[test]
fn each_state_is_seen_on_the_chain_before_the_next() {
    let plan = planned();
    let new = block_signer(2);
    assert_eq!(plan.registered(&block_signer(0)), Err(NotRotated::OtherAuthority));
    let registered = plan.registered(&new).unwrap();
    assert_eq!(registered.pending(&block_signer(0)), Err(NotRotated::OtherAuthority));
    let pending = registered.pending(&new).unwrap();
    let first = block(10, 60, 1);
    assert_eq!(pending.activated(first, &block_signer(0)), Err(NotRotated::OtherAuthority));
    assert_eq!(NotRotated::OtherAuthority.code(), "rotation.other_authority");
    let activated = pending.activated(first, &new).unwrap();
    assert_eq!(registered.activated(first, &new), Ok(activated.clone()));
    assert_eq!(activated.block(), &first);
    let boundary = activated.finalized(first.id(), block(12, 62, 1), OLD).unwrap();
    assert_eq!(boundary.at(), Position::at_height(61));
    assert_eq!(boundary.authority_at(Position::new(60, 9, 9)), &block_signer(0));
    assert_eq!(boundary.authority_at(Position::at_height(61)), &new);
    assert_eq!(boundary.producer(), Producer { authority: new, ..producer() });
}

#[test]
fn nothing_begins_before_the_block_is_irreversible_on_the_same_fork() {
    let first = block(10, 60, 1);
    let activated = planned().registered(&block_signer(2)).unwrap();
    let activated = activated.activated(first, &block_signer(2)).unwrap();
    let refused = activated.finalized(first.id(), block(9, 59, 1), OLD).unwrap_err();
    assert_eq!(refused, NotRotated::NotFinal { activated: 10, irreversible: 9 });
    assert_eq!(refused.code(), "rotation.not_final");
    // Another block is irreversible at its number.
    let other = block(10, 60, 2).id();
    for (id, irreversible) in
        [(other, block(12, 62, 2)), (other, first), (first.id(), block(10, 60, 2))]
    {
        let refused = activated.finalized(id, irreversible, OLD).unwrap_err();
        assert_eq!(refused, NotRotated::ForkedOut { number: 10 });
        assert_eq!(refused.code(), "rotation.forked_out");
    }
    for irreversible in [block(12, 60, 1), block(12, 1, 1), block(10, 61, 1)] {
        let refused = activated.finalized(first.id(), irreversible, OLD).unwrap_err();
        assert_eq!(refused.code(), "rotation.slot_back");
    }
    assert!(activated.finalized(first.id(), first, OLD).is_ok());
}

#[test]
fn the_new_host_begins_after_the_old_one_wherever_that_ended() {
    let first = block(10, 60, 1);
    let irreversible = block(12, 62, 1);
    let activated = planned().registered(&block_signer(2)).unwrap();
    let activated = activated.activated(first, &block_signer(2)).unwrap();
    let at = |old| activated.finalized(first.id(), irreversible, old).map(|it| it.at());
    let ended = |until| OldHost::Ended { until };
    assert_eq!(at(ended(Position::START)), Ok(Position::at_height(61)));
    assert_eq!(at(ended(Position::at_height(61))), Ok(Position::at_height(61)));
    assert_eq!(at(ended(Position::new(70, 0, 1))), Ok(Position::new(70, 0, 1)));
    let refused = at(ended(Position::END)).unwrap_err();
    assert_eq!((&refused, refused.code()), (&NotRotated::NoEnd, "rotation.no_end"));
    let lost = |number, slot| at(OldHost::Lost { head: block(number, slot, 3) });
    assert_eq!(lost(20, 90), Ok(Position::at_height(91)));
    assert_eq!(lost(11, 90).unwrap_err().code(), "rotation.slot_back");
    assert_eq!(lost(20, 61).unwrap_err().code(), "rotation.slot_back");
    assert_eq!(lost(20, u32::MAX), Ok(Position::at_height(1 << 32)));
}

static PLANNED: LazyLock<Planned> = LazyLock::new(planned);

/// Two guards: a host signs a slot once, and only within its own positions.
fn signs(boundary: Option<&Boundary>, key: &BlockSigningAuthority, slot: u32) -> bool {
    let position = Position::at_height(u64::from(slot));
    match boundary {
        Some(boundary) => boundary.authority_at(position) == key,
        // Before the boundary is known the new key has no lease.
        None => *key == PLANNED.producer().authority,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// The old host signs on whatever fork it sees until it ends; the chain activates and
    /// finalises whenever it likes; the new host is asked for every slot at every time.
    #[test]
    fn no_slot_is_signed_by_both_keys(
        ends_at in 0..200_u32,
        activated_at in 1..100_u32,
        finality in 0..100_u32,
        asked in proptest::collection::vec((0..400_u32, any::<bool>()), 1..200),
    ) {
        let first = block(1_000, activated_at, 1);
        let irreversible = match finality {
            0 => first,
            more => block(1_000 + more, activated_at + more, 1),
        };
        let until = Position::at_height(u64::from(ends_at));
        let (old_key, new_key) = (&PLANNED.producer().authority, PLANNED.new_authority());
        let activated = PLANNED.registered(new_key).unwrap();
        let activated = activated.activated(first, new_key).unwrap();
        let boundary =
            activated.finalized(first.id(), irreversible, OldHost::Ended { until }).unwrap();
        let (mut by_old, mut by_new) = (vec![], vec![]);
        for (slot, done) in asked {
            let known = done.then_some(&boundary);
            // The old host's own guard has ended its lease, whatever it knows of the boundary.
            if Position::at_height(u64::from(slot)) < until
                && signs(known, old_key, slot)
            {
                by_old.push(slot);
            }
            if signs(known, new_key, slot) {
                by_new.push(slot);
            }
        }
        prop_assert!(by_new.iter().all(|slot| !by_old.contains(slot)));
        prop_assert!(by_new.iter().all(|slot| *slot > activated_at && *slot >= ends_at));
    }
}

//! A producer's blocks rise in slot and number; a naive reader of all that was signed agrees.

use super::*;

#[test]
fn a_block_is_signed_again_and_another_one_of_its_slot_or_number_is_not() {
    let signed = mark_after(None, &block(100, 5_000, 1));
    assert_eq!(verdict(signed, &block(100, 5_000, 1)), Ok(Verdict::Again));
    let at = Position::at_height(5_000);
    assert_eq!(verdict(signed, &block(100, 5_000, 2)), Err(WatermarkRefusal::Conflict { at }));
    assert_eq!(verdict(signed, &block(101, 5_000, 1)), Err(WatermarkRefusal::Conflict { at }));
    for later in [block(100, 5_001, 1), block(100, 5_001, 2), block(99, 5_001, 1)] {
        let refused = verdict(signed, &later).unwrap_err();
        assert_eq!(refused.code(), "watermark.floor_back", "{later:?}");
    }
    let refused = verdict(signed, &block(101, 4_999, 1)).unwrap_err();
    assert_eq!(refused.code(), "watermark.below");
    assert!(matches!(verdict(signed, &block(101, 5_001, 1)), Ok(Verdict::Advance(_))));
}

#[test]
fn a_mark_says_how_far_the_producer_has_come() {
    let last = Produced { number: 323_978_187, slot: Slot::new(1_488_981_273) };
    let header = Header { previous: BlockId::of(323_978_186, [0; 32]), ..legacy_header() };
    assert_eq!(Produced::of(&header), Some(last));
    assert_eq!(Produced::from_mark(&last.to_mark()), last);
    // A position alone says nothing of the number.
    let fenced = Mark::considered(Position::at_height(77), 0);
    assert_eq!(Produced::from_mark(&fenced), Produced { number: 0, slot: Slot::new(77) });
    let highest = Mark::considered(Position::END, u64::MAX);
    let highest = Produced::from_mark(&highest);
    assert_eq!(highest, Produced { number: u32::MAX, slot: Slot::new(u32::MAX) });
    // The higher of two histories keeps the higher number, whichever slot it was at.
    let (early, late) = (Produced { number: 9, slot: Slot::new(1) }, last);
    let high_early = Produced { number: 400_000_000, ..early };
    let both = high_early.to_mark().raised_to(late.to_mark());
    assert_eq!(Produced::from_mark(&both), Produced { number: 400_000_000, slot: last.slot });
}

#[test]
fn a_legacy_producer_confirms_only_what_came_after_its_last_block() {
    let last = Produced { number: 88, slot: Slot::new(4_987) };
    let on_head = |last| Produced::blocks_to_confirm(last, 100, Slot::new(5_000));
    assert_eq!((on_head(None), on_head(Some(last))), (Some(0), Some(12)));
    assert_eq!(on_head(Some(Produced { number: 0, ..last })), Some(0));
    assert_eq!(on_head(Some(Produced { number: 101, ..last })), None);
    assert_eq!(on_head(Some(Produced { slot: Slot::new(5_000), ..last })), None);
    let far = Produced::blocks_to_confirm(Some(last), 1_000_000, Slot::new(5_000));
    assert_eq!(far, Some(u16::MAX));
    assert_eq!(Produced::blocks_to_confirm(Some(last), u32::MAX, Slot::new(5_000)), None);
    assert!(last.allows(101, 12) && !last.allows(101, 13) && !last.allows(5, 6));
}

#[test]
fn in_100_000_random_histories_exactly_what_a_naive_reader_allows_is_signed() {
    // Three contents for each number and slot, so that conflicts and repetitions are common.
    let pool: Vec<(BlockToSign, Intent)> = (2..8)
        .flat_map(|number| (10..18).map(move |slot| (number, slot)))
        .flat_map(|(number, slot)| (0..3).map(move |content| block(number, slot, content)))
        .map(|block| {
            let intent = read(&block.to_bytes()).unwrap().intent;
            (block, intent)
        })
        .collect();
    let mut random = Random(1);
    let (mut signed_again, mut refused) = (0, 0);
    for history in 0..100_000 {
        let mut mark = None;
        let mut signed: Vec<&BlockToSign> = vec![];
        for _ in 0..12 {
            let (asked, intent) = &pool[random.below(pool.len())];
            let verdict = check(mark.as_ref(), intent);
            let allowed = signed.iter().all(|earlier| tolerates(earlier, asked));
            assert_eq!(verdict.is_ok(), allowed, "history {history}: {signed:?}, then {asked:?}");
            match verdict {
                Ok(Verdict::Advance(next)) => {
                    mark = Some(next);
                    signed.push(asked);
                }
                Ok(Verdict::Again) => signed_again += 1,
                Err(_) => refused += 1,
            }
        }
    }
    assert!(signed_again > 1_000 && refused > 100_000, "{signed_again} {refused}");
}

/// The block vault: number and time must advance over every block signed before; a block that is
/// the last one again is no other block.
fn tolerates(earlier: &BlockToSign, later: &BlockToSign) -> bool {
    let (number, slot) = (earlier.number(), earlier.header().slot);
    earlier == later || (later.number() > number && later.header().slot > slot)
}

fn mark_after(mark: Option<Mark>, block: &BlockToSign) -> Option<Mark> {
    match verdict(mark, block) {
        Ok(Verdict::Advance(mark)) => Some(mark),
        other => panic!("{block:?}: {other:?}"),
    }
}

fn verdict(mark: Option<Mark>, block: &BlockToSign) -> Result<Verdict, WatermarkRefusal> {
    check(mark.as_ref(), &read(&block.to_bytes()).unwrap().intent)
}

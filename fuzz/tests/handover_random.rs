//! "Leases of one identity never overlap, and a position is signed at most once." (R1, R2)

use brainswap_fuzz::{
    handover::{Tally, run},
    random_bytes,
};

const SEQUENCES: u64 = 1_000;

#[test]
fn random_sequences_break_no_invariant_and_reach_every_act() {
    let mut sum = Tally::default();
    for seed in 0..SEQUENCES {
        let bytes = random_bytes(seed);
        match std::panic::catch_unwind(|| run(&bytes)) {
            Ok(tally) => add(&mut sum, &tally),
            Err(_) => panic!("seed {seed} breaks an invariant; its bytes are {bytes:02x?}"),
        }
    }
    println!("{sum:?}");
    // A simulation that got nowhere would pass too.
    let Tally { signed, released, activated, declined, taken_back, closed, tails, .. } = sum;
    let Tally { voided, fenced, taken_over, crashed, restored, attested, refused, .. } = sum;
    for (what, count) in [
        ("signed", signed),
        ("released", released),
        ("activated", activated),
        ("declined", declined),
        ("taken back", taken_back),
        ("closed", closed),
        ("tails", tails),
        ("voided", voided),
        ("fenced", fenced),
        ("taken over", taken_over),
        ("crashed", crashed),
        ("restored", restored),
        ("attested", attested),
        ("refused", refused),
    ] {
        assert!(count >= 20, "{what}: {count} in {SEQUENCES} sequences");
    }
}

#[test]
fn a_sequence_is_the_same_every_time() {
    for seed in 0..10 {
        let bytes = random_bytes(seed);
        assert_eq!(run(&bytes), run(&bytes), "seed {seed}");
    }
}

fn add(sum: &mut Tally, tally: &Tally) {
    sum.signed += tally.signed;
    sum.released += tally.released;
    sum.activated += tally.activated;
    sum.declined += tally.declined;
    sum.taken_back += tally.taken_back;
    sum.closed += tally.closed;
    sum.tails += tally.tails;
    sum.voided += tally.voided;
    sum.fenced += tally.fenced;
    sum.taken_over += tally.taken_over;
    sum.crashed += tally.crashed;
    sum.restored += tally.restored;
    sum.attested += tally.attested;
    sum.refused += tally.refused;
}

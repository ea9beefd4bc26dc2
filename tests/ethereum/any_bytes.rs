//! Whatever comes in is read as what it is, or refused.

use super::*;
use proptest::prelude::*;

/// What must hold of a text: if it is read, its intent is that of its duty and its signing root.
fn holds(text: &[u8]) -> bool {
    let Ok(request) = chain().request(text) else {
        assert!(chain().read(text).is_err());
        return false;
    };
    let root = request.signing_root();
    let read = chain().read(text);
    assert_eq!(read.clone().map(|reading| reading.intent), request.duty().intent(root));
    assert!(read.is_err() || request.duty().is_slashable());
    true
}

proptest! {
    #[test]
    fn every_block_is_read_at_its_slot(slot in any::<u64>(), content in any::<u8>()) {
        let intent = read(&block(slot, content)).unwrap().intent;
        prop_assert_eq!(intent.position, Position::at_height(slot));
        prop_assert_eq!((intent.lane, intent.floor), (Ethereum::BLOCK, 0));
    }

    #[test]
    fn every_sound_attestation_is_read_at_its_target(
        (source, target) in (0..u64::MAX).prop_flat_map(|source| (Just(source), source + 1..=u64::MAX)),
        content in any::<u8>(),
    ) {
        let intent = read(&vote(source, target, content)).unwrap().intent;
        prop_assert_eq!(intent.position, Position::at_height(target));
        prop_assert_eq!((intent.lane, intent.floor), (Ethereum::ATTESTATION, source));
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(!holds(&bytes));
    }

    /// A request that states its signing root cannot be changed into another message.
    #[test]
    fn a_changed_byte_is_refused_or_changes_nothing(
        which in 0..2_usize, at in any::<prop::sample::Index>(), byte in any::<u8>(),
    ) {
        let mut body = if which == 0 { block(3_201, 1) } else { vote(99, 101, 1) };
        let sound = request(&body).unwrap();
        body["signingRoot"] = json!(hex(&sound.signing_root()));
        let mut text = body.to_string().into_bytes();
        let at = at.index(text.len());
        text[at] = byte;
        if holds(&text) {
            prop_assert_eq!(chain().request(&text), Ok(sound));
        }
    }

    #[test]
    fn a_request_cut_short_is_refused(at in any::<prop::sample::Index>()) {
        let text = vote(99, 101, 1).to_string();
        prop_assert!(!holds(&text.as_bytes()[..at.index(text.len())]));
    }
}

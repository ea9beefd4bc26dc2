//! A secret connection carries what was sent, in its order, from the key that was proven.

use brainswap::{
    PublicKey,
    chain::cometbft::secret_connection::{
        Connection, FRAME, FRAME_DATA, HELLO, Handshake, Opener, Sealer, SecretConnectionError,
    },
};
use zeroize::Zeroizing;

#[test]
fn both_ends_prove_their_keys_and_then_carry_any_bytes() {
    let (mut node, mut signer) = connected();
    assert_eq!(node.peer, key_of(2));
    assert_eq!(signer.peer, key_of(1));
    for length in [0, 1, FRAME_DATA - 1, FRAME_DATA, FRAME_DATA + 1, 10 * FRAME_DATA] {
        let sent: Vec<u8> = (0..length).map(|at| at as u8).collect();
        assert_eq!(carried(&mut node.sealer, &mut signer.opener, &sent), sent);
        assert_eq!(carried(&mut signer.sealer, &mut node.opener, &sent), sent);
    }
}

#[test]
fn a_frame_that_is_changed_repeated_left_out_or_reflected_ends_the_connection() {
    let (mut node, mut signer) = connected();
    let first = frame(&mut node.sealer, b"first");
    let second = frame(&mut node.sealer, b"second");
    for bit in [0, 8 * 5, 8 * FRAME - 1] {
        let (mut node, mut signer) = connected();
        let good = frame(&mut node.sealer, b"first");
        let mut changed = good;
        changed[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(signer.opener.open(&changed), Err(SecretConnectionError::Frame));
        assert_eq!(signer.opener.open(&good), Err(SecretConnectionError::Frame), "it is over");
    }
    assert_eq!(node.opener.open(&first), Err(SecretConnectionError::Frame), "reflected");
    assert_eq!(signer.opener.open(&first), Ok(b"first".to_vec()));
    assert_eq!(signer.opener.open(&first), Err(SecretConnectionError::Frame), "repeated");
    let (_, mut signer) = connected();
    assert_eq!(signer.opener.open(&second), Err(SecretConnectionError::Frame), "left out");
}

#[test]
fn a_hello_that_is_none_and_our_own_are_refused() {
    for at in 0..3 {
        let mut hello = begun(2).hello();
        hello[at] ^= 1;
        assert_eq!(begun(1).meet(&hello).unwrap_err(), SecretConnectionError::Hello);
    }
    let own = begun(1).hello();
    let refused = begun(1).meet(&own).unwrap_err();
    assert_eq!(
        (refused, refused.code()),
        (SecretConnectionError::WeakKey, "secret_connection.weak_key")
    );
    let mut zero = [0; HELLO];
    zero[..3].copy_from_slice(&own[..3]);
    assert_eq!(begun(1).meet(&zero).unwrap_err(), SecretConnectionError::WeakKey);
}

#[test]
fn a_proof_of_another_connection_or_another_form_is_refused() {
    // One end meets an end in the middle: its proof is for another challenge.
    let (unproven, _) = begun(1).meet(&begun(2).hello()).unwrap();
    let (_, elsewhere) = begun(2).meet(&begun(3).hello()).unwrap();
    let refused = unproven.check(&elsewhere.try_into().unwrap()).unwrap_err();
    assert_eq!(refused, SecretConnectionError::Frame);
    // The right keys, and a text that is no proof or a signature on something else.
    let key = |of: u8| match key_of(of) {
        PublicKey::Ed25519(key) => key,
        other => panic!("{other}"),
    };
    let proof = |head: &[u8], signature: [u8; 64]| {
        [head, &[0x0a, 0x22, 0x0a, 0x20], &key(2)[..], &[0x12, 0x40], &signature].concat()
    };
    for text in [b"proof".to_vec(), proof(&[0x65], [0; 64]), proof(&[0x66], [0; 64])] {
        let (unproven, ours) = begun(1).meet(&begun(2).hello()).unwrap();
        let (_, theirs) = begun(2).meet(&begun(1).hello()).unwrap();
        assert_ne!(ours, theirs);
        let forged = frame(&mut sealer_to_one(), &text);
        assert_eq!(unproven.check(&forged).unwrap_err(), SecretConnectionError::Proof);
    }
}

#[test]
fn padding_and_nothing_else_may_be_anything_and_a_length_above_the_frame_is_refused() {
    use chacha20poly1305::{
        ChaCha20Poly1305,
        aead::{Aead as _, KeyInit as _},
    };
    let cipher = ChaCha20Poly1305::new(&[7; 32].into());
    let opened = |length: u32| {
        let mut plain = vec![0xee; 1028];
        plain[..4].copy_from_slice(&length.to_le_bytes());
        let frame = cipher.encrypt(&[0; 12].into(), &plain[..]).unwrap();
        Opener::new(&[7; 32]).open(&frame.try_into().unwrap())
    };
    assert_eq!(opened(3), Ok(vec![0xee; 3]));
    assert_eq!(opened(1024), Ok(vec![0xee; 1024]));
    for length in [1025, 1028, u32::MAX] {
        assert_eq!(opened(length), Err(SecretConnectionError::Frame));
    }
}

#[test]
fn no_text_of_a_connection_shows_a_key() {
    let (unproven, _) = begun(1).meet(&begun(2).hello()).unwrap();
    let texts = [
        format!("{:?}", begun(1)),
        format!("{unproven:?}"),
        format!("{:?}", connected().0.sealer),
        format!("{:?}", Opener::new(&[0xa5; 32])),
    ];
    assert_eq!(texts, ["Handshake { .. }", "Unproven { .. }", "Sealer { .. }", "Opener { .. }"]);
}

fn begun(number: u8) -> Handshake {
    Handshake::new(&Zeroizing::new([number; 32]), &Zeroizing::new([number + 100; 32]))
}

fn key_of(number: u8) -> PublicKey {
    let key = ed25519_dalek::SigningKey::from_bytes(&[number + 100; 32]);
    PublicKey::Ed25519(key.verifying_key().to_bytes())
}

/// The direction from end 2 to end 1, as end 2 has it.
fn sealer_to_one() -> Sealer {
    let secret = x25519_dalek::StaticSecret::from([2; 32]);
    let public = x25519_dalek::PublicKey::from(&x25519_dalek::StaticSecret::from([1; 32]));
    let own = x25519_dalek::PublicKey::from(&secret);
    let shared = secret.diffie_hellman(&public);
    let is_lower = own.to_bytes() < public.to_bytes();
    brainswap::chain::cometbft::secret_connection::directions(shared.as_bytes(), is_lower)
        .unwrap()
        .0
}

fn connected() -> (Connection, Connection) {
    let (first, second) = (begun(1), begun(2));
    let hello = first.hello();
    let (first, first_proof) = first.meet(&second.hello()).unwrap();
    let (second, second_proof) = second.meet(&hello).unwrap();
    assert_eq!(first.challenge(), second.challenge());
    let first = first.check(&second_proof.try_into().unwrap()).unwrap();
    let second = second.check(&first_proof.try_into().unwrap()).unwrap();
    (first, second)
}

fn frame(sealer: &mut Sealer, data: &[u8]) -> [u8; FRAME] {
    sealer.seal(data).unwrap().try_into().unwrap()
}

fn carried(sealer: &mut Sealer, opener: &mut Opener, data: &[u8]) -> Vec<u8> {
    let frames = sealer.seal(data).unwrap();
    assert_eq!(frames.len(), data.len().div_ceil(FRAME_DATA) * FRAME);
    let frames = frames.chunks(FRAME).map(|frame| frame.try_into().unwrap());
    frames.flat_map(|frame: [u8; FRAME]| opener.open(&frame).unwrap()).collect()
}

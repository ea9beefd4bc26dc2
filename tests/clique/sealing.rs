//! A header is sealed by its signer, and its child follows it.

use super::*;

#[test]
fn children_follow_their_parents_and_are_sealed_by_their_signer() {
    let key = SigningKey::from_slice(&[7; 32]).unwrap();
    let mut fields = goerli_1();
    fields.push(vec![7]);
    let mut parent = seal(&key, &Header::from_rlp(&list(&fields)).unwrap());
    for (number, difficulty) in [(2, 1), (3, 2), (4, 2)] {
        let timestamp = parent.timestamp() + 15;
        let child = parent.child(timestamp, difficulty, [9; 32]).unwrap();
        assert_eq!(child.parent_hash(), parent.block_hash().unwrap());
        assert_eq!(child.number(), number);
        assert_eq!(child.timestamp(), timestamp);
        assert_eq!(child.difficulty(), difficulty);
        assert_eq!(child.seal(), None);
        let reading = read(&child.unsealed()).unwrap();
        assert_eq!(reading.intent.position, Position::at_height(number));
        parent = seal(&key, &child);
        assert_eq!(parent.seal_hash(), child.seal_hash());
        assert_eq!(parent.signer().ok(), address_of(&public(&key)));
        assert_eq!(Header::from_rlp(&parent.to_rlp()), Ok(parent.clone()));
    }
}

#[test]
fn a_child_takes_over_the_state_the_gas_limit_and_the_base_fee_and_nothing_else() {
    let key = SigningKey::from_slice(&[7; 32]).unwrap();
    let mut fields = goerli_1();
    for (index, byte) in [(2, 0x22), (4, 0x44), (5, 0x55), (6, 0x66), (13, 0xdd), (14, 0xff)] {
        fields[index].fill(byte);
    }
    fields[10] = vec![10]; // gas used
    fields[EXTRA].extend([3; 40]);
    fields.push(vec![15]);
    let parent = seal(&key, &Header::from_rlp(&list(&fields)).unwrap());
    let mut expected = goerli_1();
    expected[0] = parent.block_hash().unwrap().to_vec();
    expected[NUMBER] = vec![2];
    expected[11] = vec![0x5c, 0x53, 0x10, 0x0c];
    expected[EXTRA] = vec![9; 32];
    expected.push(vec![15]);
    let child = parent.child(parent.timestamp() + 15, 2, [9; 32]).unwrap();
    assert_eq!(child.unsealed(), list(&expected));
}

#[test]
fn no_child_is_made_of_an_unsealed_or_a_last_header_or_with_another_difficulty() {
    let key = SigningKey::from_slice(&[7; 32]).unwrap();
    let unsealed = Header::from_rlp(&list(&goerli_1())).unwrap();
    assert_eq!(unsealed.child(0, 1, [0; 32]), Err(HeaderError::NotSealed));
    let sealed = seal(&key, &unsealed);
    assert_eq!(sealed.child(0, 3, [0; 32]), Err(HeaderError::Difficulty { got: 3 }));
    let mut fields = goerli_1();
    fields[NUMBER] = vec![0xff; 8];
    let last = seal(&key, &Header::from_rlp(&list(&fields)).unwrap());
    assert_eq!(last.child(0, 1, [0; 32]), Err(HeaderError::LastNumber { number: u64::MAX }));
}

#[test]
fn an_unsealed_header_has_no_block_hash_and_no_signer() {
    let header = Header::from_rlp(&list(&goerli_1())).unwrap();
    assert_eq!(header.seal(), None);
    assert_eq!(header.block_hash(), Err(HeaderError::NotSealed));
    assert_eq!(header.signer(), Err(HeaderError::NotSealed));
}

#[test]
fn a_seal_that_no_key_made_has_no_signer() {
    let header = Header::from_rlp(&list(&goerli_1())).unwrap();
    let good: [u8; 65] = array(GOERLI_1_SEAL);
    for v in [2, 3, 27, 28, 255] {
        let mut seal = good;
        seal[64] = v;
        assert_eq!(header.with_seal(&Signature::Secp256k1(seal)), Err(HeaderError::BadSeal));
        let mut fields = goerli_1();
        fields[EXTRA].extend(seal);
        assert_eq!(Header::from_rlp(&list(&fields)).unwrap().signer(), Err(HeaderError::BadSeal));
    }
    assert_eq!(header.with_seal(&Signature::Ed25519([1; 64])), Err(HeaderError::BadSeal));
    for byte in [0, 0xff] {
        let mut seal = [byte; 65];
        seal[64] = 1;
        let sealed = header.with_seal(&Signature::Secp256k1(seal)).unwrap();
        assert_eq!(sealed.signer(), Err(HeaderError::BadSeal));
    }
}

#[test]
fn a_seal_that_a_key_could_be_recovered_from_with_v_2_has_no_signer() {
    // v 2 and 3 mean r + n: there are keys for some small r, and Clique has no such seals.
    let header = Header::from_rlp(&list(&goerli_1())).unwrap();
    let id = k256::ecdsa::RecoveryId::from_byte(2).unwrap();
    let recoverable = (1..=u8::MAX).find_map(|r| {
        let mut seal = [0; 65];
        (seal[31], seal[63], seal[64]) = (r, 1, 2);
        let signature = k256::ecdsa::Signature::from_slice(&seal[..64]).unwrap();
        let hash = header.seal_hash();
        let key = k256::ecdsa::VerifyingKey::recover_from_prehash(&hash, &signature, id);
        key.is_ok().then_some(seal)
    });
    let mut fields = goerli_1();
    fields[EXTRA].extend(recoverable.unwrap());
    assert_eq!(Header::from_rlp(&list(&fields)).unwrap().signer(), Err(HeaderError::BadSeal));
}

#[test]
fn a_seal_over_another_header_has_another_signer() {
    let mut fields = goerli_1();
    fields[0][31] ^= 1;
    fields[EXTRA].extend(hex(GOERLI_1_SEAL));
    let signer = Header::from_rlp(&list(&fields)).unwrap().signer().unwrap();
    assert_ne!(signer, array(GOERLI_1_SIGNER));
}

#[test]
fn only_a_usable_secp256k1_key_has_an_address() {
    assert_eq!(address_of(&PublicKey::Ed25519([1; 32])), None);
    assert_eq!(address_of(&PublicKey::Secp256k1([0; 33])), None);
    // The key 1 is the generator; its address is known from every Ethereum tool.
    let mut one = [0; 32];
    one[31] = 1;
    let key = SigningKey::from_slice(&one).unwrap();
    let address = array("7e5f4552091a69125d5dfcb7b8c2659029395bdf");
    assert_eq!(address_of(&public(&key)), Some(address));
}

#[test]
fn a_seal_with_a_high_s_is_the_signers_too_and_names_another_block() {
    let mut fields = goerli_1();
    fields[EXTRA].extend(hex(GOERLI_1_SEAL));
    let low = Header::from_rlp(&list(&fields)).unwrap();
    let [compact @ .., v] = low.seal().unwrap();
    let (r, s) = k256::ecdsa::Signature::from_slice(&compact).unwrap().split_scalars();
    let high = k256::ecdsa::Signature::from_scalars(r, -s).unwrap();
    fields[EXTRA] = hex(GOERLI_1[EXTRA]);
    fields[EXTRA].extend(high.to_bytes());
    fields[EXTRA].push(1 - v);
    let high = Header::from_rlp(&list(&fields)).unwrap();
    assert_eq!(high.signer(), low.signer());
    assert_eq!(high.seal_hash(), low.seal_hash());
    assert_ne!(high.block_hash(), low.block_hash());
}

//! Published headers, keys and requests are read as their networks mean them.

use super::*;

#[test]
fn a_header_of_goerli_is_read_as_one_block_at_its_number() {
    let reading = read(&list(&goerli_1())).unwrap();
    assert_eq!(reading.intent.lane, Lane::FIRST);
    assert_eq!(reading.intent.position, Position::at_height(1));
    assert_eq!(reading.intent.floor, 0);
    assert_eq!(reading.intent.digest, GOERLI_1_SEAL_HASH.parse::<Digest>().unwrap());
    assert_eq!(reading.signable, Signable::Prehash(array(GOERLI_1_SEAL_HASH)));
}

#[test]
fn a_sealed_header_of_goerli_names_its_block_and_its_signer() {
    let mut fields = goerli_1();
    fields[EXTRA].extend(hex(GOERLI_1_SEAL));
    let header = Header::from_rlp(&list(&fields)).unwrap();
    assert_eq!(header.block_hash(), Ok(array(GOERLI_1_HASH)));
    assert_eq!(header.seal_hash(), array(GOERLI_1_SEAL_HASH));
    assert_eq!(header.signer(), Ok(array(GOERLI_1_SIGNER)));
    assert_eq!(header.unsealed(), list(&goerli_1()));
}

#[test]
fn every_published_header_gives_its_hashes_its_fields_and_its_signer() {
    let Some(file) = vectors("clique/sealed_headers.json") else { return };
    let rows = file["vectors"].as_array().unwrap();
    assert_eq!(rows.len(), 14);
    for row in rows {
        let name = format!("{} {}", row["network"], row["number"]);
        let sealed_rlp = hex_of(row, "header_rlp");
        let unsealed_rlp = hex_of(row, "clique_rlp");
        let sealed = Header::from_rlp(&sealed_rlp).unwrap();
        let unsealed = Header::from_rlp(&unsealed_rlp).unwrap();
        assert_eq!(sealed.to_rlp(), sealed_rlp, "{name}");
        assert_eq!(sealed.unsealed(), unsealed_rlp, "{name}");
        assert_eq!(unsealed.to_rlp(), unsealed_rlp, "{name}");
        assert_eq!(sealed.block_hash().unwrap().to_vec(), hex_of(row, "block_hash"), "{name}");
        assert_eq!(sealed.seal_hash().to_vec(), hex_of(row, "seal_hash"), "{name}");
        assert_eq!(unsealed.seal_hash(), sealed.seal_hash(), "{name}");
        assert_eq!(sealed.seal().unwrap().to_vec(), hex_of(row, "seal"), "{name}");
        assert_eq!(Some(u64::from(sealed.seal().unwrap()[64])), row["v"].as_u64(), "{name}");
        assert_eq!(Some(sealed.number()), row["number"].as_u64(), "{name}");
        assert_eq!(Some(sealed.timestamp()), row["timestamp"].as_u64(), "{name}");
        assert_eq!(Some(sealed.difficulty()), row["difficulty"].as_u64(), "{name}");
        assert_eq!(sealed.parent_hash().to_vec(), hex_of(row, "parent_hash"), "{name}");
        assert_eq!(sealed.signer().unwrap().to_vec(), hex_of(row, "recovered_signer"), "{name}");
        assert_eq!(
            unsealed.with_seal(&Signature::Secp256k1(sealed.seal().unwrap())),
            Ok(sealed.clone()),
            "{name}"
        );
        let reading = read(&unsealed_rlp).unwrap();
        assert_eq!(reading.intent.position, Position::at_height(sealed.number()), "{name}");
        assert_eq!(reading.intent.digest, Digest::from_bytes(sealed.seal_hash()), "{name}");
        assert_eq!(reading.signable, Signable::Prehash(sealed.seal_hash()), "{name}");
        assert_eq!(refusal(&sealed_rlp), "the header is sealed already", "{name}");
    }
}

#[test]
fn a_published_key_makes_the_published_seals_again() {
    let Some(file) = vectors("clique/sealed_headers.json") else { return };
    let rows: Vec<_> = file["vectors"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|row| row["rfc6979_reproduces_seal"] == true)
        .collect();
    assert_eq!(rows.len(), 3);
    for row in rows {
        let key = SigningKey::from_slice(&hex_of(row, "private_key")).unwrap();
        assert_eq!(address_of(&public(&key)).unwrap().to_vec(), hex_of(row, "recovered_signer"));
        let unsealed = Header::from_rlp(&hex_of(row, "clique_rlp")).unwrap();
        assert_eq!(unsealed.seal(), None);
        let sealed = seal(&key, &unsealed);
        assert_eq!(sealed.seal().unwrap().to_vec(), hex_of(row, "seal"));
        assert_eq!(sealed.to_rlp(), hex_of(row, "header_rlp"));
    }
}

#[test]
fn what_geth_sends_to_an_external_signer_is_read_and_signed_as_clef_does() {
    let Some(file) = vectors("clique/clef_sign_data.json") else { return };
    let rows = file["vectors"].as_array().unwrap();
    assert_eq!(rows.len(), 4);
    for row in rows {
        let data = hex(row["request"]["params"][2].as_str().unwrap().trim_start_matches("0x"));
        let reading = read(&data).unwrap();
        let decoded = &row["decoded"];
        assert_eq!(Some(reading.intent.position.height()), decoded["number"].as_u64());
        let Signable::Prehash(hash) = reading.signable else { panic!("not a hash") };
        assert_eq!(hash.to_vec(), hex_of(decoded, "seal_hash"));
        let key = SigningKey::from_slice(&hex_of(row, "private_key")).unwrap();
        assert_eq!(sign(&key, &hash).to_vec(), hex_of(&row["response"], "result"));
        assert_eq!(address_of(&public(&key)).unwrap().to_vec(), hex_of(row, "address"));
        let header = Header::from_rlp(&data).unwrap();
        assert_eq!(Some(header.timestamp()), decoded["timestamp"].as_u64());
        assert_eq!(Some(header.difficulty()), decoded["difficulty"].as_u64());
        assert_eq!(header.parent_hash().to_vec(), hex_of(decoded, "parent_hash"));
    }
}

#[test]
fn checkpoint_headers_and_headers_with_a_base_fee_are_read() {
    let mut checkpoint = goerli_1();
    checkpoint[NUMBER] = vec![0x75, 0x30]; // 30,000
    checkpoint[EXTRA].extend([7; 3 * 20]);
    assert_eq!(read(&list(&checkpoint)).unwrap().intent.position, Position::at_height(30_000));
    checkpoint[EXTRA].extend([1; 65]);
    assert_eq!(refusal(&list(&checkpoint)), "the header is sealed already");
    for base_fee in [vec![], vec![7], vec![0xff; 16]] {
        let mut london = goerli_1();
        london.push(base_fee);
        let header = Header::from_rlp(&list(&london)).unwrap();
        assert_eq!(header.unsealed(), list(&london));
        assert_eq!(
            Digest::from_bytes(header.seal_hash()),
            read(&list(&london)).unwrap().intent.digest
        );
    }
}

//! Ethereum: sign requests, interchange and keystores, as other programs may send them.

use brainswap::{
    BlsSuite, Signable,
    chain::{Ethereum, ethereum::Interchange},
    key::BlsKeystore,
    ports::Chain as _,
    watermark::Mark,
};

/// The network of the corpus.
const NETWORK: [u8; 32] = [0x47; 32];

/// A request that is read has one signing root, and what can be slashed has a position.
pub fn ethereum_read(data: &[u8]) {
    let chain = Ethereum::new(NETWORK);
    let read = chain.read(data);
    let Ok(request) = chain.request(data) else {
        assert!(read.is_err());
        return;
    };
    let (duty, root) = (request.duty(), request.signing_root());
    assert_eq!(read.clone().map(|reading| reading.intent), duty.intent(root));
    let Ok(reading) = read else { return };
    assert!(duty.is_slashable());
    assert!(reading.intent.floor <= reading.intent.position.height());
    let suite = BlsSuite::ProofOfPossession;
    assert_eq!(reading.signable, Signable::Bls { message: root.to_vec(), suite });
}

/// An interchange that is read is written so that its reader knows as much, and writes the same.
pub fn interchange_read(data: &[u8]) {
    let Ok(read) = Interchange::read(data) else { return };
    let json = read.to_json();
    let again = Interchange::read(json.as_bytes()).expect("what was written can be read");
    assert_eq!(again.to_json(), json);
    assert_eq!(again.keys().count(), read.keys().count());
    for ((key, marks), (other, now)) in read.keys().zip(again.keys()) {
        assert_eq!(key, other);
        let kept = now.zip(marks, covers).expect("the same lanes");
        assert!(kept.iter().all(|(_, kept)| *kept), "{marks:?} became {now:?}");
    }
    let mut merged = again.clone();
    merged.merge(&read).expect("the same network");
    assert_eq!(merged.to_json(), json);
}

fn covers(now: &Option<Mark>, mark: &Option<Mark>) -> bool {
    match (now, mark) {
        (_, None) => true,
        (None, Some(_)) => false,
        (Some(now), Some(mark)) => now.position >= mark.position && now.floor >= mark.floor,
    }
}

/// A keystore that is read is written so that it is read as the same.
pub fn bls_keystore_decode(data: &[u8]) {
    let Ok(keystore) = BlsKeystore::from_json(data) else { return };
    let again = BlsKeystore::from_json(keystore.to_json().as_bytes());
    assert_eq!(again, Ok(keystore));
}

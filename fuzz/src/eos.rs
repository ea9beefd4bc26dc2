//! EOS: blocks of producers, and what else Antelope nodes write.

use brainswap::{
    BlsSuite, Digest, Signable,
    chain::{
        EosFinalizer, EosProducer,
        eos::{
            BlockToSign, FinalizerSafety, Header, Produced, SafetyDat, SignDigest, Vote,
            WalletError, signature_from_body, signature_to_body,
        },
    },
    eos::{FinalizerKey, FinalizerSignature},
    ports::Chain as _,
};

/// A block that is read is written as the same bytes, and stands where its header says.
pub fn eos_block_read(data: &[u8]) {
    if let Ok(header) = Header::unpack(data) {
        assert_eq!(header.pack(), data, "one header, one encoding");
    }
    let Ok(block) = BlockToSign::from_bytes(data) else { return };
    assert_eq!(block.to_bytes(), data, "one block, one encoding");
    let producer = EosProducer::new(block.header().producer);
    let reading = producer.read(data).expect("a block is read for its own producer");
    let digest = block.signing_digest();
    assert_eq!(reading.signable, Signable::CanonicalPrehash(digest));
    assert_eq!(reading.intent.digest, Digest::from_bytes(digest));
    assert_eq!(reading.intent.position, block.produced().position());
    assert_eq!(Produced::from_mark(&block.produced().to_mark()), block.produced());
    assert!(block.number() > 1 && block.id().number() == block.number());
}

/// A vote that is read is written as the same bytes, and its lock is before it.
pub fn eos_vote_read(data: &[u8]) {
    let Ok(vote) = Vote::from_bytes(data) else { return };
    assert_eq!(vote.to_bytes(), data, "one vote, one encoding");
    let reading = EosFinalizer.read(data).expect("a vote is read");
    assert!(reading.intent.floor < reading.intent.position.height());
    let signable = Signable::Bls { message: vote.message(), suite: BlsSuite::Basic };
    assert_eq!(reading.signable, signable);
    assert_eq!(reading.intent.digest, Digest::of(&vote.message()));
}

/// A file that is read is written as the same bytes, and its marks are not below its votes.
pub fn eos_safety_dat(data: &[u8]) {
    let Ok(file) = SafetyDat::from_bytes(data) else { return };
    assert_eq!(file.to_bytes(), data, "one file, one encoding");
    for (key, safety) in file.finalizers() {
        let key = key.public_key();
        let Some(mark) = safety.to_mark() else { continue };
        let after = FinalizerSafety::after(&mark);
        assert!(after.last_vote.slot >= safety.last_vote.slot);
        assert_eq!(after.lock.slot, safety.lock.slot);
        let marks = file.marks_of(&key).expect("the key has a mark");
        for (_, highest) in marks.iter() {
            let highest = highest.expect("the key has a mark");
            assert!(highest.position >= mark.position && highest.floor >= mark.floor);
        }
    }
}

/// Texts of finalizers and bodies of wallets: what is read is written as the same text.
pub fn eos_finalizer_text(data: &[u8]) {
    if let Ok(request) = SignDigest::from_body(data) {
        assert_eq!(request.to_body().as_bytes(), data, "one request, one body");
    }
    if let Ok(signature) = signature_from_body(data) {
        assert_eq!(signature_to_body(&signature).as_bytes(), data, "one signature, one body");
    }
    if let Ok(error) = WalletError::from_body(data) {
        assert_eq!(error.to_body().as_bytes(), data, "one error, one body");
    }
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(key) = text.parse::<FinalizerKey>() {
        assert_eq!(key.to_string(), text, "one key, one text");
        assert_eq!(FinalizerKey::from_public_key(&key.public_key()), Ok(key));
    }
    if let Ok(signature) = text.parse::<FinalizerSignature>() {
        assert_eq!(signature.to_string(), text, "one signature, one text");
        assert_eq!(FinalizerSignature::of(&signature.signature()), Ok(signature));
    }
}

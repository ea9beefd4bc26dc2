//! EOS: blocks of producers, and what else Antelope nodes write.

use brainswap::{
    Digest, Signable,
    chain::{
        EosProducer,
        eos::{BlockToSign, Header, Produced},
    },
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

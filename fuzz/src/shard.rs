//! Shard: what is read of a set of shares is written again as it was, and nothing panics.

use brainswap::{
    document::Envelope,
    shard::{
        CheckedReceipt, Generation, Manifest, Parcel, Share, Vault, store, text, transcript, words,
    },
};
use std::{collections::BTreeMap, sync::OnceLock};

/// Shares, parcels, vaults, and the files of a folder.
pub fn shard_decode(data: &[u8]) {
    if let Ok(share) = Share::from_bytes(data) {
        assert_eq!(share.to_bytes().as_slice(), data);
        assert!(generation().check(&share).is_err() || share.set() == generation().set());
    }
    if let Ok(parcel) = Parcel::from_bytes(data) {
        assert_eq!(parcel.to_bytes().as_slice(), data);
    }
    if let Ok(vault) = Vault::from_bytes(data) {
        assert_eq!(vault.to_bytes(), data);
    }
    let files = [("vault", data), ("1-0000000000000000.json", data)];
    let files: BTreeMap<_, _> = files.map(|(name, bytes)| (name.to_owned(), bytes.to_vec())).into();
    assert!(store::read(&files).generations.is_empty());
}

/// Manifests, receipts and transcripts. The payload is what is read; the envelope is made here.
pub fn shard_manifest_read(data: &[u8]) {
    if let Ok(manifest) = serde_json::from_slice::<Manifest>(data) {
        let Ok(envelope) = manifest.to_envelope() else { return };
        if let Ok(generation) = Generation::read(&envelope) {
            assert_eq!(*generation.manifest(), manifest);
            assert!(generation.key_commitment().is_some_and(|point| !point.is_identity()));
            generation.plan().check().expect("it was checked");
        }
    }
    if let Ok(envelope) = Envelope::from_json(data)
        && let Ok(receipt) = CheckedReceipt::read(&envelope, generation())
    {
        let custodian = generation().plan().custodian(receipt.receipt().seat);
        assert_eq!(custodian.map(|custodian| custodian.key), Some(receipt.custodian()));
    }
    if let Ok(lines) = core::str::from_utf8(data)
        && let Ok(read) = transcript::Transcript::read(lines)
    {
        assert_eq!(read.head().lines, u64::try_from(read.entries().len()).expect("a count"));
    }
}

/// Letters, lines and words.
pub fn shard_paper_read(data: &[u8]) {
    let Ok(typed) = core::str::from_utf8(data) else { return };
    if let Ok((written, bytes)) = text::from_text(typed) {
        let again = text::to_text(written, &bytes).expect("what was read can be written");
        let (_, read) = text::from_text(&again).expect("what was written can be read");
        assert_eq!(*read, *bytes);
        let lines: Vec<_> = text::to_lines(&again).iter().map(|line| line.to_string()).collect();
        let (_, read) = text::from_text(&lines.join("\n")).expect("lines can be read");
        assert_eq!(*read, *bytes);
    }
    if let Ok(share) = words::from_words(typed, generation()) {
        generation().check(&share).expect("it was checked");
    }
}

/// The generation of the samples in `tests/shards/v1`.
fn generation() -> &'static Generation {
    static GENERATION: OnceLock<Generation> = OnceLock::new();
    GENERATION.get_or_init(|| {
        let manifest = include_bytes!("../../tests/shards/v1/manifest.json");
        let envelope = Envelope::from_json(manifest).expect("a sample");
        Generation::read(&envelope).expect("a sample")
    })
}

//! Threat 16. Bytes made to break the reader.

use super::*;
use brainswap::document::Envelope;
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..Default::default() })]

    #[test]
    fn any_bytes_are_read_and_written_again_or_refused(
        bytes in proptest::collection::vec(any::<u8>(), 0..300),
        magic in 0..4_usize,
        fill in any::<bool>(),
    ) {
        let magic: &[u8] = [&b""[..], b"BSHRE\x01\x01", b"BSPCL\x01\x01", b"BSVLT\x01\x01"][magic];
        let mut bytes = [magic, &bytes].concat();
        if fill {
            bytes.resize(SHARE_LENGTH, 3);
        }
        if let Ok(share) = Share::from_bytes(&bytes) {
            prop_assert_eq!(share.to_bytes().to_vec(), bytes.clone());
        }
        if let Ok(parcel) = Parcel::from_bytes(&bytes) {
            prop_assert_eq!(parcel.to_bytes().to_vec(), bytes.clone());
        }
        if let Ok(vault) = Vault::from_bytes(&bytes) {
            prop_assert_eq!(vault.to_bytes(), bytes);
        }
    }

    #[test]
    fn any_text_is_read_or_refused(typed in "[0-9A-Za-z/ \n]{0,200}", head in 0..3_usize) {
        let typed = format!("{}{typed}", ["", "BSSHARD1", "01/02  BSSHARE1"][head]);
        prop_assert!(text::from_text(&typed).is_err());
        prop_assert!(words::from_words(&typed, &dealt().generation).is_err());
        prop_assert!(transcript::Transcript::read(&typed).is_err() || typed.trim().is_empty());
    }
}

#[test]
fn huge_nested_and_strange_manifests_are_refused() {
    let good = dealt().generation.manifest().clone();
    let json = String::from_utf8(good.to_envelope().unwrap().payload().to_vec()).unwrap();
    for bad in [
        "[".repeat(100_000),
        json.replace("\"threshold\":2", "\"threshold\":256"),
        json.replace("\"threshold\":2", "\"threshold\":-1"),
        json.replace("\"generation\":1", "\"generation\":4294967296"),
        json.replacen("\"suite\"", "\"suite\":1,\"suite\"", 1),
        json.replacen('{', "{\"more\":1,", 1),
    ] {
        assert!(serde_json::from_str::<Manifest>(&bad).is_err());
    }
    let mut large = good.clone();
    large.plan.locations[0].custodians[0].recipients = vec!["x".repeat(2 << 20)];
    let refused = Generation::read(&large.to_envelope().unwrap()).unwrap_err();
    assert_eq!(refused.code(), "manifest.too_large");
    let mut many = good;
    many.plan.locations = vec![many.plan.locations[0].clone(); 33];
    let refused = Generation::read(&many.to_envelope().unwrap()).unwrap_err();
    assert_eq!(refused.code(), "plan.count");
    let no_envelope = Envelope::from_json(b"{}").unwrap_err();
    assert_eq!(no_envelope.code(), "document.malformed");
}

#[test]
fn a_transcript_is_bounded() {
    let long = "x".repeat(transcript::MAX_LINE + 1);
    let refused = transcript::Transcript::read(&long).unwrap_err();
    assert_eq!(refused.code(), "transcript.line");
}

//! Threat 12. A request is not approved, expired, replayed, or about something else.

use super::*;
use brainswap::{Digest, Nonce, evidence::Signed};

fn weighed(keys: &[u8]) -> Result<(), &'static str> {
    let request = unseal(&dealt().generation, Purpose::Restore);
    let signed = Signed::<Unseal>::verify(&signed(&request, keys)).map_err(|error| error.code())?;
    signed.approve([(&charter() as _, 0)]).map(|_| ()).map_err(|error| error.code())
}

#[test]
fn combining_needs_the_charters_permission_to_unseal() {
    assert_eq!(weighed(&[7, 8]), Ok(()));
    assert_eq!(weighed(&[9, 8, 7]), Ok(()));
    for keys in [&[][..], &[7], &[7, 7], &[7, 10], &[10, 11, 12]] {
        assert_eq!(weighed(keys), Err("authority.unapproved"), "{keys:?}");
    }
}

fn begins(change: impl FnOnce(&mut Unseal, &mut Memory)) -> &'static str {
    let Dealt { vault, generation, .. } = dealt();
    let (mut request, mut memory) = (unseal(&generation, Purpose::Restore), memory());
    change(&mut request, &mut memory);
    let request = approved(&request);
    let begun = Combination::begin(&generation, &vault, &request, &memory);
    begun.map_or_else(|error| error.code(), |_| "begun")
}

#[test]
fn a_request_is_good_for_its_days_its_manifest_its_identity_and_its_program() {
    assert_eq!(begins(|_, _| {}), "begun");
    assert_eq!(begins(|_, memory| memory.today = date("2026-11-30")), "begun");
    assert_eq!(begins(|_, memory| memory.today = date("2026-12-01")), "request.not_today");
    assert_eq!(begins(|_, memory| memory.today = date("2026-11-19")), "request.not_today");
    let other = ManifestId::from_bytes([1; 32]);
    assert_eq!(begins(|request, _| request.manifest = other), "request.other_manifest");
    let other = SetId::from_bytes([1; 16]);
    assert_eq!(begins(|request, _| request.set = other), "request.other_manifest");
    assert_eq!(begins(|request, _| request.identity = None), "request.other_identity");
    let program = Some(Digest::of(b"program"));
    assert_eq!(begins(|request, _| request.software = program), "request.other_software");
    let both = |request: &mut Unseal, memory: &mut Memory| {
        (request.software, memory.software) = (program, program);
    };
    assert_eq!(begins(both), "begun");
}

#[test]
fn a_request_is_used_once() {
    let Dealt { vault, generation, shares } = dealt();
    let request = approved(&unseal(&generation, Purpose::Restore));
    let mut memory = memory();
    let mut combination = Combination::begin(&generation, &vault, &request, &memory).unwrap();
    for share in &shares {
        combination.add(again(share)).unwrap();
    }
    let restored = combination.open().unwrap();
    memory.used.insert(restored.request());
    let refused = Combination::begin(&generation, &vault, &request, &memory).unwrap_err();
    assert_eq!(refused.code(), "request.used");
    let mut anew = unseal(&generation, Purpose::Restore);
    anew.nonce = Nonce::from_bits(77);
    let anew = approved(&anew);
    assert!(Combination::begin(&generation, &vault, &anew, &memory).is_ok());
}

#[test]
fn the_form_of_a_request_is_checked_before_it_is_weighed() {
    let refused = |change: &dyn Fn(&mut Unseal)| {
        let mut request = unseal(&dealt().generation, Purpose::Drill);
        change(&mut request);
        Signed::<Unseal>::verify(&signed(&request, &[7])).map_err(|error| error.code()).err()
    };
    assert_eq!(refused(&|_| {}), None);
    assert_eq!(refused(&|request| request.until = date("2026-11-19")), Some("document.form"));
    assert_eq!(refused(&|request| request.until = date("2027-02-21")), Some("document.form"));
    assert_eq!(refused(&|request| request.note = "x".repeat(1025)), Some("document.form"));
}

#[test]
fn the_approval_of_one_act_is_none_of_another() {
    let Dealt { generation, .. } = dealt();
    let refresh = signed(&renewal(&generation, How::Refresh), &[7, 8]);
    let refused = Signed::<Unseal>::verify(&refresh).unwrap_err();
    assert_eq!(refused.code(), "document.other_kind");
    let request = approved(&renewal(&generation, How::Refresh));
    let share = &dealt().shares[0];
    let refused = deal_share(&generation, &request, &memory(), share, entropy(1)).unwrap_err();
    assert_eq!(refused, NotRenewed::OtherAct { asked: "a reshare" });
    let refused = deal_repair(&generation, &request, &memory(), share, entropy(1)).unwrap_err();
    assert_eq!(refused, NotRenewed::OtherAct { asked: "a repair" });
}

#[test]
fn a_second_signature_of_one_key_counts_once() {
    // (r, n - s) of a P-256 signature also verifies in some libraries: signers are keys here, and
    // a key is in a document once.
    let request = unseal(&dealt().generation, Purpose::Restore);
    let once = signed(&request, &[7]);
    let mut json: serde_json::Value = serde_json::from_str(&once.to_json()).unwrap();
    let first = json["signatures"][0].clone();
    json["signatures"].as_array_mut().unwrap().push(first);
    let refused = brainswap::document::Envelope::from_json(json.to_string().as_bytes());
    assert_eq!(refused.unwrap_err().code(), "document.malformed");
}

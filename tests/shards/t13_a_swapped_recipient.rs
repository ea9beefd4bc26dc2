//! Threat 13. Somebody between swaps the recipient that custodians re-encrypt to.

use super::*;
use crate::custody_fixture::*;
use brainswap::shard::custody::*;

#[test]
fn the_recipient_is_the_one_in_the_approved_request() {
    let (dealt, identities) = dealt_to_age();
    let (ceremony, other) = (age_key(200), age_key(201));
    let mut request = unseal(&dealt.generation, Purpose::Restore);
    request.recipient = Some(ceremony.recipient());
    let document = approved(&request);
    let recipient = recipient_of(&document).unwrap().unwrap();

    let file = seal_share(&dealt.shares[0], &dealt.generation, None).unwrap();
    let share = open_share(&file, &identities[&seat("1.1")], &dealt.generation).unwrap();
    let handed = hand_over(&share, &recipient).unwrap();
    assert!(open_share(&handed, &ceremony.identity(), &dealt.generation).is_ok());
    let refused = open_share(&handed, &other.identity(), &dealt.generation).unwrap_err();
    assert_eq!(refused.code(), "custody.no_match");

    let envelope = signed(&request, &[7, 8]);
    let swapped = envelope.to_json();
    let mut json: serde_json::Value = serde_json::from_str(&swapped).unwrap();
    request.recipient = Some(other.recipient());
    json["payload"] = serde_json::from_str::<serde_json::Value>(&signed(&request, &[]).to_json())
        .unwrap()["payload"]
        .clone();
    let swapped = brainswap::document::Envelope::from_json(json.to_string().as_bytes()).unwrap();
    let refused = brainswap::evidence::Signed::<Unseal>::verify(&swapped).unwrap_err();
    assert_eq!(refused.code(), "document.bad_signature");
}

#[test]
fn a_request_that_names_no_recipient_gives_none() {
    let request = approved(&unseal(&dealt().generation, Purpose::Restore));
    assert!(recipient_of(&request).unwrap().is_none());
}

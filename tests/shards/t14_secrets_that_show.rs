//! Threat 14. A secret shows in a log, an error or a `Debug`.

use super::*;
use std::fmt::Debug;

fn shows(secret: &[u8], said: &str) -> bool {
    secret.windows(6).any(|part| {
        let list: Vec<_> = part.iter().map(|byte| format!("{byte}")).collect();
        said.contains(&const_hex::encode(part))
            || said.contains(&const_hex::encode_upper(part))
            || said.contains(&list.join(", "))
            || said.contains(&list.join(",\n"))
    })
}

fn said(value: &dyn Debug) -> String {
    format!("{value:?}\n{value:#?}")
}

#[test]
fn nothing_that_is_printed_holds_a_part_of_a_share_or_secret() {
    let Dealt { vault, generation, shares } = dealt();
    let restored = combined(&generation, &vault, &shares).unwrap();
    let request = approved(&renewal(&generation, How::Refresh));
    let (_, parcels) = deal_zero(&generation, &request, &memory(), entropy(1)).unwrap();
    let secret = [VALIDATOR; 32];
    let shown = [said(&shares), said(&restored), said(&parcels), said(&vault), said(&generation)];
    for share in &shares {
        let number = &share.to_bytes()[NUMBER];
        assert!(shows(number, &said(&share.to_bytes().to_vec())), "the search itself works");
        for said in &shown {
            assert!(!shows(number, said) && !shows(&secret, said), "{said}");
        }
    }
    for parcel in &parcels {
        assert!(!shown.iter().any(|said| shows(&parcel.to_bytes()[60..92], said)));
    }
}

#[test]
fn no_refusal_holds_a_part_of_what_was_refused() {
    let Dealt { generation, shares, .. } = dealt();
    let share = &shares[0];
    let bytes = share.to_bytes();
    let number = &bytes[NUMBER];
    let wrong = Share::from_bytes(&altered(share, |bytes| bytes[NUMBER.start] ^= 1)).unwrap();
    let mut refusals = vec![said(&generation.check(&wrong).unwrap_err())];
    for at in 0..bytes.len() {
        let mut bytes = bytes.to_vec();
        bytes[at] ^= 0x10;
        let refused = Share::from_bytes(&bytes).unwrap_err();
        refusals.push(format!("{refused} {} {}", said(&refused), refused.advice()));
    }
    assert!(refusals.iter().all(|said| !shows(number, said)));

    let words = words::to_words(share).unwrap();
    let list: Vec<_> = words.split(' ').collect();
    for at in 0..list.len() {
        let mut changed = list.clone();
        changed[at] = "academic";
        if let Err(refused) = words::from_words(&changed.join(" "), &generation) {
            let said = format!("{refused} {refused:?}");
            assert!(!list.iter().any(|word| word.len() > 5 && said.contains(word)), "{said}");
        }
    }
}

//! Threat 3. A share is damaged: a bit flips, ink runs, a page is torn.

use super::*;

#[test]
fn each_of_the_256_bits_of_its_number_is_noticed() {
    let Dealt { generation, shares, .. } = dealt();
    let (mut by_commitment, mut by_form) = (0, 0);
    for share in &shares {
        for bit in 0..256 {
            let bytes = altered(share, |bytes| bytes[NUMBER.start + bit / 8] ^= 1 << (bit % 8));
            match Share::from_bytes(&bytes) {
                Ok(wrong) => {
                    let seat = share.seat();
                    assert_eq!(generation.check(&wrong), Err(NotOfGeneration::Wrong { seat }));
                    by_commitment += 1;
                }
                Err(refused) => {
                    assert_eq!(refused, NotRead::Damaged { what: "share", part: "the number" });
                    by_form += 1;
                }
            }
        }
    }
    assert_eq!(by_commitment + by_form, 9 * 256);
    assert!(by_form >= 9 * 3, "the three highest bits never give a number below the order");
}

#[test]
fn each_flipped_bit_of_its_bytes_is_noticed_by_the_checksum() {
    let Dealt { vault, shares, .. } = dealt();
    let bytes = shares[0].to_bytes();
    for bit in 0..bytes.len() * 8 {
        let mut bytes = bytes.clone();
        bytes[bit / 8] ^= 1 << (bit % 8);
        assert!(Share::from_bytes(&bytes).is_err(), "bit {bit}");
    }
    let bytes = vault.to_bytes();
    for bit in 0..bytes.len() * 8 {
        let mut bytes = bytes.clone();
        bytes[bit / 8] ^= 1 << (bit % 8);
        assert!(Vault::from_bytes(&bytes).is_err(), "bit {bit}");
    }
}

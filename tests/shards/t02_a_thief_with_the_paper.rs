//! Threat 2. A thief has the files or the paper, and no key.

use super::*;
use crate::custody_fixture::*;
use brainswap::shard::custody::*;

#[test]
fn a_shard_opens_for_its_custodian_alone_and_shows_nothing_of_the_share() {
    let (dealt, identities) = dealt_to_age();
    for share in &dealt.shares {
        let seat = share.seat();
        let file = seal_share(share, &dealt.generation, None).unwrap();
        let number = &share.to_bytes()[NUMBER];
        assert!(!number.windows(6).any(|part| file.windows(6).any(|there| there == part)));
        for (whose, identity) in &identities {
            let opened = open_share(&file, identity, &dealt.generation);
            match opened {
                Ok(opened) => {
                    assert_eq!(*whose, seat);
                    assert_eq!(opened.to_bytes(), share.to_bytes());
                }
                Err(refused) => {
                    assert_ne!(*whose, seat);
                    assert_eq!(refused.code(), "custody.no_match");
                }
            }
        }
    }
}

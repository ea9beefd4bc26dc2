//! Keys of custodians, made from numbers.

use super::*;
use bech32::{Bech32, Hrp};
use brainswap::shard::custody::CustodianIdentity;
use secrecy::{ExposeSecret as _, SecretString};
use std::collections::BTreeMap;

pub struct AgeKey(pub SecretString);

/// An age identity that anybody can make again.
pub fn age_key(number: u8) -> AgeKey {
    let secret = [number.wrapping_add(3); 32];
    let text = bech32::encode_upper::<Bech32>(Hrp::parse("age-secret-key-").unwrap(), &secret);
    AgeKey(SecretString::from(text.unwrap()))
}

impl AgeKey {
    pub fn recipient(&self) -> String {
        let identity = brainswap::key::RecipientIdentity::from_text(&self.0).unwrap();
        identity.recipient().to_string()
    }

    pub fn identity(&self) -> CustodianIdentity {
        CustodianIdentity::from_text(&self.0).unwrap()
    }

    pub fn text(&self) -> &str {
        self.0.expose_secret()
    }
}

/// The plan with an age recipient for each seat.
pub fn plan_with_age() -> Plan {
    let mut plan = plan();
    for (number, location) in (1..).zip(&mut plan.locations) {
        for (at, custodian) in (1..).zip(&mut location.custodians) {
            let seat = Seat::new(number, at).unwrap();
            custodian.recipients = vec![age_key(custodian_key(seat)).recipient()];
        }
    }
    plan
}

pub fn dealt_to_age() -> (Dealt, BTreeMap<Seat, CustodianIdentity>) {
    let plan = plan_with_age();
    let identities = plan.seats().map(|(seat, _)| (seat, age_key(custodian_key(seat)).identity()));
    let identities = identities.collect();
    (dealt_by(&plan, 1), identities)
}

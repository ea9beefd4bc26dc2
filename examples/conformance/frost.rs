//! `frost/`: shares and commitments of RFC 9591, and of a distributed key generation.

use crate::{
    fields::{bytes, list, number, text},
    suite::{Report, Suite, ensure, equal},
};
use brainswap::conformance::SharingGroup;
use serde_json::Value;

/// The suite of a file of this folder.
pub fn suite_of(file: &str) -> Option<Suite> {
    let (group, kind) = file.strip_prefix("frost-")?.split_once('-')?;
    let is_dkg = match kind {
        "vectors.json" | "vectors-big-identifier.json" => false,
        "vectors_dkg.json" => true,
        _ => return None,
    };
    Some(match (group, is_dkg) {
        ("ristretto255", false) => |json, report| shares(SharingGroup::Ristretto255, json, report),
        ("ed25519", false) => |json, report| shares(SharingGroup::Ed25519, json, report),
        ("secp256k1", false) => |json, report| shares(SharingGroup::Secp256k1, json, report),
        ("p256", false) => |json, report| shares(SharingGroup::P256, json, report),
        ("ristretto255", true) => |json, report| dkg(SharingGroup::Ristretto255, json, report),
        ("ed25519", true) => |json, report| dkg(SharingGroup::Ed25519, json, report),
        ("secp256k1", true) => |json, report| dkg(SharingGroup::Secp256k1, json, report),
        ("p256", true) => |json, report| dkg(SharingGroup::P256, json, report),
        _ => return None,
    })
}

/// A polynomial, the value at each place, and the commitment to the secret.
fn shares(group: SharingGroup, json: &Value, report: &mut Report) {
    let inputs = &json["inputs"];
    let rows = list(inputs, "participant_shares");
    if rows.is_empty() {
        return;
    }
    let polynomial = || -> Result<Vec<Vec<u8>>, String> {
        let mut coefficients = vec![bytes(inputs, "group_secret_key")?];
        for coefficient in list(inputs, "share_polynomial_coefficients") {
            let coefficient = coefficient.as_str().ok_or("a coefficient is no text")?;
            coefficients.push(const_hex::decode(coefficient).map_err(|error| error.to_string())?);
        }
        Ok(coefficients)
    };
    let places = rows.iter().filter_map(|row| row["identifier"].as_u64());
    let most = places.max().unwrap_or_default();
    let not_canonical = || "a number is not canonical".to_owned();
    // Made once: some files have hundreds of places.
    let commitments =
        polynomial().and_then(|all| group.commitments(&all).ok_or_else(not_canonical));
    let all = polynomial().and_then(|poly| group.shares(&poly, most).ok_or_else(not_canonical));
    report.case("verifying key", || {
        let commitments = commitments.clone()?;
        let key = bytes(inputs, "verifying_key_key")?;
        equal("commitment", &commitments.first(), &Some(&key))
    });
    for row in rows {
        report.case(format!("share {}", row["identifier"]), || {
            let (at, share) = (number::<u32>(row, "identifier")?, bytes(row, "participant_share")?);
            let (all, commitments) = (all.clone()?, commitments.clone()?);
            let place = usize::try_from(at).ok().and_then(|at| at.checked_sub(1));
            equal("share", &place.and_then(|place| all.get(place)), &Some(&share))?;
            let verified = group.verify(&commitments, at.into(), &share);
            ensure(verified, || "the share does not match its commitments".into())?;
            let elsewhere = group.verify(&commitments, u64::from(at) + 1, &share);
            ensure(!elsewhere, || "the share also matches another place".into())
        });
    }
    report.case("secret", || {
        let needed: usize = text(&json["config"], "MIN_PARTICIPANTS")?
            .parse()
            .map_err(|_| "the threshold is no number")?;
        let all: Vec<_> = (1..).zip(all.clone()?).collect();
        for chosen in all.windows(needed.max(1)).take(16) {
            let secret = group.combine(chosen);
            equal("secret", &secret, &Some(bytes(inputs, "group_secret_key")?))?;
        }
        Ok(())
    });
}

/// Each participant's polynomial, its commitments, and what the others got of it.
fn dkg(group: SharingGroup, json: &Value, report: &mut Report) {
    let inputs = &json["inputs"];
    let participants = inputs.as_object().into_iter().flatten();
    let participants: Vec<_> = participants.filter(|(_, row)| row.is_object()).collect();
    for (name, row) in &participants {
        report.case(format!("commitments of {name}"), || {
            let polynomial = [bytes(row, "signing_key")?, bytes(row, "coefficient")?];
            let commitments = group.commitments(&polynomial).ok_or("not canonical")?;
            equal("commitments", &commitments, &committed(row)?)
        });
        let received = row["signing_shares"].as_object().into_iter().flatten();
        for (dealer, _) in received {
            report.case(format!("share of {dealer} for {name}"), || {
                let share = bytes(&row["signing_shares"], dealer)?;
                let dealer = &inputs[dealer];
                let at = number::<u32>(row, "identifier")?;
                let verified = group.verify(&committed(dealer)?, at.into(), &share);
                ensure(verified, || "it does not match the dealer's commitments".into())?;
                let polynomial = [bytes(dealer, "signing_key")?, bytes(dealer, "coefficient")?];
                let count = u64::from(at).max(2);
                let all = group.shares(&polynomial, count).ok_or("not canonical")?;
                let place = usize::try_from(at).ok().and_then(|at| at.checked_sub(1));
                equal("share", &place.and_then(|place| all.get(place)), &Some(&share))
            });
        }
        report.case(format!("verifying share of {name}"), || {
            let commitments = group.commitments(&[bytes(row, "signing_share")?]);
            let share = vec![bytes(row, "verifying_share")?];
            equal("verifying share", &commitments, &Some(share))
        });
    }
    if participants.is_empty() {
        return;
    }
    report.case("verifying key", || {
        let needed = number::<u32>(&json["config"], "MIN_PARTICIPANTS")?;
        let needed = usize::try_from(needed).map_err(|_| "the threshold is too large")?;
        for chosen in participants.windows(needed.max(1)) {
            let chosen: Result<Vec<_>, String> = chosen
                .iter()
                .map(|(_, row)| {
                    Ok((number::<u32>(row, "identifier")?.into(), bytes(row, "signing_share")?))
                })
                .collect();
            let secret = group.combine(&chosen?).ok_or("a share is not canonical")?;
            let key = group.commitments(&[secret]);
            equal("verifying key", &key, &Some(vec![bytes(inputs, "verifying_key")?]))?;
        }
        Ok(())
    });
}

fn committed(row: &Value) -> Result<Vec<Vec<u8>>, String> {
    let read = |value: &Value| {
        let text = value.as_str().ok_or("a commitment is no text")?;
        const_hex::decode(text).map_err(|error| error.to_string())
    };
    list(row, "vss_commitments").iter().map(read).collect()
}

//! `eos/signatures.json`: signatures in their text form, the canonical rule, recovery, signing.

use crate::{
    fields::{array, bytes, flag, list, text},
    suite::{Outcome, Report, equal},
};
use brainswap::eos::{EosPublicKey, EosSecretKey, EosSignature, NotEosText};
use k256::elliptic_curve::{point::AffineCoordinates as _, sec1::ToSec1Point as _};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;
use sha2::{Digest as _, Sha512};

pub fn signatures(json: &Value, report: &mut Report) {
    for (at, row) in list(json, "codec").iter().enumerate() {
        report.case(format!("codec {at}"), || codec(row));
    }
    for (at, row) in list(json, "recover").iter().enumerate() {
        report.case(format!("recover {at}"), || recover(row));
    }
    for (at, row) in list(json, "canonical_rule_cases").iter().enumerate() {
        report.case(format!("canonical {at}"), || {
            let mut signature = [0; 65];
            signature[1..3].copy_from_slice(&array::<2>(row, "r_first2")?);
            signature[33..35].copy_from_slice(&array::<2>(row, "s_first2")?);
            let canonical = EosSignature::K1(signature).is_canonical();
            equal("canonical", &canonical, &flag(row, "canonical")?)
        });
    }
    for row in list(json, "derived_sign_vectors") {
        report.case(format!("sign {}", row["message_utf8"]), || sign(row));
    }
    if let Some(row) = json.get("ecdh_shared_secret") {
        report.case("ecdh_shared_secret", || shared_secret(row));
    }
}

fn codec(row: &Value) -> Outcome {
    let signature = signature_of(row)?;
    equal("bytes", &signature.pack(), &bytes(row, "packed_hex")?)?;
    equal("unpacked", &EosSignature::unpack(&signature.pack()), &Ok(signature))?;
    equal("text", &signature.to_string().as_str(), &text(row, "text")?)?;
    if let Some(header) = row["header_byte"].as_u64() {
        equal("header", &u64::from(signature.as_bytes()[0]), &header)?;
    }
    match row["canonical"].as_bool() {
        Some(canonical) => equal("canonical", &signature.is_canonical(), &canonical),
        None => Ok(()),
    }
}

fn recover(row: &Value) -> Outcome {
    let signature = EosSignature::K1(array(row, "signature_hex")?);
    let recovered = signature.recover(&array(row, "digest_hex")?);
    if row.get("error").is_some() {
        let got = signature.as_bytes()[0];
        return equal("refusal", &recovered, &Err(NotEosText::Header { got }));
    }
    let point: [u8; 33] = array(row, "recovered_compressed_hex")?;
    equal("key", &recovered, &Ok(EosPublicKey::K1(point)))?;
    let key = k256::PublicKey::from_sec1_bytes(&point).map_err(|error| format!("{error}"))?;
    let long = key.to_sec1_point(false);
    equal("point", &long.as_bytes().to_vec(), &bytes(row, "recovered_uncompressed_hex")?)
}

fn sign(row: &Value) -> Outcome {
    let digest = array(row, "digest_hex")?;
    let public: EosPublicKey = text(row, "public")?.parse().map_err(|error| format!("{error}"))?;
    let given = EosSignature::K1(array(row, "signature_hex")?);
    equal("text", &given, &signature_of(row)?)?;
    equal("key of the given signature", &given.recover(&digest), &Ok(public.clone()))?;
    // Nonces differ between implementations: any canonical signature will do.
    let key = k1_secret(&array(row, "private_hex")?)?;
    equal("key", key.public_key(), &public)?;
    let made = key.sign_digest(&digest).map_err(|error| format!("{error}"))?;
    equal("key of the signature made", &made.recover(&digest), &Ok(public))
}

fn shared_secret(row: &Value) -> Outcome {
    let secret = SecretString::from(text(row, "priv1_wif")?);
    let secret = EosSecretKey::from_text(&secret).map_err(|error| format!("{error}"))?;
    let secret = k256::SecretKey::from_slice(secret.to_scalar().expose_secret());
    let secret = secret.map_err(|error| format!("{error}"))?;
    let public: EosPublicKey = text(row, "pub2")?.parse().map_err(|error| format!("{error}"))?;
    let EosPublicKey::K1(point) = public else { return Err("the key is not K1".into()) };
    let public = k256::PublicKey::from_sec1_bytes(&point).map_err(|error| format!("{error}"))?;
    let shared = (public.to_projective() * *secret.to_nonzero_scalar()).to_affine();
    equal("secret", &Sha512::digest(shared.x()).to_vec(), &bytes(row, "shared_hex")?)
}

fn signature_of(row: &Value) -> Result<EosSignature, String> {
    text(row, "text")?.parse().map_err(|error| format!("{error}"))
}

/// The text that this scalar has, read: there is no other way to a key.
fn k1_secret(scalar: &[u8; 32]) -> Result<EosSecretKey, String> {
    let payload = [&[0x80], scalar.as_slice()].concat();
    let checksum = sha2::Sha256::digest(sha2::Sha256::digest(&payload));
    let wif = bs58::encode([&payload, &checksum[..4]].concat()).into_string();
    EosSecretKey::from_text(&SecretString::from(wif)).map_err(|error| format!("{error}"))
}

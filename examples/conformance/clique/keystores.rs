//! `clique/web3_v3_geth_keystore_files.json`, `clique/web3_v3_keystore_vectors.json`: accounts
//! under a password.

use crate::{
    fields::{array, bytes, list, text},
    suite::{Report, ensure, equal},
};
use brainswap::{
    PublicKey,
    chain::clique::address_of,
    key::{Web3Keystore, Web3KeystoreError},
};
use k256::ecdsa::SigningKey;
use secrecy::SecretString;
use serde_json::Value;

/// Files of geth, with their passwords, keys and addresses.
pub fn files(json: &Value, report: &mut Report) {
    for row in list(json, "vectors") {
        let name = row["source"].as_str().and_then(|path| path.rsplit('/').next());
        report.case(name.unwrap_or("keystore"), || {
            let public =
                opens(&row["keystore"], text(row, "password")?, &bytes(row, "private_key")?)?;
            let address = address_of(&public).ok_or("the key has no address")?;
            equal("address", &address, &array(row, "address")?)?;
            let stated = read(&row["keystore"])?.address();
            equal("address of the file", &stated, &Some(address))
        });
    }
}

/// The vectors of the format, by their names.
pub fn vectors(json: &Value, report: &mut Report) {
    for (name, row) in json.as_object().into_iter().flatten() {
        report.case(name, || {
            opens(&row["json"], text(row, "password")?, &bytes(row, "priv")?).map(drop)
        });
    }
}

/// Opens a keystore to the key with this secret, with this password and no other.
fn opens(file: &Value, password: &str, secret: &[u8]) -> Result<PublicKey, String> {
    let keystore = read(file)?;
    let again = Web3Keystore::from_json(keystore.to_json().as_bytes());
    equal("what is written", &again, &Ok(keystore.clone()))?;
    let public = public_of(secret)?;
    let open = |password: &str| keystore.open(&SecretString::from(password), &public);
    let key = open(password).map_err(|error| error.to_string())?;
    equal("public key", &key.public_key(), &public)?;
    let other = open(&format!("{password}x")).err();
    ensure(other == Some(Web3KeystoreError::WrongPassword), || "any password opens it".into())?;
    Ok(public)
}

fn read(file: &Value) -> Result<Web3Keystore, String> {
    Web3Keystore::from_json(file.to_string().as_bytes()).map_err(|error| error.to_string())
}

fn public_of(secret: &[u8]) -> Result<PublicKey, String> {
    let mut scalar = [0; 32];
    let from = scalar.len().checked_sub(secret.len()).ok_or("the secret is too long")?;
    scalar[from..].copy_from_slice(secret);
    let key = SigningKey::from_slice(&scalar).map_err(|error| error.to_string())?;
    let point = key.verifying_key().to_sec1_point(true);
    point.as_bytes().try_into().map(PublicKey::Secp256k1).map_err(|_| "no point".to_owned())
}

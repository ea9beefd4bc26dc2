//! "An approver who has only `ssh-keygen` can approve, with a FIDO key too; and nothing else passes for
//! such an approval."
//!
//! `made/` was made by `ssh-keygen` of OpenSSH 9.2p1 over the bytes of [`order_withdrawn`]; its FIDO keys are
//! those of the provider `sk-dummy` of OpenSSH's own tests. The secret keys were thrown away.

mod approving;
mod fido;
mod keys;
mod refusing;
mod ssh_keygen;
mod written;

use brainswap::{
    IdentityId, OrderId, PublicKey,
    document::Envelope,
    openssh::{NotOpenSsh, SshSignature},
    order::Void,
};
use std::{fs, path::PathBuf};

/// What everybody here approves.
fn order_withdrawn() -> Envelope {
    Envelope::of(&Void {
        order: OrderId::from_bytes([0x31; 32]),
        identities: vec![IdentityId::from_bytes([0x11; 32]), IdentityId::from_bytes([0x12; 32])],
    })
    .unwrap()
}

/// A file that `ssh-keygen` made.
fn made(name: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/openssh/made").join(name);
    fs::read_to_string(path).unwrap()
}

/// The key of a file that `ssh-keygen` made.
fn key(name: &str) -> PublicKey {
    brainswap::openssh::public_key(&made(&format!("{name}.pub"))).unwrap()
}

/// Adds a signature in text to the document, as an approver would hand it in.
fn approve(envelope: &mut Envelope, armor: &str) -> Result<PublicKey, NotOpenSsh> {
    let signature = SshSignature::from_armor(armor)?;
    envelope.add_ssh_signature(&signature)?;
    Ok(signature.key())
}

/// The code with which a signature in text is refused as an approval of the document.
fn refusal(armor: &str) -> &'static str {
    let mut envelope = order_withdrawn();
    let code = approve(&mut envelope, armor).expect_err("it must be refused").code();
    assert_eq!(envelope, order_withdrawn(), "a refused signature changed the document");
    code
}

/// The document with one signature entry of any bytes, as it could come over the wire.
fn with_entry(key: PublicKey, signature: &[u8]) -> Envelope {
    let bare: serde_json::Value = serde_json::from_str(&order_withdrawn().to_json()).unwrap();
    let mut json = bare;
    json["signatures"] = serde_json::json!([{
        "keyid": key.to_string(),
        "sig": written::base64(signature),
    }]);
    Envelope::from_json(json.to_string().as_bytes()).unwrap()
}

/// Whether a document with this entry is believed to be signed by the key.
fn believed(key: PublicKey, signature: &[u8]) -> bool {
    match with_entry(key, signature).verify::<Void>() {
        Ok(verified) => {
            assert!(verified.signers().contains(&key));
            true
        }
        Err(error) => {
            assert_eq!(error.code(), "document.bad_signature");
            false
        }
    }
}

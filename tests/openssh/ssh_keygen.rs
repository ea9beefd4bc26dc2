//! The same with the real `ssh-keygen`: with fresh keys, and both ways.
//!
//! Without it these tests say that they were skipped; with `BRAINSWAP_REQUIRE_TOOLS=1` that is a failure.
//! FIDO keys need a provider: the one at `BRAINSWAP_SK_PROVIDER`, else where Debian's `openssh-tests`
//! puts OpenSSH's own `sk-dummy`.

use super::{approve, order_withdrawn, refusal, written};
use brainswap::{
    PublicKey,
    openssh::{SshSignature, public_key},
};
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};
use tempfile::TempDir;

const SK_DUMMY: &str = "/usr/lib/openssh/regress/misc/sk-dummy/sk-dummy.so";

/// A directory with keys, and the tool that made them.
struct Keygen {
    dir: TempDir,
    provider: Option<PathBuf>,
}

impl Keygen {
    /// The tool, if the machine has it.
    fn found() -> Option<Self> {
        let required = env::var_os("BRAINSWAP_REQUIRE_TOOLS").is_some_and(|set| set == "1");
        let dir = tempfile::tempdir().unwrap();
        let found = Command::new("ssh-keygen").arg("-?").output().is_ok();
        assert!(found || !required, "there is no ssh-keygen: install openssh-client");
        if !found {
            println!("skipped: there is no ssh-keygen");
        }
        found.then_some(Self { dir, provider: None })
    }

    /// The tool with a provider of FIDO keys, if the machine has both.
    fn with_fido() -> Option<Self> {
        let named = env::var_os("BRAINSWAP_SK_PROVIDER").map(PathBuf::from);
        if let Some(named) = &named {
            assert!(named.exists(), "BRAINSWAP_SK_PROVIDER: {} is not there", named.display());
        }
        let provider = named.unwrap_or_else(|| PathBuf::from(SK_DUMMY));
        if !provider.exists() {
            println!("skipped: no FIDO provider; set BRAINSWAP_SK_PROVIDER");
            return None;
        }
        Some(Self { provider: Some(provider), ..Self::found()? })
    }

    /// What the tool prints, if it succeeds.
    fn run(&self, arguments: &[&str], input: Option<&Path>) -> Option<String> {
        let mut command = Command::new("ssh-keygen");
        command.current_dir(self.dir.path()).args(arguments).env_remove("SSH_AUTH_SOCK");
        if let Some(provider) = &self.provider {
            command.env("SSH_SK_PROVIDER", provider);
        }
        command.stdin(input.map_or_else(Stdio::null, |path| fs::File::open(path).unwrap().into()));
        let output = command.output().unwrap();
        output.status.success().then(|| String::from_utf8(output.stdout).unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Makes a key; gives its `.pub` line.
    fn key(&self, name: &str, options: &[&str]) -> String {
        let arguments = [&["-q", "-N", "", "-C", "somebody", "-f", name, "-t"], options].concat();
        self.run(&arguments, None).unwrap();
        fs::read_to_string(self.path(&format!("{name}.pub"))).unwrap()
    }

    /// Signs a file with these bytes; gives the text.
    #[expect(clippy::disallowed_methods, reason = "a test's own files need no durability")]
    fn sign(&self, key: &str, namespace: &str, bytes: &[u8], options: &[&str]) -> String {
        fs::write(self.path("file"), bytes).unwrap();
        let sign = ["-q", "-Y", "sign", "-n", namespace, "-f", key];
        self.run(&[&sign, options].concat(), Some(&self.path("file"))).unwrap()
    }

    /// Whether OpenSSH itself takes a signature of these bytes.
    #[expect(clippy::disallowed_methods, reason = "a test's own files need no durability")]
    fn verifies(&self, line: &str, armor: &str, bytes: &[u8]) -> bool {
        fs::write(self.path("allowed"), format!("me namespaces=\"brainswap\" {line}")).unwrap();
        fs::write(self.path("given.sig"), armor).unwrap();
        fs::write(self.path("file"), bytes).unwrap();
        let verify = ["-Y", "verify", "-n", "brainswap", "-I", "me", "-f", "allowed", "-s"];
        self.run(&[&verify[..], &["given.sig"]].concat(), Some(&self.path("file"))).is_some()
    }
}

/// Approves with a key, and hands what the document then carries back to OpenSSH. Ten times, as
/// numbers with a byte less are rare and high ones are not.
fn approves_and_verifies(keygen: &Keygen, name: &str, line: &str, options: &[&str]) -> PublicKey {
    let key = public_key(line).unwrap();
    let bytes = order_withdrawn().signed_bytes();
    for _ in 0..10 {
        let text = keygen.sign(name, "brainswap", &bytes, options);
        assert_eq!(approve(&mut order_withdrawn(), &text), Ok(key));
        let carried = SshSignature::from_armor(&text).unwrap().to_bytes();
        assert!(keygen.verifies(line, &written::armor(&carried), &bytes));
    }
    key
}

#[test]
fn fresh_ed25519_and_ecdsa_keys_approve_and_openssh_takes_what_is_carried() {
    let Some(keygen) = Keygen::found() else { return };
    for (name, kind) in [("ed25519", &["ed25519"][..]), ("ecdsa", &["ecdsa", "-b", "256"])] {
        let line = keygen.key(name, kind);
        approves_and_verifies(&keygen, name, &line, &[]);
        approves_and_verifies(&keygen, name, &line, &["-O", "hashalg=sha256"]);
    }
}

#[test]
fn what_this_crate_would_carry_of_a_known_secret_openssh_takes_too() {
    let Some(keygen) = Keygen::found() else { return };
    let bytes = order_withdrawn().signed_bytes();
    for key in written::KEYS {
        let line = key.line("ssh:");
        let blob = key.sign(&bytes);
        assert!(keygen.verifies(&line, &blob.armor(), &bytes), "{key:?}");
        assert!(!keygen.verifies(&line, &blob.armor(), b"another file"), "{key:?}");
    }
}

#[test]
fn fresh_signatures_for_something_else_are_refused() {
    let Some(keygen) = Keygen::found() else { return };
    let bytes = order_withdrawn().signed_bytes();
    for (name, kind) in [("ed25519", &["ed25519"][..]), ("ecdsa", &["ecdsa", "-b", "256"])] {
        keygen.key(name, kind);
        let text = keygen.sign(name, "file", &bytes, &[]);
        assert_eq!(refusal(&text), "openssh.namespace");
        let text = keygen.sign(name, "brainswap", order_withdrawn().payload(), &[]);
        assert_eq!(refusal(&text), "openssh.bad_signature");
        let text = keygen.sign(name, "brainswap", &[&bytes[..], b"\n"].concat(), &[]);
        assert_eq!(refusal(&text), "openssh.bad_signature");
    }
    let line = keygen.key("rsa", &["rsa", "-b", "2048"]);
    assert_eq!(public_key(&line).unwrap_err().code(), "openssh.key_kind");
    assert_eq!(refusal(&keygen.sign("rsa", "brainswap", &bytes, &[])), "openssh.key_kind");
}

#[test]
fn fresh_fido_keys_approve_with_a_touch_and_for_their_own_application_alone() {
    let Some(keygen) = Keygen::with_fido() else { return };
    let bytes = order_withdrawn().signed_bytes();
    for kind in ["ed25519-sk", "ecdsa-sk"] {
        let key = approves_and_verifies(&keygen, kind, &keygen.key(kind, &[kind]), &[]);
        assert!(matches!(key, PublicKey::SkEd25519(_) | PublicKey::SkP256(_)));
        let name = format!("{kind}-untouched");
        let line = keygen.key(&name, &[kind, "-O", "no-touch-required"]);
        public_key(&line).unwrap(); // the line does not say it: only a signature does
        let text = keygen.sign(&name, "brainswap", &bytes, &[]);
        assert_eq!(refusal(&text), "openssh.not_present");
        let name = format!("{kind}-other");
        let line = keygen.key(&name, &[kind, "-O", "application=ssh:other"]);
        assert_eq!(public_key(&line).unwrap_err().code(), "openssh.application");
        let text = keygen.sign(&name, "brainswap", &bytes, &[]);
        assert_eq!(refusal(&text), "openssh.application");
    }
}

//! Threat 20. Other mathematics, later: what is not known is refused, not guessed.

use super::*;

#[test]
fn another_suite_or_version_is_refused_by_its_number() {
    let Dealt { vault, generation, shares } = dealt();
    let mut manifest = generation.manifest().clone();
    manifest.suite = 2;
    let refused = Generation::read(&manifest.to_envelope().unwrap()).unwrap_err();
    assert_eq!(refused, NotAManifest::Suite { got: 2 });
    let refused = |at, value| {
        let bytes = altered(&shares[0], |bytes| bytes[at] = value);
        Share::from_bytes(&bytes).unwrap_err()
    };
    assert_eq!(refused(5, 2), NotRead::Version { what: "share", got: 2, needed: 1 });
    assert_eq!(refused(6, 2), NotRead::Suite { what: "share", got: 2, needed: 1 });
    assert_eq!(refused(0, b'X'), NotRead::Foreign { what: "share" });
    let mut bytes = vault.to_bytes();
    bytes[6] = 9;
    let refused = Vault::from_bytes(&bytes).unwrap_err();
    assert_eq!(refused, NotRead::Suite { what: "vault", got: 9, needed: 1 });
}

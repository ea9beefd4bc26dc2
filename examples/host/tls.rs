//! TLS: version 1.3, and both sides show their host key as a raw public key (RFC 7250).
//!
//! There are no certificates and no authorities: each side knows beforehand whom it talks to.

use brainswap::{HostId, key::HostKey};
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, DistinguishedName, Error, ServerConfig,
    SignatureScheme,
    client::{
        AlwaysResolvesClientRawPublicKeys, Resumption,
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    },
    crypto::{WebPkiSupportedAlgorithms, ring, verify_tls13_signature_with_raw_key},
    pki_types::{
        CertificateDer, PrivatePkcs8KeyDer, ServerName, SubjectPublicKeyInfoDer, UnixTime,
    },
    server::{
        AlwaysResolvesServerRawPublicKeys, NoServerSessionStorage,
        danger::{ClientCertVerified, ClientCertVerifier},
    },
    sign::CertifiedKey,
    version::TLS13,
};
use secrecy::ExposeSecret as _;
use std::{fmt, sync::Arc};

/// An Ed25519 key as `SubjectPublicKeyInfo` in DER begins so (RFC 8410, section 4).
const BEFORE_KEY: [u8; 12] = [0x30, 0x2a, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 3, 0x21, 0];

/// For a connection to one host, and no other.
///
/// # Errors
///
/// The TLS library does not take the key.
pub fn client_config(key: &HostKey, peer: HostId) -> Result<Arc<ClientConfig>, Error> {
    let provider = Arc::new(ring::default_provider());
    let pinned = Pinned { allowed: Box::new(move |host| host == peer), wanted: Some(peer) };
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&TLS13])?
        .dangerous() // nothing of the public key infrastructure: the key itself is compared
        .with_custom_certificate_verifier(Arc::new(pinned))
        .with_client_cert_resolver(Arc::new(AlwaysResolvesClientRawPublicKeys::new(shown(key)?)));
    config.resumption = Resumption::disabled();
    config.enable_sni = false;
    Ok(Arc::new(config))
}

/// For connections from hosts that are allowed when they come.
///
/// # Errors
///
/// The TLS library does not take the key.
pub fn server_config(
    key: &HostKey,
    allowed: impl Fn(HostId) -> bool + Send + Sync + 'static,
) -> Result<Arc<ServerConfig>, Error> {
    let provider = Arc::new(ring::default_provider());
    let pinned = Pinned { allowed: Box::new(allowed), wanted: None };
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&TLS13])?
        .with_client_cert_verifier(Arc::new(pinned))
        .with_cert_resolver(Arc::new(AlwaysResolvesServerRawPublicKeys::new(shown(key)?)));
    config.send_tls13_tickets = 0; // every connection is checked anew
    config.session_storage = Arc::new(NoServerSessionStorage {});
    Ok(Arc::new(config))
}

/// Whose key the other side has shown and proven.
pub fn peer_of(shown: Option<&[CertificateDer<'_>]>) -> Option<HostId> {
    host_of(shown?.first()?)
}

fn shown(key: &HostKey) -> Result<Arc<CertifiedKey>, Error> {
    let secret = key.pkcs8_der();
    let secret = PrivatePkcs8KeyDer::from(secret.expose_secret());
    let secret = ring::sign::any_eddsa_type(&secret)?;
    let mut public = BEFORE_KEY.to_vec();
    public.extend_from_slice(key.host_id().as_bytes());
    Ok(Arc::new(CertifiedKey::new(vec![CertificateDer::from(public)], secret)))
}

fn host_of(shown: &CertificateDer<'_>) -> Option<HostId> {
    let key = shown.as_ref().strip_prefix(&BEFORE_KEY)?;
    Some(HostId::from_bytes(key.try_into().ok()?))
}

/// Accepts raw public keys of known hosts.
struct Pinned {
    allowed: Box<dyn Fn(HostId) -> bool + Send + Sync>,
    wanted: Option<HostId>,
}

impl Pinned {
    fn check(&self, shown: &CertificateDer<'_>, chain: &[CertificateDer<'_>]) -> Result<(), Error> {
        match host_of(shown) {
            Some(host) if chain.is_empty() && (self.allowed)(host) => Ok(()),
            Some(host) => Err(match self.wanted {
                Some(wanted) => Error::General(format!(
                    "the host there is {}, not {}",
                    host.short(),
                    wanted.short()
                )),
                None => CertificateError::ApplicationVerificationFailure.into(),
            }),
            None => Err(CertificateError::BadEncoding.into()),
        }
    }

    fn algorithms() -> WebPkiSupportedAlgorithms {
        ring::default_provider().signature_verification_algorithms
    }

    fn signature(
        message: &[u8],
        shown: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let key = SubjectPublicKeyInfoDer::from(shown.as_ref());
        verify_tls13_signature_with_raw_key(message, &key, signature, &Self::algorithms())
    }
}

impl fmt::Debug for Pinned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pinned").field("wanted", &self.wanted).finish_non_exhaustive()
    }
}

impl ServerCertVerifier for Pinned {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        self.check(end_entity, intermediates).map(|()| ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _cert: &CertificateDer<'_>,
        _dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(Error::General("TLS 1.2 is not spoken".into()))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Self::signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        vec![SignatureScheme::ED25519]
    }

    fn requires_raw_public_keys(&self) -> bool {
        true
    }
}

impl ClientCertVerifier for Pinned {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        _now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        self.check(end_entity, intermediates).map(|()| ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _cert: &CertificateDer<'_>,
        _dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(Error::General("TLS 1.2 is not spoken".into()))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Self::signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        vec![SignatureScheme::ED25519]
    }

    fn requires_raw_public_keys(&self) -> bool {
        true
    }
}

//! Which certificates are trusted, read once for all connections: the system's take longer to
//! read than a nearby server takes to answer.

use native_tls::{Certificate, Protocol, TlsConnector};
use std::sync::{Arc, OnceLock};

/// The certificates that a server's must lead to. Clones share what was read.
#[derive(Clone, Debug, Default)]
pub struct Trust(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    pem: Option<Vec<u8>>,
    connector: OnceLock<Result<TlsConnector, Useless>>,
}

/// Why no connection can be protected.
#[derive(Clone, Debug)]
pub(crate) enum Useless {
    /// What should be certificates are none.
    NoCertificate,
    /// The TLS library says no.
    Library(String),
}

impl Trust {
    /// The system's own certificates.
    pub fn system() -> Self {
        Self::default()
    }

    /// These certificates (PEM) instead of the system's.
    pub fn only(pem: Vec<u8>) -> Self {
        Self(Arc::new(Shared {
            pem: Some(pem),
            connector: OnceLock::new(),
        }))
    }

    /// What makes connections that trust them.
    pub(crate) fn connector(&self) -> &Result<TlsConnector, Useless> {
        let shared = &*self.0;
        shared
            .connector
            .get_or_init(|| build(shared.pem.as_deref()))
    }
}

fn build(pem: Option<&[u8]>) -> Result<TlsConnector, Useless> {
    let mut builder = TlsConnector::builder();
    builder.min_protocol_version(Some(Protocol::Tlsv12));
    if let Some(pem) = pem {
        let certificates = Certificate::stack_from_pem(pem).unwrap_or_default();
        if certificates.is_empty() {
            return Err(Useless::NoCertificate);
        }
        builder.disable_built_in_roots(true);
        for certificate in certificates {
            builder.add_root_certificate(certificate);
        }
    }
    builder
        .build()
        .map_err(|error| Useless::Library(error.to_string()))
}

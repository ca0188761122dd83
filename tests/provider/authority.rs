//! A throwaway certificate authority for servers that run inside the test process.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use native_tls::{Certificate, Identity, TlsAcceptor, TlsConnector};

use super::folder;

/// An authority and the certificate that it gave to localhost.
pub struct Authority {
    dir: PathBuf,
}

impl Authority {
    /// `kind` as in `--cert` of the scripts: good, expired, wrong-host, self-signed.
    pub fn new(kind: &str) -> Authority {
        let dir = folder::fresh();
        let script = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/tests/provider/shell/certificates.sh"
        );
        let said = Command::new("bash")
            .args([
                "-euc",
                "die() { echo \"$1\" >&2; exit 1; }; . \"$0\"; certificates \"$@\"",
            ])
            .args([script.as_ref(), dir.as_os_str(), kind.as_ref()])
            .output()
            .unwrap();
        assert!(
            said.status.success(),
            "{}",
            String::from_utf8_lossy(&said.stderr)
        );
        Authority { dir }
    }

    /// The file for `ca-file`.
    pub fn ca_path(&self) -> PathBuf {
        self.dir.join("ca.pem")
    }

    /// What a server needs for its side of TLS.
    pub fn acceptor(&self) -> TlsAcceptor {
        let read = |name| fs::read(self.dir.join(name)).unwrap();
        let identity = Identity::from_pkcs8(&read("server.pem"), &read("server.key")).unwrap();
        TlsAcceptor::new(identity).unwrap()
    }
}

impl Drop for Authority {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.dir);
    }
}

/// What a client needs that trusts only the authority in this file.
pub fn connector(ca: &Path) -> TlsConnector {
    let certificate = Certificate::from_pem(&fs::read(ca).unwrap()).unwrap();
    TlsConnector::builder()
        .disable_built_in_roots(true)
        .add_root_certificate(certificate)
        .build()
        .unwrap()
}

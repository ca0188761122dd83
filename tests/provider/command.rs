//! The program under test, started so that nothing of the tester's own environment reaches it.

use std::fs;
use std::path::Path;
use std::process::Command;

/// The built sharemail with only PATH kept, at home in `dir/home`, on a system that trusts nobody.
pub fn sharemail(dir: &Path) -> Command {
    let home = dir.join("home");
    fs::create_dir_all(&home).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_sharemail"));
    command
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", &home)
        .env("XDG_CONFIG_HOME", home.join(".config"))
        .env("XDG_DATA_HOME", home.join(".local/share"))
        .env("XDG_CACHE_HOME", home.join(".cache"))
        .env("XDG_STATE_HOME", home.join(".local/state"))
        .env("XDG_RUNTIME_DIR", home.join("run"))
        .env("LC_ALL", "C.UTF-8")
        .env("SSL_CERT_FILE", "/dev/null")
        .env("SSL_CERT_DIR", "/nonexistent")
        .current_dir(&home);
    command
}

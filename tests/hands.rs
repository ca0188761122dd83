//! Hostile hands on this machine: links, folders and files of others, and texts that are made to
//! break whoever reads them. Only root can put another's file there, so those tests are root's; one
//! of them goes on as an ordinary user.

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, lchown, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::provider::command::sharemail;
use crate::provider::fake::Fake;
use crate::provider::run::run;
use crate::provider::{Dovecot, Mailbox, Ran, Toy};

const MALLORY: u32 = 54321;

fn is_root() -> bool {
    let folder = tempfile::tempdir().unwrap();
    folder.path().metadata().unwrap().uid() == 0
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

/// A folder like /tmp, and a file outside it that a link of somebody else's in it leads to.
struct Trap {
    folder: TempDir,
}

impl Trap {
    fn new(mode: u32) -> Trap {
        let trap = Trap {
            folder: tempfile::tempdir().unwrap(),
        };
        set_mode(trap.folder.path(), 0o755);
        fs::create_dir(trap.folder.path().join("open")).unwrap();
        fs::write(trap.target(), "precious").unwrap();
        fs::create_dir(trap.folder.path().join("inside")).unwrap();
        set_mode(&trap.folder.path().join("open"), mode);
        trap.link("out", &trap.target());
        trap.link("inner", &trap.folder.path().join("inside"));
        trap
    }

    fn link(&self, name: &str, target: &Path) {
        symlink(target, self.open(name)).unwrap();
        lchown(self.open(name), Some(MALLORY), None).unwrap();
    }

    fn open(&self, name: &str) -> PathBuf {
        self.folder.path().join("open").join(name)
    }

    fn target(&self) -> PathBuf {
        self.folder.path().join("precious")
    }

    #[track_caller]
    fn is_unsprung(&self) {
        assert_eq!(fs::read_to_string(self.target()).unwrap(), "precious");
        let inside = fs::read_dir(self.folder.path().join("inside")).unwrap();
        assert_eq!(inside.count(), 0);
        let open = fs::read_dir(self.folder.path().join("open")).unwrap();
        assert_eq!(open.count(), 2);
    }
}

#[test]
fn no_file_is_written_by_way_of_anothers_link() {
    if !is_root() {
        return;
    }
    let mailbox = Mailbox::on(Dovecot::running(), &["Sent"], 1);
    let (address, alice) = (&*mailbox.address, mailbox.alice());
    for mode in [0o1777, 0o777] {
        let trap = Trap::new(mode);
        let wishes = trap.folder.path().join("wishes.toml");
        fs::write(
            &wishes,
            format!("[mailbox.\"{address}\"]\nread-only = [\"{alice}\"]\n"),
        )
        .unwrap();
        let wishes = wishes.to_str().unwrap();
        for name in ["out", "inner/file"] {
            let path = trap.open(name);
            let path = path.to_str().unwrap();
            for words in [
                &["export", address, "--out", path][..],
                &["report", address, "--out", path],
                &["plan", "-f", wishes, "--out", path],
            ] {
                let ran = mailbox.provider.run(words).exits(64);
                let ran =
                    ran.says("is a symbolic link of user 54321 in a folder that others may write");
                ran.says("remove the link, or name another file");
                trap.is_unsprung();
            }
            let ran = mailbox.grant([alice, "--read-only", "--undo-file", path]);
            ran.exits(65);
            trap.is_unsprung();
            assert_eq!(mailbox.rights(alice, "INBOX"), None);
        }
        // What outlives a run goes nowhere else either.
        for (variable, path) in [
            ("XDG_STATE_HOME", trap.open("inner")),
            ("SHAREMAIL_AUDIT_FILE", trap.open("inner/audit.jsonl")),
            ("SHAREMAIL_AUDIT_FILE", trap.open("out")),
        ] {
            let mut command = mailbox.provider.sharemail();
            command.env(variable, path);
            let ran = run(&mut command, ["grant", address, alice, "--read-only"]);
            ran.exits(78).says("symbolic link");
            trap.is_unsprung();
            assert_eq!(mailbox.rights(alice, "INBOX"), None);
        }
    }
}

#[test]
fn ones_own_link_stays_a_link() {
    let mailbox = Mailbox::on(Dovecot::running(), &[], 0);
    let folder = tempfile::tempdir().unwrap();
    let open = folder.path().join("open");
    fs::create_dir(&open).unwrap();
    set_mode(&open, 0o1777);
    symlink("../real", open.join("latest")).unwrap();
    let latest = open.join("latest");
    for _ in 0..2 {
        let words = [
            "export",
            &mailbox.address,
            "--out",
            latest.to_str().unwrap(),
        ];
        mailbox.run(words).exits(0);
        assert!(latest.is_symlink());
        let text = fs::read_to_string(folder.path().join("real")).unwrap();
        assert!(text.contains(&mailbox.address), "{text}");
    }
}

/// Runs `report merge` as a user who is nobody else, where this machine lets root do that.
fn merge_as(uid: &str, folder: &Path, out: &Path) -> Option<Ran> {
    let binary = env!("CARGO_BIN_EXE_sharemail");
    let user = |program: &str| {
        let mut command = Command::new("setpriv");
        command.args([
            &format!("--reuid={uid}"),
            &format!("--regid={uid}"),
            "--clear-groups",
        ]);
        command.arg(program).env("HOME", folder);
        command
    };
    let can = user("test").args(["-x", binary]).status().ok()?;
    let part = folder.join("part.json");
    can.success().then(|| {
        let words = [
            "report",
            "merge",
            part.to_str().unwrap(),
            "--out",
            out.to_str().unwrap(),
        ];
        run(&mut user(binary), words)
    })
}

#[test]
fn an_ordinary_user_follows_roots_links_and_no_strangers() {
    if !is_root() {
        return;
    }
    let trap = Trap::new(0o1777);
    let around = trap.folder.path();
    fs::write(around.join("part.json"), part()).unwrap();
    let own = around.join("own");
    fs::create_dir(&own).unwrap();
    chown(&own, Some(11111), Some(11111)).unwrap();
    symlink(own.join("a"), trap.open("roots")).unwrap();
    symlink(own.join("b"), trap.open("mine")).unwrap();
    lchown(trap.open("mine"), Some(11111), None).unwrap();
    symlink(own.join("c"), trap.open("strangers")).unwrap();
    lchown(trap.open("strangers"), Some(MALLORY), None).unwrap();
    for (name, file, code) in [("roots", "a", 0), ("mine", "b", 0), ("strangers", "c", 64)] {
        let Some(ran) = merge_as("11111", around, &trap.open(name)) else {
            return;
        };
        ran.exits(code);
        assert_eq!(own.join(file).exists(), code == 0, "{name}");
        assert!(trap.open(name).is_symlink());
    }
}

/// One part of a report that is the whole of it.
fn part() -> String {
    let mailbox = Mailbox::on(Dovecot::running(), &[], 0);
    let mut command = mailbox.provider.sharemail();
    command.env("SHAREMAIL_MAILBOXES", &mailbox.address);
    let words = ["report", "--partition", "1/1", "--format", "json"];
    run(&mut command, words).exits(0).stdout
}

/// A configuration in a folder of its own.
fn config(text: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let own = folder.path().join("config");
    fs::create_dir(&own).unwrap();
    let path = own.join("config.toml");
    fs::write(&path, text).unwrap();
    (folder, path)
}

fn show_with(path: &Path, folder: &Path) -> Ran {
    let mut command = sharemail(folder);
    command.env("SHAREMAIL_CONFIG", path);
    run(&mut command, ["show", "support@"])
}

#[test]
fn a_configuration_that_others_may_write_is_not_obeyed() {
    let (folder, path) = config("");
    let done = folder.path().join("done");
    let command = format!("touch {}; echo password", done.display());
    let text = format!(
        "[profile.a]\ndomain = \"example.test\"\n[profile.a.imap]\nhost = \"localhost\"\nport = 1\n\
         tls = \"none\"\nuser = \"admin\"\npassword-command = {command:?}\n"
    );
    fs::write(&path, text).unwrap();
    let own = path.parent().unwrap();
    let refused = |chmod: &str| {
        let ran = show_with(&path, folder.path()).exits(78);
        let ran = ran.says("is not obeyed: ").says(chmod);
        assert!(!done.exists(), "{ran:?}");
    };
    for mode in [0o666, 0o646, 0o602] {
        set_mode(&path, mode);
        refused(&format!("chmod go-w {}", path.display()));
    }
    set_mode(&path, 0o644);
    set_mode(own, 0o777);
    refused(&format!("chmod go-w {}", own.display()));
    set_mode(own, 0o755);
    if is_root() {
        chown(&path, Some(MALLORY), None).unwrap();
        refused("it belongs to user 54321, who can change it");
        chown(&path, Some(0), None).unwrap();
        chown(own, Some(MALLORY), None).unwrap();
        refused("belongs to user 54321");
        chown(own, Some(0), Some(0)).unwrap();
        chown(&path, None, Some(MALLORY)).unwrap();
        set_mode(&path, 0o664);
        refused(&format!("chmod go-w {}", path.display()));
        // Root's own group is nobody else's, as a user's private one is.
        chown(&path, None, Some(0)).unwrap();
        show_with(&path, folder.path()).exits(69);
        assert!(done.exists());
        fs::remove_file(&done).unwrap();
        set_mode(&path, 0o644);
    }
    // Nobody listens there, and the command was run.
    set_mode(own, 0o1777);
    show_with(&path, folder.path()).exits(69);
    assert!(done.exists());
}

#[test]
fn certificates_that_others_may_write_are_not_believed() {
    let fake = Fake::plain(|_| ());
    let (folder, path) = config("");
    let own = path.parent().unwrap();
    let authority = own.join("ca.pem");
    let text = format!(
        "[profile.a]\ndomain = \"example.test\"\n[profile.a.imap]\nhost = \"localhost\"\nport = 1\n\
         ca-file = {authority:?}\nuser = \"admin\"\npassword-command = \"echo password\"\n"
    );
    fs::write(&path, text).unwrap();
    fs::copy(fake.ca_path(), &authority).unwrap();
    let refused = |chmod: &str| {
        let ran = show_with(&path, folder.path()).exits(78);
        let ran = ran.says("the certificates cannot be read: ").says(chmod);
        ran.says("ca.pem");
    };
    for mode in [0o666, 0o646, 0o602] {
        set_mode(&authority, mode);
        refused(&format!("chmod go-w {}", authority.display()));
    }
    set_mode(&authority, 0o644);
    if is_root() {
        chown(&authority, Some(MALLORY), None).unwrap();
        refused("it belongs to user 54321, who can change it");
        chown(&authority, Some(0), None).unwrap();
    }
    // Nobody listens there, and they were read.
    show_with(&path, folder.path()).exits(69);
    // A folder of others, and a link to what nobody else can change.
    let open = folder.path().join("open");
    fs::create_dir(&open).unwrap();
    let text = fs::read_to_string(&path).unwrap();
    let there = text.replace("config/ca.pem", "open/ca.pem");
    fs::write(&path, there).unwrap();
    fs::copy(&authority, open.join("ca.pem")).unwrap();
    set_mode(&open, 0o777);
    refused(&format!("chmod go-w {}", open.display()));
    set_mode(&open, 0o755);
    show_with(&path, folder.path()).exits(69);
}

#[test]
fn login_writes_into_no_configuration_that_others_may_write() {
    let toy = Toy::new(&[]);
    let (_folder, path) = config("# mine\n");
    set_mode(&path, 0o666);
    let mut command = toy.sharemail();
    command.env("SHAREMAIL_CONFIG", &path);
    let ran = run(
        &mut command,
        ["login", "--profile", "new", "--host", "localhost"],
    );
    ran.exits(78).says("chmod go-w");
    assert_eq!(fs::read_to_string(&path).unwrap(), "# mine\n");
}

/// Texts that nest in every way that TOML has, and in several at once; some are no TOML.
fn deep_toml() -> Vec<String> {
    let key = |names: usize| vec!["a"; names].join(".");
    let long = format!("{{{}=", key(79));
    vec![
        // What a parser bounds each for itself comes to 6000 tables together.
        format!("x = {}1{}\n", long.repeat(79), "}".repeat(79)),
        format!(
            "[{}]\n{} = {}1{}\n",
            key(79),
            key(79),
            long.repeat(70),
            "}".repeat(70)
        ),
        format!(
            "[[{}]]\nx = {}1{}\n",
            key(79),
            "[".repeat(79),
            "]".repeat(79)
        ),
        format!("{} = 1\n", key(20_000)),
        format!("[{}]\n", key(20_000)),
        format!("x = {}", "[".repeat(43_000)),
        format!("x = {}", "{a=".repeat(43_000)),
        format!("x = {}1{}", "[".repeat(43_000), "]".repeat(43_000)),
        (1..70).map(|n| format!("[[{}]]\n", key(n))).collect(),
        "[".repeat(43_000),
        "\"a\".".repeat(10_000) + "b = 1",
    ]
}

/// The same in JSON, as the value of a key that may be known.
fn deep_json(key: &str) -> Vec<String> {
    let deep = |open: &str, close: &str| {
        format!(
            "{{\"{key}\":{}1{}}}\n",
            open.repeat(100_000),
            close.repeat(100_000)
        )
    };
    vec![
        deep("[", "]"),
        deep("{\"a\":", "}"),
        deep("[{\"mailbox\":", "}]"),
        "[".repeat(100_000),
        "{\"a\":".repeat(100_000),
        format!("{{\"{key}\":{}1{}}}\n", "[".repeat(120), "]".repeat(120)),
    ]
}

#[test]
fn a_file_of_wishes_that_is_nested_too_deep_is_refused() {
    let mailbox = Mailbox::on(Dovecot::running(), &[], 0);
    let folder = tempfile::tempdir().unwrap();
    let toml = folder.path().join("deep.toml");
    let json = folder.path().join("deep.json");
    let runs = |path: &Path| {
        let path = path.to_str().unwrap();
        for words in [
            &["plan", "-f", path][..],
            &["apply", "-f", path, "--yes"],
            &["check", "-f", path],
            &["report", &mailbox.address, "--since", path],
        ] {
            mailbox.provider.run(words).exits(65).says(path);
        }
    };
    for (n, text) in deep_toml().into_iter().enumerate() {
        fs::write(&toml, text).unwrap();
        if n < 3 {
            runs(&toml);
        } else {
            let ran = mailbox.run(["plan", "-f", toml.to_str().unwrap()]);
            ran.exits(65).says("nested too deep: 64 tables and arrays");
        }
    }
    for text in deep_json("mailbox").into_iter().chain(deep_json("team")) {
        fs::write(&json, text).unwrap();
        let ran = mailbox.run(["plan", "-f", json.to_str().unwrap()]);
        ran.exits(65);
    }
}

#[test]
fn a_configuration_that_is_nested_too_deep_is_refused() {
    for text in deep_toml() {
        let (folder, path) = config(&text);
        let ran = show_with(&path, folder.path()).exits(78);
        ran.says("nested too deep: 64 tables and arrays")
            .says("config.toml:");
    }
}

#[test]
fn nothing_that_is_read_as_json_ends_the_process() {
    let mailbox = Mailbox::on(Dovecot::running(), &[], 0);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("deep.json");
    let path = file.to_str().unwrap();
    for (key, words, code) in [
        ("sharemail-plan", &["apply", path, "--yes"][..], 65),
        ("sharemail-undo", &["undo", path, "--yes"], 65),
        ("report", &["report", "merge", path], 65),
        ("n", &["audit", "verify", path], 2),
        ("n", &["audit", "show", path], 0),
    ] {
        for text in deep_json(key) {
            fs::write(&file, text).unwrap();
            let ran = mailbox.provider.run(words);
            // Whatever it makes of it, it says so and ends by itself.
            assert!(ran.code.is_some_and(|code| code < 128), "{ran:?}");
            if code == 65 {
                ran.exits(65);
            }
        }
    }
}

/// Where the program opens files to write them: in one place.
#[test]
fn files_are_written_in_one_place() {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut left = vec![sources.clone()];
    let mut found = Vec::new();
    while let Some(folder) = left.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                left.push(path);
                continue;
            }
            let name = path.strip_prefix(&sources).unwrap().display().to_string();
            let text = fs::read_to_string(&path).unwrap();
            let program = text.split("#[cfg(test)]").next().unwrap();
            // Those for fuzzing are built for tests and for the fuzzer alone.
            let is_test =
                name.contains("test") || name.ends_with("fuzz.rs") || name == "audit/tampering.rs";
            let is_place = name == "private.rs" || name.starts_with("private/");
            let writes = [
                "fs::write",
                "File::create",
                "OpenOptions",
                "File::options",
                "fs::copy",
            ];
            if !is_test && !is_place && writes.iter().any(|word| program.contains(word)) {
                found.push(name);
            }
        }
    }
    assert!(found.is_empty(), "{found:?} write files past src/private");
}

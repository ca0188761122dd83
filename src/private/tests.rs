//! What others on this machine may do to the files of this user, and what becomes of it. Only root
//! can put another's file there: the rest is tried as any user.

use super::*;
use std::fs::{self, Permissions};
use std::io::Write as _;
use std::os::unix::fs::{PermissionsExt as _, chown, lchown, symlink};
use tempfile::{TempDir, tempdir};

const MALLORY: u32 = 54321;

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

/// A folder of a folder, as /tmp is where `mode` is 1777.
fn folder(mode: u32) -> (TempDir, std::path::PathBuf) {
    let folder = tempdir().unwrap();
    let open = folder.path().join("open");
    fs::create_dir(&open).unwrap();
    set_mode(&open, mode);
    (folder, open)
}

fn write(path: &Path, text: &str) -> Result<File, Unopened> {
    let mut file = NewFile::at(path)?;
    file.write_all(text.as_bytes())?;
    Ok(file.replace()?)
}

#[track_caller]
fn refusal(done: Result<impl std::fmt::Debug, Unopened>) -> String {
    match done {
        Err(Unopened::Untrusted(why)) => why,
        other => panic!("{other:?}"),
    }
}

#[test]
fn anothers_link_is_not_followed_where_others_may_write() {
    if !is_root() {
        return;
    }
    for mode in [0o1777, 0o777, 0o1773] {
        let (around, open) = folder(mode);
        let target = around.path().join("precious");
        fs::write(&target, "old").unwrap();
        let link = open.join("out");
        symlink(&target, &link).unwrap();
        lchown(&link, Some(MALLORY), None).unwrap();
        let why = refusal(write(&link, "new"));
        assert!(why.contains("is a symbolic link of user 54321 in a folder that others may write"));
        // Nor one that leads to nothing yet, nor one in the middle of a path.
        fs::remove_file(&target).unwrap();
        refusal(write(&link, "new"));
        fs::create_dir(&target).unwrap();
        refusal(write(&link.join("file"), "new"));
        refusal(own_folder(&link.join("state")));
        refusal(open_to(&link.join("log")));
        assert_eq!(fs::read_dir(&target).unwrap().count(), 0);
        assert_eq!(fs::read_dir(&open).unwrap().count(), 1);
        // Whoever's link it is in a folder of one's own, its owner put it there.
        let own = around.path().join("link");
        symlink(&open, &own).unwrap();
        lchown(&own, Some(MALLORY), None).unwrap();
        write(&own.join("file"), "new").unwrap();
    }
    let (around, open) = folder(0o755);
    symlink(around.path(), open.join("out")).unwrap();
    lchown(open.join("out"), Some(MALLORY), None).unwrap();
    chown(&open, Some(MALLORY), None).unwrap();
    let why = refusal(write(&open.join("out/file"), "new"));
    assert!(
        why.contains("in a folder that belongs to user 54321"),
        "{why}"
    );
}

fn open_to(path: &Path) -> Result<File, Unopened> {
    super::open(path, How::Append)
}

#[test]
fn ones_own_link_stays_a_link_and_what_it_leads_to_is_replaced() {
    for mode in [0o700, 0o755, 0o1777, 0o777] {
        let (around, open) = folder(mode);
        let (target, link) = (around.path().join("target"), open.join("out"));
        symlink("middle", &link).unwrap();
        symlink("../target", open.join("middle")).unwrap();
        for text in ["first", "second"] {
            write(&link, text).unwrap();
            assert!(link.is_symlink());
            assert_eq!(fs::read_to_string(&target).unwrap(), text);
            assert_eq!(
                target.metadata().unwrap().permissions().mode() & 0o7777,
                0o600
            );
        }
        assert_eq!(fs::read_dir(&open).unwrap().count(), 2);
        assert_eq!(fs::read_dir(around.path()).unwrap().count(), 2);
    }
}

#[test]
fn a_second_name_of_ones_own_link_is_no_word_of_ones_own() {
    let (around, open) = folder(0o1777);
    let link = around.path().join("mine");
    symlink(around.path().join("target"), &link).unwrap();
    // What others can do to it where the system lets them.
    fs::hard_link(&link, open.join("out")).unwrap();
    assert!(refusal(write(&open.join("out"), "new")).contains("with a second name"));
    write(&link, "new").unwrap();
}

#[test]
fn links_that_lead_nowhere_come_to_an_end() {
    let (_around, open) = folder(0o700);
    symlink("b", open.join("a")).unwrap();
    symlink("a", open.join("b")).unwrap();
    for path in [
        open.join("a"),
        open.join("a/file"),
        open.join("none/file"),
        open.clone(),
    ] {
        assert!(matches!(
            write(&path, "x"),
            Err(Unopened::System(_)) | Err(Unopened::Untrusted(_))
        ));
    }
    assert!(NewFile::at(Path::new("/")).is_err());
    assert!(NewFile::at(Path::new("")).is_err());
    // Paths as people write them.
    fs::create_dir(open.join("c")).unwrap();
    write(&open.join("c/../c/./d"), "x").unwrap();
    assert_eq!(fs::read_to_string(open.join("c/d")).unwrap(), "x");
}

#[test]
fn a_file_that_must_be_new_replaces_nothing_and_leaves_nothing() {
    let (_around, open) = folder(0o700);
    let path = open.join("file");
    symlink("elsewhere", &path).unwrap();
    let file = NewFile::named(&path);
    assert!(file.is_err() || file.unwrap().put_new().is_err());
    fs::remove_file(&path).unwrap();
    let mut file = NewFile::named(&path).unwrap();
    file.write_all(b"new").unwrap();
    file.put_new().unwrap();
    let other = NewFile::named(&path).unwrap();
    let error = other.put_new().unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::AlreadyExists);
    assert_eq!(fs::read_to_string(&path).unwrap(), "new");
    drop(NewFile::named(&path).unwrap());
    assert_eq!(fs::read_dir(&open).unwrap().count(), 1);
}

#[test]
fn a_folder_that_others_may_write_is_no_place_for_what_is_obeyed_later() {
    let (around, open) = folder(0o755);
    let made = around.path().join("a/b/c");
    own_folder(&made).unwrap();
    for path in ["a", "a/b", "a/b/c"] {
        let mode = around
            .path()
            .join(path)
            .metadata()
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o700);
    }
    own_folder(&open).unwrap();
    for mode in [0o777, 0o1777, 0o702] {
        set_mode(&open, mode);
        let why = refusal(own_folder(&open));
        assert!(why.contains("chmod go-w"), "{why}");
    }
    if is_root() {
        set_mode(&open, 0o700);
        chown(&open, Some(MALLORY), None).unwrap();
        assert!(refusal(own_folder(&open)).contains("belongs to user 54321"));
    }
}

#[test]
fn what_others_may_write_is_not_obeyed() {
    let (_around, open) = folder(0o755);
    let path = open.join("config");
    fs::write(&path, "text").unwrap();
    for mode in [0o600, 0o644, 0o400] {
        set_mode(&path, mode);
        assert_eq!(obeyed(&path, 10).unwrap(), b"text");
    }
    for mode in [0o602, 0o666, 0o646] {
        set_mode(&path, mode);
        let why = refusal(obeyed(&path, 10));
        assert!(why.contains(&format!("(mode {mode:04o}): chmod go-w {}", path.display())));
    }
    set_mode(&path, 0o644);
    set_mode(&open, 0o777);
    let why = refusal(obeyed(&path, 10));
    assert!(
        why.contains("others may write its folder") && why.contains("chmod go-w"),
        "{why}"
    );
    set_mode(&open, 0o1777);
    assert!(obeyed(&path, 10).is_ok());
    assert!(obeyed(&path, 3).is_err());
    assert!(obeyed(&open.join("none"), 3).unwrap_err().is_missing());
    // Behind a link of one's own the file and its folder are judged.
    let link = open.join("link");
    symlink(&path, &link).unwrap();
    assert!(obeyed(&link, 10).is_ok());
    set_mode(&path, 0o666);
    assert!(obeyed(&link, 10).is_err());
}

#[test]
fn a_group_of_nobody_else_is_not_others() {
    let (_around, open) = folder(0o775);
    let path = open.join("config");
    fs::write(&path, "text").unwrap();
    set_mode(&path, 0o664);
    let me = rustix::process::geteuid().as_raw();
    let user = nix::unistd::User::from_uid(me.into()).unwrap();
    let group = user
        .as_ref()
        .and_then(|user| nix::unistd::Group::from_gid(user.gid).unwrap());
    let is_own = user.zip(group.clone()).is_some_and(|(user, group)| {
        user.name == group.name && group.mem.iter().all(|name| *name == user.name)
    });
    let Some(group) = group.filter(|_| is_own) else {
        return;
    };
    chown(&path, None, Some(group.gid.as_raw())).unwrap();
    chown(&open, None, Some(group.gid.as_raw())).unwrap();
    assert_eq!(obeyed(&path, 10).unwrap(), b"text");
    if is_root() {
        // A group without a name, and one that others are in by its nature.
        let others = nix::unistd::Group::from_name("users").unwrap();
        for gid in [Some(MALLORY), others.map(|group| group.gid.as_raw())] {
            chown(&path, None, gid).unwrap();
            assert!(refusal(obeyed(&path, 10)).contains("chmod go-w"));
        }
        chown(&path, Some(MALLORY), Some(0)).unwrap();
        assert!(refusal(obeyed(&path, 10)).contains("belongs to user 54321"));
    }
}

#[test]
fn the_device_that_is_always_empty_is_no_file_of_others() {
    assert_eq!(obeyed(Path::new("/dev/null"), 10).unwrap(), b"");
}

#[test]
fn a_pipe_is_obeyed_where_nobody_else_made_it() {
    let (_around, open) = folder(0o755);
    let path = open.join("pipe");
    assert!(
        std::process::Command::new("mkfifo")
            .arg(&path)
            .status()
            .unwrap()
            .success()
    );
    set_mode(&path, 0o600);
    let writer = {
        let path = path.clone();
        std::thread::spawn(move || fs::write(path, "text"))
    };
    assert_eq!(obeyed(&path, 10).unwrap(), b"text");
    writer.join().unwrap().unwrap();
    set_mode(&path, 0o622);
    // Nothing is waited for.
    assert!(refusal(obeyed(&path, 10)).contains("chmod go-w"));
}

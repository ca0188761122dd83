use super::*;
use crate::growth::is_linear;
use crate::model::address::MailboxName;
use crate::model::desired::{DesiredMailbox, Share};
use crate::model::identity::Identity;
use crate::model::level::{Level, Levels};
use crate::model::level_name::LevelName;
use crate::model::rights::Rights;
use crate::model::who::Who;
use crate::model::wish::Access;
use proptest::prelude::*;
use std::sync::LazyLock;

const DOMAIN: Option<&str> = Some("example.com");

/// With two levels of the profile's own, `a` and `b`.
pub(super) fn reading() -> Reading<'static> {
    static LEVELS: LazyLock<Levels> = LazyLock::new(|| {
        let levels = Levels::default().with(own("a"), Rights::ALL);
        levels.with(own("b"), Rights::parse("lrswit").unwrap())
    });
    Reading {
        domain: DOMAIN,
        levels: &LEVELS,
    }
}

pub(super) fn own(name: &str) -> Level {
    Level::Own(LevelName::parse(name).unwrap())
}

const WHOLE: &str = r#"
[mailbox."support@"]
quota = "5 GiB"
folders = ["Archive/2025", "Archive", "Entwürfe"]
full-access = ["alice", "group:helpdesk"]
write = ["bob", "night-shift"]
rights = { "id:-mallory" = "a" }
send-as = ["alice"]

[mailbox."support@".folder."Archive"]
read-only = ["bob"]
none = ["team:Night-Shift"]
rights = { dave = "lrsw" }

[team]
night-shift = ["erin", "late"]
late = ["frank", "erin"]
"#;

const AS_JSON: &str = r#"{
  "mailbox": {
    "support@": {
      "quota": "5 GiB",
      "folders": ["Archive/2025", "Archive", "Entw\u00fcrfe"],
      "full-access": ["alice", "group:helpdesk"],
      "write": ["bob", "night-shift"],
      "rights": {"id:-mallory": "a"},
      "send-as": ["alice"],
      "folder": {"Archive": {"read-only": ["bob"], "none": ["team:Night-Shift"], "rights": {"dave": "lrsw"}}}
    }
  },
  "team": {"night-shift": ["erin", "late"], "late": ["frank", "erin"]}
}"#;

pub(super) fn from(files: &[(&str, &str)]) -> Result<Desired, Vec<Error>> {
    let mut faults = Faults::default();
    let sources: Vec<Source> = files
        .iter()
        .enumerate()
        .map(|(n, (path, text))| Source::new(n + 1, *path, *text))
        .collect();
    let parsed = sources.into_iter().filter_map(|source| {
        let node = super::parse(&source, &mut faults)?;
        Some((source, node))
    });
    let parsed: Vec<(Source, Node)> = parsed.collect();
    let desired = merge(&parsed, reading(), &mut faults);
    faults.into_result().map(|()| desired)
}

fn told(files: &[(&str, &str)]) -> String {
    let line = |error: Error| {
        let hint = error.advice().map(|hint| format!("\n    {hint}"));
        format!("{}{}\n", error.what(), hint.unwrap_or_default())
    };
    from(files).unwrap_err().into_iter().map(line).collect()
}

fn only(desired: Desired) -> DesiredMailbox {
    desired.mailboxes.into_values().next().unwrap()
}

fn who(text: &str) -> Who {
    Who::parse(text, DOMAIN).unwrap()
}

fn share(text: &str, access: Access) -> Share {
    Share {
        who: who(text),
        access,
    }
}

#[test]
fn toml_and_json_say_the_same() {
    let desired = from(&[("a.toml", WHOLE)]).unwrap();
    assert_eq!(desired, from(&[("a.json", AS_JSON)]).unwrap());
    let name = MailboxName::parse("support@example.com", None).unwrap();
    let mailbox = &desired.mailboxes[&name];
    assert_eq!(mailbox.quota, Some(5 * 1024 * 1024));
    assert_eq!(mailbox.folders, ["Archive", "Entwürfe", "Archive/2025"]);
    let (full, write) = (
        Access::Level(Level::FullAccess),
        Access::Level(Level::Write),
    );
    let negative = Access::Rights(Rights::parse("a").unwrap());
    assert_eq!(
        mailbox.access,
        [
            share("alice", full),
            share("group:helpdesk", full),
            share("bob", write),
            share("erin", write),
            share("frank", write),
            share("id:-mallory", negative),
        ]
    );
    assert_eq!(mailbox.identities[&Identity::SendAs], [who("alice")]);
    assert_eq!(
        mailbox.here["Archive"],
        [
            share("bob", Access::Level(Level::ReadOnly)),
            share("erin", Access::None),
            share("frank", Access::None),
            share("dave", Access::Rights(Rights::parse("lrsw").unwrap())),
        ]
    );
}

#[test]
fn everything_that_is_wrong_is_told_at_once_with_its_place() {
    let text = r#"
[mailbox."support@"]
full-acces = ["alice"]
quota = "5 GiBs"
quot = 5
folders = ["/Archive", "a\nb", 7]
write = ["bob", "", "-carol", "dave, erin", "x@"]
read-only = ["bob"]
rights = { frank = "lrX" }
send-as = "alice"
[mailbox."support@".folder."Archive"]
send-as = ["bob"]
wirte = ["bob"]
read-only = ["team:nigth-shift"]
[mailbox."@example.com"]
[mailbox."support@example.com"]
[team]
night-shift = ["erin", "day-shift"]
day-shift = ["night-shift"]
"a@b" = []
[mailboxes]
"#;
    insta::assert_snapshot!(told(&[("a.toml", text)]));
}

#[test]
fn json_is_told_with_its_places_too() {
    let text = "{\n  \"mailbox\": {\n    \"support@\": {\n      \"wrte\": [\"bob\"],\n      \"write\": [7, \"é\", \"-carol\"],\n      \"write\": {}\n    }\n  }\n}";
    insta::assert_snapshot!(told(&[("a.json", text)]));
    assert_eq!(
        told(&[("a.json", "{\n \"mailbox\": }")]),
        "a.json:2:13: expected value\n"
    );
}

#[test]
fn a_mailbox_in_two_files_is_an_error_that_names_both() {
    let first = "[mailbox.\"support@\"]\nwrite = [\"bob\"]\n";
    let second = "\n[mailbox]\n\"Support@Example.com\" = {}\n";
    let error = told(&[("a.toml", first), ("b.toml", second)]);
    assert!(
        error.contains("b.toml:3:1: the mailbox \"Support@Example.com\" stands in two places"),
        "{error}"
    );
    assert!(error.contains("the other is a.toml:1:10"), "{error}");
}

#[test]
fn a_level_of_the_profiles_own_is_a_key() {
    let text = "[mailbox.\"support@\"]\nb = [\"bob\"]\n[mailbox.\"support@\".folder.Sent]\na = [\"bob\"]\n";
    let desired = only(from(&[("a.toml", text)]).unwrap());
    assert_eq!(desired.access, [share("bob", Access::Level(own("b")))]);
    assert_eq!(
        desired.here["Sent"],
        [share("bob", Access::Level(own("a")))]
    );
    let unknown = told(&[("a.toml", "[mailbox.\"support@\"]\nc = [\"bob\"]\n")]);
    assert!(unknown.contains("unknown key \"c\""), "{unknown}");
}

#[test]
fn teams_are_shared_between_files() {
    let team = "[team]\nops = [\"erin\"]\n";
    let mailbox = "[mailbox.\"support@\"]\nwrite = [\"ops\", \"ops@example.com\"]\n";
    let desired = from(&[("b.toml", mailbox), ("teams.toml", team)]).unwrap();
    let write = Access::Level(Level::Write);
    assert_eq!(
        only(desired).access,
        [share("erin", write), share("ops@example.com", write)]
    );
    let error = told(&[("a.toml", team), ("b.toml", team)]);
    assert!(
        error.contains("b.toml:2:1: the team \"ops\" stands in two places"),
        "{error}"
    );
}

#[test]
fn the_same_person_twice_at_one_level_is_one() {
    let text = "[mailbox.\"support@\"]\nwrite = [\"bob\", \"Bob@Example.com\", \"ops\"]\n[team]\nops = [\"bob\"]";
    assert_eq!(only(from(&[("a.toml", text)]).unwrap()).access.len(), 1);
}

#[test]
fn a_bomb_of_teams_is_defused() {
    let mut text = "[team]\nt0 = [\"a\", \"b\"]\n".to_owned();
    for n in 1..200 {
        text.push_str(&format!("t{n} = [\"t{m}\", \"t{m}\"]\n", m = n - 1));
    }
    let error = told(&[("a.toml", &text)]);
    assert!(error.contains("too deep"), "{error}");
    let deep = format!("[mailbox]\na = {}1{}", "[".repeat(5_000), "]".repeat(5_000));
    assert!(!told(&[("a.toml", &deep)]).is_empty());
    let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(!told(&[("a.json", &deep)]).is_empty());
}

#[test]
fn a_folder_of_files_is_read_by_name_and_once() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("1.toml", "[mailbox.\"a@\"]\n");
    write("2.json", "{\"mailbox\": {\"b@\": {}}}");
    write("notes.txt", "not read");
    write(".hidden.toml", "not read");
    let paths = [folder.path().to_owned(), folder.path().join("1.toml")];
    assert_eq!(read(&paths, reading()).unwrap().mailboxes.len(), 2);
    write("3.toml", "# \u{1}");
    std::fs::write(folder.path().join("4.toml"), b"# \xff").unwrap();
    let errors = read(
        &[folder.path().to_owned(), folder.path().join("none.toml")],
        reading(),
    );
    let errors: String = errors
        .unwrap_err()
        .iter()
        .map(|error| format!("{error}\n"))
        .collect();
    assert!(errors.contains("3.toml:1:3: "), "{errors}");
    assert!(errors.contains("4.toml: is not UTF-8 text"), "{errors}");
    assert!(errors.contains("none.toml: cannot be read: "), "{errors}");
}

fn almost() -> impl Strategy<Value = String> {
    let key =
        "(mailbox|team|folder|write|none|rights|quota|folders|send-as|\"a@b\"|\"é\\\\n\"|ops|\"\")";
    let value = "(\"[a-zé:@/-]{0,4}\"|1|\\[(\"a\"|\"ops\"|1)?\\]|\\{(a=\"lrs\")?\\}|true)";
    let line = format!("(\\[{key}(\\.{key}){{0,3}}\\]|{key} = {value})\n");
    let line = proptest::string::string_regex(&line).unwrap();
    proptest::collection::vec(line, 0..12).prop_map(|lines| lines.concat())
}

proptest! {
    #[test]
    fn no_text_panics(text in any::<String>()) {
        let _ = from(&[("a.toml", &text)]);
        let _ = from(&[("a.json", &text)]);
    }

    #[test]
    fn nothing_that_is_almost_a_file_panics(text in almost()) {
        let _ = from(&[("a.toml", &text)]);
    }
}

#[test]
fn a_word_is_no_set_of_rights() {
    let file = |rights: &str| format!("[mailbox.\"a@\"]\nrights = {{ bob = \"{rights}\" }}\n");
    let error = told(&[("a.toml", &file("all"))]);
    let said = "a.toml:2:18: rights.bob: all is a word, and rights are letters: is the key full-access meant?";
    assert!(error.contains(said), "{error}");
    let error = told(&[("a.toml", &file("lrsl"))]);
    assert!(error.contains("l stands there twice"), "{error}");
    let entry = only(from(&[("a.toml", &file(""))]).unwrap());
    assert_eq!(entry.access, [share("bob", Access::Rights(Rights::NONE))]);
}

#[test]
fn json_is_known_by_its_first_letter_too() {
    let json = "\n{\"mailbox\": {\"support@\": {}}}";
    assert_eq!(from(&[("a.toml", json)]).unwrap().mailboxes.len(), 1);
}

#[test]
fn a_mailbox_beside_the_files_is_told_from_a_file() {
    let errors = read(&["support@".into(), "none.toml".into()], reading()).unwrap_err();
    let hints: Vec<bool> = errors.iter().map(|e| e.advice().is_some()).collect();
    assert_eq!(hints, [true, false], "{errors:?}");
    assert!(errors[0].advice().unwrap().contains("not named beside -f"));
}

#[test]
fn a_mistyped_team_is_no_person() {
    let file = |who: &str| {
        format!(
            "[team]\nnight-shift = [\"erin\"]\n[mailbox.\"a@example.test\"]\nwrite = [\"{who}\"]\n"
        )
    };
    let wrong = from(&[("a.toml", &file("nigth-shift"))]).unwrap_err();
    assert!(format!("{wrong:?}").contains("night-shift"), "{wrong:?}");
    for right in [
        "night-shift",
        "nigth-shift@example.test",
        "nightingale",
        "dora",
    ] {
        assert!(from(&[("a.toml", &file(right))]).is_ok(), "{right}");
    }
}

#[test]
fn mailboxes_in_one_line_take_no_longer_the_more_they_are() {
    let text = |count: usize, key: &str| {
        let one = |n| format!("\"m{n}@x.test\":{{\"{key}\":[\"ünö\"]}}");
        let all: Vec<String> = (0..count).map(one).collect();
        format!("{{\"mailbox\":{{{}}}}}", all.join(","))
    };
    is_linear(3000, |count| {
        let text = text(count, "write");
        assert_eq!(from(&[("a.json", &text)]).unwrap().mailboxes.len(), count);
    });
    is_linear(3000, |count| {
        let errors = from(&[("a.json", &text(count, "wrote"))]).unwrap_err();
        assert_eq!(errors.len(), 201);
    });
}

#[test]
fn a_place_is_told_in_characters_however_long_the_line_is() {
    let text = format!("# {}\n{}\"x\"", "ü".repeat(5000), "ß".repeat(9000));
    let source = Source::new(1, "a.toml", text.as_str());
    assert_eq!(source.place(0), "a.toml:1:1");
    assert_eq!(source.place(2 + 2 * 4999), "a.toml:1:5002");
    assert_eq!(source.place(2 + 10_000), "a.toml:1:5003");
    assert_eq!(source.place(2 + 10_000 + 1), "a.toml:2:1");
    assert_eq!(source.place(text.len() - 3), "a.toml:2:9001");
    assert_eq!(source.place(usize::MAX), "a.toml:2:9004");
}

#[test]
fn what_windows_puts_before_a_text_is_passed_over() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.json");
    let text = "{\"mailbox\":{\"support@\":{\"write\":[\"alice\"]}}}";
    std::fs::write(&path, format!("\u{feff}{text}")).unwrap();
    let desired = super::read(std::slice::from_ref(&path), reading()).unwrap();
    assert_eq!(desired.mailboxes.len(), 1);
    let units: Vec<u8> = "\u{feff}{}"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    std::fs::write(&path, units).unwrap();
    let errors = super::read(std::slice::from_ref(&path), reading()).unwrap_err();
    assert!(
        errors[0].what().contains("save it as UTF-8"),
        "{}",
        errors[0]
    );
    std::fs::write(&path, b"{\n\"\xff\"}").unwrap();
    let errors = super::read(&[path], reading()).unwrap_err();
    assert!(errors[0].what().contains("line 2"), "{}", errors[0]);
}

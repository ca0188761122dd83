use super::*;
use crate::growth::is_linear;
use crate::model::identity::Identity;
use crate::model::level::{Level, Levels};
use crate::model::level_name::LevelName;
use crate::model::rights::Rights;
use crate::model::wish::{Access, Scope};
use proptest::prelude::*;

fn levels() -> Levels {
    let editor = Level::Own(LevelName::parse("editor").unwrap());
    Levels::default().with(editor, Rights::parse("lrswipte").unwrap())
}

fn reading(levels: &Levels) -> Reading<'_> {
    Reading {
        domain: Some("example.com"),
        levels,
    }
}

fn sheet(text: &str) -> Sheet {
    let read = parse(text.as_bytes(), "grants.csv", reading(&levels()));
    read.unwrap_or_else(|errors| panic!("{}", lines(&errors)))
}

fn lines(errors: &[Error]) -> String {
    let line = |error: &Error| {
        let hint = error.advice().map(|hint| format!("\n    {hint}"));
        format!("{error}{}\n", hint.unwrap_or_default())
    };
    errors.iter().map(line).collect()
}

fn told(bytes: &[u8]) -> String {
    lines(&parse(bytes, "grants.csv", reading(&levels())).unwrap_err())
}

fn folders(paths: &[&str], recurse: bool) -> Scope {
    Scope::Folders {
        paths: paths.iter().map(|path| (*path).to_owned()).collect(),
        recurse,
    }
}

#[test]
fn each_row_is_a_wish() {
    let sheet = sheet(
        "mailbox,who,level,rights,send-as,send-on-behalf,folders,recurse,comment\n\
         support@,Alice,full-access,,yes,,,,first\n\
         support@, group:helpdesk ,Read-Only,,,,Archive|a||b,,\n\
         Public/Team,id:-bob,,wip,,,Sent,no,\n\
         support@,carol,write,,,,,,\n\
         support@,dave,write,,,no,,,\n\
         support@,erin,,,,x,,,\n\
         support@,frank,Editor,,,,,,\n",
    );
    let wish = |n: usize| &sheet.rows[n].wish;
    assert_eq!(sheet.rows[0].mailbox.to_string(), "support@example.com");
    assert_eq!(wish(0).who[0].to_string(), "alice@example.com");
    assert_eq!(wish(0).access, Access::Level(Level::FullAccess));
    assert_eq!(wish(0).give, [Identity::SendAs]);
    assert_eq!(sheet.rows[0].cells[8], "first");
    assert_eq!(wish(1).access, Access::Level(Level::ReadOnly));
    assert_eq!(wish(1).folders, folders(&["Archive", "a|b"], true));
    assert_eq!(sheet.rows[2].mailbox.to_string(), "Public/Team");
    assert_eq!(
        wish(2).access,
        Access::Rights(Rights::parse("wip").unwrap())
    );
    assert_eq!(wish(2).folders, folders(&["Sent"], false));
    assert_eq!(wish(3).include, [Identity::SendOnBehalf]);
    assert!(wish(4).include.is_empty() && wish(4).give.is_empty());
    assert_eq!(wish(5).access, Access::Same);
    assert_eq!(wish(5).give, [Identity::SendOnBehalf]);
    let numbers: Vec<usize> = sheet.rows.iter().map(|row| row.number).collect();
    assert_eq!(numbers, [2, 3, 4, 5, 6, 7, 8]);
    assert_eq!(
        wish(6).access.to_owned(),
        Access::Level(levels().called("editor").unwrap())
    );
    assert!(wish(6).include.is_empty());
}

#[test]
fn what_spreadsheets_write_is_the_same_sheet() {
    let plain = sheet("mailbox,who,level\nsupport@,alice,write\n");
    for text in [
        "\u{feff}mailbox,who,level\r\nsupport@,alice,write\r\n",
        "mailbox;who;level\nsupport@;alice;write",
        "sep=;\r\nmailbox;who;level\r\nsupport@;alice;write\r\n",
        "mailbox\twho\tlevel\nsupport@\talice\twrite\n",
        "\"mailbox\",\"who\",\"level\"\r\"support@\",\"alice\",\"write\"\r",
        "mailbox,who,level,,\nsupport@,alice,write,,\n,,,,\n",
    ] {
        assert_eq!(sheet(text), plain, "{text:?}");
    }
    // An empty row counts where it stands.
    let spaced = sheet("mailbox,who,level\n\n,,\n\n\nsupport@,alice,write\n");
    assert_eq!(spaced.rows[0].number, 6);
    // A row may end early.
    assert_eq!(
        sheet("mailbox,who,level,send-as\nsupport@,alice,write\n").rows[0].wish,
        plain.rows[0].wish
    );
}

#[test]
fn what_a_run_wrote_can_be_run_again() {
    let again = sheet(
        "mailbox,who,level,result,proof,why\n\
         support@,alice,write,failed,nothing,\"the server knows no \"\"alice\"\", yet\"\n",
    );
    assert_eq!(again.columns, [Column::Mailbox, Column::Who, Column::Level]);
    assert_eq!(again.rows[0].cells, ["support@", "alice", "write"]);
}

#[test]
fn everything_that_is_wrong_is_told_at_once_with_row_and_column() {
    let text = "mailbox,who,level,rights,send-as,folders,recurse\n\
        support@,alice,full-acces,,maybe,,\n\
        ,\"bob, carol\",read-only,lrs,,,\n\
        support@,-bob,none,,,Archive|,\n\
        support@,alice,,,,,\n\
        support@,alice,,all,,,no\n\
        support@,alice,,,yes,Sent,\n\
        support@,alice,write,,,,,one more\n\
        support@,alice,write,,,,\n\
        support@,Alice@example.com,read-only,,,,\n\
        support@,\"alice\nx\",write,,,,\n\
        support@,\"erin,write,,,,\n";
    insta::assert_snapshot!(told(text.as_bytes()));
}

#[test]
fn a_header_says_what_it_lacks() {
    insta::assert_snapshot!(
        [
            "mailbox,whom,levle,who,who\na,b",
            "who\na",
            "mailbox,who\na@,b",
            "",
            "mailbox,who,level\n"
        ]
        .map(|text| told(text.as_bytes()))
        .concat()
    );
}

#[test]
fn what_is_no_csv_is_called_by_its_name() {
    insta::assert_snapshot!(
        [
            b"\xff\xfem\0a\0".as_slice(),
            b"PK\x03\x04",
            b"mailbox,who,level\nsupport@,M\xfcller,write\n",
        ]
        .map(told)
        .concat()
    );
}

#[test]
fn so_many_faults_are_counted() {
    let rows = "support@,alice,wirte\n".repeat(1000);
    let told = told(format!("mailbox,who,level\n{rows}").as_bytes());
    assert!(told.contains("row 201, level"), "{told}");
    assert!(
        told.ends_with("grants.csv: and 800 more of the kind\n"),
        "{told}"
    );
}

proptest! {
    #[test]
    fn nothing_in_a_file_panics(bytes in any::<Vec<u8>>()) {
        let _ = parse(&bytes, "grants.csv", reading(&levels()));
    }

    #[test]
    fn nothing_that_is_almost_a_sheet_panics(
        header in "(mailbox|who|level|folders|\"|,|;|=|sep){0,9}",
        rows in proptest::collection::vec("[a@|\",;\t\r\n]{0,20}", 0..6),
    ) {
        let _ = parse(format!("{header}\n{}", rows.join("\n")).as_bytes(), "grants.csv", reading(&levels()));
    }

    #[test]
    fn rows_are_numbered_as_lines_are(gaps in proptest::collection::vec(0usize..4, 1..20)) {
        let mut text = "mailbox,who,level\n".to_owned();
        let (mut line, mut expected) = (1, Vec::new());
        for (n, gap) in gaps.into_iter().enumerate() {
            text.push_str(&"\n".repeat(gap));
            text.push_str(&format!("support@,\"a\"\"{n}\",write\n"));
            line += gap + 1;
            expected.push(line);
        }
        let numbers: Vec<usize> = sheet(&text).rows.iter().map(|row| row.number).collect();
        prop_assert_eq!(numbers, expected);
    }
}

#[test]
fn a_million_columns_are_refused_at_once() {
    is_linear(125_000, |count| {
        let text = format!("mailbox,who,level{}\n", ",x".repeat(count));
        let told = told(text.as_bytes());
        let what = format!("{} columns are too many", count + 3);
        assert!(told.contains(&what), "{told}");
    });
}

//! The RFCs' own examples, and what real servers make of them.

use super::peer::dialogue;
use super::*;
use crate::model::dialect::Family;
use crate::model::folder::WireName;
use crate::model::pace::Pace;
use crate::model::rights::Rights;

fn name(text: &str) -> WireName {
    WireName::from_wire(text)
}

fn rights(text: &str) -> Rights {
    Rights::parse(text).unwrap()
}

fn pace() -> Pace<'static> {
    Pace::unattended()
}

#[test]
fn getacl_brings_the_entries_in_any_spelling() {
    let (mut session, script) = dialogue(
        "ACL",
        "C: S1 GETACL \"INBOX/Drafts\"
         C: S2 GETACL \"a \\\"b\\\"\"
         C: S3 GETACL \"INBOX\"
         S: * ACL INBOX/Drafts Fred rwipslda test@testdomain.test lrs -bob \"lr\"
         S: S1 OK Getacl complete
         S: * BAD stray
         S: * OK [ALERT] The server is tired
         S: * 3 EXISTS
         S: * X-UNKNOWN (((
         S: * acl {5}
         S: a \"b\" {4}
         S: Fred {2}
         S: lr
         S: S2 OK done
         S: * ACL inbox
         S: S3 OK done {7}",
    );
    let folders = [name("INBOX/Drafts"), name("a \"b\""), name("inbox")];
    let acls = session.acls(&folders, &pace()).unwrap();
    script.join().unwrap();
    let spelled: Vec<Vec<_>> = acls
        .into_iter()
        .map(|acl| acl.unwrap())
        .map(|acl| {
            acl.iter()
                .map(|e| format!("{}={}", e.identifier, e.rights))
                .collect()
        })
        .collect();
    assert_eq!(
        spelled[0],
        ["Fred=lrswipad", "test@testdomain.test=lrs", "-bob=lr"]
    );
    assert_eq!(spelled[1], ["Fred=lr"]);
    assert!(spelled[2].is_empty());
}

#[test]
fn myrights_and_listrights_keep_what_is_tied_together() {
    let (mut session, script) = dialogue(
        "ACL",
        "C: S1 LISTRIGHTS \"~/Mail/saved\" \"smith\"
         S: * LISTRIGHTS ~/Mail/saved smith la r swicdkxte
         S: S1 OK Listrights completed
         C: S2 MYRIGHTS \"INBOX\"
         S: * MYRIGHTS INBOX rwiptsldaex
         S: S2 OK Myrights complete",
    );
    let pair = (name("~/Mail/saved"), "smith".to_owned());
    let listed = session
        .list_rights(&[pair], &pace())
        .unwrap()
        .remove(0)
        .unwrap();
    assert_eq!(listed.required, rights("la"));
    assert_eq!(listed.groups, [rights("r"), rights("swicdkxte")]);
    assert_eq!(listed.all(), rights("larswicdkxte"));
    let mine = session.my_rights(&[WireName::inbox()], &pace()).unwrap();
    assert_eq!(mine, [Ok(rights("rwiptsldaex"))]);
    script.join().unwrap();
}

#[test]
fn a_refusal_takes_the_place_of_its_item() {
    let (mut session, script) = dialogue(
        "ACL",
        "C: S1 GETACL \"a\"
         C: S2 GETACL \"b\"
         C: S3 GETACL \"c\"
         S: S1 NO [NOPERM] You do not have the right
         S: S2 OK and nothing more
         S: S3 BAD what?",
    );
    let acls = session
        .acls(&[name("a"), name("b"), name("c")], &pace())
        .unwrap();
    script.join().unwrap();
    let refusals: Vec<_> = acls.into_iter().map(|acl| acl.unwrap_err()).collect();
    assert_eq!(refusals[0].code.as_deref(), Some("NOPERM"));
    assert!(refusals[1].silent && refusals[1].text.contains("no ACL"));
    assert!(refusals[2].bad);
}

#[test]
fn an_identifier_that_is_not_utf8_is_flagged() {
    let (mut session, script) = peer::session("ACL", peer_timeout(), |peer| {
        peer.expect("S1 GETACL \"a\"");
        peer.send(b"* ACL a \"j\xfcrgen\" lr\r\nS1 OK done\r\n");
    });
    let acl = session
        .acls(&[name("a")], &pace())
        .unwrap()
        .remove(0)
        .unwrap();
    script.join().unwrap();
    assert_eq!(
        (&*acl[0].identifier, acl[0].exact),
        ("j\u{fffd}rgen", false)
    );
}

#[test]
fn list_asks_for_what_is_advertised_and_joins_what_comes() {
    let (mut session, script) = dialogue(
        "LIST-EXTENDED LIST-STATUS LIST-MYRIGHTS SPECIAL-USE",
        "C: S1 LIST \"\" \"a/*\" RETURN (SUBSCRIBED SPECIAL-USE MYRIGHTS STATUS (MESSAGES))
         S: * LIST (\\Subscribed \\Sent) \"/\" \"a/Sent Items\" (\"CHILDINFO\" (\"SUBSCRIBED\"))
         S: * MYRIGHTS \"a/Sent Items\" lrs
         S: * STATUS \"a/Sent Items\" (MESSAGES 17)
         S: * LIST (\\NoSelect) NIL a/b
         S: * LIST () \"/\" elsewhere
         S: S1 OK done",
    );
    let options = ListOptions {
        subscribed: true,
        my_rights: true,
        special_use: true,
        status: StatusItems {
            messages: true,
            size: true,
            ..StatusItems::NONE
        },
        children: false,
    };
    let list = session.list(&Pattern::below(b"a/"), options).unwrap();
    script.join().unwrap();
    assert_eq!(list.len(), 2);
    assert!(list[0].subscribed && list[0].is("\\sent") && list[0].is_selectable());
    assert_eq!(list[0].my_rights, Some(rights("lrs")));
    assert_eq!(list[0].status.as_ref().unwrap().messages, Some(17));
    assert_eq!((list[1].separator, list[1].is_selectable()), (None, false));
}

#[test]
fn list_without_extensions_asks_for_nothing_more() {
    let (mut session, script) = dialogue(
        "",
        "C: S1 LIST \"\" \"*\"
         S: * LIST () \".\" {8}
         S: INBOX.ab
         S: S1 OK done
         C: S2 LSUB \"\" \"*\"
         S: * LSUB () \".\" INBOX
         S: S2 OK done",
    );
    let options = ListOptions {
        my_rights: true,
        ..ListOptions::default()
    };
    let list = session.list(&Pattern::everything(), options).unwrap();
    assert_eq!(list[0].name, name("INBOX.ab"));
    let subscribed = session.subscribed(&Pattern::everything()).unwrap();
    assert_eq!(
        subscribed.into_iter().collect::<Vec<_>>(),
        [WireName::inbox()]
    );
    script.join().unwrap();
}

#[test]
fn a_list_that_cannot_be_read_is_no_list() {
    let (mut session, script) = dialogue(
        "",
        "C: S1 LIST \"\" \"*\"
         S: * LIST () \"/\" Sent Items
         S: S1 OK done",
    );
    let error = session
        .list(&Pattern::everything(), ListOptions::default())
        .unwrap_err();
    assert_eq!(error.exit(), crate::exit::Exit::Protocol);
    script.join().unwrap();
}

#[test]
fn namespaces_come_with_the_login() {
    let (mut session, script) = dialogue(
        "NAMESPACE ID",
        "C: S1 ID (\"name\" \"sharemail\" \"version\" \"0.1.0\")
         C: S2 NAMESPACE
         S: * ID (\"name\" \"Cyrus IMAPD\" \"version\" \"3.6.1\" \"os\" NIL)
         S: S1 OK done
         S: * NAMESPACE ((\"\" \"/\" \"X-PARAM\" (\"FLAG1\" \"FLAG2\"))) ((\"~\" \"/\")) NIL
         S: S2 OK done",
    );
    assert_eq!(session.server_family(), Family::Cyrus);
    assert_eq!(session.identity().version.as_deref(), Some("3.6.1"));
    let namespaces = session.namespaces().unwrap();
    assert_eq!(namespaces.personal[0].separator, Some('/'));
    assert_eq!(namespaces.other_users[0].folder(b"bob"), name("~bob"));
    assert!(namespaces.shared.is_empty());
    script.join().unwrap();
}

#[test]
fn without_namespace_the_separator_comes_from_list() {
    let (mut session, script) = dialogue(
        "",
        "C: S1 LIST \"\" \"\"
         S: * LIST (\\Noselect) \".\" \"\"
         S: S1 OK done",
    );
    let namespaces = session.namespaces().unwrap();
    assert_eq!(namespaces.iter().next().unwrap().separator, Some('.'));
    script.join().unwrap();
}

#[test]
fn quota_is_read_by_its_roots_and_set_within_bounds() {
    let (mut session, script) = dialogue(
        "QUOTA",
        "C: S1 GETQUOTAROOT \"INBOX\"
         S: * QUOTAROOT INBOX \"\" unknown
         S: * QUOTA \"\" (STORAGE 10 512 message 3 1000)
         S: S1 OK done
         C: S2 SETQUOTA \"\" (STORAGE 1024 MESSAGE 1000)
         S: * QUOTA \"\" (STORAGE 10 1024)
         S: S2 OK done",
    );
    let quota = session.quota(&WireName::inbox()).unwrap();
    assert_eq!(quota.len(), 1);
    assert_eq!(quota[0].resources[1].name, "MESSAGE");
    assert_eq!(quota[0].resources[0].limit, 512);
    let too_much = [("STORAGE".to_owned(), 1 << 31)];
    assert!(session.set_quota("", &too_much).is_err());
    let hostile = [("STORAGE 1) \r\nX".to_owned(), 1)];
    assert!(session.set_quota("", &hostile).is_err());
    let limits = [("STORAGE".to_owned(), 1024), ("MESSAGE".to_owned(), 1000)];
    session.set_quota("", &limits).unwrap();
    script.join().unwrap();
}

#[test]
fn metadata_is_read_for_a_folder_that_is_named_by_an_atom() {
    let (mut session, script) = dialogue(
        "METADATA",
        "C: S1 GETMETADATA \"INBOX\" \"/shared/comment\"
         C: S2 GETMETADATA \"b\" \"/shared/comment\"
         S: * METADATA INBOX (/shared/comment {5}
         S: a
         S: bc)
         S: S1 OK done
         S: S2 OK done",
    );
    let folders = [WireName::inbox(), name("b")];
    let values = session
        .metadata(&folders, "/shared/comment", &pace())
        .unwrap();
    assert_eq!(values, [Ok(Some(b"a\r\nbc".to_vec())), Ok(None)]);
    script.join().unwrap();
}

#[test]
fn utf8_is_enabled_where_nothing_else_is_taken() {
    let (mut session, script) = dialogue(
        "UTF8=ONLY",
        "C: S1 ENABLE UTF8=ACCEPT
         S: * ENABLED UTF8=ACCEPT
         S: S1 OK done
         C: S2 LIST \"\" \"Entwürfe/*\"
         S: * LIST () \"/\" \"Entwürfe/R&D\"
         S: S2 OK done
         C: S3 GETACL \"Entwürfe/R&D\"
         S: * ACL \"Entwürfe/R&D\" jürgen lr
         S: S3 OK done",
    );
    let prefix = WireName::from_unicode("Entwürfe/").unwrap();
    let pattern = Pattern::below(prefix.as_bytes());
    let list = session.list(&pattern, ListOptions::default()).unwrap();
    assert_eq!(list[0].name.to_unicode(), "Entwürfe/R&D");
    let acls = session.acls(&[list[0].name.clone()], &pace()).unwrap();
    assert_eq!(&*acls[0].as_ref().unwrap()[0].identifier, "jürgen");
    script.join().unwrap();
}

#[test]
fn a_literal_waits_for_permission_and_for_a_clear_line() {
    let (mut session, script) = dialogue(
        "ACL",
        "C: S1 SETACL \"a\" \"bob\" \"lr\"
         S: S1 OK done
         C: S2 DELETEACL \"b\" {7}
         S: + go on
         C: jürgen
         S: S2 OK done
         C: S3 DELETEACL \"c\" {7}
         S: S3 NO [NOPERM] not even the name
         C: S4 DELETEACL \"d\" \"bob\"
         S: S4 OK done",
    );
    let requests = vec![
        Request::set_acl(&name("a"), "bob", rights("lr")),
        Request::delete_acl(&name("b"), "jürgen"),
        Request::delete_acl(&name("c"), "jürgen"),
        Request::delete_acl(&name("d"), "bob"),
    ];
    let batch = session.run(requests, &pace());
    script.join().unwrap();
    let done: Vec<_> = batch.answers.iter().map(Answer::is_ok).collect();
    assert_eq!(done, [true, true, false, true]);
    assert_eq!(batch.broken, None);
}

fn peer_timeout() -> std::time::Duration {
    std::time::Duration::from_secs(5)
}

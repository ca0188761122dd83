//! What Dovecot alone can do.

use crate::provider::{Client, Dovecot, PASSWORD};

#[test]
fn a_member_sees_a_granted_mailbox_under_shared() {
    let dovecot = Dovecot::running();
    let (support, alice) = (dovecot.fresh("support"), dovecot.fresh("alice"));
    let mut owner = Client::impersonate(dovecot, &support);
    owner.setacl("INBOX", &alice, "lrs");
    owner.append("INBOX", "Subject: hello\n\nworld\n");
    assert_eq!(owner.getacl("INBOX")[&alice], "lrs");

    let mut member = Client::login(dovecot, &alice, PASSWORD);
    let folder = format!("shared/{support}");
    assert_eq!(member.list("shared/*"), [folder.as_str()]);
    assert_eq!(member.myrights(&folder).as_deref(), Some("lrs"));
    assert!(
        member
            .ok(&format!("SELECT {folder}"))
            .contains("* 1 EXISTS")
    );
    member.no(&format!("APPEND {folder} {{1+}}\r\nx"));
}

#[test]
fn the_master_logs_in_by_template_and_by_authorisation_identity() {
    let dovecot = Dovecot::running();
    let mut template = Client::login(dovecot, "sales@example.test*admin", PASSWORD);
    assert!(template.getacl("INBOX").contains_key("sales@example.test"));
    let mut authzid = Client::impersonate(dovecot, "sales@example.test");
    assert!(authzid.getacl("INBOX").contains_key("sales@example.test"));
    let refused = Client::try_login(dovecot, "nobody@example.test*admin", PASSWORD);
    assert!(refused.err().unwrap().contains("[AUTHORIZATIONFAILED]"));
    assert!(Client::try_login(dovecot, "sales@example.test*alice", PASSWORD).is_err());
    let without = Dovecot::with(&["--no-impersonation"]);
    assert!(Client::try_login(&without, "sales@example.test*admin", PASSWORD).is_err());
}

#[test]
fn nobody_sees_a_user_who_never_logged_in() {
    let dovecot = Dovecot::running();
    let user = dovecot.add_user("sleeper", &[]);
    let alice = dovecot.fresh("alice");
    let folder = format!("shared/{user}");
    let mut member = Client::login(dovecot, &alice, PASSWORD);
    assert!(member.no(&format!("SELECT {folder}")).contains("exist"));
    Client::impersonate(dovecot, &user).setacl("INBOX", &alice, "lr");
    Client::login(dovecot, &alice, PASSWORD).ok(&format!("SELECT {folder}"));
}

#[test]
fn dave_is_in_the_group_helpdesk() {
    let dovecot = Dovecot::start();
    Client::impersonate(&dovecot, "info@example.test").setacl("INBOX", "$helpdesk", "lr");
    let mut dave = Client::login(&dovecot, "dave@example.test", PASSWORD);
    assert_eq!(
        dave.myrights("shared/info@example.test").as_deref(),
        Some("lr")
    );
    let mut erin = Client::login(&dovecot, "erin@example.test", PASSWORD);
    assert_eq!(erin.myrights("shared/info@example.test"), None);
}

#[test]
fn the_administrator_sets_a_quota_that_the_next_login_sees() {
    let dovecot = Dovecot::running();
    if dovecot.is_dovecot_2_4() {
        let mut admin = Client::impersonate(dovecot, &dovecot.fresh("support"));
        admin.no("SETQUOTA \"User quota\" (STORAGE 2048)");
        let zoe = dovecot.fresh("zoe");
        dovecot.limit_storage(&zoe, 2048);
        let mut owner = Client::login(dovecot, &zoe, PASSWORD);
        assert!(owner.ok("GETQUOTAROOT INBOX").contains("(STORAGE 0 2048)"));
        return;
    }
    let support = dovecot.fresh("support");
    let mut admin = Client::impersonate(dovecot, &support);
    assert!(
        admin
            .ok("GETQUOTAROOT INBOX")
            .contains("(STORAGE 0 1048576)")
    );
    admin.ok("SETQUOTA \"User quota\" (STORAGE 2048)");
    let mut owner = Client::login(dovecot, &support, PASSWORD);
    assert!(owner.ok("GETQUOTAROOT INBOX").contains("(STORAGE 0 2048)"));
    owner.no("SETQUOTA \"User quota\" (STORAGE 4096)");
}

#[test]
fn access_tokens_let_users_and_the_master_in() {
    let dovecot = Dovecot::running();
    let token = |user, seconds| dovecot.token(user, seconds);
    let ok = |reply: String| reply.contains(" OK ");
    let client = || Client::connect(dovecot);
    let (alice, bob) = ("alice@example.test", "bob@example.test");
    assert!(ok(client().xoauth2(alice, &token(alice, 60))));
    assert!(ok(client().oauthbearer(alice, &token(alice, 60))));
    assert!(!ok(client().xoauth2(alice, &token(alice, -5))));
    assert!(!ok(client().xoauth2(bob, &token(alice, 60))));
    if dovecot.is_dovecot_2_4() {
        // Whoever holds a token is herself there, whatever the name of the login says.
        let mut admin = client();
        assert!(ok(
            admin.xoauth2("bob@example.test*admin", &token("admin", 60))
        ));
        assert!(admin.getacl("INBOX").contains_key("admin"));
        return;
    }
    assert!(ok(
        client().xoauth2("bob@example.test*admin", &token("admin", 60))
    ));
    assert!(ok(
        client().oauthbearer("bob@example.test*admin", &token("admin", 60))
    ));
    assert!(!ok(client().xoauth2(
        "bob@example.test*alice@example.test",
        &token(alice, 60)
    )));
}

#[test]
fn metadata_works() {
    let mut alice = Client::login(Dovecot::running(), "alice@example.test", PASSWORD);
    alice.ok("SETMETADATA INBOX (/private/comment \"mine\")");
    assert!(
        alice
            .ok("GETMETADATA INBOX /private/comment")
            .contains("mine")
    );
}

#[test]
fn the_administrator_owns_the_public_namespace() {
    let dovecot = Dovecot::start();
    let mut admin = Client::admin(&dovecot);
    assert!(admin.ok("NAMESPACE").contains("(\"Public/\" \"/\")"));
    admin.create("Public/team");
    admin.setacl("Public/team", "bob@example.test", "lr");
    assert_eq!(admin.getacl("Public/team")["admin"], "aeiklprstwx");
    let mut bob = Client::login(&dovecot, "bob@example.test", PASSWORD);
    assert_eq!(bob.list("Public/*"), ["Public/team"]);
    bob.no("CREATE Public/mine");
}

#[test]
fn anyone_is_an_option() {
    let dovecot = Dovecot::with(&["--anyone"]);
    Client::impersonate(&dovecot, "info@example.test").setacl("INBOX", "anyone", "lr");
    let mut erin = Client::login(&dovecot, "erin@example.test", PASSWORD);
    assert_eq!(
        erin.myrights("shared/info@example.test").as_deref(),
        Some("lr")
    );
    let mut sales = Client::impersonate(Dovecot::running(), "sales@example.test");
    sales.no("SETACL INBOX anyone lr");
}

#[test]
fn rights_from_the_inbox_are_an_option_and_getacl_hides_them() {
    let dovecot = Dovecot::with(&["--defaults-from-inbox"]);
    let mut info = Client::impersonate(&dovecot, "info@example.test");
    info.create("Work");
    info.setacl("INBOX", "erin@example.test", "lr");
    assert!(!info.getacl("Work").contains_key("erin@example.test"));
    let mut erin = Client::login(&dovecot, "erin@example.test", PASSWORD);
    assert_eq!(
        erin.myrights("shared/info@example.test/Work").as_deref(),
        Some("lr")
    );
}

#[test]
fn the_separator_can_be_a_dot() {
    let dovecot = Dovecot::with(&["--separator", "."]);
    let mut info = Client::impersonate(&dovecot, "info@example.test");
    assert!(
        info.ok("NAMESPACE")
            .contains("((\"INBOX.\" \".\")) ((\"shared.\" \".\"))")
    );
    info.create("INBOX.Work");
    info.setacl("INBOX.Work", "erin@example.test", "lr");
    let mut erin = Client::login(&dovecot, "erin@example.test", PASSWORD);
    assert_eq!(erin.myrights("shared.info.Work").as_deref(), Some("lr"));
}

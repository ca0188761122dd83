//! What Cyrus alone can do.

use crate::provider::{Client, Cyrus, Dovecot, Mailbox, OTHER_DOMAIN, PASSWORD};

#[test]
fn a_member_sees_a_granted_mailbox_among_other_users() {
    let cyrus = Cyrus::running();
    let support = cyrus.fresh("support");
    let (support, mut admin) = (support.split('@').next().unwrap(), Client::admin(cyrus));
    let folder = format!("user/{support}");
    admin.setacl(&folder, "alice", "lrs");
    assert_eq!(admin.getacl(&folder)["alice"], "lrs");
    admin.create(&format!("{folder}/Sent"));

    let mut alice = Client::login(cyrus, "alice@example.test", PASSWORD);
    let theirs = format!("Other Users/{support}");
    let sent = format!("{theirs}/Sent");
    assert_eq!(
        alice.list(&format!("{theirs}*")),
        [theirs.as_str(), sent.as_str()]
    );
    assert_eq!(alice.myrights(&theirs).as_deref(), Some("lrs"));
    assert!(
        alice
            .ok(&format!("SELECT \"{theirs}\""))
            .contains("* 0 EXISTS")
    );
}

#[test]
fn the_administrator_sees_every_mailbox_and_may_be_anybody() {
    let cyrus = Cyrus::running();
    let mut admin = Client::admin(cyrus);
    assert!(
        admin
            .ok("NAMESPACE")
            .contains("* NAMESPACE NIL ((\"user/\" \"/\")) ((\"\" \"/\"))")
    );
    assert!(admin.list("user/%").contains(&"user/support".to_owned()));
    let mut bob = Client::impersonate(cyrus, "bob@example.test");
    assert!(bob.myrights("INBOX").unwrap().contains('a'));
    let mut nobody = Client::impersonate(cyrus, "nobody@example.test");
    // Other tests share this server and may open their mailboxes to anyone.
    assert_eq!(nobody.list("INBOX"), Vec::<String>::new());
}

#[test]
fn only_the_bare_name_counts_in_the_default_domain() {
    let cyrus = Cyrus::running();
    let mut admin = Client::admin(cyrus);
    admin.setacl("user/billing", "carol", "lr");
    admin.setacl("user/billing", "erin@elsewhere.test", "lr");
    let mut carol = Client::login(cyrus, "carol@example.test", PASSWORD);
    assert_eq!(carol.myrights("Other Users/billing").as_deref(), Some("lr"));
}

#[test]
fn mailboxes_and_identifiers_carry_the_domain_with_virtual_domains() {
    let cyrus = Cyrus::with(&["--virtdomains"]);
    let mut admin = Client::admin(&cyrus);
    admin.create("user/support/Sent@example.test");
    admin.setacl("user/support@example.test", "alice@example.test", "lr");
    admin.setacl("user/support@example.test", "bob", "lr");
    let mut alice = Client::login(&cyrus, "alice@example.test", PASSWORD);
    assert_eq!(alice.list("Other Users/*"), ["Other Users/support"]);
    let mut bob = Client::login(&cyrus, "bob@example.test", PASSWORD);
    assert_eq!(bob.list("Other Users/*"), Vec::<String>::new());
}

#[test]
fn each_set_up_spells_its_mailboxes_and_people_as_the_tests_do() {
    let with_domains = [
        Cyrus::default_domain(),
        Cyrus::two_domains(),
        Cyrus::two_domains_with_dots(),
    ];
    let without = [
        Cyrus::dots_without_domains(),
        Cyrus::slashes_without_domains(),
        Dovecot::without_domains(),
    ];
    for provider in with_domains.into_iter().chain(without) {
        let home = Mailbox::on(provider, &["Sent"], 1);
        let entries = home.owner().getacl(&home.owned("Sent"));
        let owner = entries.keys().next().unwrap();
        assert_eq!(owner, home.spelled(&home.address), "{entries:?}");
        home.set("Sent", home.alice(), "lr");
        let rights = home.rights(home.alice(), "Sent");
        assert_eq!(rights.as_deref(), Some("lr"), "{}", home.seen("Sent"));
    }
    for provider in with_domains {
        let away = provider.fresh(&format!("team@{OTHER_DOMAIN}"));
        let mut owner = Client::login(provider, &away, PASSWORD);
        let entries = owner.getacl("INBOX");
        assert!(entries.contains_key(&away), "{entries:?}");
    }
}

#[test]
fn the_separator_can_be_a_dot() {
    let cyrus = Cyrus::with(&["--netnews"]);
    let mut admin = Client::admin(&cyrus);
    admin.create("user.support.Sent");
    assert_eq!(
        admin.list("user.support*"),
        ["user.support", "user.support.Sent"]
    );
}

#[test]
fn a_quota_counts_at_once() {
    let mut admin = Client::admin(Cyrus::running());
    admin.ok("SETQUOTA user/office (STORAGE 5000)");
    assert!(
        admin
            .ok("GETQUOTAROOT user/office")
            .contains("(STORAGE 0 5000)")
    );
}

#[test]
fn an_empty_server_has_no_mailboxes() {
    let cyrus = Cyrus::with(&["--empty"]);
    let mut admin = Client::admin(&cyrus);
    assert_eq!(admin.list("*"), Vec::<String>::new());
}

//! Whether this server can keep who may send, so that no member can change it.

use super::Examination;
use super::mailbox::Patient;
use crate::decide;
use crate::imap::Session;
use crate::model::command::command;
use crate::model::dialect::{Family, Reading};
use crate::model::finding::FindingKind;
use crate::model::login::{SentCopy, Side};
use crate::model::setting;
use crate::model::state::Mailbox;
use crate::observe::exposed::exposed;
use crate::observe::sent_folder::{lacks_sent_folder, make_sent_folder};
use crate::profile::names;
use crate::reach::{Provider, Sessions};
use crate::report::doctor::{Finding, Section};

const SUBJECT: &str = "identities";

impl Examination {
    pub(super) fn identities(
        &mut self,
        session: &Session,
        patient: Option<&Patient>,
        provider: &Provider,
    ) {
        let left_to_server = provider.profile().identity_check == Side::Server;
        let finding = match patient {
            _ if left_to_server => {
                let says =
                    "the SMTP server alone decides who may send (identity-check = \"server\")";
                Finding::fact(Section::Sending, SUBJECT, says)
            }
            _ if !session.capabilities().has("ACL") => {
                let finding = no_acl();
                self.no_identities = Some(finding.says.clone());
                finding
            }
            None => {
                let says = "no mailbox was there to look for them";
                Finding::unknown(Section::Sending, SUBJECT, says)
            }
            Some(patient) => kept(&patient.state, provider),
        };
        self.note(finding);
        let by_us = provider.profile().sent_copy == SentCopy::Imap;
        if let Some(patient) = patient.filter(|_| by_us) {
            self.note(copies(&patient.state, provider));
        }
    }
}

/// Whether copies of what is sent find a folder.
fn copies(mailbox: &Mailbox, provider: &Provider) -> Finding {
    let name = &mailbox.name;
    match mailbox.sent_folder() {
        Some(sent) => {
            let says = format!("filed in {} of {name}", sent.path);
            Finding::works(Section::Sending, "copies", says).value(&sent.path)
        }
        None if !lacks_sent_folder(mailbox, provider) => {
            let says = format!("filed in a folder that {name} alone sees as its Sent folder");
            Finding::works(Section::Sending, "copies", says)
        }
        None => {
            let says =
                format!("{name} has no Sent folder: every message would be sent and not filed");
            let change = make_sent_folder(mailbox);
            Finding::warning(Section::Sending, "copies", says).change(change)
        }
    }
}

/// Gmail, Microsoft 365 and others whose permissions are not IMAP's business.
fn no_acl() -> Finding {
    let says = "without ACL they cannot be kept here: this server decides by itself who may send \
                as whom (as Gmail and Microsoft 365 do)";
    let change = "identity-check = \"server\" in the profile, and sent-copy = \"server\" where it \
                  files by itself what was sent; permissions are given at the provider";
    Finding::fails(Section::Sending, SUBJECT, says).change(change)
}

fn kept(mailbox: &Mailbox, provider: &Provider) -> Finding {
    let found = decide::identity_findings(mailbox);
    let is = |kind| found.iter().find(|finding| finding.kind == kind);
    let check = command(["check", &mailbox.name, "--fix"]);
    if let Some(open) = exposed_alone(mailbox, provider) {
        let who = open.who;
        let says = format!(
            "not protected: the server gives {who} more on them than their entries say, and shows \
             that to nobody"
        );
        let change = "switch acl_defaults_from_inbox off (Dovecot), or give nobody full access";
        return Finding::fails(Section::Sending, SUBJECT, says).change(change);
    }
    if let Some(forged) = is(FindingKind::IdentityNotBelieved) {
        let who = &forged.who;
        let says = format!("not believed in {}: {who} could change them", mailbox.name);
        return Finding::warning(Section::Sending, SUBJECT, says).change(check);
    }
    if let Some(open) = is(FindingKind::IdentityUnprotected) {
        let who = &open.who;
        let says = format!(
            "not protected in {}: their folders are missing, and {who} could make them",
            mailbox.name
        );
        return Finding::warning(Section::Sending, SUBJECT, says).change(check);
    }
    let mut kept = mailbox.identity_folders.iter();
    if kept.all(|folder| setting::keeps(&folder.path)) {
        let says = "can be kept: the first grant makes their folders";
        return Finding::works(Section::Sending, SUBJECT, says);
    }
    let folders = mailbox.identity_names.all().join("\", \"");
    let seen = match tried(mailbox) {
        true => "which no member can change",
        false => "which no entry lets a member change; nobody has full access to try it with",
    };
    let says = format!("kept in \"{folders}\", {seen}");
    Finding::works(Section::Sending, SUBJECT, says)
}

/// Whether somebody was there through whose eyes it was looked at, where that tells more than the
/// entries do.
fn tried(mailbox: &Mailbox) -> bool {
    let by_entries = mailbox.dialect.family != Family::Dovecot;
    let full = |(name, rights): (&str, crate::model::rights::Rights)| {
        let person = matches!(mailbox.dialect.read(name), Reading::Person(_));
        person && !mailbox.is_keeper(name) && rights.has('a')
    };
    by_entries || mailbox.root().is_some_and(|root| root.entries().any(full))
}

/// Whether a member's session shows more than the entries say; nothing where none can be had, which
/// is told beside the proof.
fn exposed_alone(mailbox: &Mailbox, provider: &Provider) -> Option<crate::model::finding::Finding> {
    let name = names::mailbox(&mailbox.name, provider.profile()).ok()?;
    let sessions = Sessions::new(provider);
    let opened = sessions.open(&name).ok()?;
    exposed(mailbox, &opened, &sessions).finding
}

//! What sharemail can do here, feature by feature: whether, and if not, why and what to change.

use super::Examination;
use super::mailbox::Patient;
use super::proof::Proof;
use super::told::{fails, unknown, warning, works};
use crate::imap::Session;
use crate::model::dialect::{Dialect, Family};
use crate::model::login::{ReachKind, Spelling};
use crate::model::who::Who;
use crate::profile::{Profile, Section as Table};
use crate::reach::{Provider, Reach};
use crate::report::doctor::Finding;

impl Examination {
    pub(super) fn features(
        &mut self,
        session: &Session,
        patient: Option<&Patient>,
        provider: &Provider,
    ) {
        let has_acl = session.capabilities().has("ACL");
        let reach = match patient.map(|patient| &patient.opened.reach) {
            Some(Reach::Impersonate { .. }) => Some(ReachKind::Impersonate),
            Some(Reach::Namespace) => Some(ReachKind::Namespace),
            None => provider.profile().reach,
        };
        self.note(list(reach, has_acl, provider));
        self.note(self.grant(has_acl, patient.is_some()));
        self.note(groups(session.server_family(), has_acl));
        let proof = Proof::try_out(patient, provider);
        self.note(proof.finding());
        if let Proof::As(who) = &proof {
            self.somebody = Some(who.login.clone());
        }
        self.note(proof.subscribe());
        self.note(proof.strangers(patient, provider));
        let profile = provider.profile();
        let family = session.server_family();
        self.note(create(reach, family, profile));
        self.note(delete(reach, family, profile));
        self.note(folders(patient));
        self.note(quota(session, patient));
        self.note(special_use(session));
        self.note(metadata(session));
    }

    fn grant(&self, has_acl: bool, opened: bool) -> Finding {
        let subject = "grant, revoke";
        match &self.obstacle {
            Some(_) => fails(subject, "not here, for the reason at the end"),
            None if has_acl && opened => works(subject, "rights can be given and taken here"),
            None => unknown(subject, "no mailbox was there to try it with"),
        }
    }
}

fn list(reach: Option<ReachKind>, has_acl: bool, provider: &Provider) -> Finding {
    let named = provider.profile().mailboxes.len();
    let by_name = reach == Some(ReachKind::Impersonate);
    let has_program = provider.profile().accounts.list.is_some();
    match (has_acl, named, by_name) {
        (true, ..) if has_program => works("list", "tells what the profile's program lists"),
        (false, ..) => fails("list", "without ACL there is nothing to tell of members"),
        (_, 1.., _) => works("list", format!("tells the {named} that the profile names")),
        (_, 0, true) => {
            let finding = warning(
                "list",
                "IMAP cannot list accounts, and the profile names none",
            );
            finding.change(format!(
                "name the mailboxes in the profile: mailboxes = [\"support@\"]; or a program that \
                 lists them: list under {}",
                provider.profile().head(Table::Accounts)
            ))
        }
        (_, 0, false) => works("list", "tells every mailbox in the namespaces"),
    }
}

fn groups(family: Family, has_acl: bool) -> Finding {
    let subject = "groups";
    let people = Spelling::Address;
    let spelled = Dialect {
        family,
        people,
        home: None,
    }
    .spell(&Who::Group("helpdesk".to_owned()));
    match spelled {
        _ if !has_acl => fails(subject, "without ACL nobody can be given anything"),
        Ok(spelled) => works(subject, format!("group:helpdesk is spelled {spelled} here")),
        Err(why) => fails(subject, why.to_string()).change(why.advice()),
    }
}

fn create(reach: Option<ReachKind>, family: Family, profile: &Profile) -> Finding {
    let subject = "create";
    let by_program = profile.accounts.create.is_some();
    let is_account = reach == Some(ReachKind::Impersonate) || family == Family::Courier;
    match (reach, family) {
        (Some(_), _) if is_account && by_program => works(
            subject,
            "the account is made by the profile's program, and its folders over IMAP",
        ),
        (None, _) => unknown(subject, "depends on how mailboxes are reached"),
        (Some(ReachKind::Namespace), Family::Cyrus) => works(subject, "new mailboxes can be made"),
        (Some(ReachKind::Impersonate), _) | (_, Family::Courier) => warning(
            subject,
            "makes the folders of an account; the account itself is made at the provider",
        )
        .change(format!(
            "name the program that makes accounts: create under {}",
            profile.head(Table::Accounts)
        )),
        (Some(ReachKind::Namespace), _) => unknown(
            subject,
            "needs the right k at the top of the namespace; trying it tells",
        ),
    }
}

fn delete(reach: Option<ReachKind>, family: Family, profile: &Profile) -> Finding {
    let subject = "delete, rename";
    let is_account = reach == Some(ReachKind::Impersonate) || family == Family::Courier;
    let programs = &profile.accounts;
    let named = (programs.delete.is_some(), programs.rename.is_some());
    match (reach, family) {
        (Some(_), _) if is_account && named != (false, false) => match named {
            (true, true) => works(subject, "are done by the profile's programs"),
            (true, false) => warning(
                subject,
                "the profile names a program that deletes, and none that renames",
            ),
            _ => warning(
                subject,
                "the profile names a program that renames, and none that deletes",
            ),
        },
        (None, _) => unknown(subject, "depends on how mailboxes are reached"),
        (Some(ReachKind::Impersonate), _) | (_, Family::Courier) => {
            let says = "an account cannot be deleted or renamed over IMAP";
            fails(subject, says).change(format!(
                "do it at the provider, or name the programs that do: delete and rename under {}",
                profile.head(Table::Accounts)
            ))
        }
        (Some(ReachKind::Namespace), Family::Cyrus) => {
            works(subject, "mailboxes can be deleted and renamed")
        }
        (Some(ReachKind::Namespace), _) => {
            unknown(subject, "needs the right x on the mailbox; trying it tells")
        }
    }
}

fn folders(patient: Option<&Patient>) -> Finding {
    let subject = "folders";
    match patient {
        None => unknown(subject, "no mailbox was there to try it with"),
        Some(patient) if patient.may_create => {
            works(subject, "can be made in a mailbox, and get its grants")
        }
        Some(_) => fails(
            subject,
            "the administrator lacks the right k in the mailbox",
        )
        .change("grant the administrator k there"),
    }
}

fn quota(session: &Session, patient: Option<&Patient>) -> Finding {
    let subject = "quota";
    let told = patient.is_some_and(|patient| !patient.state.quota.is_empty());
    if !session.capabilities().has("QUOTA") {
        let change = "load the server's quota extension (Dovecot: mail_plugins = quota, and \
                      imap_quota for protocol imap)";
        return fails(subject, "the server tells nothing of storage (QUOTA)").change(change);
    }
    if session.takes_limits() == Some(false) {
        let says = "can be read; this server takes no limits over IMAP (SETQUOTA)";
        let set = warning(subject, says);
        return match session.server_family() {
            // The command is gone from 2.4 on.
            Family::Dovecot => set.change(
                "set them by quota_storage_size in dovecot.conf, or by userdb_quota_storage_size of an \
                 account",
            ),
            _ => set,
        };
    }
    if told {
        works(
            subject,
            "storage and its limit are told; whether limits can be set, trying it tells",
        )
    } else if let Some(untold) = patient.and_then(|patient| patient.state.quota_untold.as_ref()) {
        let says = format!(
            "the server does not tell what this mailbox stores {}",
            untold.why
        );
        warning(subject, says)
    } else if patient.is_some() {
        works(subject, "can be read; this mailbox has no limit")
    } else {
        unknown(subject, "no mailbox was there to try it with")
    }
}

fn special_use(session: &Session) -> Finding {
    let (subject, offered) = ("special use", session.capabilities());
    let says = "Sent, Drafts, Trash and Archive are told by their names";
    if offered.has("CREATE-SPECIAL-USE") {
        works(
            subject,
            "new mailboxes get Sent, Drafts, Trash and Archive with their purpose",
        )
    } else if offered.has("SPECIAL-USE") || offered.has("IMAP4REV2") {
        warning(
            subject,
            "the purpose of a folder is read, but cannot be given to a new one",
        )
        .change("give it in the server's configuration (Dovecot: special_use)")
    } else {
        fails(
            subject,
            format!("the server knows no purpose of folders; {says}"),
        )
    }
}

fn metadata(session: &Session) -> Finding {
    if session.capabilities().has("METADATA") {
        works(
            "metadata",
            "folders can carry a comment; sharemail trusts none of it",
        )
    } else {
        fails(
            "metadata",
            "folders can carry no comment; nothing in sharemail depends on it",
        )
    }
}

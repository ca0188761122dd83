//! A shared mailbox: its folders, their entries, its quota.

use super::names::names;
use super::settings::settings;
use crate::error::Result;
use crate::imap::{
    Attributes, FirstLook, Glance, ListOptions, Listed, Pattern, Refusal, Session, StatusItems,
};
use crate::memory::Ration;
use crate::model::command::word;
use crate::model::dialect::Family;
use crate::model::folder::WireName;
use crate::model::level::Vocabulary;
use crate::model::login::Spelling;
use crate::model::pace::Pace;
use crate::model::rights::Rights;
use crate::model::spelling::Clues;
use crate::model::state::{Acl, Folder, Mailbox, Quota, Untold};
use crate::model::tree::Tree;
use crate::reach::{Opened, Reach};

/// What to read besides the folders and their entries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ask {
    /// How many messages each folder holds.
    pub messages: bool,
    /// The quota of the mailbox.
    pub quota: bool,
    /// What lies in the folder of its settings: for that the session must be one that may read mail.
    pub settings: bool,
}

impl Ask {
    /// All of it.
    pub const ALL: Self = Self {
        messages: true,
        quota: true,
        settings: false,
    };
    /// The settings alone.
    pub const SETTINGS: Self = Self {
        messages: false,
        quota: false,
        settings: true,
    };
    /// The quota alone.
    pub const QUOTA: Self = Self {
        messages: false,
        quota: true,
        settings: false,
    };

    /// What to ask with the login, where the session is the mailbox's own: it saves round trips.
    pub fn look(self) -> FirstLook {
        FirstLook {
            inbox: true,
            folders: Some(self.about_folders()),
            rights: true,
            quota: self.quota,
        }
    }

    fn about_folders(self) -> ListOptions {
        let status = StatusItems {
            messages: self.messages,
            ..StatusItems::default()
        };
        ListOptions {
            special_use: true,
            status,
            ..ListOptions::default()
        }
    }
}

/// Reads the mailbox of `opened`.
///
/// # Errors
/// Whatever the session may meet; a folder that refuses to be read is part of the state.
pub fn mailbox(opened: &mut Opened, ask: Ask, administrator: &str, pace: &Pace) -> Result<Mailbox> {
    let listed = folders(&mut opened.session, &opened.tree, ask)?;
    let names: Vec<WireName> = listed.iter().map(|folder| folder.wire.clone()).collect();
    let entries = acls(&mut opened.session, &names, pace)?;
    let mut folders = listed;
    for (folder, acl) in folders.iter_mut().zip(entries) {
        folder.acl = acl;
    }
    if ask.messages && folders.iter().any(|folder| folder.messages.is_none()) {
        count_messages(&mut opened.session, &mut folders, pace)?;
    }
    let root = opened.tree.root().clone();
    let vocabulary = known_rights(&mut opened.session, &root)?;
    for folder in &mut folders {
        for rights in folder.acl.iter_mut().flat_map(|acl| acl.values_mut()) {
            *rights = vocabulary.normal(*rights);
        }
    }
    let (quota, quota_untold) = if ask.quota {
        quota(&mut opened.session, opened.tree.root())?
    } else {
        (Vec::new(), None)
    };
    let in_namespace = opened.reach == Reach::Namespace;
    let above = in_namespace && whole_names(&mut opened.session)?;
    let mut mailbox = Mailbox {
        owner: owner(opened, &folders),
        administrator: in_namespace.then(|| administrator.to_owned()),
        login: administrator.to_owned(),
        vocabulary,
        folders,
        identity_names: opened.identity_names.clone(),
        administrator_is_above: above,
        quota,
        quota_untold,
        takes_limits: opened.session.takes_limits(),
        ..Mailbox::named(opened.name.to_string(), opened.dialect.clone())
    };
    mailbox.part_identity_folders();
    if ask.settings {
        mailbox.settings = Some(settings(&mut opened.session, &mailbox, pace)?);
    }
    mailbox.settle_spelling(Clues {
        said: opened.said,
        login: administrator,
        whole_names: above,
    });
    mailbox.keeps_special_uses = mailbox.owner.is_some() && opened.session.keeps_special_uses();
    // What is proved and made afterwards must be spelled as what was planned.
    opened.dialect.people = mailbox.dialect.people;
    opened.owner.clone_from(&mailbox.owner);
    // The cause names the owner as the entries do, which is known only now.
    let kept = mailbox.identity_folders.iter_mut();
    for folder in mailbox.folders.iter_mut().chain(kept) {
        if let Err(why) = &mut folder.acl {
            *why = with_cause(opened, &folder.wire, std::mem::take(why));
        }
    }
    Ok(mailbox)
}

/// Whether `session` is shown whole names of mailboxes, each with its domain: an administrator of
/// Cyrus, who has no mailbox of her own.
pub(super) fn whole_names(session: &mut Session) -> Result<bool> {
    let cyrus = session.server_family() == Family::Cyrus;
    Ok(cyrus && session.namespaces()?.personal.is_empty())
}

/// How the owner is spelled: as in INBOX; where that shows no name of hers, because nobody can read it or
/// she stands there as `owner`, as on the first other folder that names her by her login, or by its
/// local part.
fn owner(opened: &Opened, folders: &[Folder]) -> Option<String> {
    let named = |is_hers: &dyn Fn(&str) -> bool| {
        let mut names = folders.iter().flat_map(Folder::entries);
        let own = names.find(|(name, _)| is_hers(name));
        own.map(|(name, _)| name.to_owned())
    };
    let shown = opened.owner.as_deref().filter(|owner| *owner != "owner");
    let by_name = |login: &str| {
        let home = opened.dialect.home.as_deref();
        let local = login.rsplit_once('@').filter(|(_, d)| home == Some(*d));
        shown
            .and_then(|shown| named(&|name| name == shown))
            .or_else(|| named(&|name| name.eq_ignore_ascii_case(login)))
            .or_else(|| local.and_then(|(local, _)| named(&|name| name == local)))
    };
    opened.acting().and_then(by_name).or(opened.owner.clone())
}

/// Why the entries of `folder` could not be read, with what is behind it where the owner
/// herself is refused: she may read them as long as nobody has taken `a` from her (RFC 4314, section
/// 3.3).
fn with_cause(opened: &Opened, folder: &WireName, why: String) -> String {
    let Some(login) = opened.acting().filter(|_| why.starts_with("(NOPERM)")) else {
        return why;
    };
    let cause = format!(
        "{why}; the owner lacks the a right there, which a member with full access can take from her, \
         by an entry for owner, -owner or {login}"
    );
    match opened.dialect.family {
        Family::Dovecot => {
            // Each takes the entry that gives and the one that takes away, and neither minds where there
            // is none.
            let name = match (&opened.owner, opened.dialect.people) {
                (Some(owner), _) if owner != "owner" => owner,
                (_, Spelling::LocalPart) => {
                    login.rsplit_once('@').map_or(login, |(local, _)| local)
                }
                (_, Spelling::Address) => login,
            };
            let (user, named) = (word(login), word(&format!("user={name}")));
            let folder = word(&folder.to_unicode());
            let delete = format!("doveadm acl delete -u {user} {folder}");
            format!(
                "{cause}. On the server this takes such an entry away: {delete} owner; {delete} {named}"
            )
        }
        _ => cause,
    }
}

/// The ACLs of `folders`, in their order, each without duplicates; a refusal in the server's words.
///
/// # Errors
/// Whatever the session may meet.
pub fn acls(
    session: &mut Session,
    folders: &[WireName],
    pace: &Pace,
) -> Result<Vec<Result<Acl, String>>> {
    let answers = session.acls(folders, pace)?;
    let answers = behind_a_list(session, folders, answers, pace)?;
    // An entry takes several times the room here that it took in the reply.
    let mut ration = Ration::of_process();
    let mut collect = |answer: std::result::Result<crate::imap::Acl, Refusal>| {
        let acl = match answer {
            Ok(acl) => acl,
            Err(refusal) => return Ok(Err(refusal.to_string())),
        };
        let room = acl.len() * size_of::<crate::imap::Entry>();
        let taken = ration.take(room);
        taken.map_err(|excess| excess.error("the entries of the folders"))?;
        let entries = acl.into_iter().filter(says_something);
        Ok(Ok(entries.map(|e| (e.identifier, e.rights)).collect()))
    };
    answers.into_iter().map(&mut collect).collect()
}

/// An entry that takes nothing away is none: Dovecot 2.4 tells of one beside each entry of its
/// configuration that a folder's own entry stands behind, and nobody can remove it.
fn says_something(entry: &crate::imap::Entry) -> bool {
    !(entry.identifier.starts_with('-') && entry.rights.is_empty())
}

type Answers = Vec<std::result::Result<crate::imap::Acl, Refusal>>;

/// There are servers on which a folder of somebody else's is there only for whoever has listed it:
/// what was denied is asked again behind LIST. Nothing is known of that on the servers known by name.
fn behind_a_list(
    session: &mut Session,
    folders: &[WireName],
    mut answers: Answers,
    pace: &Pace,
) -> Result<Answers> {
    if session.server_family() != Family::Other {
        return Ok(answers);
    }
    let is_denied = |at: &usize| matches!(&answers[*at], Err(refusal) if refusal.denies());
    let denied: Vec<usize> = (0..answers.len()).filter(is_denied).collect();
    if denied.is_empty() {
        return Ok(answers);
    }
    let names = denied.iter().filter_map(|at| folders.get(*at));
    let list = names.map(Pattern::exactly).collect();
    let glance = Glance {
        list,
        ..Glance::default()
    };
    let listed = session.glance(&glance, pace)?.listed;
    let shown = |name: &WireName| listed.iter().any(|l| l.is_selectable() && l.name == *name);
    let again: Vec<usize> = denied
        .into_iter()
        .filter(|at| shown(&folders[*at]))
        .collect();
    let names: Vec<WireName> = again.iter().map(|at| folders[*at].clone()).collect();
    for (at, answer) in again.into_iter().zip(session.acls(&names, pace)?) {
        answers[at] = answer;
    }
    Ok(answers)
}

/// The folders of `tree` that exist, without their entries yet.
fn folders(session: &mut Session, tree: &Tree, ask: Ask) -> Result<Vec<Folder>> {
    let named = names(session, tree, ask.about_folders())?;
    Ok(named
        .into_iter()
        .map(|(path, listed)| folder(path, listed))
        .collect())
}

fn folder(path: String, listed: Listed) -> Folder {
    Folder {
        path,
        special_use: special_use(listed.attributes),
        acl: Ok(Acl::new()),
        messages: listed.status.as_ref().and_then(|status| status.messages),
        wire: listed.name,
    }
}

/// The purpose among the attributes of a LIST reply (RFC 6154, section 2), as the RFC writes it.
pub(super) fn special_use(attributes: Attributes) -> Option<String> {
    const USES: [&str; 7] = [
        "\\All",
        "\\Archive",
        "\\Drafts",
        "\\Flagged",
        "\\Junk",
        "\\Sent",
        "\\Trash",
    ];
    let found = USES.iter().find(|name| attributes.has(name));
    found.map(|u| (*u).to_owned())
}

fn count_messages(session: &mut Session, folders: &mut [Folder], pace: &Pace) -> Result<()> {
    let names: Vec<WireName> = folders.iter().map(|folder| folder.wire.clone()).collect();
    let answers = session.statuses(
        &names,
        StatusItems {
            messages: true,
            ..StatusItems::default()
        },
        pace,
    )?;
    for (folder, answer) in folders.iter_mut().zip(answers) {
        // A folder that cannot be counted is told as that: no number.
        folder.messages = answer.ok().and_then(|status| status.messages);
    }
    Ok(())
}

/// What LISTRIGHTS says of `folder`, else what the capability and RFC 4314 promise, with why.
///
/// # Errors
/// Whatever the session may meet, and where the server cannot answer now: what a level means must not
/// hang on that.
pub fn known_rights(session: &mut Session, folder: &WireName) -> Result<Vocabulary> {
    let pace = Pace::unattended();
    let answer = vocabularies(session, std::slice::from_ref(folder), &pace)?;
    let promised = session.capabilities().rights();
    let vocabulary = match answer.into_iter().next() {
        Some(Err(refusal)) if refusal.may_pass() => {
            return Err(refusal.error(&format!("LISTRIGHTS on {:?}", folder.to_unicode())));
        }
        Some(Err(refusal)) => untold(promised, &refusal),
        Some(Ok(vocabulary)) => vocabulary,
        None => Vocabulary::promised(promised),
    };
    Ok(vocabulary.of(session.server_family()))
}

/// The same of each of `folders`, in their order, in one batch; where the server cannot answer now,
/// what is promised has to do, and is told as that.
///
/// # Errors
/// Whatever the session may meet.
pub(super) fn known_rights_of(
    session: &mut Session,
    folders: &[WireName],
    pace: &Pace,
) -> Result<Vec<Vocabulary>> {
    let answers = vocabularies(session, folders, pace)?;
    let (promised, family) = (session.capabilities().rights(), session.server_family());
    let all = answers.into_iter();
    Ok(all
        .map(|answer| answer.unwrap_or_else(|refusal| untold(promised, &refusal)))
        .map(|vocabulary| vocabulary.of(family))
        .collect())
}

fn untold(promised: Option<Rights>, refusal: &Refusal) -> Vocabulary {
    Vocabulary {
        untold: Some(refusal.to_string()),
        ..Vocabulary::promised(promised)
    }
}

fn vocabularies(
    session: &mut Session,
    folders: &[WireName],
    pace: &Pace,
) -> Result<Vec<std::result::Result<Vocabulary, Refusal>>> {
    if session.server_family() == Family::Courier {
        return Ok(vec![Ok(Vocabulary::of_courier()); folders.len()]);
    }
    let rfc4314 = session.capabilities().rights().is_some();
    let anyone = |folder: &WireName| (folder.clone(), "anyone".to_owned());
    let asked: Vec<(WireName, String)> = folders.iter().map(anyone).collect();
    let answers = session.list_rights(&asked, pace)?.into_iter();
    let vocabulary =
        |rights: crate::imap::ListRights| Vocabulary::new(rights.required, &rights.groups, rfc4314);
    Ok(answers.map(|answer| answer.map(vocabulary)).collect())
}

fn quota(session: &mut Session, root: &WireName) -> Result<Storage> {
    if !session.capabilities().has("QUOTA") {
        return Ok((Vec::new(), None));
    }
    let answers = session.quotas(std::slice::from_ref(root), &Pace::unattended())?;
    Ok(answers
        .into_iter()
        .next()
        .map_or((Vec::new(), None), storage))
}

/// What a server says of a mailbox's storage, and why it says nothing where it does not.
pub(super) type Storage = (Vec<Quota>, Option<Untold>);

/// What an answer to GETQUOTAROOT (RFC 9208, section 4.1.2) says. A refusal is no failure of the
/// reading, and no limit either.
pub(super) fn storage(answer: std::result::Result<Vec<crate::imap::Quota>, Refusal>) -> Storage {
    match answer {
        Ok(quotas) => (resources(quotas), None),
        // Seen on Dovecot: that is how it says that a public folder has no quota root.
        Err(refusal) if refusal.silent => (Vec::new(), None),
        Err(refusal) => {
            // Dovecot's: "Not showing other users' quota."
            let is_kept = refusal.denies() || refusal.text.to_lowercase().contains("not showing");
            let why = refusal.to_string();
            (Vec::new(), Some(Untold { why, is_kept }))
        }
    }
}

/// The limited resources of quota roots, one by one.
fn resources(quotas: Vec<crate::imap::Quota>) -> Vec<Quota> {
    let each = quotas.into_iter().flat_map(|quota| {
        let root = quota.root;
        quota.resources.into_iter().map(move |resource| Quota {
            root: root.clone(),
            resource: resource.name,
            used: resource.used,
            limit: resource.limit,
        })
    });
    each.collect()
}

//! What the server says that it can do, and where it says that mailboxes are.

use super::Examination;
use super::connection::failed;
use crate::imap::{Namespace, Session};
use crate::model::folder::WireName;
use crate::report::doctor::{Finding, Section};

impl Examination {
    pub(super) fn capabilities(&mut self, session: &Session) {
        let offered = session.capabilities();
        for (names, good, lacking) in CAPABILITIES {
            let first = names[0];
            let found = names.iter().any(|name| offered.has(name));
            let finding = match (found, first) {
                (true, _) => Finding::works(Section::Capabilities, first, *good).value("yes"),
                (false, "ACL") => {
                    let server = "choose a server with RFC 4314, or load its extension \
                                  (Dovecot: mail_plugins = acl, and imap_acl for protocol imap)";
                    let finding = Finding::fails(Section::Capabilities, first, *lacking);
                    finding.value("no").change(server)
                }
                (false, _) => Finding::fact(Section::Capabilities, first, *lacking).value("no"),
            };
            self.note(finding);
        }
    }

    pub(super) fn namespaces(&mut self, session: &mut Session) {
        let told = match session.namespaces() {
            Ok(told) => told,
            Err(error) => {
                let finding = failed(Section::Namespaces, "namespaces", &error);
                return self.note(finding);
            }
        };
        let kinds = [
            ("own", "one's own folders", &told.personal),
            (
                "other users",
                "the mailboxes of other users",
                &told.other_users,
            ),
            ("shared", "folders that belong to nobody", &told.shared),
        ];
        for (subject, meaning, namespaces) in kinds {
            let finding = if namespaces.is_empty() {
                let says = format!("none: {meaning} are not in this session");
                Finding::fact(Section::Namespaces, subject, says)
            } else {
                let places: Vec<String> = namespaces.iter().map(place).collect();
                let places = places.join(", ");
                let says = format!("{meaning} are {places}");
                Finding::works(Section::Namespaces, subject, says).value(places)
            };
            self.note(finding);
        }
    }
}

/// Each capability that changes what sharemail does: what is won by it, what is lost without.
/// The first name is the one shown; any of them will do.
type Capability = (&'static [&'static str], &'static str, &'static str);
const CAPABILITIES: &[Capability] = &[
    (
        &["ACL"],
        "access control lists: what sharemail is about",
        "no access control lists",
    ),
    (
        &["NAMESPACE", "IMAP4REV2"],
        "says where the mailboxes of others are",
        "where the mailboxes of others are has to be found by listing",
    ),
    (
        &["LIST-EXTENDED", "IMAP4REV2"],
        "folders come with what is asked about them",
        "each kind of fact about a folder takes a question of its own",
    ),
    (
        &["LIST-STATUS", "IMAP4REV2"],
        "message counts come with the list of folders",
        "message counts take a question for each folder, sent together",
    ),
    (
        &["LIST-MYRIGHTS"],
        "one's own rights come with the list of folders",
        "one's own rights take a question for each folder, sent together",
    ),
    (
        &["LITERAL+", "LITERAL-"],
        "long names need no extra round trip",
        "long names take one more round trip",
    ),
    (
        &["ID"],
        "the server says what it is",
        "what the server is has to be guessed",
    ),
    (
        &["QUOTA"],
        "storage and its limits can be read",
        "storage cannot be read",
    ),
    (
        &["SPECIAL-USE", "IMAP4REV2"],
        "Sent, Drafts and Trash can be told by their purpose",
        "Sent, Drafts and Trash are told by their names alone",
    ),
    (
        &["CREATE-SPECIAL-USE"],
        "a new folder can be given its purpose",
        "a new folder cannot be given its purpose",
    ),
    (
        &["METADATA", "METADATA-SERVER"],
        "folders can carry annotations",
        "folders carry no annotations",
    ),
];

fn place(namespace: &Namespace) -> String {
    let prefix = WireName::from_wire(namespace.prefix.clone()).to_unicode();
    let place = if prefix.is_empty() {
        "at the top".to_owned()
    } else {
        format!("below \"{prefix}\"")
    };
    match namespace.separator {
        Some(separator) => format!("{place} (separator {separator})"),
        None => format!("{place} (one level)"),
    }
}

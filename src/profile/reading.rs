//! Settings understood one by one: each is checked by itself, none has to be there.

use super::accounts::{self, Accounts, Recipe, Task};
use super::key::Section;
use super::origin::Origin;
use super::problem::{Problems, Wrong};
use super::server::{Audit, Impersonate, SecretSource};
use super::setting::{Setting, Settings, Value};
use super::value;
use crate::model::identity::IdentityFolders;
use crate::model::level::{Level, Levels};
use crate::model::login::{Mechanism, ReachKind, SentCopy, Side, Spelling, Tls};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// No profile makes up more levels: each entry of each mailbox is compared with all of them.
const MOST_LEVELS: usize = 50;

/// The values of a profile that are there and right.
pub(super) struct Reading {
    pub(super) domain: Option<String>,
    pub(super) identifier: Option<Spelling>,
    pub(super) reach: Option<ReachKind>,
    pub(super) mailboxes: Option<Vec<String>>,
    pub(super) identity_check: Option<Side>,
    pub(super) sent_copy: Option<SentCopy>,
    pub(super) max_keywords: Option<usize>,
    pub(super) forward_domains: Option<Vec<String>>,
    pub(super) audit: Audit,
    pub(super) levels: Levels,
    pub(super) identities: IdentityFolders,
    pub(super) accounts: Accounts,
    pub(super) imap: ServerReading,
    pub(super) smtp: ServerReading,
    pub(super) sieve: ServerReading,
}

/// The values of a server that are there and right.
#[derive(Clone)]
pub(super) struct ServerReading {
    pub(super) host: Option<String>,
    pub(super) port: Option<u16>,
    pub(super) tls: Option<Tls>,
    pub(super) ca_file: Option<PathBuf>,
    pub(super) user: Option<String>,
    pub(super) mechanism: Option<Mechanism>,
    pub(super) impersonate: Option<Impersonate>,
    pub(super) connections: Option<usize>,
    pub(super) timeout: Option<Duration>,
    pub(super) secret_source: Option<SecretSource>,
}

/// Understands what is there; what is wrong goes to `problems`. `home` is what `~` stands for.
pub(super) fn read(settings: &Settings, home: Option<&Path>, problems: &mut Problems) -> Reading {
    let mut reader = Reader {
        settings,
        home,
        problems,
    };
    reader.profile()
}

struct Reader<'a> {
    settings: &'a Settings,
    home: Option<&'a Path>,
    problems: &'a mut Problems,
}

impl<'a> Reader<'a> {
    fn profile(&mut self) -> Reading {
        let section = Section::Profile;
        Reading {
            domain: self.text(section, "domain", value::domain),
            identifier: self.text(section, "identifier", value::spelling),
            reach: self.text(section, "reach", value::reach),
            mailboxes: self.list(section, "mailboxes", value::mailboxes),
            identity_check: self.text(section, "identity-check", value::side),
            sent_copy: self.text(section, "sent-copy", value::sent_copy),
            max_keywords: self.number(section, "max-keywords", 10_000),
            forward_domains: self.list(section, "forward-domains", value::mail_domains),
            audit: self.audit(),
            levels: self.levels(),
            identities: self.identities(),
            accounts: self.accounts(),
            imap: self.server(Section::Imap),
            smtp: self.server(Section::Smtp),
            sieve: self.server(Section::Sieve),
        }
    }

    fn audit(&mut self) -> Audit {
        let section = Section::Profile;
        let origin = self.settings.origin(section, "audit-file").cloned();
        let home = self.home;
        let file = self.text(section, "audit-file", |text| {
            value::log_file(text, |path| match &origin {
                Some(origin) => resolve(path, origin, home),
                None => PathBuf::from(path),
            })
        });
        let syslog = self.text(section, "audit-syslog", value::syslog).flatten();
        Audit {
            file: file.unwrap_or_default(),
            syslog,
            rotate: self.text(section, "audit-rotate", value::size),
        }
    }

    fn levels(&mut self) -> Levels {
        let mut levels = Levels::default();
        for level in Level::COMMON {
            if let Some(rights) = self.text(Section::Levels, level.name(), value::rights) {
                levels = levels.with(*level, rights);
            }
        }
        for (count, (name, setting)) in self.settings.levels.iter().enumerate() {
            let read = match &setting.value {
                _ if count >= MOST_LEVELS => {
                    Err(Wrong::new(format!("more than {MOST_LEVELS} levels")))
                }
                Value::Text(text) => value::rights(text),
                _ => Err(Wrong::new("expected a string")),
            };
            // One set of rights has one name: reports would call it by another than was typed.
            let free = read.and_then(|rights| match levels.holder(rights) {
                Some(other) => Err(Wrong::new(format!("{rights} is called {other} already"))
                    .hint(format!("leave {name} out, and say {other}"))),
                None => Ok(rights),
            });
            match free {
                Ok(rights) => levels = levels.with(Level::Own(*name), rights),
                Err(wrong) => {
                    let what = format!("levels.{name}: {}", wrong.what);
                    let wrong = Wrong::new(what).maybe_hint(wrong.hint);
                    self.problems.push(&setting.origin, wrong);
                }
            }
        }
        levels
    }

    fn identities(&mut self) -> IdentityFolders {
        let IdentityFolders {
            send_as,
            send_on_behalf,
            has_team,
        } = IdentityFolders::default();
        let mut path = |name, default| {
            self.text(Section::Identities, name, value::folder)
                .unwrap_or(default)
        };
        IdentityFolders {
            send_as: path("send-as", send_as),
            send_on_behalf: path("send-on-behalf", send_on_behalf),
            has_team,
        }
    }

    fn accounts(&mut self) -> Accounts {
        let home = self.home;
        let mut recipe = |task: Task| {
            self.take(Section::Accounts, task.key(), |value| match value {
                Value::List(words) => Recipe::parse(task, words, home),
                _ => Err(Wrong::new("expected an array of strings")),
            })
        };
        let usual = Accounts::default();
        let accounts = Accounts {
            create: recipe(Task::Create),
            rename: recipe(Task::Rename),
            delete: recipe(Task::Delete),
            list: recipe(Task::List),
            has_login: recipe(Task::HasLogin),
            ..usual
        };
        let timeout = self.text(Section::Accounts, "timeout", accounts::timeout);
        Accounts {
            timeout: timeout.unwrap_or(accounts.timeout),
            ..accounts
        }
    }

    fn server(&mut self, section: Section) -> ServerReading {
        ServerReading {
            host: self.text(section, "host", value::host),
            port: self.number(section, "port", 65_535),
            tls: self.text(section, "tls", value::tls),
            ca_file: self.path(section, "ca-file"),
            user: self.text(section, "user", value::text),
            mechanism: self.text(section, "mechanism", value::mechanism),
            impersonate: self.text(section, "impersonate", value::impersonate),
            connections: self.number(section, "connections", 32),
            timeout: self.text(section, "timeout", value::duration),
            secret_source: self.secret_source(section),
        }
    }

    fn secret_source(&mut self, section: Section) -> Option<SecretSource> {
        let file = self.path(section, "password-file");
        let command = self.text(section, "password-command", shell_command);
        file.map(SecretSource::File)
            .or(command.map(SecretSource::Command))
    }

    fn path(&mut self, section: Section, name: &'static str) -> Option<PathBuf> {
        let text = self.text(section, name, value::text)?;
        let origin = self.settings.origin(section, name)?;
        Some(resolve(&text, origin, self.home))
    }

    fn number<T: TryFrom<i64>>(&mut self, section: Section, name: &str, max: i64) -> Option<T> {
        self.take(section, name, |value| match value {
            Value::Integer(number) => value::number(*number, 1..=max),
            _ => Err(Wrong::new("expected an integer")),
        })
    }

    fn list<T>(
        &mut self,
        section: Section,
        name: &str,
        parse: impl FnOnce(&[String]) -> Result<T, Wrong>,
    ) -> Option<T> {
        self.take(section, name, |value| match value {
            Value::List(texts) => parse(texts),
            _ => Err(Wrong::new("expected an array of strings")),
        })
    }

    fn text<T>(
        &mut self,
        section: Section,
        name: &str,
        parse: impl FnOnce(&str) -> Result<T, Wrong>,
    ) -> Option<T> {
        self.take(section, name, |value| match value {
            Value::Text(text) => parse(text),
            _ => Err(Wrong::new("expected a string")),
        })
    }

    fn take<T>(
        &mut self,
        section: Section,
        name: &str,
        parse: impl FnOnce(&Value) -> Result<T, Wrong>,
    ) -> Option<T> {
        let key = section.key(name)?;
        let Setting { value, origin } = self.settings.values.get(&key)?;
        match parse(value) {
            Ok(parsed) => Some(parsed),
            Err(Wrong { what, hint }) => {
                let wrong = Wrong::new(format!("{key}: {what}")).maybe_hint(hint);
                self.problems.push(origin, wrong);
                None
            }
        }
    }
}

/// A shell command may span lines; all it must not be is empty or hold NUL.
fn shell_command(text: &str) -> Result<String, Wrong> {
    if text.trim().is_empty() {
        Err(Wrong::new("the value is empty"))
    } else if text.contains('\0') {
        Err(Wrong::new("the value holds a NUL character"))
    } else {
        Ok(text.to_owned())
    }
}

/// `~/` is the home folder; what is relative in a file is relative to that file.
fn resolve(text: &str, origin: &Origin, home: Option<&Path>) -> PathBuf {
    match (text.strip_prefix("~/"), home) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => match origin.folder() {
            Some(folder) => folder.join(text),
            None => PathBuf::from(text),
        },
    }
}

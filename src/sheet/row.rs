//! A row's cells to what it asks for.

use super::cell::Cells;
use super::faults::{Faults, quoted};
use super::paths;
use super::table::Line;
use super::{Column, Reading, Row};
use crate::model::address::MailboxName;
use crate::model::identity::Identity;
use crate::model::level::Levels;
use crate::model::typed;
use crate::model::who::Who;
use crate::model::wish::{Access, AccessWish, Scope, included};

/// What `line` asks for; nothing where something is wrong with it, which is told.
pub(super) fn read(
    line: &Line,
    header: &[Option<Column>],
    reading: Reading,
    faults: &mut Faults,
) -> Option<Row> {
    let cells = Cells::new(line, header, faults)?;
    let mut reader = Reader {
        cells: &cells,
        number: line.number,
        faults,
    };
    // Each is read, so that everything that is wrong is told.
    let mailbox = reader.mailbox(reading.domain);
    let who = reader.who(reading.domain);
    let access = reader.access(reading.levels);
    let folders = reader.folders();
    let identities = Identity::ALL.map(|identity| reader.flag(Column::Identity(identity)));
    let (mailbox, who, access, folders) = (mailbox?, who?, access?, folders?);
    let [send_as, send_on_behalf] = identities;
    let flags = [
        (Identity::SendAs, send_as?),
        (Identity::SendOnBehalf, send_on_behalf?),
    ];
    let wish = reader.wish(who, access, folders, flags)?;
    Some(Row {
        number: line.number,
        cells: cells.kept(),
        mailbox,
        wish,
    })
}

struct Reader<'a, 'f> {
    cells: &'a Cells<'a>,
    number: usize,
    faults: &'f mut Faults,
}

impl Reader<'_, '_> {
    fn mailbox(&mut self, domain: Option<&str>) -> Option<MailboxName> {
        let text = self.needed(Column::Mailbox)?;
        let why = match MailboxName::parse(text, domain) {
            Ok(mailbox) => return Some(mailbox),
            Err(why) => why,
        };
        let what = format!("{} names no mailbox: {why}", quoted(text));
        let hint = "write support@example.com, or set domain in the profile and write support@";
        self.wrong(Column::Mailbox, &what, Some(hint.to_owned()))
    }

    fn who(&mut self, domain: Option<&str>) -> Option<Who> {
        let text = self.needed(Column::Who)?;
        let why = match Who::parse(text, domain) {
            Ok(who) => return Some(who),
            Err(why) => why,
        };
        let what = format!("{} names nobody: {why}", quoted(text));
        let hint = match why {
            crate::model::who::BadWho::Several => {
                "give each person a row of their own; id:… passes exactly this".to_owned()
            }
            why => why.advice(text).unwrap_or_else(|| {
                "write alice, alice@example.com, group:helpdesk, anyone or id:…".to_owned()
            }),
        };
        self.wrong(Column::Who, &what, Some(hint))
    }

    fn access(&mut self, levels: &Levels) -> Option<Access> {
        let level = match self.cells.level(levels) {
            Ok(level) => level,
            Err((what, hint)) => return self.wrong(Column::Level, &what, hint),
        };
        let Some(text) = self.cells.text(Column::Rights) else {
            return Some(level.map_or(Access::Same, Access::Level));
        };
        if level.is_some() {
            return self.wrong(
                Column::Rights,
                "there is a level too: one of the two counts",
                None,
            );
        }
        match typed::rights(text) {
            Ok(rights) => Some(Access::Rights(rights)),
            Err(why) => self.wrong(Column::Rights, &why, None),
        }
    }

    fn folders(&mut self) -> Option<Scope> {
        let recurse = self.flag(Column::Recurse)?;
        let Some(text) = self.cells.text(Column::Folders) else {
            if recurse.is_some() {
                return self.wrong(Column::Recurse, "no folders are named", None);
            }
            return Some(Scope::Every);
        };
        match paths::split(text) {
            Ok(paths) => Some(Scope::Folders {
                paths,
                recurse: recurse.unwrap_or(true),
            }),
            Err(why) => {
                let hint = "write Archive/2025|Sent; a | in a name is written ||";
                self.wrong(Column::Folders, why, Some(hint.to_owned()))
            }
        }
    }

    fn flag(&mut self, column: Column) -> Option<Option<bool>> {
        match self.cells.flag(column) {
            Ok(flag) => Some(flag),
            Err(what) => self.wrong(column, &what, None),
        }
    }

    fn wish(
        &mut self,
        who: Who,
        access: Access,
        folders: Scope,
        flags: [(Identity, Option<bool>); 2],
    ) -> Option<AccessWish> {
        let given = |flag: Option<bool>| flags.into_iter().filter(move |(_, given)| *given == flag);
        let give: Vec<Identity> = given(Some(true)).map(|(identity, _)| identity).collect();
        if access == Access::Same && (give.is_empty() || folders != Scope::Every) {
            let what = if give.is_empty() {
                "nothing is given"
            } else {
                "folders are named, and no level to give there"
            };
            let hint = "name a level or rights, or say yes under send-as or send-on-behalf";
            self.faults.in_row(self.number, what, Some(hint.to_owned()));
            return None;
        }
        let open: Vec<Identity> = given(None).map(|(identity, _)| identity).collect();
        let mut include = included(access, &folders);
        include.retain(|identity| open.contains(identity));
        Some(AccessWish {
            who: vec![who],
            access,
            folders,
            give,
            include,
            take: Vec::new(),
        })
    }

    fn needed(&mut self, column: Column) -> Option<&str> {
        match self.cells.text(column) {
            Some(text) => Some(text),
            None => self.wrong(column, "it is empty", None),
        }
    }

    fn wrong<T>(&mut self, column: Column, what: &str, hint: Option<String>) -> Option<T> {
        self.faults.in_cell(self.number, column, what, hint);
        None
    }
}

//! A row: one verb, how it is typed, what it needs, and what must be seen afterwards.

use super::situation::Situation;
use super::world::{FEW, FOLDERS, IDENTITIES, World};

/// What must be seen after a run. Built with the functions of the same names.
#[derive(Clone, Debug, Default)]
pub struct Expect {
    /// The exit codes that are right.
    pub codes: Vec<i32>,
    /// What must have changed: lines such as `+ entry dave lrs on team *`.
    pub must: Vec<String>,
    /// What may have changed besides.
    pub may: Vec<String>,
    /// Everything of this mailbox may have changed besides.
    pub may_touch: Vec<String>,
    /// Everything of a folder that begins like this may have changed besides: `team Archive/x`.
    pub may_below: Vec<String>,
    /// Words that must be said.
    pub says: Vec<String>,
    /// Words that must be said where it ends with 0.
    pub whole: Vec<String>,
    /// Words that must not be said.
    pub not: Vec<String>,
    /// What is closed where it is told as closed.
    pub closed: Option<Closed>,
}

/// Mailboxes of which somebody opens nothing any more, where a run says that it is so.
#[derive(Clone, Debug)]
pub struct Closed {
    /// The logical name.
    pub who: String,
    /// How words call the person.
    pub login: String,
    /// Logical names, and the addresses that words tell.
    pub mailboxes: Vec<(String, String)>,
}

/// Makes an expectation, or alters the usual one of a situation.
type Alter = Box<dyn Fn(Expect, &World) -> Expect + Send + Sync>;

/// Brings about what a row needs, behind sharemail's back.
type Need = fn(&World);

/// One verb.
pub struct Row {
    /// How cells are called.
    pub name: &'static str,
    /// What is typed, with `{team}`, `{carol}` and the like.
    pub typed: &'static str,
    /// What is typed beforehand and must succeed; `> FILE` keeps the output.
    pub first: Vec<&'static str>,
    /// Files in the folder where it runs, with placeholders too.
    pub files: Vec<(&'static str, &'static str)>,
    /// Files in which the mailbox is another one too, where `first` has written them.
    pub rewritten: Vec<&'static str>,
    /// What else must be there.
    pub need: Option<Need>,
    /// What must have been tried before, however it ended.
    pub tried: Option<&'static str>,
    /// What must be there after that.
    pub then: Option<Need>,
    plain: Expect,
    alters: Vec<(Option<Situation>, Alter)>,
}

/// A verb that is done with 0 and changes nothing.
pub fn row(name: &'static str, typed: &'static str) -> Row {
    Row {
        name,
        typed,
        first: Vec::new(),
        files: Vec::new(),
        rewritten: Vec::new(),
        need: None,
        tried: None,
        then: None,
        plain: Expect {
            codes: vec![0],
            ..Expect::default()
        },
        alters: Vec::new(),
    }
}

impl Row {
    /// It ends with this code.
    pub fn code(mut self, code: i32) -> Row {
        self.plain.codes = vec![code];
        self
    }

    /// It changes exactly this.
    pub fn changes(mut self, lines: &[&str]) -> Row {
        self.plain.must.extend(owned(lines));
        self
    }

    /// It says this.
    pub fn says(mut self, words: &[&str]) -> Row {
        self.plain.says.extend(owned(words));
        self
    }

    /// It does not say this.
    pub fn says_not(mut self, words: &[&str]) -> Row {
        self.plain.not.extend(owned(words));
        self
    }

    /// Where it is told as done, this person opens nothing of these mailboxes.
    pub fn closes(mut self, who: &str, mailboxes: &[&str]) -> Row {
        let mailboxes = mailboxes.iter();
        let mailboxes = mailboxes.map(|name| ((*name).to_owned(), format!("{{{name}}}")));
        self.plain.closed = Some(Closed {
            who: who.to_owned(),
            login: format!("{{{who}}}"),
            mailboxes: mailboxes.collect(),
        });
        self
    }

    /// This is typed first.
    pub fn first(mut self, typed: &'static str) -> Row {
        self.first.push(typed);
        self
    }

    /// This file lies there.
    pub fn file(mut self, name: &'static str, text: &'static str) -> Row {
        self.files.push((name, text));
        self
    }

    /// This file names the mailbox too.
    pub fn rewritten(mut self, name: &'static str) -> Row {
        self.rewritten.push(name);
        self
    }

    /// This has to be so before.
    pub fn need(mut self, need: Need) -> Row {
        self.need = Some(need);
        self
    }

    /// This has been tried before, and this is so since.
    pub fn tried(mut self, typed: &'static str, then: Need) -> Row {
        self.tried = Some(typed);
        self.then = Some(then);
        self
    }

    /// In this situation something else is right.
    pub fn when(
        mut self,
        situation: Situation,
        alter: impl Fn(Expect) -> Expect + Send + Sync + 'static,
    ) -> Row {
        let alter = move |expect, _: &World| alter(expect);
        self.alters.push((Some(situation), Box::new(alter)));
        self
    }

    /// In this situation something else is right on some set-ups.
    pub fn when_on(
        mut self,
        situation: Situation,
        where_: fn(&World) -> bool,
        alter: impl Fn(Expect) -> Expect + Send + Sync + 'static,
    ) -> Row {
        self.alter(Some(situation), where_, alter);
        self
    }

    /// In every situation something else is right on some set-ups.
    pub fn on(
        mut self,
        where_: fn(&World) -> bool,
        alter: impl Fn(Expect) -> Expect + Send + Sync + 'static,
    ) -> Row {
        self.alter(None, where_, alter);
        self
    }

    fn alter(
        &mut self,
        situation: Option<Situation>,
        where_: fn(&World) -> bool,
        alter: impl Fn(Expect) -> Expect + Send + Sync + 'static,
    ) {
        let alter = move |expect, world: &World| match where_(world) {
            true => alter(expect),
            false => expect,
        };
        self.alters.push((situation, Box::new(alter)));
    }

    /// Whether it names the mailbox.
    pub fn names(&self, placeholder: &str) -> bool {
        let files = self.files.iter().map(|(_, text)| *text);
        let mut texts = files.chain([self.typed]);
        texts.any(|text| text.contains(placeholder)) || !self.rewritten.is_empty()
    }

    /// Whether something of its own has to be there before.
    pub fn prepares(&self) -> bool {
        self.need.is_some() || self.tried.is_some() || !self.first.is_empty()
    }

    /// What is right there, placeholders filled in.
    pub fn expect(&self, world: &World, situation: Situation) -> Expect {
        let mut plain = self.plain.clone();
        for (_, alter) in self.alters.iter().filter(|(when, _)| when.is_none()) {
            plain = alter(plain, world);
        }
        let mut expect = situation.usual(self, plain);
        for (when, alter) in &self.alters {
            if *when == Some(situation) {
                expect = alter(expect, world);
            }
        }
        if let Some(closed) = &mut expect.closed {
            closed.login = situation.fill(world, &closed.login);
            for (_, address) in &mut closed.mailboxes {
                *address = situation.fill(world, address);
            }
        }
        Expect {
            must: expand(world, &expect.must),
            may: expand(world, &expect.may),
            says: fill_all(world, situation, &expect.says),
            whole: fill_all(world, situation, &expect.whole),
            not: fill_all(world, situation, &expect.not),
            ..expect
        }
    }
}

impl Expect {
    /// Whether nothing may change, and nothing else hangs on what there is afterwards.
    pub fn is_quiet(&self) -> bool {
        let lists = [&self.must, &self.may, &self.may_touch, &self.may_below];
        lists.iter().all(|list| list.is_empty()) && self.closed.is_none()
    }

    /// These codes are right in place of the usual ones.
    pub fn codes(mut self, codes: &[i32]) -> Expect {
        self.codes = codes.to_vec();
        self
    }

    /// This must change and nothing else.
    pub fn changes(mut self, lines: &[&str]) -> Expect {
        self.must = owned(lines);
        self
    }

    /// This may change too.
    pub fn may(mut self, lines: &[&str]) -> Expect {
        self.may.extend(owned(lines));
        self
    }

    /// This must be said, and nothing else.
    pub fn says(mut self, words: &[&str]) -> Expect {
        self.says = owned(words);
        self
    }

    /// This may be said.
    pub fn may_say(mut self, words: &str) -> Expect {
        self.not.retain(|not| not != words);
        self
    }

    /// This must not be said either.
    pub fn not(mut self, words: &[&str]) -> Expect {
        self.not.extend(owned(words));
        self
    }
}

fn owned(lines: &[&str]) -> Vec<String> {
    lines.iter().map(|line| (*line).to_owned()).collect()
}

fn fill_all(world: &World, situation: Situation, texts: &[String]) -> Vec<String> {
    let texts = texts.iter();
    texts.map(|text| situation.fill(world, text)).collect()
}

/// `*` is every mail folder, `holds` an entry and what it shows, `owned` what an owner has from the
/// server, `{all}` all rights.
fn expand(world: &World, lines: &[String]) -> Vec<String> {
    let mut all = Vec::new();
    for line in lines {
        let line = line.replace("{all}", world.setup.all());
        let folders: Vec<String> = match line.strip_suffix(" *") {
            None => vec![line.clone()],
            Some(start) => {
                let mailbox = start.rsplit(' ').next().unwrap_or_default();
                let folders: &[&str] = match mailbox {
                    "team" | "crew" => &FOLDERS,
                    _ => &FEW,
                };
                folders
                    .iter()
                    .map(|folder| format!("{start} {folder}"))
                    .collect()
            }
        };
        for line in folders {
            if let Some((_, place)) = line.split_once("+ owned ") {
                all.extend(owner(world, place).map(|entry| format!("+ {entry}")));
                continue;
            }
            match line.split_once(" holds ") {
                None => all.push(line),
                Some((sign, rest)) => {
                    let seen = match IDENTITIES.iter().any(|folder| rest.ends_with(folder)) {
                        true => "sees",
                        false => "opens",
                    };
                    all.push(format!("{sign} entry {rest}"));
                    all.push(format!("{sign} {seen} {rest}"));
                }
            }
        }
    }
    all
}

/// What the server gives the owner of a mailbox on each folder.
fn owner(world: &World, place: &str) -> Option<String> {
    let owner = place.split(' ').next()?;
    let all = world.setup.all();
    Some(format!("entry {owner} {all} on {place}"))
}

/// The words of a command line: `'two words'` are one.
pub fn words(typed: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for character in typed.chars() {
        match character {
            '\'' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            other => words.last_mut().unwrap().push(other),
        }
    }
    words
}

//! The provider's own programs, which make, rename, remove and list accounts: IMAP cannot.
//!
//! A program is given as a list of arguments, and started without a shell. What stands in for a
//! mailbox is put into the arguments as it is, so it holds nothing but letters, digits and a few marks:
//! it can neither become an option or a path, nor end a quoted text of whatever language the program
//! hands it to.

use super::duration;
use super::problem::{Wrong, quoted};
use crate::model::address::Address;
use crate::model::command::word;
use crate::model::home::{Bare, Home};
use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long a program may take where the profile does not say.
const DEADLINE: Duration = Duration::from_secs(60);

/// No program is given more arguments.
const MOST_ARGUMENTS: usize = 64;

/// No argument needs to be longer, in bytes.
const LONGEST: usize = 4096;

/// What a profile says of the programs for accounts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accounts {
    /// Makes an account.
    pub create: Option<Recipe>,
    /// Gives an account another name.
    pub rename: Option<Recipe>,
    /// Removes an account, with its mail.
    pub delete: Option<Recipe>,
    /// Prints the address of every shared mailbox, one a line.
    pub list: Option<Recipe>,
    /// Ends with 0 where an account has a login of its own, with 1 where it has none.
    pub has_login: Option<Recipe>,
    /// How long each of them may take.
    pub timeout: Duration,
}

impl Default for Accounts {
    fn default() -> Self {
        Self {
            create: None,
            rename: None,
            delete: None,
            list: None,
            has_login: None,
            timeout: DEADLINE,
        }
    }
}

/// What a program is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Task {
    /// It makes an account.
    Create,
    /// It gives an account another name.
    Rename,
    /// It removes an account.
    Delete,
    /// It tells every account that is a shared mailbox.
    List,
    /// It tells whether an account has a login of its own.
    HasLogin,
}

/// A program with its arguments, in which a mailbox is still to be named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipe {
    program: PathBuf,
    arguments: Vec<Vec<Part>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Literal(String),
    Address,
    Local,
    Domain,
    To,
    ToLocal,
    ToDomain,
}

/// The placeholders, by the names that stand between their braces.
const PLACEHOLDERS: [(&str, Part); 6] = [
    ("address", Part::Address),
    ("local", Part::Local),
    ("domain", Part::Domain),
    ("to", Part::To),
    ("to-local", Part::ToLocal),
    ("to-domain", Part::ToDomain),
];

/// A program with all its arguments, ready to be run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The program: a whole path, or a name that is looked for in `PATH`.
    pub program: PathBuf,
    /// Its arguments.
    pub arguments: Vec<String>,
}

/// Why no program is run for a mailbox of this name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// It has no domain, and the profile names none.
    NoDomain,
    /// It holds this character.
    Character(char),
    /// It begins, ends or goes on as no address does: this part of it.
    Form(String),
    /// The program is told only what stands before the @, which would name a mailbox of another
    /// domain.
    Domainless(String),
}

impl Task {
    /// All of them.
    pub const ALL: [Task; 5] = [
        Task::Create,
        Task::Rename,
        Task::Delete,
        Task::List,
        Task::HasLogin,
    ];

    /// The key that names its program.
    pub const fn key(self) -> &'static str {
        match self {
            Task::Create => "create",
            Task::Rename => "rename",
            Task::Delete => "delete",
            Task::List => "list",
            Task::HasLogin => "has-login",
        }
    }

    /// What its arguments may hold.
    fn takes(self, part: &Part) -> bool {
        match part {
            Part::Literal(_) => true,
            Part::Address | Part::Local | Part::Domain => self != Task::List,
            Part::To | Part::ToLocal | Part::ToDomain => self == Task::Rename,
        }
    }
}

impl Accounts {
    /// The program for `task`, where the profile names one.
    pub fn recipe(&self, task: Task) -> Option<&Recipe> {
        match task {
            Task::Create => self.create.as_ref(),
            Task::Rename => self.rename.as_ref(),
            Task::Delete => self.delete.as_ref(),
            Task::List => self.list.as_ref(),
            Task::HasLogin => self.has_login.as_ref(),
        }
    }

    /// Whether it names any program.
    pub fn is_empty(&self) -> bool {
        Task::ALL.iter().all(|task| self.recipe(*task).is_none())
    }
}

impl Recipe {
    /// Reads the program of `task` and its arguments; `home` is what `~` stands for.
    pub(super) fn parse(task: Task, words: &[String], home: Option<&Path>) -> Result<Self, Wrong> {
        let Some((program, arguments)) = words.split_first() else {
            return Err(Wrong::new("the list is empty")
                .hint("its first word is the program, by its whole path"));
        };
        if arguments.len() > MOST_ARGUMENTS {
            return Err(Wrong::new(format!("more than {MOST_ARGUMENTS} arguments")));
        }
        let program = program_at(program, home)?;
        let arguments = arguments.iter().map(|argument| parts(argument));
        let arguments: Vec<Vec<Part>> = arguments.collect::<Result<_, _>>()?;
        let recipe = Self { program, arguments };
        recipe.suits(task)?;
        Ok(recipe)
    }

    /// The program: a whole path, or a name that is looked for in `PATH`.
    pub fn program(&self) -> &Path {
        &self.program
    }

    fn suits(&self, task: Task) -> Result<(), Wrong> {
        if let Some(part) = self.parts().find(|part| !task.takes(part)) {
            let what = format!("{part} means nothing here");
            return Err(Wrong::new(what));
        }
        let names =
            |one: &Part, other: &Part| self.parts().any(|part| part == one || part == other);
        let lacking = match task {
            Task::List => None,
            _ if !names(&Part::Address, &Part::Local) => Some("{address}"),
            Task::Rename if !names(&Part::To, &Part::ToLocal) => Some("{to}"),
            _ => None,
        };
        match lacking {
            None => Ok(()),
            Some(lacking) => Err(Wrong::new(format!(
                "{lacking} is missing: the program would not know which mailbox is meant"
            ))),
        }
    }

    fn parts(&self) -> impl Iterator<Item = &Part> {
        self.arguments.iter().flatten()
    }

    /// The call for the mailbox called `address`, and for a renaming the one that it is to be called.
    ///
    /// # Errors
    /// Where a name is not fit to be told to a program.
    pub fn fill(
        &self,
        address: &Address,
        to: Option<&Address>,
        home: &Home,
    ) -> Result<Call, Unfit> {
        let whole =
            |whole: &Part, domain: &Part| self.parts().any(|part| part == whole || part == domain);
        let name = Name::of(address, home, whole(&Part::Address, &Part::Domain))?;
        let to = to
            .map(|to| Name::of(to, home, whole(&Part::To, &Part::ToDomain)))
            .transpose()?;
        let to = to.as_ref();
        let text = |part: &Part| match part {
            Part::Literal(text) => text.clone(),
            Part::Address => name.address.clone(),
            Part::Local => name.local.clone(),
            Part::Domain => name.domain.clone(),
            Part::To => to.map(|to| to.address.clone()).unwrap_or_default(),
            Part::ToLocal => to.map(|to| to.local.clone()).unwrap_or_default(),
            Part::ToDomain => to.map(|to| to.domain.clone()).unwrap_or_default(),
        };
        Ok(self.with(text))
    }

    /// The call that names no mailbox.
    pub fn plain(&self) -> Call {
        self.with(|part| match part {
            Part::Literal(text) => text.clone(),
            _ => String::new(),
        })
    }

    fn with(&self, text: impl Fn(&Part) -> String) -> Call {
        let filled = |parts: &Vec<Part>| parts.iter().map(&text).collect();
        Call {
            program: self.program.clone(),
            arguments: self.arguments.iter().map(filled).collect(),
        }
    }
}

/// A mailbox as a program may be told it.
struct Name {
    address: String,
    local: String,
    domain: String,
}

impl Name {
    /// `address`, where it is fit; one whose domain the program is not told must be of `home`.
    fn of(address: &Address, home: &Home, domain_is_told: bool) -> Result<Self, Unfit> {
        let local = address.local();
        let domain = address.domain().or(home.domain()).ok_or(Unfit::NoDomain)?;
        check(local, domain)?;
        let name = Self {
            address: format!("{local}@{domain}"),
            local: local.to_owned(),
            domain: domain.to_owned(),
        };
        if !domain_is_told && address.domain().is_some() && home.bare(address) != Bare::Its {
            return Err(Unfit::Domainless(name.address));
        }
        Ok(name)
    }
}

/// Whether both parts of an address can stand in any argument of any program.
fn check(local: &str, domain: &str) -> Result<(), Unfit> {
    let is_local = |c: char| c.is_alphanumeric() || "._-+".contains(c);
    let is_domain = |c: char| c.is_alphanumeric() || ".-".contains(c);
    let odd = local.chars().find(|c| !is_local(*c));
    let odd = odd.or_else(|| domain.chars().find(|c| !is_domain(*c)));
    if let Some(c) = odd {
        return Err(Unfit::Character(c));
    }
    let begins = |c: char| c.is_alphanumeric() || c == '_';
    let parts = local.split('.').chain(domain.split('.'));
    let mut bad = parts.filter(|part| part.is_empty() || part.starts_with('-'));
    let first = local.chars().next();
    if !first.is_some_and(begins) {
        return Err(Unfit::Form(local.to_owned()));
    }
    match bad.next() {
        Some(_) => Err(Unfit::Form(format!("{local}@{domain}"))),
        None => Ok(()),
    }
}

/// The program itself: by its whole path, below the home folder, or by a name for `PATH`.
fn program_at(given: &str, home: Option<&Path>) -> Result<PathBuf, Wrong> {
    let text = super::value::text(given)?;
    if text.contains(['{', '}']) {
        return Err(Wrong::new("the program itself is no place for a mailbox"));
    }
    if let Some(rest) = text.strip_prefix("~/") {
        let home = home.unwrap_or(Path::new("~"));
        return Ok(home.join(rest));
    }
    let path = PathBuf::from(&text);
    if path.is_absolute() || path.components().count() == 1 && !text.contains(['/', '\\']) {
        if text.starts_with('-') || text == "." || text == ".." {
            return Err(Wrong::new(format!("{} is no program", quoted(&text))));
        }
        return Ok(path);
    }
    let what = format!("{} depends on the folder that it is run in", quoted(&text));
    Err(Wrong::new(what)
        .hint("write its whole path, or its name alone, which is looked for in PATH"))
}

/// One argument, taken apart; a brace itself is written twice.
fn parts(argument: &str) -> Result<Vec<Part>, Wrong> {
    if argument.len() > LONGEST {
        return Err(Wrong::new(format!("an argument exceeds {LONGEST} bytes")));
    }
    if let Some(c) = argument.chars().find(|c| c.is_control()) {
        let name = c.escape_unicode();
        let what = format!("an argument holds the control character {name}");
        return Err(Wrong::new(what));
    }
    let alone = || {
        let what = format!("a brace in {} has no partner", quoted(argument));
        Wrong::new(what).hint("a brace itself is written twice: {{ or }}")
    };
    let (mut parts, mut literal) = (Vec::new(), String::new());
    let mut rest = argument;
    while let Some(at) = rest.find(['{', '}']) {
        literal.push_str(&rest[..at]);
        let brace = &rest[at..=at];
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix(brace) {
            literal.push_str(brace);
            rest = after;
            continue;
        }
        let (name, after) = match (brace, rest.split_once('}')) {
            ("{", Some(found)) => found,
            _ => return Err(alone()),
        };
        let known = PLACEHOLDERS.into_iter().find(|(known, _)| *known == name);
        let Some((_, part)) = known else {
            let what = format!("{} is no placeholder", quoted(&format!("{{{name}}}")));
            let hint = "there are {address}, {local}, {domain}, and for rename {to}, {to-local}, \
                        {to-domain}; a brace itself is written twice: {{ or }}";
            return Err(Wrong::new(what).hint(hint));
        };
        if !literal.is_empty() {
            parts.push(Part::Literal(std::mem::take(&mut literal)));
        }
        parts.push(part);
        rest = after;
    }
    literal.push_str(rest);
    if !literal.is_empty() {
        parts.push(Part::Literal(literal));
    }
    Ok(parts)
}

/// How long a program may take.
pub(super) fn timeout(given: &str) -> Result<Duration, Wrong> {
    duration::parse(given).map_err(|why| Wrong::new(format!("{} {why}", quoted(given))))
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match PLACEHOLDERS.iter().find(|(_, part)| part == self) {
            Some((name, _)) => write!(f, "{{{name}}}"),
            None => f.write_str("a text"),
        }
    }
}

impl fmt::Display for Call {
    /// As a shell would have to be told it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&word(&self.program.display().to_string()))?;
        self.arguments
            .iter()
            .try_for_each(|argument| write!(f, " {}", word(argument)))
    }
}

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unfit::NoDomain => f.write_str("it has no domain, and the profile names none"),
            Unfit::Character(c) => write!(
                f,
                "it holds {:?}, and a program is told letters, digits and . _ - + alone",
                c
            ),
            Unfit::Form(part) => write!(
                f,
                "{part:?} could be taken for an option or a path: no part of it may be empty or begin \
                 with a mark"
            ),
            Unfit::Domainless(address) => write!(
                f,
                "the program is told only what stands before the @, and {address} is of another \
                 domain than the profile's"
            ),
        }
    }
}

impl std::error::Error for Unfit {}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn words(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    fn recipe(task: Task, given: &[&str]) -> Result<Recipe, String> {
        Recipe::parse(task, &words(given), None).map_err(|wrong| wrong.what)
    }

    fn address(text: &str) -> Address {
        Address::parse(text, Some("x.test")).unwrap()
    }

    fn call(task: Task, given: &[&str], name: &str, to: Option<&str>) -> Result<String, Unfit> {
        let home = Home::new(Some("x.test"));
        let to = to.map(address);
        let recipe = recipe(task, given).unwrap();
        let call = recipe.fill(&address(name), to.as_ref(), &home)?;
        Ok(call.to_string())
    }

    #[test]
    fn placeholders_are_filled_wherever_they_stand() {
        let given = ["/bin/mk", "--user={local}", "{domain}", "{address}", "a b"];
        assert_eq!(
            call(Task::Create, &given, "support@", None).unwrap(),
            "/bin/mk --user=support x.test support@x.test 'a b'"
        );
        let given = ["mv", "{address}", "{to}", "{to-local}/{to-domain}"];
        assert_eq!(
            call(Task::Rename, &given, "a@", Some("b@y.test")).unwrap(),
            "mv a@x.test b@y.test b/y.test"
        );
        let given = ["/bin/mk", "{{\"name\": \"{address}\"}}"];
        assert_eq!(
            call(Task::Create, &given, "a@", None).unwrap(),
            "/bin/mk '{\"name\": \"a@x.test\"}'"
        );
    }

    #[test]
    fn what_cannot_be_a_recipe_is_refused() {
        let create = |given: &[&str]| recipe(Task::Create, given).unwrap_err();
        assert_eq!(create(&[]), "the list is empty");
        assert!(
            create(&["bin/mk", "{address}"]).ends_with("depends on the folder that it is run in")
        );
        assert!(
            create(&["./mk", "{address}"]).ends_with("depends on the folder that it is run in")
        );
        assert_eq!(create(&["-mk", "{address}"]), "\"-mk\" is no program");
        assert_eq!(create(&["", "{address}"]), "the value is empty");
        assert_eq!(
            create(&["/{local}", "{address}"]),
            "the program itself is no place for a mailbox"
        );
        assert!(create(&["/mk"]).starts_with("{address} is missing"));
        assert!(create(&["/mk", "{domain}"]).starts_with("{address} is missing"));
        assert_eq!(
            create(&["/mk", "{address}", "{to}"]),
            "{to} means nothing here"
        );
        assert_eq!(create(&["/mk", "{name}"]), "\"{name}\" is no placeholder");
        for lone in ["{address", "address}", "{", "a}b", "{{}"] {
            assert!(create(&["/mk", lone]).ends_with("has no partner"), "{lone}");
        }
        assert!(create(&["/mk", "{address}\n"]).contains("control character"));
        let rename = recipe(Task::Rename, &["/mv", "{address}"]).unwrap_err();
        assert!(rename.starts_with("{to} is missing"));
        let list = recipe(Task::List, &["/ls", "{domain}"]).unwrap_err();
        assert_eq!(list, "{domain} means nothing here");
        assert!(recipe(Task::List, &["/ls"]).is_ok());
    }

    #[test]
    fn no_name_becomes_an_option_a_path_or_the_end_of_a_text() {
        let told = |name: &str| call(Task::Create, &["/mk", "{local}", "{address}"], name, None);
        for bad in [
            "-x@",
            "--help@",
            ".@",
            "..@",
            ".a@",
            "a.@",
            "a..b@",
            "+x@",
            "a@-b.test",
            "a@b..test",
            "a@b.-c",
            "a.-b@",
        ] {
            assert!(matches!(told(bad), Err(Unfit::Form(_))), "{bad}");
        }
        for bad in [
            "a/../b@",
            "a\\b@",
            "o'brien@",
            "a\"b@",
            "a:b@",
            "a;b@",
            "a b@",
            "a`b@",
            "a$b@",
            "a*@",
            "a=b@",
            "a%b@",
            "a,b@",
            "a|b@",
            "a@b@",
            "a@[1.2.3.4]",
            "a@b/c",
            "a&b@",
            "~a@",
            "#a@",
            "{to}@",
            "a@b_c",
        ] {
            assert!(matches!(told(bad), Err(Unfit::Character(_))), "{bad}");
        }
        for good in [
            "support@",
            "a.b-c_d+e@",
            "m\u{fc}ller@b\u{fc}ro.test",
            "_a@",
            "1@",
            "A@B.C",
        ] {
            assert!(told(good).is_ok(), "{good}");
        }
    }

    #[test]
    fn a_bare_name_is_never_told_for_a_mailbox_of_another_domain() {
        let bare = ["/mk", "{local}"];
        assert!(call(Task::Create, &bare, "a@x.test", None).is_ok());
        let refused = call(Task::Create, &bare, "a@y.test", None);
        assert_eq!(refused, Err(Unfit::Domainless("a@y.test".to_owned())));
        assert!(
            call(
                Task::Create,
                &["/mk", "{local}", "{domain}"],
                "a@y.test",
                None
            )
            .is_ok()
        );
        let bare = ["/mv", "{address}", "{to-local}"];
        let refused = call(Task::Rename, &bare, "a@", Some("b@y.test"));
        assert_eq!(refused, Err(Unfit::Domainless("b@y.test".to_owned())));
    }

    proptest! {
        #[test]
        fn no_argument_of_a_call_is_anything_but_what_was_written(name in "\\PC{1,12}") {
            let home = Home::new(Some("x.test"));
            let recipe = recipe(Task::Create, &["/mk", "{local}", "n={address}"]).unwrap();
            if let Ok(address) = Address::parse(&name, Some("x.test"))
                && let Ok(call) = recipe.fill(&address, None, &home)
            {
                let [local, whole] = call.arguments.as_slice() else {
                    panic!("{call:?}");
                };
                prop_assert!(!local.starts_with(['-', '.', '+']));
                prop_assert!(whole.starts_with("n="));
                let odd = |c: char| c.is_control() || "/\\'\"`$;:&|<>(){}[]*?~#%,= \t".contains(c);
                prop_assert!(!local.contains(odd));
            }
        }

        #[test]
        fn no_text_panics(given in proptest::collection::vec("[{}a-z/~.\\-\u{e9}\n]{0,8}", 0..4)) {
            for task in Task::ALL {
                let _ = Recipe::parse(task, &given, None);
            }
        }
    }
}

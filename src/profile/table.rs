//! The tables of the configuration file: TOML in, the settings of every profile out, each with
//! its line and column.

use super::key::{Key, Kind, Section};
use super::origin::{Origin, Source};
use super::problem::{Problems, Wrong, quoted};
use super::reading::read;
use super::setting::{Setting, Settings, Value};
use super::value::{did_you_mean, level_name};
use crate::error::Result;
use crate::model::near::nearest;
use crate::nesting;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;
use std::rc::Rc;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Names under which people try to write a password down.
const LITERAL_SECRETS: &[&str] = &["password", "passwd", "pass", "secret", "token"];

/// What the file says, each value right by itself.
#[derive(Debug, Default)]
pub(super) struct Config {
    pub(super) default: Option<String>,
    pub(super) profiles: BTreeMap<String, Settings>,
}

/// Reads `text`, which stands in the file at `path`.
pub(super) fn parse(path: &Path, text: String) -> Result<Config> {
    let path = path.to_owned();
    let source = Rc::new(Source { path, text });
    let mut parser = Parser {
        source: &source,
        problems: Problems::default(),
    };
    if let Err(unfit) = nesting::toml(&source.text) {
        let wrong = Wrong::new(unfit.to_string()).maybe_hint(unfit.hint());
        parser.problem(unfit.at(), wrong);
        parser.problems.into_result()?;
        return Ok(Config::default());
    }
    let config = match DeTable::parse(&source.text) {
        Ok(root) => parser.root(root.get_ref()),
        Err(error) => {
            let span = error.span().unwrap_or_default();
            let what = error.message().replace('\n', " ");
            parser.problem(span.start, Wrong::new(what));
            Config::default()
        }
    };
    parser.problems.into_result()?;
    Ok(config)
}

struct Parser<'a> {
    source: &'a Rc<Source>,
    problems: Problems,
}

impl Parser<'_> {
    fn root(&mut self, root: &DeTable<'_>) -> Config {
        let mut config = Config::default();
        let mut default = None;
        for (key, value) in root {
            match (key.get_ref().as_ref(), value.get_ref()) {
                ("default-profile", DeValue::String(name)) => default = Some((name, value)),
                ("profile", DeValue::Table(profiles)) => config.profiles = self.profiles(profiles),
                ("default-profile", other) => {
                    self.type_error(value, "default-profile", "a string", other)
                }
                ("profile", other) => self.type_error(value, "profile", "a table", other),
                (name, _) => {
                    let near = nearest(name, ["default-profile", "profile"]).map(did_you_mean);
                    let what = format!("unknown key {} at the top of the file", quoted(name));
                    self.problem(key.span().start, Wrong::new(what).maybe_hint(near));
                }
            }
        }
        if let Some((name, value)) = default {
            config.default = Some(name.to_string());
            self.check_default(name, value, &config.profiles);
        }
        config
    }

    fn check_default<T>(
        &mut self,
        name: &str,
        at: &Spanned<T>,
        known: &BTreeMap<String, Settings>,
    ) {
        if known.contains_key(name) {
            return;
        }
        let near = nearest(name, known.keys().map(String::as_str)).map(did_you_mean);
        let what = format!(
            "default-profile names {}, which does not exist",
            quoted(name)
        );
        self.problem(at.span().start, Wrong::new(what).maybe_hint(near));
    }

    fn profiles(&mut self, table: &DeTable<'_>) -> BTreeMap<String, Settings> {
        let mut profiles = BTreeMap::new();
        for (key, value) in table {
            let name = key.get_ref();
            let label = format!("profile.{name}");
            if name.is_empty() || name.chars().any(char::is_control) {
                let what = "a profile needs a name without control characters";
                self.problem(key.span().start, Wrong::new(what));
            }
            match value.get_ref() {
                DeValue::Table(table) => {
                    let mut settings = Settings::default();
                    self.open_section(&mut settings, Section::Profile, key);
                    self.section(&mut settings, Section::Profile, &label, table);
                    read(&settings, None, &mut self.problems);
                    profiles.insert(name.to_string(), settings);
                }
                other => self.type_error(value, &label, "a table", other),
            }
        }
        profiles
    }

    fn open_section<T>(&self, settings: &mut Settings, section: Section, at: &Spanned<T>) {
        let origin = Origin::file(self.source, at.span());
        settings.sections.insert(section, origin);
    }

    fn section(
        &mut self,
        settings: &mut Settings,
        section: Section,
        label: &str,
        table: &DeTable<'_>,
    ) {
        for (spanned, value) in table {
            let name = spanned.get_ref().as_ref();
            if let Some(inner) = inner_table(section, name) {
                let label = format!("{label}.{name}");
                match value.get_ref() {
                    DeValue::Table(table) => {
                        self.open_section(settings, inner, spanned);
                        self.section(settings, inner, &label, table);
                    }
                    other => self.type_error(value, &label, "a table", other),
                }
            } else if let Some(key) = section.key(name) {
                if let Some(given) = self.value(key, value) {
                    settings.insert(key, given, Origin::file(self.source, spanned.span()));
                }
            } else if section == Section::Levels && is_free(name) {
                self.own_level(settings, spanned, value);
            } else {
                self.problem(spanned.span().start, unknown(section, label, name));
            }
        }
    }

    /// A level that the profile makes up: `editor = "lrswipte"`.
    fn own_level(
        &mut self,
        settings: &mut Settings,
        name: &Spanned<Cow<'_, str>>,
        value: &Spanned<DeValue<'_>>,
    ) {
        let level = match level_name(name.get_ref()) {
            Ok(level) => level,
            Err(wrong) => return self.problem(name.span().start, wrong),
        };
        match value.get_ref() {
            DeValue::String(text) => {
                let value = Value::Text(text.to_string());
                let origin = Origin::file(self.source, name.span());
                settings.levels.insert(level, Setting { value, origin });
            }
            other => self.type_error(value, &format!("levels.{level}"), "a string", other),
        }
    }

    fn value(&mut self, key: Key, value: &Spanned<DeValue<'_>>) -> Option<Value> {
        match (key.kind(), value.get_ref()) {
            (Kind::Text | Kind::Switch, DeValue::String(text)) => {
                Some(Value::Text(text.to_string()))
            }
            (Kind::Switch, DeValue::Boolean(on)) => Some(Value::Text(on.to_string())),
            (Kind::Integer, DeValue::Integer(number)) => {
                match i64::from_str_radix(number.as_str(), number.radix()) {
                    Ok(number) => Some(Value::Integer(number)),
                    Err(_) => {
                        let what = format!("{key}: the number is too large");
                        self.problem(value.span().start, Wrong::new(what));
                        None
                    }
                }
            }
            (Kind::List | Kind::Program, DeValue::Array(items)) => {
                let texts = items.iter().map(|item| self.item(key, item));
                texts.collect::<Option<Vec<_>>>().map(Value::List)
            }
            (kind, other) => {
                self.type_error(value, &key.to_string(), expected(kind), other);
                None
            }
        }
    }

    fn item(&mut self, key: Key, item: &Spanned<DeValue<'_>>) -> Option<String> {
        match item.get_ref() {
            DeValue::String(text) => Some(text.to_string()),
            other => {
                self.type_error(item, &key.to_string(), "only strings", other);
                None
            }
        }
    }

    fn type_error<T>(&mut self, at: &Spanned<T>, name: &str, expected: &str, found: &DeValue<'_>) {
        let found = type_name(found);
        let what = format!("{name}: expected {expected}, found {found}");
        self.problem(at.span().start, Wrong::new(what));
    }

    fn problem(&mut self, offset: usize, wrong: Wrong) {
        let origin = Origin::file(self.source, offset..offset);
        self.problems.push(&origin, wrong);
    }
}

fn inner_table(section: Section, name: &str) -> Option<Section> {
    let tables = (section == Section::Profile).then_some(Section::TABLES)?;
    tables.into_iter().find(|inner| inner.table() == Some(name))
}

/// Whether nothing else than a level can be meant by `name`.
fn is_free(name: &str) -> bool {
    let is_key = |section: Section| section.key(name).is_some();
    !LITERAL_SECRETS.contains(&name) && !Section::ALL.into_iter().any(is_key)
}

fn unknown(section: Section, label: &str, name: &str) -> Wrong {
    if LITERAL_SECRETS.contains(&name) {
        return Wrong::new(format!("a {name} must not stand in this file"))
            .hint("use password-file or password-command, or keep it in the keyring with `sharemail login`");
    }
    let tables = Section::TABLES.iter().filter_map(|inner| inner.table());
    let tables = tables.filter(|_| section == Section::Profile);
    let near = nearest(name, section.names().iter().copied().chain(tables)).map(did_you_mean);
    let elsewhere = || {
        let other = Section::ALL
            .into_iter()
            .find(|other| other.key(name).is_some())?;
        let profile = label
            .rsplit_once('.')
            .filter(|_| section != Section::Profile);
        let profile = profile.map_or(label, |(profile, _)| profile);
        let dot = other
            .table()
            .map(|table| format!(".{table}"))
            .unwrap_or_default();
        Some(format!("it belongs in [{profile}{dot}]"))
    };
    let what = format!("unknown key {} in [{label}]", quoted(name));
    Wrong::new(what).maybe_hint(elsewhere().or(near))
}

fn expected(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "a string",
        Kind::Integer => "an integer",
        Kind::List | Kind::Program => "an array of strings",
        Kind::Switch => "true, false or a string",
    }
}

fn type_name(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) => "an integer",
        DeValue::Float(_) => "a float",
        DeValue::Boolean(_) => "a boolean",
        DeValue::Datetime(_) => "a date or time",
        DeValue::Array(_) => "an array",
        DeValue::Table(_) => "a table",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exit::Exit;
    use proptest::prelude::*;

    fn error(text: &str) -> String {
        let error = parse(Path::new("c.toml"), text.into()).unwrap_err();
        assert_eq!(error.exit(), Exit::Config);
        let hint = error.advice().map(|hint| format!(" | {hint}"));
        format!("{}{}", error.what(), hint.unwrap_or_default())
    }

    #[test]
    fn an_unknown_key_is_told_with_its_place_and_the_nearest_name() {
        let text = "# first line\n[profile.prod.imap]\nport = 993\n  hots = \"x\"\n";
        let expected = "c.toml:4:3: unknown key \"hots\" in [profile.prod.imap] \
                        | did you mean \"host\"?";
        assert_eq!(error(text), expected);
        let expected = "c.toml:1:2: unknown key \"profiles\" at the top of the file \
                        | did you mean \"profile\"?";
        assert_eq!(error("[profiles.prod]"), expected);
        let expected =
            "c.toml:1:15: unknown key \"imp\" in [profile.prod] | did you mean \"imap\"?";
        assert_eq!(error("[profile.prod.imp]"), expected);
    }

    #[test]
    fn a_key_in_the_wrong_table_is_sent_to_the_right_one() {
        let expected = "c.toml:2:1: unknown key \"host\" in [profile.prod] \
                        | it belongs in [profile.prod.imap]";
        assert_eq!(error("[profile.prod]\nhost = \"x\""), expected);
        let expected = "c.toml:2:1: unknown key \"domain\" in [profile.prod.imap] \
                        | it belongs in [profile.prod]";
        assert_eq!(error("[profile.prod.imap]\ndomain = \"x\""), expected);
    }

    #[test]
    fn a_wrong_type_is_told() {
        for (text, expected) in [
            (
                "[profile.a.imap]\nport = \"993\"",
                "c.toml:2:8: imap.port: expected an integer, found a string",
            ),
            (
                "[profile.a]\nmailboxes = [1]",
                "c.toml:2:14: mailboxes: expected only strings, found an integer",
            ),
            (
                "profile = 1",
                "c.toml:1:11: profile: expected a table, found an integer",
            ),
            (
                "[profile]\na = true",
                "c.toml:2:5: profile.a: expected a table, found a boolean",
            ),
            (
                "[profile.a]\nimap = 1.5",
                "c.toml:2:8: profile.a.imap: expected a table, found a float",
            ),
            (
                "default-profile = []",
                "c.toml:1:19: default-profile: expected a string, found an array",
            ),
            (
                "[profile.a.imap]\nport = 99999999999999999999",
                "c.toml:2:8: imap.port: the number is too large",
            ),
        ] {
            assert_eq!(error(text), expected);
        }
    }

    #[test]
    fn every_problem_is_told_at_once_in_the_order_of_the_file() {
        let text = "[profile.b.imap]\nport = 0\ntls = \"ssl\"\n[profile.a.imap]\nusr = \"x\"\n";
        let expected = "c.toml:2:1: imap.port: 0 is not between 1 and 65535; \
             c.toml:3:1: imap.tls: \"ssl\" is none of implicit, starttls, none; \
             c.toml:5:1: unknown key \"usr\" in [profile.a.imap] (did you mean \"user\"?)";
        assert_eq!(error(text), expected);
        let many = "[profile.a]\n".to_owned()
            + &(0..100).map(|n| format!("x{n} = 1\n")).collect::<String>();
        assert!(error(&many).ends_with("; and 80 more"));
    }

    #[test]
    fn a_password_in_the_file_is_refused_without_being_shown() {
        let error = error("[profile.a.imap]\npassword = \"hunter2\"\n");
        assert!(
            error.starts_with(
                "c.toml:2:1: a password must not stand in this file | use password-file"
            )
        );
        assert!(!error.contains("hunter2"));
    }

    #[test]
    fn a_level_that_is_made_up_is_kept_and_what_is_none_is_told() {
        let text = "[profile.a.levels]\neditor = \"lrswipte\"\nwrite = \"lrswi\"\n";
        let config = parse(Path::new("c.toml"), text.into()).unwrap();
        let levels: Vec<String> = config.profiles["a"]
            .levels
            .keys()
            .map(ToString::to_string)
            .collect();
        assert_eq!(levels, ["editor"]);
        for (line, expected) in [
            (
                "wirte = \"lrs\"",
                "\"wirte\" is no name for a level: it is nearly write | did you mean \"write\"? \
                 A level of your own needs a name that nobody takes for it",
            ),
            (
                "none = \"l\"",
                "\"none\" is no name for a level: the word means something already",
            ),
            (
                "Editor = \"l\"",
                "\"Editor\" is no name for a level: a level is called by lower-case letters, digits and single hyphens between them",
            ),
            (
                "host = \"lrs\"",
                "unknown key \"host\" in [profile.a.levels] | it belongs in [profile.a.imap]",
            ),
            (
                "password = \"hunter\"",
                "a password must not stand in this file | use password-file or password-command, or keep it in the keyring with `sharemail login`",
            ),
            (
                "editor = 1",
                "levels.editor: expected a string, found an integer",
            ),
            ("editor = \"\"", "levels.editor: a level without any right"),
            (
                "editor = \"lrsW\"",
                "levels.editor: 'W' is not a right: rights are lower-case letters or digits",
            ),
            (
                "editor = \"read\"",
                "levels.editor: read is a word, and rights are letters: is the letters of read-only meant?",
            ),
            (
                "editor = \"lrsl\"",
                "levels.editor: l stands there twice: rights are single letters, such as lrs",
            ),
            (
                "editor = \"srl\"",
                "levels.editor: lrs is called read-only already | leave editor out, and say read-only",
            ),
            (
                "a = \"lrte\"\nb = \"letr\"",
                "levels.b: lrte is called a already | leave b out, and say a",
            ),
        ] {
            let error = error(&format!("[profile.a.levels]\n{line}\n"));
            let error = error.split_once(": ").map_or("", |(_, rest)| rest);
            assert_eq!(error, expected, "{line}");
        }
        let many: String = (0..51)
            .map(|n| format!("l{n} = \"lr{}\"\n", digits(n)))
            .collect();
        assert!(error(&format!("[profile.a.levels]\n{many}")).contains("more than 50 levels"));
    }

    /// A different set of rights for each number.
    fn digits(n: u32) -> String {
        let bits = (0..10).filter(|bit| n & (1 << bit) != 0);
        bits.map(|bit| char::from(b'0' + bit))
            .chain(['k'])
            .collect()
    }

    #[test]
    fn broken_syntax_is_told_with_line_and_column() {
        assert!(error("[profile.a]\ndomain = \"x\n").starts_with("c.toml:2:"));
        assert!(error("a = 1\na = 2\n").starts_with("c.toml:2:1: duplicate key"));
        assert!(error(&"[".repeat(100_000)).starts_with("c.toml:1:"));
    }

    #[test]
    fn the_default_must_exist() {
        let text = "default-profile = \"prd\"\n[profile.prod]\n";
        let expected = "c.toml:1:19: default-profile names \"prd\", which does not exist \
                        | did you mean \"prod\"?";
        assert_eq!(error(text), expected);
    }

    /// Lines that come close to a real file, to get past the grammar.
    fn almost() -> impl Strategy<Value = String> {
        let header = "(\\[profile(\\.(a|\"\u{e9}\\\\n\"))?(\\.(imap|smtp|levels|x))?\\])";
        let key = "(host|port|tls|user|mailboxes|read-only|editor|a|timeout|password|imap|\"\")";
        let value =
            "(\"[a-z{}\u{e9}]{0,3}\"|-?[0-9]{1,20}|\\[(\"a\"|1)?\\]|\\{(port=1)?\\}|1.5|true)";
        let line = proptest::string::string_regex(&format!("({header}|{key} = {value})\n"));
        proptest::collection::vec(line.unwrap(), 0..12).prop_map(|lines| lines.concat())
    }

    proptest! {
        #[test]
        fn no_text_panics(text in any::<String>()) {
            let _ = parse(Path::new("c.toml"), text);
        }

        #[test]
        fn nothing_that_is_almost_a_file_panics(text in almost()) {
            let config = parse(Path::new("c.toml"), text);
            for (name, settings) in config.unwrap_or_default().profiles {
                let _ = crate::profile::complete::complete(&name, &settings, None);
            }
        }
    }
}

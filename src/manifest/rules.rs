//! What happens to mail by itself: the tables `rule` in the mailbox's own settings.
//!
//! ```toml
//! [[rule]]
//! name = "invoices"
//! when = { from = "*@billing.example.com", subject = "invoice" }
//! then = { label = ["invoice"], move = "Invoices" }
//! ```

use super::fault::{Faults, cut};
use super::key::{NAME, RULE, THEN, WHEN};
use super::labels::fits;
use super::node::{self, Name, Node, Value};
use super::source::Source;
use super::{toml, unknown};
use crate::error::{Error, is_printable, printable};
use crate::mail::MailAddress;
use crate::model::label::Keyword;
use crate::model::rule::{DEEPEST, Given, Goes, MOST, Pattern, Rule, Rules, Then, When};
use crate::model::setting::FOLDER;
use crate::model::size;

/// What may stand in `when`.
const CONDITIONS: [&str; 10] = [
    "from", "to", "subject", "header", "text", "larger", "smaller", "all", "any", "not",
];
/// What may stand in `then`.
const ACTIONS: [&str; 7] = ["label", "flag", "copy", "forward", "move", "trash", "stop"];
/// No condition consists of more, and no rule gives more labels.
const MOST_PARTS: usize = 100;
/// No rule forwards to more.
const MOST_FORWARDS: usize = 20;
/// No name of a field or a folder is longer, in bytes.
const LONGEST: usize = 1_000;

/// What the settings of a mailbox say, in `text`, of its rules.
///
/// # Errors
/// Everything that is wrong with it.
pub fn parse(text: &str) -> Result<Rules, Vec<Error>> {
    parse_in(FOLDER, text)
}

/// The same of a text that lies in `place`.
///
/// # Errors
/// Everything that is wrong with it.
pub fn parse_in(place: &str, text: &str) -> Result<Rules, Vec<Error>> {
    let (source, mut faults) = (Source::new(1, place, text), Faults::default());
    let mut rules = Rules::default();
    if let Some(root) = toml::parse(&source, &mut faults) {
        for (name, node) in root.entries() {
            match name.text.as_str() {
                RULE => rules = read(&source, node, RULE, &mut faults),
                _ => unknown(&source, name, "in the settings", &[RULE], &mut faults),
            }
        }
    }
    faults.into_result().map(|()| rules)
}

/// Reads the tables called `label`.
pub(super) fn read(source: &Source, node: &Node, label: &str, faults: &mut Faults) -> Rules {
    let mut rules = Rules::default();
    let items = node::list(source, node, label, faults);
    if items.len() > MOST {
        let what = format!("there are more than {MOST} rules");
        faults.add(source, node.at, what, None);
        return rules;
    }
    for item in items {
        let mut reader = Reader {
            source,
            faults: &mut *faults,
            left: MOST_PARTS,
        };
        let Some(rule) = reader.rule(item, label) else {
            continue;
        };
        if let Err(other) = rules.add(rule) {
            let what = format!("another rule is called {:?} too", cut(&other.name));
            faults.add(source, item.at, what, None);
        }
    }
    rules
}

/// Reads which messages are meant, as a rule says it.
pub(super) fn condition(
    source: &Source,
    node: &Node,
    label: &str,
    faults: &mut Faults,
) -> Option<When> {
    let mut reader = Reader {
        source,
        faults,
        left: MOST_PARTS,
    };
    reader.when(node, label, 1)
}

/// Reads one rule.
struct Reader<'a> {
    source: &'a Source,
    faults: &'a mut Faults,
    /// So many conditions may follow.
    left: usize,
}

impl Reader<'_> {
    fn wrong(&mut self, at: usize, what: String) {
        self.faults.add(self.source, at, what, None);
    }

    fn text<'n>(&mut self, node: &'n Node, label: &str) -> Option<&'n str> {
        node::text(self.source, node, label, self.faults)
    }

    fn unknown(&mut self, field: &Name, label: &str, known: &[&str]) {
        unknown(
            self.source,
            field,
            &format!("in {label}"),
            known,
            self.faults,
        );
    }

    fn rule(&mut self, node: &Node, label: &str) -> Option<Rule> {
        let (mut name, mut when, mut then) = (None, None, None);
        for (field, value) in node::table(self.source, node, label, self.faults) {
            let place = format!("{label}.{}", cut(&field.text));
            match field.text.as_str() {
                NAME => name = Some(self.name(value, &place)),
                WHEN => when = Some(self.when(value, &place, 1)),
                THEN => then = Some(self.then(value, &place)),
                _ => self.unknown(field, label, &[NAME, WHEN, THEN]),
            }
        }
        for (key, is_there) in [
            (NAME, name.is_some()),
            (WHEN, when.is_some()),
            (THEN, then.is_some()),
        ] {
            if !is_there && matches!(node.value, Value::Table(_)) {
                self.wrong(node.at, format!("{label} says no {key:?}"));
            }
        }
        Some(Rule {
            name: name??,
            when: when??,
            then: then??,
        })
    }

    fn name(&mut self, node: &Node, label: &str) -> Option<String> {
        let name = self.text(node, label)?;
        match fits(name) {
            Ok(()) => Some(name.to_owned()),
            Err(why) => {
                self.wrong(node.at, format!("{:?} names no rule: {why}", cut(name)));
                None
            }
        }
    }

    /// All that a table says must hold.
    fn when(&mut self, node: &Node, label: &str, depth: usize) -> Option<When> {
        if depth > DEEPEST {
            self.wrong(
                node.at,
                format!("a condition lies deeper than {DEEPEST} in others"),
            );
            return None;
        }
        let fields = node::table(self.source, node, label, self.faults);
        let mut all = Vec::new();
        let mut is_whole = matches!(node.value, Value::Table(_));
        for (field, value) in fields {
            let place = format!("{label}.{}", cut(&field.text));
            match self.condition(field, value, label, &place, depth) {
                Some(conditions) => all.extend(conditions),
                None => is_whole = false,
            }
        }
        if fields.is_empty() && is_whole {
            let what = format!("{label} says nothing, and every message would be meant");
            self.wrong(node.at, what);
            return None;
        }
        is_whole.then(|| one_or(all, When::All)).flatten()
    }

    fn condition(
        &mut self,
        field: &Name,
        node: &Node,
        label: &str,
        place: &str,
        depth: usize,
    ) -> Option<Vec<When>> {
        self.left = self.left.checked_sub(1).or_else(|| {
            self.wrong(
                field.at,
                format!("a rule has more than {MOST_PARTS} conditions"),
            );
            None
        })?;
        let one = |when: Option<When>| Some(vec![when?]);
        match field.text.as_str() {
            "from" => one(self.patterns(node, place, When::From)),
            "to" => one(self.patterns(node, place, When::To)),
            "subject" => one(self.patterns(node, place, When::Subject)),
            "header" => self.headers(node, place),
            "text" => one(self.part(node, place)),
            "larger" => one(self.size(node, place).map(When::Larger)),
            "smaller" => one(self.size(node, place).map(When::Smaller)),
            "all" => one(self.several(node, place, depth).map(When::All)),
            "any" => one(self.several(node, place, depth).map(When::Any)),
            "not" => one(self
                .when(node, place, depth + 1)
                .map(|when| When::Not(Box::new(when)))),
            _ => {
                self.unknown(field, label, &CONDITIONS);
                None
            }
        }
    }

    fn several(&mut self, node: &Node, label: &str, depth: usize) -> Option<Vec<When>> {
        let items = node::list(self.source, node, label, self.faults);
        if items.is_empty() {
            if matches!(node.value, Value::List(_)) {
                self.wrong(node.at, format!("{label} names no condition"));
            }
            return None;
        }
        let all: Vec<Option<When>> = items
            .iter()
            .map(|item| self.when(item, label, depth + 1))
            .collect();
        all.into_iter().collect()
    }

    /// A pattern, or several of which one has to fit.
    fn patterns(&mut self, node: &Node, label: &str, of: impl Fn(Pattern) -> When) -> Option<When> {
        if matches!(node.value, Value::Text(_)) {
            return self.pattern(node, label).map(of);
        }
        let items = node::list(self.source, node, label, self.faults);
        if items.len() > self.left {
            self.wrong(
                node.at,
                format!("a rule has more than {MOST_PARTS} conditions"),
            );
            return None;
        }
        self.left -= items.len();
        if items.is_empty() && matches!(node.value, Value::List(_)) {
            self.wrong(node.at, format!("{label} names nothing"));
        }
        let all: Vec<Option<Pattern>> =
            items.iter().map(|item| self.pattern(item, label)).collect();
        let all: Vec<Pattern> = all.into_iter().collect::<Option<_>>()?;
        one_or(all.into_iter().map(of).collect(), When::Any)
    }

    /// The same of parts of a text. All of one nobody knows.
    fn part(&mut self, node: &Node, label: &str) -> Option<When> {
        let when = self.patterns(node, label, When::Text)?;
        let is_wild = |when: &When| matches!(when, When::Text(pattern) if pattern.is_wild());
        let all = match &when {
            When::Any(all) => all.as_slice(),
            one => std::slice::from_ref(one),
        };
        if all.iter().any(is_wild) {
            let what =
                format!("{label} looks for a part of the text, and * stands for nothing there");
            self.wrong(node.at, what);
            return None;
        }
        Some(when)
    }

    fn pattern(&mut self, node: &Node, label: &str) -> Option<Pattern> {
        let text = self.text(node, label)?;
        match Pattern::new(text) {
            Ok(pattern) => Some(pattern),
            Err(why) => {
                self.wrong(
                    node.at,
                    format!("{label}: {:?} cannot be looked for: {why}", cut(text)),
                );
                None
            }
        }
    }

    fn headers(&mut self, node: &Node, label: &str) -> Option<Vec<When>> {
        let fields = node::table(self.source, node, label, self.faults);
        if fields.is_empty() && matches!(node.value, Value::Table(_)) {
            self.wrong(node.at, format!("{label} names no field"));
        }
        let mut all = Vec::new();
        let mut is_whole = !fields.is_empty();
        for (name, value) in fields {
            // What servers take as a name of a field in every command (RFC 5322, section 2.2).
            let fits = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
            if name.text.is_empty() || name.text.len() > LONGEST || !name.text.chars().all(fits) {
                self.wrong(
                    name.at,
                    format!("{:?} is no name of a header field", cut(&name.text)),
                );
                is_whole = false;
                continue;
            }
            let header = |pattern| When::Header(name.text.clone(), pattern);
            match self.patterns(value, &format!("{label}.{}", cut(&name.text)), header) {
                Some(when) => all.push(when),
                None => is_whole = false,
            }
        }
        is_whole.then_some(all)
    }

    fn size(&mut self, node: &Node, label: &str) -> Option<u64> {
        let text = self.text(node, label)?;
        match size::parse(text) {
            Ok(kib) => Some(kib),
            Err(why) => {
                self.wrong(node.at, format!("{:?} is no size: {why}", cut(text)));
                None
            }
        }
    }

    fn then(&mut self, node: &Node, label: &str) -> Option<Then> {
        let (mut then, mut is_whole) = (Then::default(), matches!(node.value, Value::Table(_)));
        for (field, value) in node::table(self.source, node, label, self.faults) {
            let place = format!("{label}.{}", cut(&field.text));
            is_whole &= self
                .action(field, value, label, &place, &mut then)
                .is_some();
        }
        if is_whole && then.is_nothing() {
            self.wrong(
                node.at,
                format!("{label} says nothing: nothing would happen"),
            );
            return None;
        }
        is_whole.then_some(then)
    }

    fn action(
        &mut self,
        field: &Name,
        node: &Node,
        label: &str,
        place: &str,
        then: &mut Then,
    ) -> Option<()> {
        let goes = match field.text.as_str() {
            "label" => {
                then.labels = self.labels(node, place)?;
                None
            }
            "flag" => {
                then.flag = self.truth(node, place)?;
                None
            }
            "stop" => {
                then.stop = self.truth(node, place)?;
                None
            }
            "forward" => {
                then.forward = self.forward(node, place)?;
                None
            }
            "copy" => {
                then.copies = self.copies(node, place)?;
                None
            }
            "trash" => self.truth(node, place)?.then_some(Goes::ToTrash),
            "move" => Some(Goes::To(self.folder(node, place)?)),
            _ => {
                self.unknown(field, label, &ACTIONS);
                return None;
            }
        };
        if goes.is_some() && then.goes.is_some() {
            let what =
                format!("{label}: a message can go to one place alone: \"move\" or \"trash\"");
            self.wrong(field.at, what);
            return None;
        }
        then.goes = goes.or(then.goes.take());
        Some(())
    }

    fn truth(&mut self, node: &Node, label: &str) -> Option<bool> {
        node::truth(self.source, node, label, self.faults)
    }

    fn folder(&mut self, node: &Node, label: &str) -> Option<String> {
        let path = self.text(node, label)?;
        let is_path = !path.is_empty() && path.len() <= LONGEST && path.chars().all(is_printable);
        if !is_path {
            self.wrong(node.at, format!("{:?} is no path of a folder", cut(path)));
            return None;
        }
        Some(path.to_owned())
    }

    /// Whom mail is sent on to: an address, or several.
    fn forward(&mut self, node: &Node, label: &str) -> Option<Vec<String>> {
        let texts = match &node.value {
            Value::Text(text) => vec![(node.at, text.as_str())],
            _ => node::texts(self.source, node, label, self.faults),
        };
        if texts.is_empty() && matches!(node.value, Value::List(_)) {
            self.wrong(node.at, format!("{label} names nobody"));
        }
        if texts.len() > MOST_FORWARDS {
            let what = format!("{label} names more than {MOST_FORWARDS} addresses");
            self.wrong(node.at, what);
            return None;
        }
        let (mut all, mut keys) = (Vec::new(), Vec::new());
        let mut is_whole = !texts.is_empty();
        for (at, text) in texts {
            match forwardee(text) {
                Ok(address) if keys.contains(&address.key()) => {}
                Ok(address) => {
                    keys.push(address.key());
                    all.push(address.to_string());
                }
                Err(why) => {
                    let what = format!("mail cannot be forwarded to {:?}: {why}", cut(text));
                    self.wrong(at, what);
                    is_whole = false;
                }
            }
        }
        is_whole.then_some(all)
    }

    /// A folder for a copy, or several, each once.
    fn copies(&mut self, node: &Node, label: &str) -> Option<Vec<String>> {
        let nodes = match &node.value {
            Value::Text(_) => std::slice::from_ref(node),
            _ => node::list(self.source, node, label, self.faults),
        };
        if nodes.is_empty() && matches!(node.value, Value::List(_)) {
            self.wrong(node.at, format!("{label} names no folder"));
        }
        if nodes.len() > MOST_PARTS {
            let what = format!("{label} names more than {MOST_PARTS} folders");
            self.wrong(node.at, what);
            return None;
        }
        let (mut all, mut is_whole) = (Vec::new(), !nodes.is_empty());
        for node in nodes {
            match self.folder(node, label) {
                Some(path) if path.eq_ignore_ascii_case("INBOX") => {
                    let what = format!("{label}: mail lies in INBOX already when it comes");
                    self.wrong(node.at, what);
                    is_whole = false;
                }
                Some(path) if all.contains(&path) => {}
                Some(path) => all.push(path),
                None => is_whole = false,
            }
        }
        is_whole.then_some(all)
    }

    /// A label, or several.
    fn labels(&mut self, node: &Node, label: &str) -> Option<Vec<Given>> {
        let texts = match &node.value {
            Value::Text(text) => vec![(node.at, text.as_str())],
            _ => node::texts(self.source, node, label, self.faults),
        };
        if texts.is_empty() && matches!(node.value, Value::List(_)) {
            self.wrong(node.at, format!("{label} names no label"));
        }
        if texts.len() > MOST_PARTS {
            self.wrong(
                node.at,
                format!("{label} names more than {MOST_PARTS} labels"),
            );
            return None;
        }
        let mut all = Vec::new();
        let mut is_whole = !texts.is_empty();
        for (at, text) in texts {
            let given = fits(text).map_err(str::to_owned);
            match given.and_then(|()| Keyword::of(text).map_err(|why| why.to_string())) {
                Ok(key) => all.push(Given {
                    written: text.to_owned(),
                    key,
                }),
                Err(why) => {
                    self.wrong(at, format!("{:?} is no label: {why}", cut(text)));
                    is_whole = false;
                }
            }
        }
        is_whole.then_some(all)
    }
}

/// An address that every server sends on to, and that names the way to no other domain than its own.
fn forwardee(text: &str) -> Result<MailAddress, String> {
    let address = MailAddress::parse(text).map_err(|why| why.to_string())?;
    // Neither what some servers read as a route (%, !) nor what a script or a program could read as more than a name.
    let fits = |c: char| c.is_ascii_alphanumeric() || ".-_+=&'/~#".contains(c);
    let local = address.local();
    if let Some(c) = local.chars().find(|c| !fits(*c)) {
        let c = printable(&c.to_string());
        return Err(format!("{c:?} stands before the @"));
    }
    if local.starts_with(['-', '.']) || local.ends_with('.') || local.contains("..") {
        return Err("what stands before the @ is no plain name".to_owned());
    }
    match address.domain().starts_with('[') {
        true => Err("what follows the @ is no domain".to_owned()),
        false => Ok(address),
    }
}

/// The only one, or `several` of them; nothing where there is none.
fn one_or(mut all: Vec<When>, several: fn(Vec<When>) -> When) -> Option<When> {
    match all.len() {
        0 => None,
        1 => all.pop(),
        _ => Some(several(all)),
    }
}

#[cfg(test)]
mod tests;

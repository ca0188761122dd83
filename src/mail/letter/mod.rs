//! A message to many: the columns of a sheet stand in it, and the values of a row are filled in.

mod list;
mod template;

pub use list::List;
pub use template::{Template, Unfit};

use crate::mail::message::{Composed, Draft, Parts};
use crate::mail::{Contact, MailAddress, Notify};
use crate::model::digest::digest;

/// What was typed of a letter besides its parts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed {
    /// To whom.
    pub to: Vec<String>,
    /// Who gets a copy.
    pub cc: Vec<String>,
    /// Who gets a copy without the others knowing.
    pub bcc: Vec<String>,
    /// To whom answers go, if not to the mailbox.
    pub reply_to: Vec<String>,
    /// What it is about.
    pub subject: Option<String>,
    /// What people read as the sender's name.
    pub from_name: Option<String>,
    /// Other header fields, not taken apart: they tell one letter from another.
    pub headers: Vec<String>,
    /// When reports are wanted.
    pub notify: Option<Notify>,
}

/// What cannot be read as text with columns in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misread {
    /// What was typed so: `--subject`.
    pub option: &'static str,
    /// What is wrong with it.
    pub why: String,
}

/// A message with columns in it.
pub struct Letter {
    to: List,
    cc: List,
    bcc: List,
    reply_to: List,
    subject: Template,
    from_name: Option<Template>,
    text: Template,
    html: Option<Template>,
    headers: Vec<(String, Template)>,
    /// What is the same in each: the attachments, and what was typed, to tell one letter from
    /// another.
    parts: Parts,
    typed: Typed,
    /// Everything above could be read.
    whole: bool,
}

/// Who the messages are from.
pub struct From {
    /// The shared mailbox.
    pub mailbox: MailAddress,
    /// Who sends on its behalf, if anybody does.
    pub sender: Option<Contact>,
}

impl Letter {
    /// Reads what was typed and what files say, with `columns` in it, and tells what could not be read.
    pub fn read(typed: Typed, given: Parts, columns: &[String]) -> (Self, Vec<Misread>) {
        let mut reader = Reader {
            columns,
            misread: Vec::new(),
        };
        let subject = typed.subject.as_deref().unwrap_or_default();
        let from_name = typed.from_name.as_deref();
        let html = given.html.as_deref();
        let headers = given.headers.iter();
        let mut letter = Self {
            to: reader.list("--to", &typed.to),
            cc: reader.list("--cc", &typed.cc),
            bcc: reader.list("--bcc", &typed.bcc),
            reply_to: reader.list("--reply-to", &typed.reply_to),
            subject: reader.template("--subject", subject),
            from_name: from_name.map(|name| reader.template("--from-name", name)),
            text: reader.template("the text", &given.text),
            html: html.map(|html| reader.template("--html", html)),
            headers: headers
                .map(|(name, value)| reader.header(name, value))
                .collect(),
            whole: false,
            parts: given,
            typed,
        };
        letter.whole = reader.misread.is_empty();
        (letter, reader.misread)
    }

    /// The message for a row of `cells`. Without `attachments` it is only to be looked at.
    ///
    /// # Errors
    /// Everything that is wrong with its values.
    pub fn compose(
        &self,
        cells: &[String],
        from: &From,
        attachments: bool,
    ) -> Result<Composed, Vec<Unfit>> {
        let mut draft = self.draft(cells, from)?;
        if attachments {
            draft.attachments = self.parts.attachments.clone();
        }
        let mut composed = draft
            .compose()
            .map_err(|error| vec![whole_row(error.what())])?;
        composed.ask_for_reports(self.typed.notify);
        Ok(composed)
    }

    /// Whether the values of `cells` fit, as far as that can be said.
    ///
    /// # Errors
    /// Everything that is wrong with them.
    pub fn check(&self, cells: &[String], from: &From) -> Result<(), Vec<Unfit>> {
        if self.whole {
            return self.compose(cells, from, false).map(drop);
        }
        self.draft(cells, from).map(drop)
    }

    /// To whom the message for a row of `cells` goes, as far as that can be said.
    pub fn recipients(&self, cells: &[String]) -> Vec<String> {
        let lists = [&self.to, &self.cc, &self.bcc].into_iter();
        let all = lists.flat_map(|list| list.filled(cells).unwrap_or_default());
        all.map(|contact| contact.address.to_string()).collect()
    }

    /// What the message for a row of `cells` is about.
    pub fn subject(&self, cells: &[String]) -> String {
        self.subject.filled(cells)
    }

    /// Tells this letter from others.
    pub fn digest(&self) -> String {
        let typed = &self.typed;
        let lists = [
            &typed.to,
            &typed.cc,
            &typed.bcc,
            &typed.reply_to,
            &typed.headers,
        ];
        let lists = lists.map(|list| list.join("\n"));
        let once = [&typed.subject, &typed.from_name].map(|text| text.clone().unwrap_or_default());
        let html = self.parts.html.clone().unwrap_or_default();
        let texts = lists.iter().chain(&once).chain([&self.parts.text, &html]);
        let files = self.parts.attachments.iter();
        let files = files.flat_map(|file| [file.name.as_bytes(), &file.bytes[..]]);
        digest(texts.map(String::as_bytes).chain(files))
    }

    fn draft(&self, cells: &[String], from: &From) -> Result<Draft, Vec<Unfit>> {
        let mut unfit = Vec::new();
        let mut lists = [&self.to, &self.cc, &self.bcc, &self.reply_to].map(|list| {
            let filled = list.filled(cells);
            filled.unwrap_or_else(|why| {
                unfit.push(why);
                Vec::new()
            })
        });
        let [to, cc, bcc, reply_to] = lists.each_mut().map(std::mem::take);
        // Whoever says to whom does not mean the others alone.
        if unfit.is_empty() && to.is_empty() && !self.to.is_empty() {
            let why = "it names nobody to send to".to_owned();
            let column = self.to.first_column();
            unfit.push(Unfit { column, why });
        }
        let mut line = |template: &Template| {
            let line = template.line(cells);
            line.unwrap_or_else(|why| {
                unfit.push(why);
                String::new()
            })
        };
        let headers = self.headers.iter();
        let draft = Draft {
            subject: line(&self.subject),
            from_name: self.from_name.as_ref().map(&mut line),
            headers: headers
                .map(|(name, value)| (name.clone(), line(value)))
                .collect(),
            sender: from.sender.clone(),
            to,
            cc,
            bcc,
            reply_to,
            text: self.text.filled(cells),
            html: self.html.as_ref().map(|html| html.html(cells)),
            ..Draft::new(from.mailbox.clone())
        };
        match unfit.is_empty() {
            true => Ok(draft),
            false => Err(unfit),
        }
    }
}

fn whole_row(why: &str) -> Unfit {
    Unfit {
        column: None,
        why: why.to_owned(),
    }
}

/// Reads templates and keeps what is wrong with them.
struct Reader<'a> {
    columns: &'a [String],
    misread: Vec<Misread>,
}

impl Reader<'_> {
    fn template(&mut self, option: &'static str, text: &str) -> Template {
        let template = Template::parse(text, self.columns);
        self.or_misread(option, template)
    }

    fn list(&mut self, option: &'static str, texts: &[String]) -> List {
        let mut all = List::default();
        for text in texts {
            let list = List::parse(text, self.columns);
            all.extend(self.or_misread(option, list));
        }
        all
    }

    fn header(&mut self, name: &str, value: &str) -> (String, Template) {
        if name.contains(['{', '}']) {
            let wrong = vec![format!("{name:?} is no name of a field")];
            self.or_misread::<()>("--header", Err(wrong));
        }
        (name.to_owned(), self.template("--header", value))
    }

    fn or_misread<T: Default>(&mut self, option: &'static str, read: Result<T, Vec<String>>) -> T {
        read.unwrap_or_else(|wrong| {
            let misread = |why| Misread { option, why };
            self.misread.extend(wrong.into_iter().map(misread));
            T::default()
        })
    }
}

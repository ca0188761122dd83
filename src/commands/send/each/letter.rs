//! The message that goes to each row, with what is filled in.

use super::list::List;
use super::problems::Problems;
use super::sheet::{Row, Sheet, fingerprint};
use super::template::{Template, Unfit};
use crate::cli;
use crate::commands::send::parts::{self, Parts};
use crate::error::Result;
use crate::mail::message::{Composed, Draft};
use crate::mail::{Contact, MailAddress, Notify};

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
    notify: Option<Notify>,
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
    /// Reads what the options and files say, with the columns of `sheet` in it.
    ///
    /// # Errors
    /// What cannot be read at all; the rest becomes `problems`.
    pub fn read(
        args: &cli::send::Send,
        given: Parts,
        sheet: &Sheet,
        problems: &mut Problems,
    ) -> Result<Self> {
        let notify = args.dsn.as_deref().map(parts::notify).transpose()?;
        let mut reader = Reader {
            columns: &sheet.columns,
            problems,
            whole: true,
        };
        let subject = args.subject.as_deref().unwrap_or_default();
        let from_name = args.from_name.as_deref();
        let headers = given.headers.iter();
        let mut letter = Self {
            to: reader.list("--to", &args.to),
            cc: reader.list("--cc", &args.cc),
            bcc: reader.list("--bcc", &args.bcc),
            reply_to: reader.list("--reply-to", &args.reply_to),
            subject: reader.template("--subject", subject),
            from_name: from_name.map(|name| reader.template("--from-name", name)),
            text: reader.template("the text", &given.text),
            html: given
                .html
                .as_ref()
                .map(|html| reader.template("--html", html)),
            headers: headers
                .map(|(name, value)| reader.header(name, value))
                .collect(),
            whole: reader.whole,
            notify,
            parts: given,
        };
        letter.whole = reader.whole;
        Ok(letter)
    }

    /// The message for `row`. Without `attachments` it is only to be looked at.
    ///
    /// # Errors
    /// Everything that is wrong with its values.
    pub fn compose(
        &self,
        row: &Row,
        from: &From,
        attachments: bool,
    ) -> Result<Composed, Vec<Unfit>> {
        let mut draft = self.draft(row, from)?;
        if attachments {
            draft.attachments = self.parts.attachments.clone();
        }
        let mut composed = draft
            .compose()
            .map_err(|error| vec![whole_row(error.what())])?;
        composed.ask_for_reports(self.notify);
        Ok(composed)
    }

    /// Whether the values of `row` fit, as far as that can be said.
    ///
    /// # Errors
    /// Everything that is wrong with them.
    pub fn check(&self, row: &Row, from: &From) -> Result<(), Vec<Unfit>> {
        if self.whole {
            return self.compose(row, from, false).map(drop);
        }
        self.draft(row, from).map(drop)
    }

    /// To whom the message for `row` goes, as far as that can be said.
    pub fn recipients(&self, row: &Row) -> Vec<String> {
        let lists = [&self.to, &self.cc, &self.bcc].into_iter();
        let all = lists.flat_map(|list| list.filled(row).unwrap_or_default());
        all.map(|contact| contact.address.to_string()).collect()
    }

    /// What the message for `row` is about.
    pub fn subject(&self, row: &Row) -> String {
        self.subject.filled(row)
    }

    /// Tells this letter from others.
    pub fn fingerprint(&self, args: &cli::send::Send) -> String {
        let lists = [&args.to, &args.cc, &args.bcc, &args.reply_to, &args.header];
        let typed = lists.map(|list| list.join("\n"));
        let once = [&args.subject, &args.from_name].map(|text| text.clone().unwrap_or_default());
        let html = self.parts.html.clone().unwrap_or_default();
        let texts = typed.iter().chain(&once).chain([&self.parts.text, &html]);
        let files = self.parts.attachments.iter();
        let files = files.flat_map(|file| [file.name.as_bytes(), &file.bytes[..]]);
        fingerprint(texts.map(String::as_bytes).chain(files))
    }

    fn draft(&self, row: &Row, from: &From) -> Result<Draft, Vec<Unfit>> {
        let mut unfit = Vec::new();
        let mut lists = [&self.to, &self.cc, &self.bcc, &self.reply_to].map(|list| {
            let filled = list.filled(row);
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
            let line = template.line(row);
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
            text: self.text.filled(row),
            html: self.html.as_ref().map(|html| html.html(row)),
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
    problems: &'a mut Problems,
    whole: bool,
}

impl Reader<'_> {
    fn template(&mut self, option: &str, text: &str) -> Template {
        let template = Template::parse(text, self.columns);
        self.or_problems(option, template)
    }

    fn list(&mut self, option: &str, texts: &[String]) -> List {
        let mut all = List::default();
        for text in texts {
            let list = List::parse(text, self.columns);
            all.extend(self.or_problems(option, list));
        }
        all
    }

    fn header(&mut self, name: &str, value: &str) -> (String, Template) {
        if name.contains(['{', '}']) {
            self.or_problems::<()>(
                "--header",
                Err(vec![format!("{name:?} is no name of a field")]),
            );
        }
        (name.to_owned(), self.template("--header", value))
    }

    fn or_problems<T: Default>(&mut self, option: &str, read: Result<T, Vec<String>>) -> T {
        read.unwrap_or_else(|wrong| {
            self.whole = false;
            wrong
                .iter()
                .for_each(|why| self.problems.push_option(option, why));
            T::default()
        })
    }
}

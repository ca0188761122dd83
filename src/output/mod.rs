//! Table, JSON, CSV, progress, colour: the only room that prints.
//!
//! The result goes to stdout, in one of three forms with the same facts; everything else goes to
//! stderr as text. Texts from servers and files are made printable here, whatever came before.

mod ask;
mod csv;
mod file;
mod human;
mod json;
mod paint;
mod progress;
mod settings;
mod stdout;
mod stream;
mod table;
mod wrap;

pub use file::NewFile;
pub use progress::Progress;
pub use settings::{ColorChoice, Format, Settings};

use crate::document::{Item, Long, Report, Style};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::pace::{Audience, Steps};
use indicatif::{MultiProgress, ProgressDrawTarget};
use secrecy::SecretString;
use settings::Look;
use std::borrow::Cow;
use std::io::{IsTerminal, Write, stderr};

/// Where a run's result, messages and questions go. May be shared between threads.
#[derive(Debug)]
pub struct Output {
    settings: Settings,
    stdout: Look,
    stderr: Look,
    bars: MultiProgress,
}

impl Output {
    /// An output that looks as `settings`, the environment and the terminal say.
    pub fn new(settings: Settings) -> Self {
        Self {
            settings,
            stdout: Look::of_stdout(settings.color),
            stderr: Look::of_stderr(settings.color),
            bars: MultiProgress::with_draw_target(ProgressDrawTarget::stderr()),
        }
    }

    /// Prints the result, in the format that was asked for.
    ///
    /// # Errors
    /// When stdout did not take all of it. A reader that went away is no error.
    pub fn report(&self, report: &impl Report) -> Result<()> {
        match self.settings.format {
            Format::Table => self.document(&report.document()),
            Format::Json => stdout::deliver(|mut out| json::write(&mut out, report)),
            Format::Csv => {
                stdout::deliver(|mut out| csv::write(&mut out, &report.records()))?;
                // Rows of one kind have no room for what could not be read.
                self.warnings(&report.document());
                Ok(())
            }
        }
    }

    /// Prints the result, as [`Output::report`] does, without ever holding all of its rows.
    ///
    /// # Errors
    /// As [`Output::report`].
    pub fn long(&self, report: &impl Long) -> Result<()> {
        match self.settings.format {
            Format::Table => {
                let rows = || -> table::Rows<'_> { Box::new(report.rows().map(Cow::from)) };
                stdout::deliver(|mut out| {
                    if rows().next().is_some() {
                        table::write_rows(&mut out, &report.columns(), &rows, self.stdout)?;
                    }
                    human::write(&mut out, &report.rest(), self.stdout)
                })?;
                self.asides(&report.rest());
                Ok(())
            }
            Format::Json => stdout::deliver(|mut out| json::write(&mut out, report)),
            Format::Csv => {
                let (fields, rows) = (report.fields(), report.records());
                stdout::deliver(|mut out| csv::write_rows(&mut out, &fields, rows))?;
                // As in [`Output::report`].
                self.warnings(&report.rest());
                Ok(())
            }
        }
    }

    /// Prints a result of any length while `all` gives it, one by one, to whom it is given: as rows,
    /// or as the list called `key` of a JSON object.
    ///
    /// # Errors
    /// Whatever `all` returns, after what came before it; when stdout did not take all of it.
    pub fn stream<I: Item>(
        &self,
        key: &'static str,
        all: impl FnOnce(&mut dyn FnMut(I) -> Result<()>) -> Result<()>,
    ) -> Result<()> {
        let mut ended = Ok(());
        let look = self.stdout;
        stdout::deliver(|mut out| {
            let written = match self.settings.format {
                Format::Table => stream::table(&mut out, look, all),
                Format::Json => stream::json(&mut out, key, all),
                Format::Csv => stream::csv(&mut out, all),
            };
            written.map(|told| ended = told)
        })?;
        ended
    }

    /// What [`Output::report`] would print of `report` in this form.
    ///
    /// # Errors
    /// None that writing to memory could meet.
    pub fn told(&self, report: &impl Report, format: Format) -> Result<String> {
        let mut out = Vec::new();
        let written = match format {
            Format::Table => human::write(&mut out, &report.document(), Look::default()),
            Format::Json => json::write(&mut out, report),
            Format::Csv => csv::write(&mut out, &report.records()),
        };
        written.map_err(|error| Error::new(Exit::Failure, format!("cannot be told: {error}")))?;
        Ok(String::from_utf8_lossy(&out).into_owned())
    }

    /// Says what is to be known before trusting `report`, which was told elsewhere.
    pub fn warnings_of(&self, report: &impl Report) {
        self.warnings(&report.document());
    }

    /// The form that was asked for.
    pub fn format(&self) -> Format {
        self.settings.format
    }

    /// Whether the result goes to somebody's screen.
    pub fn is_on_screen(&self) -> bool {
        std::io::stdout().is_terminal()
    }

    /// Shows what is about to be done: where people read the result, else beside it.
    ///
    /// # Errors
    /// When stdout did not take all of it.
    pub fn preview(&self, report: &impl Report) -> Result<()> {
        if self.settings.format == Format::Table {
            return self.report(report);
        }
        let mut lines = Vec::new();
        // Writing to memory cannot fail.
        let _ = human::write(&mut lines, &report.document(), self.stderr);
        self.say(&String::from_utf8_lossy(&lines));
        Ok(())
    }

    /// Prints text that is the result itself, such as a completion script.
    ///
    /// # Errors
    /// When stdout did not take all of it.
    pub fn text(&self, text: &str) -> Result<()> {
        stdout::deliver(|out| out.write_all(text.as_bytes()))
    }

    /// Prints help or usage as the parser made it.
    ///
    /// # Errors
    /// When it was for stdout and stdout did not take it.
    pub fn help(&self, plain: &str, styled: &str, to_stdout: bool) -> Result<()> {
        if to_stdout {
            return self.text(if self.stdout.color { styled } else { plain });
        }
        self.say(if self.stderr.color { styled } else { plain });
        Ok(())
    }

    /// Says why the run fails, and what to do about it.
    pub fn error(&self, error: &Error) {
        self.message("sharemail: error: ", Style::Bad, error.what());
        if let Some(hint) = error.advice() {
            self.message("  hint: ", Style::Strong, hint);
        }
    }

    /// Whether nothing but the result is wanted.
    pub fn is_quiet(&self) -> bool {
        self.settings.quiet
    }

    /// Says what the user should know although the run goes on.
    pub fn warning(&self, text: &str) {
        self.message("sharemail: warning: ", Style::Warn, text);
    }

    /// Says what the user may do next; not when quiet.
    pub fn hint(&self, text: &str) {
        if !self.settings.quiet {
            self.message("  hint: ", Style::Strong, text);
        }
    }

    /// Says what happens; not when quiet.
    pub fn note(&self, text: &str) {
        if !self.settings.quiet {
            self.message("", Style::Plain, text);
        }
    }

    /// Says what happens in more detail: with `-v`.
    pub fn detail(&self, text: &str) {
        if self.settings.verbosity >= 1 {
            self.message("", Style::Dim, text);
        }
    }

    /// Shows a line of the dialogue with the server, secrets already masked: with `-vv`.
    pub fn dialogue(&self, line: &str) {
        if self.shows_dialogue() {
            self.message("", Style::Dim, line);
        }
    }

    /// Whether anybody sees the dialogue, so that nobody else has to put it together.
    pub fn shows_dialogue(&self) -> bool {
        self.settings.verbosity >= 2
    }

    /// Shows how far long work has come: a bar of `total` steps, or a spinner. Nothing is shown
    /// when quiet, when verbose, or when stderr is not a terminal.
    pub fn progress(&self, total: Option<u64>, what: &str) -> Progress {
        if self.settings.quiet || self.settings.verbosity > 0 || !stderr().is_terminal() {
            return Progress::hidden();
        }
        Progress::shown(&self.bars, total, what)
    }

    /// Whether somebody is there to answer a question.
    pub fn can_ask(&self) -> bool {
        std::io::stdin().is_terminal()
    }

    /// Asks the person at the terminal for a yes; Enter means no.
    ///
    /// # Errors
    /// Usage, when stdin is not a terminal: the hint names `flag` (such as `--yes`).
    pub fn confirm(&self, question: &str, flag: &str) -> Result<bool> {
        self.bars.suspend(|| ask::confirm(question, flag))
    }

    /// Goes on where somebody said `yes` before, or says so now.
    ///
    /// # Errors
    /// `unless` ([`Exit::Failure`]) where the answer is no; usage, when nobody can answer.
    pub fn agree(&self, yes: bool, question: &str, unless: &str) -> Result<()> {
        match yes || self.confirm(question, "--yes")? {
            true => Ok(()),
            false => Err(Error::new(Exit::Failure, unless)),
        }
    }

    /// Asks the person at the terminal for a line; Enter gives `default`.
    ///
    /// # Errors
    /// Usage, when stdin is not a terminal or nothing was entered; `hint` says what to do.
    pub fn ask(&self, question: &str, default: Option<&str>, hint: &str) -> Result<String> {
        self.bars.suspend(|| ask::line(question, default, hint))
    }

    /// Asks the person at the terminal for a secret, unseen.
    ///
    /// # Errors
    /// Usage, when there is no terminal; `hint` says what to do.
    pub fn ask_secret(&self, question: &str, hint: &str) -> Result<SecretString> {
        self.bars.suspend(|| ask::secret(question, hint))
    }

    fn document(&self, document: &crate::document::Document) -> Result<()> {
        stdout::deliver(|mut out| human::write(&mut out, document, self.stdout))?;
        self.asides(document);
        Ok(())
    }

    fn asides(&self, document: &crate::document::Document) {
        human::asides(document).for_each(|aside| match aside {
            human::Aside::Warning(text) => self.warning(text),
            human::Aside::Hint(text) => self.hint(text),
        });
    }

    fn warnings(&self, document: &crate::document::Document) {
        for aside in human::asides(document) {
            if let human::Aside::Warning(text) = aside {
                self.warning(text);
            }
        }
    }

    fn message(&self, label: &str, style: Style, text: &str) {
        let mut line = Vec::new();
        // Writing to memory cannot fail.
        let _ = human::message(&mut line, label, style, text, self.stderr);
        self.say(&String::from_utf8_lossy(&line));
    }

    /// To stderr, around any bar. Nobody can be told when stderr itself fails.
    fn say(&self, text: &str) {
        self.bars.suspend(|| {
            let _ = stderr().lock().write_all(text.as_bytes());
        });
    }
}

impl Audience for Output {
    fn begins(&self, total: Option<u64>, what: &str) -> Steps {
        let progress = self.progress(total, what);
        Steps::new(move |steps| progress.tick(steps))
    }

    fn note(&self, text: &str) {
        Output::note(self, text);
    }

    fn warning(&self, text: &str) {
        Output::warning(self, text);
    }

    fn detail(&self, text: &str) {
        Output::detail(self, text);
    }
}

//! From Markdown to what `man` reads.

use super::inline::{joined, text_of};
use super::table::{Table, WIDTH};
use clap_mangen::roff::{Inline, Roff, bold, italic, line_break, roman};
use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// How far code and the text of lists are indented.
const INDENT: &str = "2";
/// What a block of code is called that a program printed.
const OUTPUT: &str = "text";
/// How much further the rest of such a line is indented.
const HANGING: usize = 4;

/// The body of a page: all but the title and the name. What comes before the first heading is its
/// description.
///
/// # Errors
/// Where the text holds what this cannot render, says what.
pub(super) fn roff(text: &str) -> Result<String, String> {
    let mut page = Body::default();
    for event in Parser::new_ext(text, Options::ENABLE_TABLES) {
        page.take(event)?;
    }
    Ok(sound(&page.roff.render()))
}

/// A line of text that is no Markdown.
pub(super) fn plain(text: &str) -> String {
    let mut roff = Roff::new();
    roff.text([roman(text)]);
    roff.to_roff().replace('\'', r"\(aq")
}

/// A backslash by its name, as two of them are one or two depending on where they stand.
fn sound(page: &str) -> String {
    let mut sound = String::with_capacity(page.len());
    let mut rest = page.chars();
    while let Some(c) = rest.next() {
        match (c, (c == '\\').then(|| rest.next()).flatten()) {
            ('\\', Some('\\')) => sound.push_str(r"\(rs"),
            (c, next) => sound.extend([Some(c), next].into_iter().flatten()),
        }
    }
    sound
}

/// What a heading is: an argument of a macro, for which roff has other quotes than for text.
fn argument(text: &str) -> String {
    let mut argument = String::new();
    for c in text.chars() {
        match c {
            '"' => argument.push_str(r"\(dq"),
            '\'' => argument.push_str(r"\(aq"),
            '\\' => argument.push_str(r"\(rs"),
            '-' => argument.push_str(r"\-"),
            other => argument.push(other),
        }
    }
    argument
}

/// A line that a program printed, as a screen of 80 columns would show it, but broken at blanks: what does
/// not fit stands below the column that it is in, or indented.
fn folded(line: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut rest = line.to_owned();
    while rest.width() > WIDTH {
        let indent = rest.len() - rest.trim_start().len();
        let fits = rest.char_indices().scan(0, |width, (at, c)| {
            *width += c.width().unwrap_or(0);
            (*width <= WIDTH).then_some(at)
        });
        let end = fits.last().unwrap_or_default();
        let Some(cut) = rest[indent..end].rfind(' ').map(|cut| indent + cut) else {
            break;
        };
        // Columns are apart by two blanks or more.
        let column = rest[indent..cut].rfind("  ").map(|gap| {
            let gap = indent + gap;
            rest[..gap + 2].width()
        });
        let hanging = match (lines.is_empty(), column) {
            (true, Some(column)) if column <= WIDTH / 2 => column,
            (true, _) => indent + HANGING,
            // It hangs already.
            (false, _) => indent,
        };
        let left = rest.split_off(cut);
        lines.push(rest.trim_end().to_owned());
        rest = " ".repeat(hanging) + left.trim_start();
    }
    lines.push(rest);
    lines
}

/// A list that is being written.
struct List {
    /// The number of the next item, where they have numbers.
    number: Option<u64>,
}

#[derive(Default)]
struct Body {
    roff: Roff,
    /// The text of the paragraph, heading or cell that is being read.
    line: Vec<Inline>,
    fonts: Vec<Font>,
    /// The target of a link, and where in `line` its text begins.
    link: Option<(String, usize)>,
    lists: Vec<List>,
    code: Option<String>,
    /// Whether that is what a program printed, as wide as it likes.
    is_output: bool,
    table: Option<Table>,
    /// What stands just before: after it a paragraph needs no macro of its own.
    begun: Begun,
    is_title: bool,
    has_heading: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Font {
    Bold,
    Italic,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Begun {
    #[default]
    Nothing,
    Heading,
    Item,
}

impl Body {
    fn take(&mut self, event: Event<'_>) -> Result<(), String> {
        match event {
            Event::Start(tag) => self.start(tag)?,
            Event::End(tag) => self.end(tag),
            Event::Text(text) => match &mut self.code {
                Some(code) => code.push_str(&text),
                None => self.push(&text, None),
            },
            Event::Code(text) => self.push(&text, Some(Font::Bold)),
            Event::SoftBreak if self.table.is_some() => self.push(" ", None),
            Event::SoftBreak => self.push("\n", None),
            Event::HardBreak => self.line.push(line_break()),
            Event::Html(text) | Event::InlineHtml(text) => {
                let is_comment = text.trim_start().starts_with("<!--");
                if !is_comment {
                    return Err(format!("HTML cannot be rendered: {}", text.trim()));
                }
            }
            other => return Err(format!("cannot be rendered: {other:?}")),
        }
        Ok(())
    }

    fn start(&mut self, tag: Tag<'_>) -> Result<(), String> {
        match tag {
            Tag::Heading { level, .. } => self.is_title = level == HeadingLevel::H1,
            Tag::Paragraph => self.block(),
            Tag::Strong => self.fonts.push(Font::Bold),
            Tag::Emphasis => self.fonts.push(Font::Italic),
            Tag::Link { dest_url, .. } => {
                self.link = Some((dest_url.into_string(), self.line.len()))
            }
            Tag::List(number) => self.open_list(number),
            Tag::Item => self.item(),
            Tag::CodeBlock(kind) => {
                self.block();
                self.is_output = matches!(kind, CodeBlockKind::Fenced(kind) if &*kind == OUTPUT);
                self.code = Some(String::new());
            }
            Tag::Table(_) => {
                self.description();
                self.flush();
                self.table = Some(Table::default());
            }
            Tag::TableHead | Tag::TableRow => {
                if let Some(table) = &mut self.table {
                    table.begin_row();
                }
            }
            Tag::TableCell | Tag::HtmlBlock => {}
            other => return Err(format!("cannot be rendered: {other:?}")),
        }
        Ok(())
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(level) => self.heading(level),
            TagEnd::Paragraph => self.flush(),
            TagEnd::Strong | TagEnd::Emphasis => {
                self.fonts.pop();
            }
            TagEnd::Link => self.end_link(),
            TagEnd::List(_) => {
                self.lists.pop();
                if !self.lists.is_empty() {
                    self.roff.control("RE", []);
                }
                self.begun = Begun::Nothing;
            }
            // Its text has no paragraph of its own where the list is written closely.
            TagEnd::Item => self.flush(),
            TagEnd::CodeBlock => self.end_code(),
            TagEnd::TableCell => {
                let cell = std::mem::take(&mut self.line);
                if let Some(table) = &mut self.table {
                    table.push(cell);
                }
            }
            TagEnd::Table => {
                if let Some(table) = self.table.take() {
                    if !table.is_list() {
                        self.block();
                    }
                    table.render(&mut self.roff);
                    self.begun = Begun::Nothing;
                }
            }
            _ => {}
        }
    }

    /// Text in the font of where it stands.
    fn push(&mut self, text: &str, font: Option<Font>) {
        let font = font.or(self.fonts.last().copied());
        self.line.push(match font {
            None => roman(text),
            Some(Font::Bold) => bold(text),
            Some(Font::Italic) => italic(text),
        });
    }

    /// What is needed before a paragraph, or what stands in place of one.
    fn block(&mut self) {
        self.description();
        self.flush();
        match (self.begun, self.lists.is_empty()) {
            (Begun::Heading | Begun::Item, _) => {}
            (Begun::Nothing, true) => drop(self.roff.control("PP", [])),
            (Begun::Nothing, false) => drop(self.roff.control("IP", ["\"\"", INDENT])),
        }
        self.begun = Begun::Nothing;
    }

    /// What stands before the first heading has one too.
    fn description(&mut self) {
        if !self.has_heading {
            self.has_heading = true;
            self.begun = Begun::Heading;
            self.roff.control("SH", ["DESCRIPTION"]);
        }
    }

    fn flush(&mut self) {
        if !self.line.is_empty() {
            self.roff.text(joined(std::mem::take(&mut self.line)));
        }
    }

    fn heading(&mut self, level: HeadingLevel) {
        let line = std::mem::take(&mut self.line);
        if self.is_title {
            // It is the name of the page.
            return;
        }
        self.has_heading = true;
        let is_section = level == HeadingLevel::H2;
        let text: String = line
            .iter()
            .map(|inline| titled(inline, is_section))
            .collect();
        let text = argument(&text);
        self.roff
            .control(if is_section { "SH" } else { "SS" }, [text.as_str()]);
        self.begun = Begun::Heading;
    }

    fn open_list(&mut self, number: Option<u64>) {
        self.flush();
        self.description();
        if !self.lists.is_empty() {
            self.roff.control("RS", [INDENT]);
        }
        self.lists.push(List { number });
    }

    fn item(&mut self) {
        let Some(list) = self.lists.last_mut() else {
            return;
        };
        match &mut list.number {
            Some(number) => {
                self.roff
                    .control("IP", [format!("{number}.").as_str(), "4"]);
                *number += 1;
            }
            None => drop(self.roff.control("IP", [r"\(bu", INDENT])),
        }
        self.begun = Begun::Item;
    }

    fn end_code(&mut self) {
        let code = self.code.take().unwrap_or_default();
        let folds = std::mem::take(&mut self.is_output);
        self.roff.control("RS", [INDENT]).control("EX", []);
        for line in code.lines() {
            let lines = if folds {
                folded(line)
            } else {
                vec![line.to_owned()]
            };
            for line in lines {
                self.roff.text([roman(line)]);
            }
        }
        self.roff.control("EE", []).control("RE", []);
    }

    /// A page is named as `man` names it; where else a link leads is told, unless it is here.
    fn end_link(&mut self) {
        let Some((target, begin)) = self.link.take() else {
            return;
        };
        let told: String = self.line[begin..].iter().map(text_of).collect();
        if let Some((name, section)) = page_of(&target) {
            let mut parts = vec![bold(name), roman(format!("({section})"))];
            if told == format!("{name}({section})") {
                self.line.truncate(begin);
            } else {
                parts.insert(0, roman(" (see "));
                parts.push(roman(")"));
            }
            self.line.append(&mut parts);
        } else if target.contains("://") && told != target {
            self.push(&format!(" <{target}>"), None);
        }
    }
}

/// The page that a link leads to.
fn page_of(target: &str) -> Option<(&str, &str)> {
    let path = target.split('#').next().unwrap_or_default();
    let file = path.rsplit('/').next().unwrap_or_default();
    let (name, section) = file.strip_suffix(".md")?.rsplit_once('.')?;
    let is_page = section.len() == 1 && section.chars().all(|c| c.is_ascii_digit());
    is_page.then_some((name, section))
}

/// Sections are in capitals, as in every manual, but for what is typed.
fn titled(inline: &Inline, is_section: bool) -> String {
    match inline {
        Inline::Roman(text) if is_section => text.to_uppercase(),
        other => text_of(other).to_owned(),
    }
}

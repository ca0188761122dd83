//! HTML as the text that it says.
//!
//! It is read token by token, without a tree: whatever nests however deep takes no more time than
//! what does not, and no more memory than the text.

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{
    BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer,
};
use std::cell::RefCell;

/// No line is led by more marks of a quotation.
const DEEPEST: usize = 10;
/// The most lists within each other that are numbered.
const LISTS: usize = 20;

/// The text of `html`: a line for each block, a mark before each item of a list, `> ` before what
/// is quoted, two blanks between the cells of a table.
pub fn text(html: &str) -> String {
    let input = BufferQueue::default();
    input.push_back(StrTendril::from(html));
    let tokenizer = Tokenizer::new(Reader::default(), Default::default());
    // It stops for scripts alone, which run nowhere here.
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    tokenizer.sink.page.into_inner().finish()
}

#[derive(Default)]
struct Reader {
    page: RefCell<Page>,
}

impl TokenSink for Reader {
    type Handle = ();

    fn process_token(&self, token: Token, _: u64) -> TokenSinkResult<()> {
        let mut page = self.page.borrow_mut();
        match token {
            Token::CharacterTokens(text) => page.text(&text),
            Token::TagToken(tag) => return page.tag(&tag),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

/// The text so far.
#[derive(Default)]
struct Page {
    lines: String,
    /// The line that is being written.
    line: String,
    /// Blanks stand between what is written and what comes.
    blank: bool,
    /// A cell of a table begins, which is set apart already.
    cell: bool,
    /// An empty line is due before the next text, behind no more marks than these.
    gap: Option<usize>,
    /// How many empty lines stand at the end.
    empty: usize,
    /// Within what keeps its blanks and line ends.
    kept: usize,
    /// A line end right behind `<pre>` says nothing.
    fresh: bool,
    quoted: usize,
    /// The lists that are open: the number of the next item, where items are numbered.
    lists: Vec<Option<usize>>,
    /// Within what nobody sees, up to the end of the element of this name.
    unseen: Option<String>,
}

impl Page {
    fn text(&mut self, text: &str) {
        if self.unseen.is_some() {
            return;
        }
        let text = match std::mem::take(&mut self.fresh) {
            true => text.strip_prefix('\n').unwrap_or(text),
            false => text,
        };
        for c in text.chars() {
            match c {
                '\n' if self.kept > 0 => self.end_line(),
                '\r' => {}
                ' ' | '\t' | '\n' | '\x0c' if self.kept == 0 => self.blank = true,
                c => self.letter(if c == '\u{a0}' { ' ' } else { c }),
            }
        }
    }

    fn letter(&mut self, c: char) {
        if let Some(marks) = self.gap.take()
            && !self.lines.is_empty()
            && self.empty == 0
        {
            self.push_line("", marks.min(self.quoted));
        }
        let apart = self.line.is_empty() || std::mem::take(&mut self.cell);
        if std::mem::take(&mut self.blank) && !apart {
            self.line.push(' ');
        }
        self.line.push(c);
    }

    fn tag(&mut self, tag: &Tag) -> TokenSinkResult<()> {
        let name = &*tag.name;
        let opens = tag.kind == TagKind::StartTag;
        if let Some(unseen) = &self.unseen {
            if !opens && unseen == name {
                self.unseen = None;
            }
            return TokenSinkResult::Continue;
        }
        match name {
            "script" | "style" | "title" | "noframes" | "iframe" | "xmp" | "textarea" if opens => {
                let kind = match name {
                    "script" => RawKind::ScriptData,
                    "title" | "textarea" => RawKind::Rcdata,
                    _ => RawKind::Rawtext,
                };
                if name != "xmp" && name != "textarea" {
                    self.unseen = Some(name.to_owned());
                }
                return TokenSinkResult::RawData(kind);
            }
            "template" | "svg" | "math" if opens && !tag.self_closing => {
                self.unseen = Some(name.to_owned());
            }
            "br" => self.end_line(),
            "hr" => {
                self.block();
                self.line.push_str("----------");
                self.block();
            }
            "pre" | "listing" => {
                self.paragraph();
                self.nest(opens, |page| &mut page.kept);
                self.fresh = opens;
            }
            "blockquote" => {
                self.paragraph();
                self.nest(opens, |page| &mut page.quoted);
            }
            "ul" | "ol" | "menu" | "dir" => self.list(opens, name == "ol"),
            "li" => self.item(opens),
            "td" | "th" if opens && !self.line.is_empty() => {
                self.line.truncate(self.line.trim_end().len());
                self.line.push_str("  ");
                self.cell = true;
            }
            "img" => {
                let alt = tag.attrs.iter().find(|a| &*a.name.local == "alt");
                if let Some(alt) = alt.map(|a| a.value.trim()).filter(|alt| !alt.is_empty()) {
                    self.text(&format!("[{alt}]"));
                }
            }
            "p" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "dl" | "figure" => self.paragraph(),
            "div" | "tr" | "table" | "tbody" | "thead" | "tfoot" | "caption" | "dt" | "dd"
            | "section" | "article" | "header" | "footer" | "main" | "nav" | "aside"
            | "address" | "center" | "form" | "fieldset" | "legend" | "figcaption" | "option"
            | "details" | "summary" | "body" | "html" | "head" => self.block(),
            _ => {}
        }
        TokenSinkResult::Continue
    }

    fn nest(&mut self, opens: bool, depth: impl Fn(&mut Self) -> &mut usize) {
        let depth = depth(self);
        *depth = match opens {
            true => depth.saturating_add(1),
            false => depth.saturating_sub(1),
        };
    }

    fn list(&mut self, opens: bool, numbered: bool) {
        match self.lists.is_empty() || (!opens && self.lists.len() == 1) {
            true => self.paragraph(),
            false => self.block(),
        }
        if !opens {
            self.lists.pop();
        } else if self.lists.len() < LISTS {
            self.lists.push(numbered.then_some(1));
        }
    }

    fn item(&mut self, opens: bool) {
        self.block();
        if !opens {
            return;
        }
        let depth = self.lists.len().saturating_sub(1);
        let mark = match self.lists.last_mut() {
            Some(Some(number)) => {
                *number += 1;
                format!("{}. ", *number - 1)
            }
            _ => "* ".to_owned(),
        };
        self.letter_mark(&format!("{}{mark}", "  ".repeat(depth)));
    }

    /// A mark at the beginning of a line.
    fn letter_mark(&mut self, mark: &str) {
        self.blank = false;
        for c in mark.chars() {
            self.letter(c);
        }
    }

    /// What comes begins a line.
    fn block(&mut self) {
        self.blank = false;
        if !self.line.is_empty() {
            self.end_line();
        }
    }

    /// What comes begins a line behind an empty one.
    fn paragraph(&mut self) {
        self.block();
        self.gap = Some(self.quoted);
    }

    fn end_line(&mut self) {
        (self.blank, self.cell) = (false, false);
        let line = std::mem::take(&mut self.line);
        if !line.is_empty() {
            self.gap = None;
        }
        self.push_line(line.trim_end(), self.quoted);
    }

    fn push_line(&mut self, line: &str, marks: usize) {
        self.empty = match line.is_empty() {
            true => self.empty + 1,
            false => 0,
        };
        // More than two empty lines say no more than two.
        if self.empty > 2 || (line.is_empty() && self.lines.is_empty()) {
            return;
        }
        let marks = marks.min(DEEPEST);
        self.lines.extend(std::iter::repeat_n('>', marks));
        if marks > 0 && !line.is_empty() {
            self.lines.push(' ');
        }
        self.lines.push_str(line);
        self.lines.push('\n');
    }

    fn finish(mut self) -> String {
        self.block();
        let end = self.lines.trim_end().len();
        self.lines.truncate(end);
        if !self.lines.is_empty() {
            self.lines.push('\n');
        }
        self.lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn blocks_break_lines() {
        for (html, meant) in [
            ("<div>a</div><div><br></div><div>b</div>", "a\n\nb\n"),
            ("<p>a</p>\n<p>b<br>c</p>d", "a\n\nb\nc\n\nd\n"),
            ("a\n  b&nbsp; c&euro;", "a b  c€\n"),
            (
                "<ul><li>one<li>two<ol><li>x</li><li>y</ol></ul>z",
                "* one\n* two\n  1. x\n  2. y\n\nz\n",
            ),
            (
                "<table><tr><td>Order</td><td>4711</td></tr><tr><td>Name<td>Robin</table>",
                "Order  4711\nName  Robin\n",
            ),
            (
                "a<blockquote>q<p>r</blockquote>s",
                "a\n\n> q\n>\n> r\n\ns\n",
            ),
            ("<pre>\nx\n  y  z\n</pre>", "x\n  y  z\n"),
            ("a<hr>b", "a\n----------\nb\n"),
            (
                "<head><title>t</title><style>x{}</style></head><script>if (a<b) {}</script>b",
                "b\n",
            ),
            (
                "<!-- c --><svg><text>v</text></svg><img alt=pic><img alt=''>",
                "[pic]\n",
            ),
            ("a<br><br><br><br><br>b", "a\n\n\nb\n"),
            ("<b>bo</b>ld <i>x</i>", "bold x\n"),
            ("", ""),
            ("<p></p>", ""),
        ] {
            assert_eq!(text(html), meant, "{html}");
        }
    }

    #[test]
    fn what_nests_deep_takes_no_more_than_its_length() {
        for part in [
            "<div>",
            "<table><tr><td>",
            "<b><p>",
            "<ul><li>",
            "<a href=x>",
            "<font>",
        ] {
            let html = part.repeat(100_000) + "x";
            assert!(text(&html).ends_with("x\n"), "{part}");
        }
        let quoted = text(&("<blockquote>".repeat(100_000) + "x"));
        assert_eq!(quoted, ">>>>>>>>>> x\n");
    }

    proptest! {
        #[test]
        fn no_text_panics(html in "(<|</|>|pre|li|ol|p|script|svg|title|td|&|;|[ \n a-zé\"'=!-]){0,60}") {
            text(&html);
        }
    }
}

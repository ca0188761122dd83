//! HTML, escaped by construction: names of elements and attributes are the program's own, and
//! everything else passes one door.

use crate::error::is_visible;

/// A document under construction.
#[derive(Debug, Default)]
pub struct Html(String);

/// The attributes of an element: names are ours, values are anybody's.
pub type Attributes<'a> = &'a [(&'static str, &'a str)];

impl Html {
    /// An element with these attributes and whatever `inner` adds.
    pub fn within(
        &mut self,
        name: &'static str,
        attributes: Attributes,
        inner: impl FnOnce(&mut Self),
    ) {
        self.open(name, attributes);
        inner(self);
        self.0.push_str("</");
        self.0.push_str(name);
        self.0.push('>');
    }

    /// An element that holds nothing but a text.
    pub fn leaf(&mut self, name: &'static str, attributes: Attributes, text: &str) {
        self.within(name, attributes, |html| html.text(text));
    }

    /// An element that never holds anything, such as `meta` (HTML, section 13.1.2).
    pub fn void(&mut self, name: &'static str, attributes: Attributes) {
        self.open(name, attributes);
    }

    /// A text, whatever it holds.
    pub fn text(&mut self, text: &str) {
        escape(&mut self.0, text);
    }

    /// A style sheet or a script of the program's own, as it stands.
    pub fn raw(&mut self, name: &'static str, text: &'static str) {
        self.open(name, &[]);
        self.0.push_str(text);
        self.0.push_str("</");
        self.0.push_str(name);
        self.0.push('>');
    }

    /// A line break between elements, where no reader sees it.
    pub fn line(&mut self) {
        self.0.push('\n');
    }

    /// The whole document.
    pub fn finish(self) -> String {
        format!("<!doctype html>\n{}\n", self.0)
    }

    fn open(&mut self, name: &'static str, attributes: Attributes) {
        self.0.push('<');
        self.0.push_str(name);
        for (key, value) in attributes {
            self.0.push(' ');
            self.0.push_str(key);
            // An attribute such as `hidden` has no value.
            if !value.is_empty() {
                self.0.push_str("=\"");
                escape(&mut self.0, value);
                self.0.push('"');
            }
        }
        self.0.push('>');
    }
}

/// Escapes what is markup, what moves or reorders text, and what cannot be seen at all: two names
/// that differ look different.
fn escape(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // The blank within our own numbers.
            c if is_visible(c) || c == '\u{202f}' => out.push(c),
            c => out.extend(c.escape_unicode()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn markup_in_texts_and_values_stays_text() {
        let mut html = Html::default();
        html.leaf(
            "p",
            &[("title", "\" onload='x"), ("hidden", "")],
            "<b>&\u{202e}\u{200b}é",
        );
        assert_eq!(
            html.finish(),
            "<!doctype html>\n<p title=\"&quot; onload=&#39;x\" hidden>&lt;b&gt;&amp;\\u{202e}\\u{200b}é</p>\n"
        );
    }

    proptest! {
        #[test]
        fn no_text_ends_its_element(text in any::<String>()) {
            let mut html = Html::default();
            html.leaf("p", &[("title", &text)], &text);
            let html = html.finish();
            prop_assert_eq!(html.matches('<').count(), 3);
            prop_assert_eq!(html.matches('"').count(), if text.is_empty() { 0 } else { 2 });
        }
    }
}

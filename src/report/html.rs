//! HTML, escaped by construction: names of elements and attributes are the program's own, and
//! everything else passes one door.

use crate::error::is_visible;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

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

/// The head of a page that needs nothing else: no file and no network. Its style and its script are the only ones
/// that its Content-Security-Policy (CSP 3, section 2.3.1) lets a browser obey, by their hash: nothing in a name
/// could ever be one.
pub fn begin(html: &mut Html, title: &str, style: &'static str, script: Option<&'static str>) {
    let policy = policy(style, script);
    html.within("head", &[], |html| {
        html.void("meta", &[("charset", "utf-8")]);
        let policy = [
            ("http-equiv", "Content-Security-Policy"),
            ("content", policy.as_str()),
        ];
        html.void("meta", &policy);
        for (name, content) in [
            ("viewport", "width=device-width"),
            ("color-scheme", "light dark"),
            ("referrer", "no-referrer"),
            ("robots", "noindex"),
        ] {
            html.void("meta", &[("name", name), ("content", content)]);
        }
        html.leaf("title", &[], title);
        html.raw("style", style);
    });
}

fn policy(style: &str, script: Option<&str>) -> String {
    let hash = |text: &str| format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)));
    let script = script.map_or("'none'".to_owned(), hash);
    let style = hash(style);
    format!(
        "default-src 'none'; style-src {style}; script-src {script}; base-uri 'none'; form-action 'none'"
    )
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

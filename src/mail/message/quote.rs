//! The text of a message that is answered, below the answer: in text, and in HTML.

use super::original::Original;
use crate::mail::Contact;

impl Original {
    /// Its text behind `> `, under a line that says who wrote it and when.
    pub fn quote(&self) -> String {
        let mut quote = self.attribution() + "\n";
        for line in self.lines() {
            quote.push_str(if line.starts_with('>') || line.is_empty() {
                ">"
            } else {
                "> "
            });
            quote.push_str(&line);
            quote.push('\n');
        }
        quote
    }

    /// `html` with the same below it, where its body ends. What was written in HTML is quoted as the
    /// text that it says: none of its elements are taken over.
    pub fn quote_html(&self, html: &str) -> String {
        let lines: Vec<String> = self.lines().map(|line| escaped(&line)).collect();
        let quote = format!(
            "<p>{}</p>\n<blockquote style=\"white-space: pre-wrap\">{}</blockquote>\n",
            escaped(&self.attribution()),
            lines.join("\n")
        );
        let (above, below) = html.split_at(end_of_body(html));
        let gap = if above.ends_with('\n') { "" } else { "\n" };
        format!("{above}{gap}{quote}{below}")
    }

    fn attribution(&self) -> String {
        let who = match self.from.first() {
            Some(Contact {
                name: Some(name), ..
            }) => name.clone(),
            Some(contact) => contact.address.to_string(),
            None => "somebody".to_owned(),
        };
        match &self.date {
            Some(date) => format!("On {date}, {who} wrote:"),
            None => format!("{who} wrote:"),
        }
    }

    fn lines(&self) -> impl Iterator<Item = String> {
        let text = self.text.replace("\r\n", "\n").replace('\r', "\n");
        let printable = |line: &str| -> String {
            let kept = line.chars().filter(|c| *c == '\t' || !c.is_control());
            kept.collect()
        };
        let lines: Vec<String> = text.trim_end().lines().map(printable).collect();
        lines.into_iter()
    }
}

/// Before the last `</body>` or `</html>`, else at the end.
fn end_of_body(html: &str) -> usize {
    let lower = html.to_ascii_lowercase();
    let end = lower.rfind("</body").or_else(|| lower.rfind("</html"));
    end.unwrap_or(html.len())
}

/// Text that stands for itself in HTML, and between the quotes of an attribute.
pub fn escaped(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for c in value.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn original(text: &str) -> Original {
        Original {
            text: text.to_owned(),
            ..Original::default()
        }
    }

    #[test]
    fn a_quote_in_html_stands_before_the_end_of_the_body() {
        let quoted =
            original("a < b\r\n<script>x</script>\x1b").quote_html("<P>Yes.</P></BODY></html>");
        assert_eq!(
            quoted,
            "<P>Yes.</P>\n<p>somebody wrote:</p>\n<blockquote style=\"white-space: pre-wrap\">a &lt; b\n\
             &lt;script&gt;x&lt;/script&gt;</blockquote>\n</BODY></html>"
        );
        let bare = original("q").quote_html("Größe\n");
        assert!(bare.starts_with("Größe\n<p>somebody"), "{bare}");
    }
}

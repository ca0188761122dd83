//! Whether the quotes of a CSV file stand where RFC 4180 has them. A reader that forgives a
//! forgotten quote takes many rows for one value, and those would never be sent.

/// A quote in the wrong place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Misquoted {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong there.
    pub what: &'static str,
}

/// Where in a value a reader is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum At {
    Begin,
    Plain,
    Quoted,
    /// Behind a quote that ends the value, or is the first of two.
    Quote,
}

/// Every quote that stands in the wrong place, line by line; what follows an open one is not
/// looked at.
pub fn misquoted(text: &str, separator: u8) -> Vec<Misquoted> {
    let separator = char::from(separator);
    let (mut at, mut line, mut opened) = (At::Begin, 1, 1);
    let mut found: Vec<Misquoted> = Vec::new();
    let mut wrong = |line, what| {
        if found.last().is_none_or(|last| last.line != line) {
            found.push(Misquoted { line, what });
        }
    };
    for c in text.chars() {
        at = match (at, c) {
            (At::Begin, '"') => {
                opened = line;
                At::Quoted
            }
            (At::Quoted, '"') => At::Quote,
            (At::Quote, '"') | (At::Quoted, _) => At::Quoted,
            (_, '\r' | '\n') => At::Begin,
            (_, c) if c == separator => At::Begin,
            (At::Quote, _) => {
                wrong(line, "something follows the quote that ends a value");
                At::Plain
            }
            (At::Plain, '"') => {
                wrong(
                    line,
                    "a quote stands inside of a value that begins without one",
                );
                At::Plain
            }
            _ => At::Plain,
        };
        line += usize::from(c == '\n');
    }
    if at == At::Quoted {
        wrong(opened, "a quote is opened here, and never closed");
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_standard_allows_is_in_order() {
        for text in [
            "",
            "a,b\r\n\"x\",y\r\n",
            "\"a \"\"b\"\"\",\"\r\n,\n\"\n",
            "\"\",\"\"\"\"",
            "a,b",
        ] {
            assert_eq!(misquoted(text, b','), [], "{text:?}");
        }
    }

    #[test]
    fn a_forgotten_quote_is_found_where_it_was_opened() {
        let lines = |text| {
            let found: Vec<_> = misquoted(text, b',').iter().map(|m| m.line).collect();
            found
        };
        assert_eq!(lines("a\n\"b\nc\nd"), [2]);
        assert_eq!(lines("a\n5\" pipe,x\n\"b\"c\nd"), [2, 3]);
        assert_eq!(lines("a\n\"b,x\nc,\"d\n"), [3]);
        assert_eq!(lines("a, \"b\"\n"), [1]);
        assert_eq!(misquoted("a;\"b;\"\n", b';'), []);
    }
}

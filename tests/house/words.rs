//! A source text as words, as far as it takes to read imports.

/// Names, `::` and single signs; no comments, no strings.
pub fn words(text: &str) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    let (mut words, mut at) = (Vec::new(), 0);
    let is_in = |c: &char| c.is_alphanumeric() || *c == '_';
    while let Some(c) = chars.get(at) {
        let next = chars.get(at + 1);
        let raw = || {
            let hashes = chars[at + 1..].iter().take_while(|c| **c == '#').count();
            (chars.get(at + 1 + hashes) == Some(&'"')).then_some(hashes)
        };
        if c.is_whitespace() {
            at += 1;
        } else if *c == '/' && next == Some(&'/') {
            at += chars[at..].iter().take_while(|c| **c != '\n').count();
        } else if *c == '/' && next == Some(&'*') {
            at += 2;
            while at < chars.len() && !chars[at..].starts_with(&['*', '/']) {
                at += 1;
            }
            at += 2;
        } else if *c == 'b' && is_string(&chars[at + 1..]) {
            at += 1;
        } else if let ('r', Some(hashes)) = (*c, raw()) {
            let end: Vec<char> = std::iter::once('"')
                .chain(std::iter::repeat_n('#', hashes))
                .collect();
            at += 2 + hashes;
            while at < chars.len() && !chars[at..].starts_with(&end) {
                at += 1;
            }
            at += end.len();
        } else if *c == '"' {
            at += 1;
            while at < chars.len() && chars[at] != '"' {
                at += if chars[at] == '\\' { 2 } else { 1 };
            }
            at += 1;
        } else if *c == '\'' {
            // A character, or else a lifetime, of which only the sign is dropped.
            at += match (next, chars.get(at + 2)) {
                (Some('\\'), _) => {
                    3 + chars[at + 3..].iter().take_while(|c| **c != '\'').count() + 1
                }
                (Some(_), Some('\'')) => 3,
                _ => 1,
            };
        } else if *c == ':' && next == Some(&':') {
            words.push("::".to_owned());
            at += 2;
        } else if is_in(c) {
            let name: String = chars[at..].iter().take_while(|c| is_in(c)).collect();
            at += name.chars().count();
            words.push(name);
        } else {
            words.push(c.to_string());
            at += 1;
        }
    }
    words
}

/// Whether a string begins here, raw or not.
fn is_string(chars: &[char]) -> bool {
    matches!(chars, ['"', ..] | ['r', '"' | '#', ..])
}

/// The place of what closes the bracket at `at`.
pub fn closing(words: &[String], at: usize) -> usize {
    let mut depth = 0;
    for (n, word) in words.iter().enumerate().skip(at) {
        match word.as_str() {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return n;
        }
    }
    words.len()
}

use super::markdown::roff;

/// The lines after the preamble.
fn lines(text: &str) -> Vec<String> {
    let page = roff(text).unwrap();
    let body = page.lines().skip(2);
    body.map(str::to_owned).collect()
}

#[test]
fn what_stands_before_the_first_heading_is_the_description() {
    assert_eq!(
        lines(
            "# a(7): b\n\nFirst.\n\nSecond.\n\n## What `x` is\n\nThird.\n\n### A -part\n\nFourth."
        ),
        [
            ".SH DESCRIPTION",
            "First.",
            ".PP",
            "Second.",
            ".SH \"WHAT x IS\"",
            "Third.",
            ".SS \"A \\-part\"",
            "Fourth.",
        ]
    );
}

#[test]
fn no_text_is_taken_for_a_request() {
    assert_eq!(
        lines("## h\n\n`.de x`\nand\n.so /etc/passwd\n'nor\nthis \\fBis\\fR \\\\ a `back\\slash`"),
        [
            ".SH H",
            "\\fB.de x\\fR",
            "and",
            "\\&.so /etc/passwd",
            "\\*(Aqnor",
            "this \\(rsfBis\\(rsfR \\(rs a \\fBback\\(rsslash\\fR",
        ]
    );
    assert_eq!(
        lines("## \"a\\b\" it's"),
        [".SH \"\\(dqA\\(rsB\\(dq IT\\(aqS\""]
    );
    let code = lines("## h\n\n```sh\n.so x\n'y'\n\n  a \\\n-b\n```");
    assert_eq!(
        code,
        [
            ".SH H",
            ".RS 2",
            ".EX",
            "\\&.so x",
            "\\*(Aqy\\*(Aq",
            "",
            "  a \\(rs",
            "\\-b",
            ".EE",
            ".RE"
        ]
    );
}

#[test]
fn lists_hold_paragraphs_code_and_lists() {
    assert_eq!(
        lines("## h\n\n- a\n- b\n\n  c\n\n  ```\n  d\n  ```\n\n  1. e\n  2. f\n\nAfter."),
        [
            ".SH H",
            ".IP \\(bu 2",
            "a",
            ".IP \\(bu 2",
            "b",
            ".IP \"\" 2",
            "c",
            ".IP \"\" 2",
            ".RS 2",
            ".EX",
            "d",
            ".EE",
            ".RE",
            ".RS 2",
            ".IP 1. 4",
            "e",
            ".IP 2. 4",
            "f",
            ".RE",
            ".PP",
            "After.",
        ]
    );
}

#[test]
fn links_lead_to_pages_as_man_names_them() {
    assert_eq!(
        lines(
            "## h\n\n[a(5)](a.5.md#x), [the log](../man/b.7.md), [here](#h), [site](https://c.example/), \
             <https://d.example>"
        ),
        [
            ".SH H",
            "\\fBa\\fR(5), the log (see \\fBb\\fR(7)), here, site <https://c.example/>, https://d.example",
        ]
    );
}

#[test]
fn a_table_is_as_wide_as_a_screen_at_most() {
    let small = lines("## h\n\n| a | b |\n|---|---|\n| `.x` | y-z |\n| .k | |");
    assert_eq!(
        small,
        [
            ".SH H",
            ".TS",
            "l l.",
            "\\fBa\\fR\t\\fBb\\fR",
            "\\fB.x\\fR\ty\\-z",
            "\\&.k\t",
            ".TE"
        ]
    );
    let long = "word ".repeat(20);
    let two = lines(&format!("## h\n\n| a | b |\n|---|---|\n| `x` | {long}|"));
    assert_eq!(two, [".SH H", ".TP", "\\fBx\\fR", long.trim()]);
    let three = lines(&format!(
        "## h\n\n| a | b | c |\n|---|---|---|\n| 1 | 2 | .{long}|"
    ));
    assert_eq!(
        three,
        [
            ".SH H",
            ".TS",
            "l l lx.",
            "\\fBa\\fR\t\\fBb\\fR\tT{",
            "\\fBc\\fR",
            "T}",
            "1\t2\tT{",
            &format!("\\&.{}", long.trim()),
            "T}",
            ".TE"
        ]
    );
}

#[test]
fn what_cannot_be_rendered_is_refused() {
    assert_eq!(lines("<!-- a comment -->\n## h"), [".SH H"]);
    for text in ["<b>bold</b>", "![a picture](x.png)", "> quoted", "---"] {
        roff(text).unwrap_err();
    }
}

#[test]
fn what_a_program_printed_is_folded_as_wide_as_a_screen() {
    let long = "x".repeat(80);
    let text = format!(
        "## h\n\n```text\nMAILBOX  ANSWER\n  a hint {0}\nsales@   what the server says {0}\n{long}\n```",
        "goes on ".repeat(10).trim_end()
    );
    assert_eq!(
        lines(&text),
        [
            ".SH H",
            ".RS 2",
            ".EX",
            "MAILBOX  ANSWER",
            "  a hint goes on goes on goes on goes on goes on goes on goes on goes",
            "      on goes on goes on",
            "sales@   what the server says goes on goes on goes on goes on goes on",
            "         goes on goes on goes on goes on goes on",
            &long,
            ".EE",
            ".RE",
        ]
    );
}

#[test]
fn every_page_fits_on_a_screen_of_80_columns() {
    for page in super::PAGES {
        let rendered = roff(page.source).unwrap();
        let mut is_code = false;
        for line in rendered.lines() {
            match line {
                ".EX" => is_code = true,
                ".EE" => is_code = false,
                // Escapes are one character on the screen.
                code if is_code => {
                    let shown = code
                        .replace("\\*(Aq", "'")
                        .replace("\\(rs", "|")
                        .replace("\\-", "-");
                    let width = unicode_width::UnicodeWidthStr::width(shown.as_str());
                    assert!(width <= 71, "{}: {width}: {shown}", page.name);
                }
                _ => {}
            }
        }
    }
}

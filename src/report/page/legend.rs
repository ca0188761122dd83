//! What the words mean.

use crate::report::html::Html;
use crate::report::review::Review;

/// Levels, identities and marks, each in a sentence.
pub(super) fn section(html: &mut Html, review: &Review) {
    html.within("section", &[("id", "legend"), ("aria-labelledby", "legend-h")], |html| {
        html.leaf("h2", &[("id", "legend-h")], "Legend");
        html.within("dl", &[("class", "legend")], |html| {
            for (level, rights) in &review.about.levels {
                let meaning = format!("{rights}: {}", rights.in_words());
                entry(html, level, &meaning);
            }
            for (name, meaning) in [
                ("custom", "rights that are no level; they are told in words"),
                ("some folders", "nothing on the mailbox itself, and something on folders that are named"),
                ("takes away", "a negative entry: what it names is refused even where another entry grants it"),
                ("everybody", "an entry for anyone who can log in, or even for those who cannot"),
                ("Send As", "mail shows the mailbox's address alone"),
                ("on Behalf", "mail shows the mailbox's address, and who sent it"),
                ("owner", "the mailbox's own account; its rights are the server's doing and not listed"),
            ] {
                entry(html, name, meaning);
            }
        });
        let read = "Read over IMAP from the server's own access control lists (RFC 4314). Who may send is kept \
                    in two folders of each mailbox; whether mail is sent is for the SMTP server to decide.";
        html.leaf("p", &[("class", "dim")], read);
    });
    html.line();
}

fn entry(html: &mut Html, name: &str, meaning: &str) {
    html.within("div", &[], |html| {
        html.leaf("dt", &[], name);
        html.leaf("dd", &[], meaning);
    });
}

//! The access review as one page of HTML that needs nothing else: no file, no network, and no
//! script to be read or printed.
//!
//! Its style and its script are the only ones that its Content-Security-Policy (CSP 3, section
//! 2.3.1) lets a browser obey, by their hash: nothing in a name could ever be one.

mod changes;
mod counts;
mod findings;
mod glance;
mod head;
mod html;
mod legend;
mod levels;
mod mailboxes;
mod matrix;
mod people;
mod row;
mod signature;

use super::review::{Review, people};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use html::Html;
use levels::Levels;
use sha2::{Digest, Sha256};

pub(super) use levels::held;

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// `review` as a page.
pub fn page(review: &Review) -> String {
    let people = people(review);
    let levels = Levels::of(review);
    let mut html = Html::default();
    html.within("html", &[("lang", "en")], |html| {
        html.within("head", &[], |html| head(html, review));
        html.line();
        html.within("body", &[], |html| {
            html.leaf(
                "a",
                &[("class", "skip"), ("href", "#content")],
                "Skip to the review",
            );
            head::header(html, review, &levels, people.len());
            html.within("main", &[("id", "content")], |html| {
                head::missing(html, review);
                head::tools(html, review, &levels);
                changes::section(html, review);
                findings::section(html, review);
                glance::section(html, review, &levels);
                matrix::section(html, review, &levels);
                mailboxes::section(html, review, &levels);
                people::section(html, &people, &levels);
                people::groups(html, review);
                legend::section(html, review);
                signature::section(html);
            });
            html.raw("script", SCRIPT);
        });
    });
    html.finish()
}

fn head(html: &mut Html, review: &Review) {
    html.void("meta", &[("charset", "utf-8")]);
    let policy = policy();
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
    let title = format!(
        "Access review: {}, {}",
        review.about.provider, review.about.at
    );
    html.leaf("title", &[], &title);
    html.raw("style", STYLE);
}

fn policy() -> String {
    let hash = |text: &str| format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)));
    let (style, script) = (hash(STYLE), hash(SCRIPT));
    format!(
        "default-src 'none'; style-src {style}; script-src {script}; base-uri 'none'; form-action 'none'"
    )
}

#[cfg(test)]
mod tests;

//! The access review as one page of HTML that needs nothing else: no file, no network, and no
//! script to be read or printed.
//!
//! Its style and its script are the only ones that a browser obeys there.

mod changes;
mod counts;
mod findings;
mod glance;
mod head;
mod legend;
mod levels;
mod mailboxes;
mod matrix;
mod people;
mod row;
mod signature;

use super::html::{Html, begin};
use super::review::{Review, people};
use levels::Levels;

pub(super) use levels::held;

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// `review` as a page.
pub fn page(review: &Review) -> String {
    let people = people(review);
    let levels = Levels::of(review);
    let mut html = Html::default();
    html.within("html", &[("lang", "en")], |html| {
        begin(html, &title(review), STYLE, Some(SCRIPT));
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

fn title(review: &Review) -> String {
    let about = &review.about;
    format!("Access review: {}, {}", about.provider, about.at)
}

#[cfg(test)]
mod tests;

//! Where the review is signed off.

use crate::report::html::Html;

/// A table to fill in by hand.
pub(super) fn section(html: &mut Html) {
    html.within(
        "section",
        &[("id", "signature"), ("aria-labelledby", "signature-h")],
        |html| {
            html.leaf("h2", &[("id", "signature-h")], "Sign-off");
            html.within("table", &[], |html| {
                html.leaf("caption", &[], "Who reviewed this");
                html.within("thead", &[], |html| {
                    html.within("tr", &[], |html| {
                        for title in ["Role", "Name", "Signature", "Date"] {
                            html.leaf("th", &[("scope", "col")], title);
                        }
                    });
                });
                html.within("tbody", &[], |html| {
                    for role in ["Reviewed by", "Approved by"] {
                        html.within("tr", &[], |html| {
                            html.leaf("th", &[("scope", "row")], role);
                            (0..3).for_each(|_| html.leaf("td", &[], ""));
                        });
                    }
                });
            });
        },
    );
    html.line();
}

//! Files that say what mailboxes shall be like.

use crate::table::row::{Expect, Row, row};
use crate::table::setup::Setup;
use crate::table::situation::Situation::{Foreign, Hostile, Stranger, Twin, Unreadable};
use crate::table::world::World;

/// What the world is like.
const SAME: &str = "\
[mailbox.\"{team}\"]
folders = [\"Sent\", \"Archive\", \"Archive/2025\"]
full-access = [\"{bob}\"]
write = [\"{alice}\"]
read-only = [\"{carol}\"]
send-as = [\"{alice}\"]
";

/// One more reads it.
const MORE: &str = "\
[mailbox.\"{team}\"]
read-only = [\"{dave}\"]
";

/// A second wish for the mailbox, by the name that it has.
const TWICE: &str = "\
[mailbox.\"{team}\"]
read-only = [\"{dave}\"]
[mailbox.\"{true}\"]
write = [\"{dave}\"]
";

/// Where a mailbox of any domain can be made, as one of its own.
fn domains(world: &World) -> bool {
    matches!(world.setup, Setup::CyrusDefault | Setup::CyrusTwo)
}

/// The mailbox of the other domain is a new one.
fn new(mut expect: Expect) -> Expect {
    expect.may_touch.push("team@evil.test".to_owned());
    expect.whole.push("to be made".to_owned());
    let expect = expect.codes(&[0, 2, 3, 65, 67, 78]);
    expect.may_say("verified as")
}

/// The rows.
pub fn rows() -> Vec<Row> {
    let none = &[3, 65, 67, 78];
    let refused = move |e: Expect| e.codes(none);
    let unheard = |mut e: Expect| {
        e.whole.clear();
        e
    };
    vec![
        row("plan-same", "plan -f same.toml")
            .file("same.toml", SAME)
            .says(&["nothing to do"])
            .when(Foreign, refused)
            .when_on(Foreign, domains, new)
            .when(Hostile, unheard),
        row("plan", "plan -f more.toml")
            .file("more.toml", MORE)
            .says(&["+ {dave}"])
            .when(Foreign, refused)
            .when_on(Foreign, domains, new),
        row("plan-twice", "plan -f twice.toml")
            .file("twice.toml", TWICE)
            .code(65)
            .when(Foreign, refused)
            .when_on(Foreign, domains, new)
            .when(Unreadable, |e| e.codes(&[65]).says(&[]))
            .when(Hostile, |e| e.codes(&[65])),
        row("check-file", "check -f same.toml")
            .file("same.toml", SAME)
            .when(Foreign, refused)
            .when_on(Foreign, domains, new)
            .when(Hostile, |e| e.codes(&[2, 3])),
        row("grant-dry", "grant {team} {dave} --read-only --dry-run")
            .says(&["{dave}"])
            .when(Unreadable, |e| e.says(&["Archive", "could not be read"]))
            .when(Stranger, |e| e.codes(&[0, 67, 78])),
        row("apply", "apply -f more.toml --yes")
            .file("more.toml", MORE)
            .changes(&["+ holds dave lrs on team *"])
            .says(&["{dave}"])
            .when(Foreign, refused)
            .when_on(Foreign, domains, new),
        row("apply-plan", "apply plan.json --yes")
            .file("more.toml", MORE)
            .first("plan -f more.toml --out plan.json")
            .rewritten("plan.json")
            .changes(&["+ holds dave lrs on team *"])
            .when(Foreign, refused)
            .when_on(Foreign, domains, new)
            // What was planned is not what there is.
            .when(Hostile, |e| e.codes(&[0, 3, 65, 77]))
            .when(Unreadable, |e| e.codes(&[3, 65]).says(&[])),
        row("grant-csv", "grant --yes --csv rows.csv")
            .file(
                "rows.csv",
                "mailbox,who,level\n{team},{dave},read-only\n{info},{dave},read-only\n",
            )
            .changes(&["+ holds dave lrs on team *", "+ holds dave lrs on info *"])
            .when(Foreign, |e| {
                let e = e.codes(&[3, 65, 67, 78]);
                let e = e.may(&["+ holds dave lrs on info *"]);
                e.may_say("verified as")
            })
            .when(Twin, |e| e.may(&["+ holds dave lrs on info *"])),
    ]
}

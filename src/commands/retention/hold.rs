//! retention hold: mail that is kept for a case.

use crate::cli::retention::RetentionHold;
use crate::decide::retaining;
use crate::decide::settings::{Settling, SettlingAll};
use crate::error::Result;
use crate::exit::Exit;
use crate::journey::opening::read;
use crate::model::pace::Pace;
use crate::model::retention::{Held, Hold, Holds, Mark};
use crate::model::setting::Kind;
use crate::model::state::{Folder, Mailbox};
use crate::model::words::count;
use crate::observe::{self, Ask};
use crate::profile::names;
use crate::reach::Opened;
use crate::run::{Alone, Run};
use chrono::Utc;

/// Has the settings of the mailbox say it.
///
/// # Errors
/// Whatever stands in the way before the first change.
pub fn hold(args: &RetentionHold, run: &Run) -> Result<Exit> {
    // What can be no hold is known before anybody logs in.
    let hold = retaining::written(&args.case, &args.what, args.until)?;
    let (provider, ask) = (
        run.undoable(&args.change.undoable, "retention hold")?,
        Ask::SETTINGS,
    );
    let name = names::mailbox(&args.target.mailbox, provider.profile())?;
    let mut opened = provider.open_for_mail(&name, &ask.look())?;
    let state = read(&provider, &mut opened, ask, run.output())?;
    // Another one of that case is told before anybody looks at mail.
    retaining::held(&state, &hold)?;
    let news = matched(&mut opened, &state, &hold, run)?;
    let text = |state: &_| retaining::held(state, &hold);
    let remembered = |state: &_| retaining::remembered(state, &hold, &news);
    let kinds = [
        Settling {
            kind: Kind::Holds,
            text: &text,
        },
        Settling {
            kind: Kind::Held,
            text: &remembered,
        },
    ];
    let alone = Alone {
        name: &name,
        options: &args.change,
        provider: &provider,
    };
    let (exit, _) = run.alone_in(opened, &alone, &SettlingAll(&kinds), |_| Ok(None))?;
    Ok(exit)
}

/// By what the messages of the mailbox are to be remembered that `hold` matches; how many that are, and which folders
/// could not be looked into, is told.
fn matched(
    opened: &mut Opened,
    state: &Mailbox,
    hold: &Hold,
    run: &Run,
) -> Result<Vec<(String, Mark)>> {
    let (output, mut one) = (run.output(), Holds::default());
    let _ = one.add(hold.clone());
    let folders: Vec<&Folder> = state.folders.iter().collect();
    let progress = output.progress(Some(folders.len() as u64), "looking at messages");
    let tick = |n: usize| progress.tick(n as u64);
    let aged = observe::aged(opened, &folders, &one, Utc::now(), &Pace::telling(&tick))?;
    drop(progress);
    let mut news = Vec::new();
    for (folder, aged) in folders.iter().zip(aged) {
        match aged {
            Ok(aged) => news.extend(aged.news),
            Err(why) => output.warning(&format!(
                "{}: which messages of {:?} the hold keeps is not known {why}",
                state.name, folder.path
            )),
        }
    }
    let (case, all) = (&hold.case, count(news.len(), "message"));
    let keeps = format!("{}: the hold {case:?} keeps {all} as it is now", state.name);
    output.note(&keeps);
    if news.len() > Held::MOST {
        let most = Held::MOST;
        output.warning(&format!(
            "{}: no more than {most} messages are remembered: the rest is held as long as the hold matches it",
            state.name
        ));
    }
    Ok(news)
}

//! label merge: one label instead of another one.

use crate::cli::label::LabelMerge;
use crate::decide::errand::Errand;
use crate::decide::merging::Merging;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::journey::Watch;
use crate::journey::terms::Terms;
use crate::journey::visit::Visit;
use crate::model::state::Mailbox;
use crate::model::whom::Whom;
use crate::model::words::{self};
use crate::profile::names;
use crate::run::{Question, Run};

/// Has all messages that carry the one label carry the other one instead, and forgets the first.
///
/// # Errors
/// Whatever stands in the way before the first change.
pub fn merge(args: &LabelMerge, run: &Run) -> Result<Exit> {
    let (options, output) = (&args.change, run.output());
    if options.watched(Whom::None) != Whom::None {
        let what = "no member is looked at for a label: it lies on the message itself, and what each message carries \
             is read back always";
        return Err(Error::new(Exit::Usage, what)
            .hint("leave --proof out; who may read these messages, explain tells"));
    }
    let provider = &run.undoable(&options.undoable, "label merge")?;
    let merging = Merging {
        from: &args.from,
        into: &args.into,
        most: provider.profile().max_keywords,
    };
    let name = names::mailbox(&args.target.mailbox, provider.profile())?;
    let opened = provider.open_for_mail(&name, &merging.ask().look())?;
    let watch = Watch::new(Whom::None);
    let mut visit = Visit::within(opened, &merging, Terms::new(&watch), provider, output)?;
    let plan = visit.foresee()?;
    let question = question(&merging, visit.state())?;
    let (exit, state) = match options.preview.dry_run {
        true => {
            let exit = run.foreseen(visit.state(), &plan, None, options)?;
            (exit, visit.leave())
        }
        false => {
            if !plan.is_empty() {
                run.ask(&mut visit, &plan, question, options)?;
            }
            let (state, done) = visit.carry()?;
            let exit = run.became(&state, &done, &done.outcome())?;
            (exit, state)
        }
    };
    Ok(match (exit, unread(&state, run)) {
        (exit, Exit::Done) => exit,
        (Exit::Done | Exit::Found, unread) => unread,
        (exit, _) => exit,
    })
}

fn question(merging: &Merging, state: &Mailbox) -> Result<Question> {
    let pair = merging.pair(state)?;
    let messages = Merging::messages(state);
    let messages = words::messages(messages);
    Ok(Question {
        text: format!(
            "Merge {} into {} on {messages} of {}?",
            pair.from, pair.into, state.name
        ),
        unless: "nothing was merged",
        begins: None,
    })
}

/// Tells which folders could not be looked into, and how a run ends of which that is so.
fn unread(state: &Mailbox, run: &Run) -> Exit {
    let unread = Merging::unread(state);
    for (place, why) in &unread {
        run.output().warning(&format!(
            "{}: {:?} could not be looked into {why}: the label stays defined",
            state.name, place.path
        ));
    }
    match unread.len() {
        0 => Exit::Done,
        n if 2 * n == state.messages.len() => Exit::Refused,
        _ => Exit::Partly,
    }
}

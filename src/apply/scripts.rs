//! Scripts on the server (RFC 5804): each is checked before any is put, put only where the one before is still there
//! as it was read, and read back octet for octet.

use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::ledger::{Ledger, Witness};
use crate::managesieve::{Filters, Refusal, ScriptName};
use crate::model::deed::{Deed, Deeds, Done};
use crate::model::digest::sha256;
use crate::model::outcome::Fate;
use crate::model::script::Step;

/// What became of one step, and what the server warns of.
type Made = (Fate, Option<String>);

/// Makes the `steps` in the mailbox called `mailbox`, whose owner `session` is as `login`: the fate of each, and what
/// the server warns of.
///
/// # Errors
/// Where the server would not take one of the scripts: then nothing is put; and where it cannot be written down,
/// before anything is put or afterwards.
pub fn put(
    ledger: &Ledger,
    mailbox: &str,
    login: &str,
    session: &mut Filters,
    steps: &[Step],
) -> Result<Vec<Made>> {
    for step in steps {
        acceptable(session, step).map_err(|error| error.about(mailbox))?;
    }
    let list: Vec<Deed> = steps.iter().map(deed).collect();
    if list.is_empty() {
        return Ok(Vec::new());
    }
    let deeds = Deeds::new(mailbox, Some(login), list);
    ledger.about_to_do(&deeds)?;
    let mut made: Vec<Made> = Vec::with_capacity(steps.len());
    for step in steps {
        // What comes later counts on what comes before.
        let goes_on = made.iter().all(|(fate, _)| *fate == Fate::Done);
        made.push(match goes_on {
            true => one(session, step),
            false => (Fate::NotTried, None),
        });
    }
    let done: Vec<Done> = made.iter().map(|(fate, _)| fate.clone().into()).collect();
    ledger.did(&deeds, &done).map_err(|error| {
        let what = format!("it is done, and that could not be written down: {error}");
        Error::new(Exit::Partly, what)
    })?;
    Ok(made)
}

fn deed(step: &Step) -> Deed {
    match step {
        Step::Put {
            name,
            before,
            after,
        } => Deed::Script {
            script: name.clone(),
            before: before.as_deref().map(sha256),
            after: sha256(after),
        },
        Step::Activate { name, before } => Deed::Activate {
            script: name.clone(),
            before: before.clone(),
        },
    }
}

/// That the server would take it (CHECKSCRIPT, HAVESPACE).
fn acceptable(session: &mut Filters, step: &Step) -> Result<()> {
    let Step::Put { name, after, .. } = step else {
        return Ok(());
    };
    let refused = |why: Refusal| {
        let what = format!("the server would not take the script {name:?}: {why}; nothing was put");
        let exit = match why.code.as_deref() {
            Some(code) if code.starts_with("QUOTA") => Exit::Refused,
            _ => Exit::BadInput,
        };
        Error::new(exit, what)
    };
    session.check(after)?.map_err(refused)?;
    session
        .has_room(&named(name)?, after.len())?
        .map_err(refused)
}

fn named(name: &str) -> Result<ScriptName> {
    ScriptName::new(name).map_err(|_| {
        let what = format!("no script can be called {name:?}");
        Error::new(Exit::Refused, what)
    })
}

/// What became of `step`: a lost connection leaves it unknown.
fn one(session: &mut Filters, step: &Step) -> Made {
    let mut was_sent = false;
    let made = match step {
        Step::Put {
            name,
            before,
            after,
        } => text(session, (name, before.as_deref(), after), &mut was_sent),
        Step::Activate { name, before } => {
            active(session, (name, before.as_deref()), &mut was_sent)
        }
    };
    made.unwrap_or_else(|error| match was_sent {
        true => (Fate::Unknown(error.to_string()), None),
        false => (Fate::Refused(error.to_string()), None),
    })
}

fn text(
    session: &mut Filters,
    (name, before, after): (&str, Option<&[u8]>, &[u8]),
    was_sent: &mut bool,
) -> Result<Made> {
    let called = named(name)?;
    // There is no way to put it only where that holds: between the two somebody else may.
    match read(session, &called)? {
        Err(why) => return Ok((Fate::Refused(why.to_string()), None)),
        Ok(now) if now.as_deref() != before => {
            let why = "here: somebody changed the script since it was read";
            return Ok((Fate::Refused(why.to_owned()), None));
        }
        Ok(_) => {}
    }
    *was_sent = true;
    let warned = match session.put(&called, after)? {
        Err(why) => return Ok((Fate::Refused(why.to_string()), None)),
        Ok(warned) => warned,
    };
    let fate = match read(session, &called)? {
        Ok(Some(now)) if now == after => Fate::Done,
        Ok(_) => Fate::Unknown("it was put, and what is read back is something else".to_owned()),
        Err(why) => Fate::Unknown(format!("it was put, and cannot be read back: {why}")),
    };
    Ok((fate, warned))
}

fn active(
    session: &mut Filters,
    (name, before): (&str, Option<&str>),
    was_sent: &mut bool,
) -> Result<Made> {
    let called = named(name)?;
    let now = match activated(session)? {
        Ok(now) => now,
        Err(why) => return Ok((Fate::Refused(why.to_string()), None)),
    };
    if now.as_deref() != before {
        let why = "here: somebody made another script active meanwhile";
        return Ok((Fate::Refused(why.to_owned()), None));
    }
    *was_sent = true;
    if let Err(why) = session.activate(&called)? {
        return Ok((Fate::Refused(why.to_string()), None));
    }
    let fate = match activated(session)? {
        Ok(Some(now)) if now == name => Fate::Done,
        _ => Fate::Unknown("the list of scripts does not say that it is active".to_owned()),
    };
    Ok((fate, None))
}

/// What the script says now; nothing where there is none.
fn read(session: &mut Filters, name: &ScriptName) -> Result<Result<Option<Vec<u8>>, Refusal>> {
    Ok(match session.get(name)? {
        Ok(text) => Ok(Some(text)),
        Err(why) if why.code.as_deref() == Some("NONEXISTENT") => Ok(None),
        // A server without the code: what it lists tells.
        Err(why) => match session.list()? {
            Ok(all) if all.iter().all(|one| one.name.as_ref() != Some(name)) => Ok(None),
            _ => Err(why),
        },
    })
}

fn activated(session: &mut Filters) -> Result<Result<Option<String>, Refusal>> {
    let listed = session.list()?;
    Ok(listed.map(|all| {
        let active = all.into_iter().find(|one| one.active);
        active.and_then(|one| Some(one.name?.as_str().to_owned()))
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::peer::{Peer, credentials, serve};

    /// What becomes of a new text of the script `x` that said `keep;`, at a server that follows `script` from there.
    fn putting(script: impl FnOnce(&mut Peer) + Send + 'static) -> Made {
        let (endpoint, server) = serve(|peer| {
            peer.follow("S: \"SASL\" \"PLAIN\"\nS: OK");
            peer.line();
            peer.follow("S: OK\nC: CAPABILITY\nS: OK\nC: HAVESPACE \"x\" 5\nS: OK");
            script(peer);
        });
        let mut session = Filters::open(&endpoint, &credentials(), None).unwrap();
        let step = Step::Put {
            name: "x".to_owned(),
            before: Some(b"keep;".to_vec()),
            after: b"stop;".to_vec(),
        };
        let activate = Step::Activate {
            name: "x".to_owned(),
            before: None,
        };
        let (mut ledger, steps) = (Ledger::default(), [step, activate]);
        ledger.add(Quiet);
        let made = put(&ledger, "support@", "support", &mut session, &steps).unwrap();
        drop(session);
        server.join().unwrap();
        // What comes later counts on what comes before.
        assert_eq!(made[1].0, Fate::NotTried);
        made[0].clone()
    }

    struct Quiet;

    impl Witness for Quiet {
        fn about_to(&self, _: &crate::model::plan::Plan) -> Result<()> {
            Ok(())
        }

        fn became(&self, _: &str, _: &crate::model::outcome::Outcome) -> Result<()> {
            Ok(())
        }
    }

    #[test]
    fn what_somebody_else_changed_meanwhile_is_left_alone() {
        let (fate, _) = putting(|peer| {
            peer.follow("C: GETSCRIPT \"x\"\nS: \"discard;\"\nS: OK");
            assert_eq!(peer.line(), "", "nothing is put");
        });
        assert!(
            matches!(&fate, Fate::Refused(why) if why.contains("changed the script")),
            "{fate:?}"
        );
    }

    #[test]
    fn what_is_read_back_as_something_else_is_not_done() {
        let (fate, warned) = putting(|peer| {
            peer.follow(
                "C: GETSCRIPT \"x\"\nS: \"keep;\"\nS: OK\nC: PUTSCRIPT \"x\" \"stop;\"\nS: OK (WARNINGS) \"hm\"
                 C: GETSCRIPT \"x\"\nS: \"stop; \"\nS: OK",
            );
        });
        assert!(
            matches!(&fate, Fate::Unknown(why) if why.contains("something else")),
            "{fate:?}"
        );
        assert_eq!(warned.as_deref(), Some("hm"));
    }

    #[test]
    fn a_connection_that_is_lost_leaves_it_unknown_once_it_was_sent() {
        let (fate, _) = putting(|peer| {
            peer.follow("C: GETSCRIPT \"x\"\nS: \"keep;\"\nS: OK");
            peer.line();
        });
        assert!(matches!(fate, Fate::Unknown(_)), "{fate:?}");
        let (fate, _) = putting(|peer| drop(peer.line()));
        assert!(matches!(fate, Fate::Refused(_)), "{fate:?}");
    }
}

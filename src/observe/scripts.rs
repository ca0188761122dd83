//! The scripts of a mailbox: which there are, by which mail is filtered, and what those say that matter.

use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::managesieve::{Filters, Refusal, ScriptName};
use crate::model::script::{OWN, STARTER, Scripts};
use std::collections::BTreeMap;

/// Those of the owner of `session`. Read are the active one and ours.
///
/// # Errors
/// Whatever the session may meet, and where the server refuses to tell.
pub fn scripts(session: &mut Filters) -> Result<Scripts> {
    let listed = session
        .list()?
        .map_err(|why| refused("list the scripts", &why))?;
    let mut scripts = Scripts {
        includes: session.capabilities().has("include"),
        reads_text: session.capabilities().has("body"),
        copies: session.capabilities().has("copy"),
        most_redirects: session.capabilities().max_redirects,
        ..Scripts::default()
    };
    let mut names: BTreeMap<String, ScriptName> = BTreeMap::new();
    for one in listed {
        let Some(name) = one.name else {
            if one.active {
                let what = "the active script has a name that no server can be told";
                return Err(Error::new(Exit::Refused, what));
            }
            continue;
        };
        if one.active {
            scripts.active = Some(name.as_str().to_owned());
        }
        scripts.all.insert(name.as_str().to_owned(), None);
        names.insert(name.as_str().to_owned(), name);
    }
    let active = scripts.active.clone();
    for wanted in [OWN, STARTER].into_iter().chain(active.as_deref()) {
        let Some(name) = names.get(wanted).filter(|_| scripts.text(wanted).is_none()) else {
            continue;
        };
        let text = session.get(name)?;
        let text = text.map_err(|why| refused(&format!("read the script {wanted:?}"), &why))?;
        scripts.all.insert(wanted.to_owned(), Some(text));
    }
    Ok(scripts)
}

/// What each script of the owner of `session` says.
///
/// # Errors
/// As [`scripts`].
pub fn script_texts(session: &mut Filters) -> Result<Vec<Vec<u8>>> {
    let listed = session
        .list()?
        .map_err(|why| refused("list the scripts", &why))?;
    let mut texts = Vec::new();
    for one in listed {
        let Some(name) = one.name else {
            let what = "a script has a name that no server can be told: nobody knows what it says";
            return Err(Error::new(Exit::Refused, what));
        };
        let text = session.get(&name)?;
        let read = || format!("read the script {:?}", name.as_str());
        texts.push(text.map_err(|why| refused(&read(), &why))?);
    }
    Ok(texts)
}

fn refused(what: &str, why: &Refusal) -> Error {
    Error::new(
        Exit::Refused,
        format!("the server refused to {what}: {why}"),
    )
}

//! The rules of a mailbox put where its server filters what comes.

use super::opening::read;
use crate::apply;
use crate::decide::{filtering, forwarding, naming, rulebook};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::command::command;
use crate::model::dialect::Family;
use crate::model::folder::WireName;
use crate::model::pace::Audience;
use crate::model::rule::Rules;
use crate::model::script::{Filtered, Scripts, Step};
use crate::model::state::{Folder, Mailbox};
use crate::observe::{self, Ask};
use crate::reach::{Filterer, Opened, Provider, Reach};

/// What makes the server filter the mailbox of `opened` by the rules that `wanted` gives, which is done unless `dry_run`.
///
/// # Errors
/// Whatever stands in the way before anything is put.
pub fn filtered(
    provider: &Provider,
    opened: &mut Opened,
    filterer: &Filterer,
    wanted: &dyn Fn(&Mailbox) -> Result<Rules>,
    (dry_run, audience): (bool, &dyn Audience),
) -> Result<Filtered> {
    let state = read(provider, opened, Ask::SETTINGS, audience)?;
    let rules = wanted(&state)?;
    forwarding::permitted(
        &state.name,
        rules.iter(),
        &provider.profile().forward_domains,
    )?;
    let script = match rules.is_empty() {
        true => None,
        false => Some(script(&state, &rules, opened)?),
    };
    let login = owner(opened)?;
    let mut session = filterer.session_as(&login)?;
    let about = |error: Error| error.about(&state.name);
    let scripts = observe::scripts(&mut session).map_err(about)?;
    can(&state.name, &rules, &scripts)?;
    let redirects = filtering::redirects(&scripts);
    forwarding::filtered(&state.name, &rules, &scripts, redirects.len())?;
    let steps = filtering::steps(&state.name, &scripts, script.as_deref())?;
    let made = match dry_run {
        true => Vec::new(),
        false => apply::scripts::put(provider.ledger(), &state.name, &login, &mut session, &steps)?,
    };
    session.quit();
    let mut made = made.into_iter();
    let with = |step: Step| match made.next() {
        Some((fate, warned)) => (step, Some(fate), warned),
        None => (step, None, None),
    };
    Ok(Filtered {
        mailbox: state.name.clone(),
        active: scripts.active,
        steps: steps.into_iter().map(with).collect(),
        rules: rules.len(),
        redirects,
    })
}

/// # Errors
/// Where a rule of the mailbox called `name` asks for more than the server's filter does.
fn can(name: &str, rules: &Rules, scripts: &Scripts) -> Result<()> {
    let text = rules.reading_text().filter(|_| !scripts.reads_text);
    let copying = rules.copying().filter(|_| !scripts.copies);
    let (rule, does, extension) = match (text, copying) {
        (Some(rule), _) => (rule, "looks into the text", "body"),
        (None, Some(rule)) => (rule, "leaves copies", "copy"),
        (None, None) => return Ok(()),
    };
    let what = format!(
        "the rule {:?} {does}, and the server's filter does not (no extension {extension:?})",
        rule.name
    );
    let run = command(["rule", "run", name]);
    let error = Error::new(Exit::Refused, what).about(name);
    Err(error.hint(format!("{run} does on what is there")))
}

/// The script of `rules` for the owner of the mailbox, in whose name it runs.
///
/// # Errors
/// As [`rulebook::script`].
pub fn script(state: &Mailbox, rules: &Rules, opened: &Opened) -> Result<String> {
    let is_own = matches!(opened.reach, Reach::Impersonate { .. });
    let is_cyrus = opened.dialect.family == Family::Cyrus;
    let wire = |folder: &Folder| match is_own {
        true => folder.wire.clone(),
        false => WireName::from_unicode(&folder.path).unwrap_or_else(|_| folder.wire.clone()),
    };
    let called = |folder: &Folder| match is_cyrus {
        // As IMAP spells it, and not in UTF-8 (RFC 5228, section 4.1), unless sieve_utf8fileinto says otherwise.
        true => String::from_utf8_lossy(wire(folder).as_bytes()).into_owned(),
        false => wire(folder).to_unicode(),
    };
    rulebook::script(state, rules, &naming::names(state)?, &called)
}

/// What each script by which the server filters the mail of `opened` says.
///
/// # Errors
/// Where that is not known.
pub fn texts(opened: &Opened, filterer: &Filterer) -> Result<Vec<Vec<u8>>> {
    let mut session = filterer.session_as(&owner(opened)?)?;
    let texts = observe::script_texts(&mut session);
    session.quit();
    texts.map_err(|error| error.about(opened.name.to_string()))
}

/// The login name of the owner.
fn owner(opened: &Opened) -> Result<String> {
    let name = opened.name.to_string();
    opened.acting().map(str::to_owned).ok_or_else(|| {
        let what = "scripts belong to the owner of the mailbox, and no session of hers can be had here";
        let export = ["rule", "export", &name];
        Error::new(Exit::Config, what).about(&name).hint(format!(
            "the server must let the administrator act as others (impersonate in the profile); {} prints the script, \
             to be put in place by hand",
            command(export)
        ))
    })
}

//! Messages of one mailbox into another one, perhaps of another provider: put there, and fetched back from there
//! before anybody says that they are.

mod twice;

use super::opening::read;
use crate::apply::{deeds, receive};
use crate::archive::Carried;
use crate::decide::receiving::Parcel;
use crate::error::Result;
use crate::exit::Exit;
use crate::imap::{Letter, Refusal};
use crate::model::address::MailboxName;
use crate::model::deed::{Deed, Deeds};
use crate::model::label::Keyword;
use crate::model::pace::{Audience, Pace};
use crate::model::plan::Place;
use crate::model::safe::{Held, Safe};
use crate::model::selection::Query;
use crate::model::state::Mailbox;
use crate::model::uids::Uids;
use crate::observe::{self, Ask, Copied, Match, Missed, Print};
use crate::reach::{Opened, Provider};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use twice::Put;

/// So many messages, and so many bytes of them, are on their way at once.
const MESSAGES: usize = 200;
const BYTES: u64 = 8 << 20;

/// A mailbox, and with what it is reached.
pub struct End<'a> {
    /// What it is called.
    pub name: &'a MailboxName,
    /// Its provider.
    pub provider: &'a Provider,
}

/// What became of messages that should go into another mailbox.
#[derive(Default)]
pub struct Over {
    /// Those that lie there, byte for byte, with what they carry.
    pub safe: Safe,
    /// The same, each as a manifest tells it.
    pub lines: Vec<Carried>,
    /// What became of each folder.
    pub told: Vec<(String, Result<Copied, String>)>,
    /// Why the rest was not tried, where that is so.
    pub cut_short: Option<String>,
}

/// Where it is noted into which folders a run puts messages, until it came to its end: one that was killed may put some
/// there yet, as a server goes on with what it was sent.
pub trait Landing {
    /// The identity of the numbering, and the lowest UID that messages got which runs put into the folder at `path` that
    /// did not come to their end.
    fn since(&self, path: &str) -> Option<(u32, u32)>;

    /// Messages are put into the folder at `path` from now on, and get no lower UID than that of `since`.
    ///
    /// # Errors
    /// Where it cannot be noted: then none may be put there.
    fn begin(&mut self, path: &str, since: (u32, u32)) -> Result<()>;
}

/// Puts what is in `parcels` out of the mailbox `from` into `to`, as far as it is not there; each lies there once then, whatever
/// runs put there too that `landing` tells of.
///
/// # Errors
/// Whatever opening the mailboxes may meet, and that somebody wants to stop. What comes in between later ends it, and
/// is told.
pub fn carried_over(
    from: &End,
    to: &End,
    parcels: &[Parcel],
    landing: &mut dyn Landing,
    audience: &dyn Audience,
) -> Result<Over> {
    let ask = Ask::default();
    let mut one = from.provider.open_for_mail(from.name, &ask.look())?;
    let mut other = to.provider.open_for_mail(to.name, &ask.look())?;
    let state = read(to.provider, &mut other, ask, audience)?;
    let all: u64 = parcels.iter().map(|one| one.sizes.len() as u64).sum();
    let steps = audience.begins(Some(all), "archiving messages");
    let tick = |n: usize| steps.tick(n as u64);
    let mut carrier = Carrier {
        from,
        to,
        one: &mut one,
        other: &mut other,
        state: &state,
        pace: Pace::telling(&tick),
        over: Over::default(),
        landing,
        copies: BTreeMap::new(),
    };
    for parcel in parcels {
        let copied = match carrier.parcel(parcel) {
            Ok(copied) => copied,
            Err(error) if error.exit() == Exit::Interrupted => return Err(error),
            Err(error) => {
                carrier.over.cut_short = Some(error.to_string());
                break;
            }
        };
        carrier.over.told.push((parcel.from.path.clone(), copied));
        if carrier.over.cut_short.is_some() {
            break;
        }
    }
    let over = carrier.over;
    one.session.hang_up();
    other.session.hang_up();
    Ok(over)
}

struct Carrier<'a> {
    from: &'a End<'a>,
    to: &'a End<'a>,
    one: &'a mut Opened,
    other: &'a mut Opened,
    state: &'a Mailbox,
    pace: Pace<'a>,
    over: Over,
    landing: &'a mut dyn Landing,
    /// The UIDs of those that are the copies of messages of this run, by the path of the folder.
    copies: BTreeMap<String, BTreeSet<u32>>,
}

impl Carrier<'_> {
    /// One folder; why it could not be done, in the server's words.
    fn parcel(&mut self, parcel: &Parcel) -> Result<Result<Copied, String>> {
        let Some(target) = self.state.folder(&parcel.to).map(|folder| folder.place()) else {
            return Ok(Err(format!("({:?} is not there)", parcel.to)));
        };
        let selected = match self.one.session.examine(&parcel.from.wire)? {
            Ok(selected) => selected,
            Err(refusal) => return Ok(Err(refusal.to_string())),
        };
        if selected.uid_validity != Some(parcel.uid_validity) {
            let why = "(it numbers its messages anew since it was looked at)";
            return Ok(Err(why.to_owned()));
        }
        let uids: Uids = parcel.sizes.keys().copied().collect();
        let here = match observe::prints(&mut self.one.session, &uids, &self.pace)? {
            Ok(here) => here,
            Err(why) => return Ok(Err(why)),
        };
        let deed = Deed::Export {
            folder: parcel.from.path.clone(),
            uid_validity: Some(parcel.uid_validity),
            uids,
        };
        let acting = self.one.acting().map(str::to_owned);
        let name = self.one.name.to_string();
        let deeds = Deeds::new(&name, acting.as_deref(), vec![deed]);
        let ledger = self.from.provider.ledger();
        deeds::reading(ledger, &deeds, || self.letters(parcel, &target, here))
    }

    fn letters(
        &mut self,
        parcel: &Parcel,
        target: &Place,
        mut here: Vec<Print>,
    ) -> Result<Result<Copied, String>> {
        let mut copied = Copied::default();
        let (uid_validity, mut there) = match self.there(target, 0)? {
            Ok(there) => there,
            Err(why) => return Ok(Err(why)),
        };
        let noted = self.landing.since(&target.path);
        let mut put = Put::behind(&there, uid_validity, noted);
        there.retain(|print| !self.is_copy(target, print));
        let known = self.matched(&here, &there)?;
        self.pair(target, &known);
        here.retain(|print| match known.get(&print.uid) {
            None => true,
            Some(Match::Copied { sha256, .. }) => {
                let to = &self.state.name;
                self.over.keep(parcel, (to, print), sha256, &mut copied);
                put.copied.push(print.clone());
                false
            }
            Some(Match::Otherwise) => {
                let why =
                    "(it lies there already, and carries something else or came at another time)";
                copied.missed.push(missed(print, why));
                false
            }
        });
        if !here.is_empty() {
            self.landing.begin(&target.path, put.since)?;
        }
        let mut went = Ok(());
        for batch in batches(&here) {
            self.pace.must_go_on()?;
            went = self.batch(parcel, target, (batch, &mut put), &mut copied)?;
            (self.pace.tick)(batch.len());
            if went.is_err() || self.over.cut_short.is_some() {
                break;
            }
        }
        let once = self.once(target, put)?;
        Ok(went.and(once).map(|()| copied))
    }

    /// The messages of the other folder behind `last`, and the identity of its numbering.
    fn there(&mut self, target: &Place, last: u32) -> Result<Result<(u32, Vec<Print>), String>> {
        let session = &mut self.other.session;
        let selected = match session.select(&target.wire)? {
            Ok(selected) => selected,
            Err(refusal) => return Ok(Err(refusal.to_string())),
        };
        let uid_validity = selected.uid_validity.unwrap_or_default();
        if selected.messages == 0 {
            return Ok(Ok((uid_validity, Vec::new())));
        }
        let all = match session.find(&Query::default())? {
            Ok(all) => all,
            Err(refusal) => return Ok(Err(refusal.to_string())),
        };
        let new: Uids = all.iter().filter(|uid| *uid > last).collect();
        let prints = observe::prints(session, &new, &self.pace)?;
        Ok(prints.map(|prints| (uid_validity, prints)))
    }

    fn matched(&mut self, here: &[Print], there: &[Print]) -> Result<BTreeMap<u32, Match>> {
        let (one, other) = (&mut self.one.session, &mut self.other.session);
        observe::matched((one, here), (other, there), &self.pace)
    }

    fn batch(
        &mut self,
        parcel: &Parcel,
        target: &Place,
        (batch, put): (&[Print], &mut Put),
        copied: &mut Copied,
    ) -> Result<Result<(), String>> {
        let sizes = batch.iter().map(|print| (print.uid, print.size)).collect();
        let mut texts = observe::texts(&mut self.one.session, &sizes, &self.pace)?;
        let permits = match self.other.session.select(&target.wire)? {
            Ok(selected) => selected.permits,
            Err(refusal) => return Ok(Err(refusal.to_string())),
        };
        let (mut sent, mut letters) = (Vec::new(), Vec::new());
        for print in batch {
            let lost = print.flags.iter().find(|flag| {
                let keyword = Keyword::parse(flag).ok();
                keyword.is_some_and(|keyword| !permits.keeps(&keyword))
            });
            let why = match (texts.remove(&print.uid), lost) {
                (None, _) => "(the server does not give it)".to_owned(),
                (Some(text), _) if text.contains(&0) => {
                    "(it holds a NUL, which no server takes)".to_owned()
                }
                (_, Some(label)) => format!("(its label {label} would be lost there)"),
                (Some(text), None) => {
                    letters.push(Letter {
                        flags: print.flags.clone(),
                        arrived: print.arrived,
                        text: Arc::from(text),
                    });
                    sent.push(print.clone());
                    continue;
                }
            };
            copied.missed.push(missed(print, &why));
        }
        let names = (self.state.name.as_str(), self.from.name.to_string());
        let told = receive(
            self.to.provider.ledger(),
            self.other,
            (names.0, &names.1),
            target,
            &letters,
            &self.pace,
        )?;
        drop(letters);
        let refused: BTreeMap<u32, Refusal> = sent
            .iter()
            .zip(told)
            .filter_map(|(print, told)| Some((print.uid, told.err()?)))
            .collect();
        let there = match self.there(target, put.last)? {
            Ok((_, there)) => there,
            Err(why) => return Ok(Err(why)),
        };
        let known = self.matched(&sent, &there)?;
        self.pair(target, &known);
        put.find(there);
        for print in &sent {
            match (known.get(&print.uid), refused.get(&print.uid)) {
                (Some(Match::Copied { sha256, .. }), _) => {
                    let to = &self.state.name;
                    self.over.keep(parcel, (to, print), sha256, copied);
                    put.copied.push(print.clone());
                }
                (_, Some(refusal)) => {
                    if is_full(refusal) {
                        self.over.cut_short = Some(format!("{} is full", self.state.name));
                    }
                    copied.missed.push(missed(print, &refusal.to_string()));
                }
                _ => {
                    let why = "(it did not come there as it is, with all that it carries)";
                    copied.missed.push(missed(print, why));
                }
            }
        }
        Ok(Ok(()))
    }
}

impl Over {
    fn keep(
        &mut self,
        parcel: &Parcel,
        (to, print): (&str, &Print),
        hash: &str,
        copied: &mut Copied,
    ) {
        copied.messages += 1;
        copied.bytes += print.size;
        let held = Held {
            size: print.size,
            sha256: hash.to_owned(),
        };
        let folder = &parcel.from.path;
        self.lines.push(Carried {
            message_id: print.id.clone(),
            folder: folder.clone(),
            uid_validity: parcel.uid_validity,
            uid: print.uid,
            internal_date: print.arrived.map(|at| at.to_rfc3339()),
            flags: print.flags.clone(),
            size: print.size,
            sha256: hash.to_owned(),
            to_mailbox: to.to_owned(),
            to_folder: parcel.to.clone(),
        });
        self.safe.add(folder, parcel.uid_validity, print.uid, held);
    }
}

/// Cyrus says so in words alone.
fn is_full(refusal: &Refusal) -> bool {
    refusal.code.as_deref() == Some("OVERQUOTA") || refusal.text.to_lowercase().contains("quota")
}

fn missed(print: &Print, why: &str) -> Missed {
    Missed {
        uid: print.uid,
        id: print.id.clone(),
        why: why.to_owned(),
    }
}

/// `prints` in parts that are on their way together.
fn batches(prints: &[Print]) -> Vec<&[Print]> {
    let (mut all, mut rest) = (Vec::new(), prints);
    while !rest.is_empty() {
        let mut bytes = 0_u64;
        let fits = |print: &&Print| {
            bytes = bytes.saturating_add(print.size);
            bytes <= BYTES
        };
        let fitting = rest.iter().take(MESSAGES).take_while(fits).count();
        let (now, later) = rest.split_at(fitting.max(1));
        all.push(now);
        rest = later;
    }
    all
}

//! Several wishes about the same WHO: what names a folder more closely counts there.

use super::access::spell;
use super::scope::select;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::state::{Folder, Mailbox};
use crate::model::wish::{Access, AccessWish, Scope};
use std::collections::BTreeMap;

/// `wishes`, each about one WHO, without the folders that another one about the same WHO names
/// more closely: a folder more closely than all, one below more closely than one above, one alone
/// more closely than one with those below. The order of the wishes does not count.
pub fn apart(mailbox: &Mailbox, wishes: &[&AccessWish]) -> Vec<Result<AccessWish>> {
    let spelled = |wish: &&AccessWish| {
        let identifiers: Result<Vec<String>> =
            wish.who.iter().map(|who| spell(mailbox, who)).collect();
        identifiers.map(|all| all.concat())
    };
    let names: Vec<Result<String>> = wishes.iter().map(spelled).collect();
    let mut alike: BTreeMap<&str, Vec<&AccessWish>> = BTreeMap::new();
    for (name, wish) in names.iter().zip(wishes) {
        if let (Ok(name), true) = (name, wish.access != Access::Same) {
            alike.entry(name).or_default().push(wish);
        }
    }
    let one = |(name, wish): (&Result<String>, &&AccessWish)| {
        let name = name.as_ref().map_err(Clone::clone)?;
        match alike.get(name.as_str()) {
            Some(several) if several.len() > 1 && wish.access != Access::Same => {
                without_closer(mailbox, wish, several)
            }
            _ => Ok((*wish).clone()),
        }
    };
    names.iter().zip(wishes).map(one).collect()
}

fn without_closer(
    mailbox: &Mailbox,
    wish: &AccessWish,
    several: &[&AccessWish],
) -> Result<AccessWish> {
    let all = select(mailbox, &wish.folders)?;
    let mut kept = Vec::new();
    for folder in &all {
        let own = closeness(&wish.folders, folder);
        let others = || several.iter().map(|w| (closeness(&w.folders, folder), *w));
        if let Some((_, other)) = others().find(|(c, w)| *c == own && w.access != wish.access) {
            return Err(contradiction(mailbox, other, folder));
        }
        if others().all(|(closeness, _)| closeness <= own) {
            kept.push(folder.path.clone());
        }
    }
    let mut wish = wish.clone();
    if kept.len() < all.len() {
        wish.folders = Scope::Folders {
            paths: kept,
            recurse: false,
        };
    }
    Ok(wish)
}

/// How closely `scope` names `folder`; nothing where it does not.
fn closeness(scope: &Scope, folder: &Folder) -> Option<usize> {
    let Scope::Folders { paths, recurse } = scope else {
        return Some(0);
    };
    let by = |path: &String| {
        let depth = 2 * path.split('/').count();
        match (folder.is_called(path), recurse) {
            (true, false) => Some(depth + 1),
            (true, true) => Some(depth),
            (false, true) if folder.is_below(path) => Some(depth),
            (false, _) => None,
        }
    };
    paths.iter().filter_map(by).max()
}

fn contradiction(mailbox: &Mailbox, other: &AccessWish, folder: &Folder) -> Error {
    let names: Vec<String> = other.who.iter().map(ToString::to_string).collect();
    let what = format!(
        "{:?}: something else is asked for {} there, who is the same to this server",
        folder.path,
        names.join(", ")
    );
    Error::new(Exit::BadInput, what).about(&mailbox.name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::tests::{mailbox, who};
    use crate::model::level::Level;

    fn wish(name: &str, level: Level, paths: &[&str], recurse: bool) -> AccessWish {
        let paths: Vec<String> = paths.iter().map(|path| (*path).to_owned()).collect();
        AccessWish {
            who: vec![who(name)],
            access: Access::Level(level),
            folders: match paths.as_slice() {
                [] => Scope::Every,
                _ => Scope::Folders { paths, recurse },
            },
            give: Vec::new(),
            include: Vec::new(),
            take: Vec::new(),
        }
    }

    fn folders(wishes: &[AccessWish]) -> Vec<Result<Vec<String>>> {
        let mailbox = mailbox(&[
            ("INBOX", &[]),
            ("Archive", &[]),
            ("Archive/2025", &[]),
            ("Archive/2025/May", &[]),
        ]);
        let wishes: Vec<&AccessWish> = wishes.iter().collect();
        let paths = |wish: Result<AccessWish>| {
            let folders = wish?.folders;
            let selected = select(&mailbox, &folders)?;
            Ok(selected.into_iter().map(|f| f.path.clone()).collect())
        };
        apart(&mailbox, &wishes).into_iter().map(paths).collect()
    }

    #[test]
    fn the_closest_name_counts_whatever_the_order() {
        let mut wishes = vec![
            wish("alice", Level::ReadOnly, &[], true),
            wish("alice", Level::Write, &["Archive"], true),
            wish("alice", Level::FullAccess, &["Archive/2025"], false),
            wish("bob", Level::ReadOnly, &[], true),
        ];
        let mut expected = vec![
            Ok(vec!["INBOX".to_owned()]),
            Ok(vec!["Archive".to_owned(), "Archive/2025/May".to_owned()]),
            Ok(vec!["Archive/2025".to_owned()]),
        ];
        let found = folders(&wishes);
        assert_eq!(found[..3], expected);
        assert_eq!(found[3].as_ref().unwrap().len(), 4);
        wishes.truncate(3);
        wishes.reverse();
        expected.reverse();
        assert_eq!(folders(&wishes), expected);
    }

    #[test]
    fn the_same_person_under_two_names_is_found_out() {
        let wishes = [
            wish("alice", Level::ReadOnly, &[], true),
            wish("id:alice@example.com", Level::Write, &[], true),
            wish("id:alice@example.com", Level::Write, &["Archive"], true),
        ];
        let found = folders(&wishes);
        assert!(found[0].is_err() && found[1].is_err());
        assert_eq!(found[2].as_ref().unwrap().len(), 3);
    }
}

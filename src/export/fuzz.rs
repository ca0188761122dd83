//! Tables of senders and files of groups, for the fuzzer: see [`crate::fuzz`].

use super::groups::Groups;
use super::postfix::{Logins, Table};
use crate::fuzz::{is_same, is_told, text};
use crate::model::login::Spelling;

/// An installed table, and a file that says who is in which group.
pub fn tables(bytes: &[u8]) {
    let Some(text) = text(bytes) else { return };
    match Table::parse(text) {
        Ok(table) => {
            assert!(table.difference(&table).is_empty());
            let nothing = Table::default();
            let all = table.difference(&nothing).add;
            assert!(all.len() <= bytes.len());
            assert_eq!(nothing.difference(&table).remove, all);
        }
        Err(error) => is_told(&error, text.len()),
    }
    match Groups::parse(text, Some("example.com")) {
        Ok(groups) => {
            let everybody: Vec<_> = groups.everybody().collect();
            for person in &everybody {
                let mut names = groups.of(person);
                let holds = |name| groups.members(name).is_some_and(|all| all.contains(person));
                assert!(names.all(holds));
            }
            let logins = Logins {
                spelling: Some(Spelling::LocalPart),
                home: Some("example.com"),
                with_on_behalf: false,
            };
            // What a table would misread is left out, so that all that is in it comes back.
            let (table, left_out) = Table::new(&[], &groups, logins);
            let written = table.text(&[], &left_out, false);
            let strange = |c: char| c.is_control() && c != '\n';
            assert!(!written.contains(strange), "{written:?}");
            match Table::parse(&written) {
                Ok(read) => is_same(&read, &table),
                Err(error) => panic!("what is written cannot be read: {error}\n{written}"),
            }
        }
        Err(error) => is_told(&error, text.len()),
    }
}

//! What breaks: servers that misbehave ([`broken`]), and the table of faults: each verb that changes
//! something, on real servers, cut off and killed on its way.
//!
//! A row of the table ([`rows`]) says what there is before and what is typed. It is run undisturbed once
//! on each server where it works. Then it is run again and again from the same beginning, each time
//! with one [`way::Fault`]: the connection ends before or after the server got the n-th command from the
//! first change on, once or for good, or the process is killed there. The same command line is typed again
//! until it says that it is done. Three things must be so, as clients see it that share no code with
//! sharemail ([`town`]):
//!
//! - Whatever ended with 0 had left all folders, entries and keywords, and what everybody may do,
//!   exactly as the undisturbed run does.
//! - A few runs later it has ended so.
//! - Where undo files were written, taking back all of them, the last one first, brings back exactly
//!   what there was.
//!
//! Which commands are met is chance, spread over all of them. A failure tells the seed:
//! `FAULTS_SEED=… cargo test --test verbs faults::cyrus::grant` meets the same ones again, as far as
//! time lets it; `FAULTS=50` makes fifty of each kind.

mod broken;
mod rows;
mod town;
mod trial;
mod way;

/// A test for each row on each server.
macro_rules! faults {
    ($($server:ident = $kind:ident: $($name:ident),* $(,)?;)*) => {
        $(mod $server {
            use super::trial;
            use crate::provider::Kind::$kind;

            $(#[test]
            fn $name() {
                trial::of(stringify!($name), $kind);
            })*
        })*

        #[test]
        fn every_row_is_tried_on_every_server_where_it_works() {
            use crate::provider::Kind::{self, $($kind),*};
            let mut tests: Vec<(&str, Kind)> = vec![$($((stringify!($name), $kind)),*),*];
            let mut rows = rows::everywhere();
            tests.sort_by_key(|(name, kind)| (format!("{kind:?}"), *name));
            rows.sort_by_key(|(name, kind)| (format!("{kind:?}"), *name));
            assert_eq!(tests, rows);
        }
    };
}

faults!(
    dovecot = Dovecot: grant, grant_send_as, revoke, grant_csv, apply_three, apply_six, apply_saved_plan,
        apply_settings, apply_saved_settings,
        access_copy, offboard_to, undo, check_fix, create, folder_create, folder_rename, folder_delete,
        rename, delete, label_add, label_add_many, label_remove,
        label_define, label_rename, label_merge, mail_archive, mail_archive_years, mail_archive_file,
        mail_archive_mailbox, rule_add, rule_run, rule_copy, rule_copy_move, retention_set, retention_run,
        mail_archive_finished, mail_clean, mail_clean_folders;
    cyrus = Cyrus: grant, grant_send_as, revoke, grant_csv, apply_three, apply_six, apply_saved_plan,
        apply_settings, apply_saved_settings,
        access_copy, offboard_to, undo, check_fix, create, folder_create, folder_rename, folder_delete,
        rename, delete, label_add, label_add_many, label_remove,
        label_define, label_rename, label_merge, mail_archive, mail_archive_years, mail_archive_file,
        mail_archive_mailbox, rule_add, rule_run, rule_copy, rule_copy_move, retention_set, retention_run,
        mail_archive_finished, mail_clean, mail_clean_folders;
    courier = Courier: grant, grant_send_as, revoke, grant_csv, access_copy, offboard_to, undo,
        apply_settings, folder_create, folder_delete, label_add, label_define, label_rename, label_merge,
        mail_archive, mail_archive_years, mail_archive_file, mail_archive_mailbox, rule_add, rule_run, rule_copy, rule_copy_move, retention_set,
        retention_run, mail_archive_finished, mail_clean, mail_clean_folders;
);

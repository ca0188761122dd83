//! Pins: what each verb that changes something does and says today, on a toy server. Whoever moves
//! code sees here whether anything else has moved.
//!
//! Each verb of the table ([`verbs`]) is recorded undisturbed: what it sends, what it says as table,
//! JSON and CSV and before it would change anything, how it ends and what the server then holds. It is
//! recorded once more with the connection cut at each of several moments ([`cuts`]), and it is killed
//! after each command ([`kills`]): what is recorded of that is only what the same command, run again,
//! or an undo does not make good, so that its file had better be empty.
//!
//! A pin says what is, not what is right: where a change is meant,
//! `INSTA_UPDATE=always cargo test --test verbs pins::` records it anew, and its difference is what
//! users will see.

mod cuts;
mod kills;
mod record;
mod stage;
mod verbs;

macro_rules! pins {
    ($($name:ident),* $(,)?) => {
        /// Each verb of the table has its tests.
        const NAMES: &[&str] = &[$(stringify!($name)),*];
        $(mod $name {
            use super::{cuts, kills, record, verbs::verb};

            #[test]
            fn told() {
                let name = stringify!($name);
                super::keep(name, &record::whole(&verb(name)));
            }

            #[test]
            fn cut() {
                let name = stringify!($name);
                super::keep(&format!("{name}_cut"), &cuts::all(&verb(name)));
            }

            #[test]
            fn killed() {
                let name = stringify!($name);
                super::keep(&format!("{name}_killed"), &kills::after_each_command(&verb(name)));
            }
        })*
    };
}

pins!(
    grant,
    grant_send_as,
    revoke,
    grant_csv,
    grant_csv_in_one_session,
    apply_three,
    apply_six,
    apply_six_in_own_sessions,
    apply_saved_plan,
    access_copy,
    offboard_to,
    undo,
    check_fix,
    create,
    create_folders,
    folder_create,
    folder_rename,
    folder_delete,
    rename,
    delete,
    label_add,
    label_remove,
    label_define,
    rule_add,
    retention_set,
    label_rename,
    label_merge,
    rule_run,
    mail_archive,
    mail_clean_trash,
    retention_run,
);

/// Holds what was recorded against what is kept, a file by name.
fn keep(name: &str, recorded: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, recorded));
}

#[test]
fn every_verb_of_the_table_is_pinned() {
    let table: Vec<&str> = verbs::all().iter().map(|verb| verb.name).collect();
    assert_eq!(table, NAMES);
}

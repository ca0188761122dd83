//! What is a recipe, and what a program is told.

use super::*;
use crate::model::address::Address;
use crate::model::home::Home;
use proptest::prelude::*;

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

fn recipe(task: Task, given: &[&str]) -> Result<Recipe, String> {
    Recipe::parse(task, &words(given), None).map_err(|wrong| wrong.what)
}

fn address(text: &str) -> Address {
    Address::parse(text, Some("x.test")).unwrap()
}

fn call(task: Task, given: &[&str], name: &str, to: Option<&str>) -> Result<String, Unfit> {
    let home = Home::new(Some("x.test"));
    let to = to.map(address);
    let recipe = recipe(task, given).unwrap();
    let call = recipe.fill(&address(name), to.as_ref(), &home)?;
    Ok(call.to_string())
}

#[test]
fn placeholders_are_filled_wherever_they_stand() {
    let given = ["/bin/mk", "--user={local}", "{domain}", "{address}", "a b"];
    assert_eq!(
        call(Task::Create, &given, "support@", None).unwrap(),
        "/bin/mk --user=support x.test support@x.test 'a b'"
    );
    let given = ["mv", "{address}", "{to}", "{to-local}/{to-domain}"];
    assert_eq!(
        call(Task::Rename, &given, "a@", Some("b@y.test")).unwrap(),
        "mv a@x.test b@y.test b/y.test"
    );
    let given = ["/bin/mk", "{{\"name\": \"{address}\"}}"];
    assert_eq!(
        call(Task::Create, &given, "a@", None).unwrap(),
        "/bin/mk '{\"name\": \"a@x.test\"}'"
    );
}

#[test]
fn what_cannot_be_a_recipe_is_refused() {
    let create = |given: &[&str]| recipe(Task::Create, given).unwrap_err();
    assert_eq!(create(&[]), "the list is empty");
    assert!(create(&["bin/mk", "{address}"]).ends_with("depends on the folder that it is run in"));
    assert!(create(&["./mk", "{address}"]).ends_with("depends on the folder that it is run in"));
    assert_eq!(create(&["-mk", "{address}"]), "\"-mk\" is no program");
    assert_eq!(create(&["", "{address}"]), "the value is empty");
    assert_eq!(
        create(&["/{local}", "{address}"]),
        "the program itself is no place for a mailbox"
    );
    assert!(create(&["/mk"]).starts_with("{address} is missing"));
    assert!(create(&["/mk", "{domain}"]).starts_with("{address} is missing"));
    assert_eq!(
        create(&["/mk", "{address}", "{to}"]),
        "{to} means nothing here"
    );
    assert_eq!(create(&["/mk", "{name}"]), "\"{name}\" is no placeholder");
    for lone in ["{address", "address}", "{", "a}b", "{{}"] {
        assert!(create(&["/mk", lone]).ends_with("has no partner"), "{lone}");
    }
    assert!(create(&["/mk", "{address}\n"]).contains("control character"));
    let rename = recipe(Task::Rename, &["/mv", "{address}"]).unwrap_err();
    assert!(rename.starts_with("{to} is missing"));
    let list = recipe(Task::List, &["/ls", "{domain}"]).unwrap_err();
    assert_eq!(list, "{domain} means nothing here");
    assert!(recipe(Task::List, &["/ls"]).is_ok());
}

#[test]
fn no_name_becomes_an_option_a_path_or_the_end_of_a_text() {
    let told = |name: &str| call(Task::Create, &["/mk", "{local}", "{address}"], name, None);
    for bad in [
        "-x@",
        "--help@",
        ".@",
        "..@",
        ".a@",
        "a.@",
        "a..b@",
        "+x@",
        "a@-b.test",
        "a@b..test",
        "a@b.-c",
        "a.-b@",
    ] {
        assert!(matches!(told(bad), Err(Unfit::Form(_))), "{bad}");
    }
    for bad in [
        "a/../b@",
        "a\\b@",
        "o'brien@",
        "a\"b@",
        "a:b@",
        "a;b@",
        "a b@",
        "a`b@",
        "a$b@",
        "a*@",
        "a=b@",
        "a%b@",
        "a,b@",
        "a|b@",
        "a@b@",
        "a@[1.2.3.4]",
        "a@b/c",
        "a&b@",
        "~a@",
        "#a@",
        "{to}@",
        "a@b_c",
    ] {
        assert!(matches!(told(bad), Err(Unfit::Character(_))), "{bad}");
    }
    for good in [
        "support@",
        "a.b-c_d+e@",
        "m\u{fc}ller@b\u{fc}ro.test",
        "_a@",
        "1@",
        "A@B.C",
    ] {
        assert!(told(good).is_ok(), "{good}");
    }
}

#[test]
fn a_bare_name_is_never_told_for_a_mailbox_of_another_domain() {
    let bare = ["/mk", "{local}"];
    assert!(call(Task::Create, &bare, "a@x.test", None).is_ok());
    let refused = call(Task::Create, &bare, "a@y.test", None);
    assert_eq!(refused, Err(Unfit::Domainless("a@y.test".to_owned())));
    assert!(
        call(
            Task::Create,
            &["/mk", "{local}", "{domain}"],
            "a@y.test",
            None
        )
        .is_ok()
    );
    let bare = ["/mv", "{address}", "{to-local}"];
    let refused = call(Task::Rename, &bare, "a@", Some("b@y.test"));
    assert_eq!(refused, Err(Unfit::Domainless("b@y.test".to_owned())));
}

proptest! {
    #[test]
    fn no_argument_of_a_call_is_anything_but_what_was_written(name in "\\PC{1,12}") {
        let home = Home::new(Some("x.test"));
        let recipe = recipe(Task::Create, &["/mk", "{local}", "n={address}"]).unwrap();
        if let Ok(address) = Address::parse(&name, Some("x.test"))
            && let Ok(call) = recipe.fill(&address, None, &home)
        {
            let [local, whole] = call.arguments.as_slice() else {
                panic!("{call:?}");
            };
            prop_assert!(!local.starts_with(['-', '.', '+']));
            prop_assert!(whole.starts_with("n="));
            let odd = |c: char| c.is_control() || "/\\'\"`$;:&|<>(){}[]*?~#%,= \t".contains(c);
            prop_assert!(!local.contains(odd));
        }
    }

    #[test]
    fn no_text_panics(given in proptest::collection::vec("[{}a-z/~.\\-\u{e9}\n]{0,8}", 0..4)) {
        for task in Task::ALL {
            let _ = Recipe::parse(task, &given, None);
        }
    }
}

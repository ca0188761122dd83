//! How Courier spells its own ACLs (`ACL2=UNION`, announced beside RFC 2086's).
//!
//! They tell people (`user=alice`) from groups (`group=helpdesk`), of which GETACL and SETACL know
//! nothing. The rest of the crate sees the names that GETACL shows, groups as they are, and the
//! letters of RFC 4314: `k` is Courier's `c`, and its `d` is `x`, `t` and `e` together.

use crate::model::rights::Rights;
use std::borrow::Cow;

/// Courier's letters in those of RFC 4314. A `k` that somebody had stored is worth nothing here.
pub(super) fn modern(rights: Rights) -> Rights {
    let add = |set: Rights, letter: char| match letter {
        'k' => set,
        'c' => set.with('k').unwrap_or(set),
        'd' => "xte".chars().fold(set, |set, c| set.with(c).unwrap_or(set)),
        other => set.with(other).unwrap_or(set),
    };
    rights.iter().fold(Rights::NONE, add)
}

/// The letters of RFC 4314 in Courier's, which takes `x`, `t` and `e` one by one.
pub(super) fn letters(rights: Rights) -> String {
    let letter = |c| if c == 'k' { 'c' } else { c };
    rights.iter().map(letter).collect()
}

/// The name that GETACL has for a native one: `alice` for `user=alice`, where that leads back.
pub(super) fn bare(native: &str) -> Cow<'_, str> {
    let (sign, name) = signed(native);
    let stripped = name
        .strip_prefix("user=")
        .map(|name| format!("{sign}{name}"));
    match stripped {
        Some(bare) if self::native(&bare) == native => Cow::Owned(bare),
        _ => Cow::Borrowed(native),
    }
}

/// The native name: whoever is no group, nobody in particular, and not native yet, is a user.
fn native(bare: &str) -> Cow<'_, str> {
    let (sign, name) = signed(bare);
    let special = ["owner", "anyone", "anonymous", "administrators"].contains(&name);
    if special || name.starts_with("group=") || name.starts_with("user=") {
        Cow::Borrowed(bare)
    } else {
        Cow::Owned(format!("{sign}user={name}"))
    }
}

/// Whether SETACL refuses a name, so that `ACL STORE` must say it.
pub(super) fn needs_own_command(identifier: &str) -> bool {
    identifier.contains('=')
}

/// An identifier as the command for it takes it.
pub(super) fn argument(identifier: &str) -> Cow<'_, str> {
    if needs_own_command(identifier) {
        native(identifier)
    } else {
        Cow::Borrowed(identifier)
    }
}

fn signed(identifier: &str) -> (&str, &str) {
    match identifier.strip_prefix('-') {
        Some(name) => ("-", name),
        None => ("", identifier),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_native_name_has_one_bare_name_that_leads_back() {
        let pairs = [
            ("user=alice@x.test", "alice@x.test"),
            ("-user=alice@x.test", "-alice@x.test"),
            ("group=helpdesk", "group=helpdesk"),
            ("-group=helpdesk", "-group=helpdesk"),
            ("owner", "owner"),
            ("anyone", "anyone"),
            ("administrators", "administrators"),
            ("user=anyone", "user=anyone"),
            ("user=group=x", "user=group=x"),
            ("user=user=x", "user=user=x"),
            ("user=a=b", "a=b"),
            ("user=", ""),
        ];
        for (told, shown) in pairs {
            assert_eq!(bare(told), shown);
            assert_eq!(native(shown), told);
        }
    }

    #[test]
    fn the_letters_mean_what_courier_does_with_them() {
        let parse = |text| Rights::parse(text).unwrap();
        assert_eq!(modern(parse("acdilrsw")), parse("lrswikxtea"));
        assert_eq!(modern(parse("lrt")), parse("lrt"));
        assert_eq!(modern(parse("klr")), parse("lr"));
        assert_eq!(letters(parse("lrkx")), "lrcx");
    }
}

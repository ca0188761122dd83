//! What a name that is nowhere was probably meant to be.

/// The name among `known` that `typed` was probably meant to be.
pub fn nearest<'k>(typed: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    if typed.len() > 100 {
        return None;
    }
    let spelled = typed.to_lowercase().replace('_', "-");
    known
        .into_iter()
        .map(|name| (distance(&spelled, name), name))
        .filter(|(distance, name)| *distance <= (name.len() / 3).max(1))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

fn distance(spelled: &str, name: &str) -> usize {
    strsim::osa_distance(spelled, &name.to_lowercase().replace('_', "-"))
}

/// The mailbox, person or group among `known`, called as on the command line, that `asked` was
/// probably meant to be; none where it is itself among them.
pub fn somebody(asked: &str, known: impl IntoIterator<Item = String>) -> Option<String> {
    let is_same = |name: &str| name.eq_ignore_ascii_case(asked);
    let known: Vec<String> = known.into_iter().collect();
    if known.iter().any(|name| is_same(name)) {
        return None;
    }
    // Most share their domain: it says nothing about the rest.
    let local = |name: &str| name.split('@').next().unwrap_or_default().to_owned();
    let locals: Vec<String> = known.iter().map(|name| local(name)).collect();
    let near = nearest(&local(asked), locals.iter().map(String::as_str))?;
    let place = locals.iter().position(|local| local == near)?;
    known.into_iter().nth(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistyped_name_is_found_without_its_domain() {
        let known = || {
            ["support@example.com", "sales@example.com", "group:helpdesk"]
                .map(str::to_owned)
                .into_iter()
        };
        let near = |asked| somebody(asked, known());
        assert_eq!(
            near("suport@example.com").as_deref(),
            Some("support@example.com")
        );
        assert_eq!(near("SUPORT").as_deref(), Some("support@example.com"));
        assert_eq!(
            near("support@exmaple.com").as_deref(),
            Some("support@example.com")
        );
        assert_eq!(near("group:helpdeks").as_deref(), Some("group:helpdesk"));
        assert_eq!(near("Sales@example.com"), None);
        assert_eq!(near("weather@example.com"), None);
        let long = "x".repeat(1000);
        assert_eq!(near(&long), None);
        assert_eq!(near(""), None);
    }
}

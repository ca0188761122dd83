//! Addresses and lists of them, for the fuzzer: see [`crate::fuzz`].

use super::address::MailAddress;
use super::contact::Contact;
use super::envelope::Envelope;
use super::notify::Notify;
use crate::fuzz::{is_fit, is_same, text};

/// One address, a list of them as people type it, and what stands in a header.
pub fn addresses(bytes: &[u8]) {
    let Some(text) = text(bytes) else { return };
    match MailAddress::parse(text) {
        Ok(address) => one(&address),
        Err(why) => is_fit(&why.to_string(), 200),
    }
    match Contact::parse_list(text) {
        Ok(all) => all.iter().for_each(|contact| one(&contact.address)),
        Err(bad) => is_fit(&bad.to_string(), 8 << 10),
    }
    for contact in Contact::read_list(text).0 {
        one(&contact.address);
        let name = contact.name.unwrap_or_default();
        assert!(!name.contains(char::is_control), "{name:?}");
    }
    if let Err(bad) = Contact::parse_header(text) {
        is_fit(&bad.to_string(), 8 << 10);
    }
    for unchecked in Contact::split_list(text) {
        // A bracket that was left open is closed.
        assert!(unchecked.name.len() + unchecked.address.len() <= text.len() + 1);
        if let Ok(contact) = unchecked.check() {
            one(&contact.address);
        }
    }
    if let Ok(notify) = Notify::parse(text) {
        let written = serde_json::to_string(&notify).unwrap_or_default();
        is_same(&serde_json::from_str(&written).ok(), &Some(notify));
    }
}

/// An address goes into a command and a header as it is: nothing in it ends either, and it is read
/// as the same again.
fn one(address: &MailAddress) {
    let written = address.to_string();
    assert!(written.len() <= 254 && !written.contains(char::is_control));
    is_same(&MailAddress::parse(&written), &Ok(address.clone()));
    assert!(address.domain().is_ascii() && !address.local().is_empty());
    let envelope = Envelope::new(address.clone(), [address.clone(), address.clone()]);
    assert_eq!(envelope.to.len(), 1);
    let written = serde_json::to_string(&envelope).unwrap_or_default();
    is_same(&serde_json::from_str(&written).ok(), &Some(envelope));
}

//! Whatever a server sends: no panic, no endless loop, and the same reading however the bytes
//! are cut into packets.

use super::peer::session;
use super::*;
use crate::model::folder::WireName;
use crate::model::pace::Pace;
use proptest::prelude::*;
use proptest::sample::select;
use std::time::Duration;

/// Bytes that look like replies more often than chance would have it.
fn any_reply() -> impl Strategy<Value = Vec<u8>> {
    let words = select(vec![
        "* ",
        "S1 ",
        "OK ",
        "NO ",
        "BAD ",
        "BYE ",
        "ACL ",
        "LIST ",
        "LISTRIGHTS ",
        "MYRIGHTS ",
        "STATUS ",
        "QUOTA ",
        "QUOTAROOT ",
        "METADATA ",
        "NAMESPACE ",
        "ID ",
        "CAPABILITY ",
        "a ",
        "\"a\" ",
        "{1}\r\na ",
        "{3}\r\n",
        "~{0}\r\n",
        "NIL ",
        "(",
        ") ",
        "lrs ",
        "7 ",
        "\\Sent ",
        "\"",
        "\\",
        "[NOPERM] ",
        "[",
        "]",
        "+ ",
        "\r\n",
        "\r\n",
        "\r\n* ACL a x lr\r\n",
    ]);
    let piece = prop_oneof![
        12 => words.prop_map(|w| w.as_bytes().to_vec()),
        1 => proptest::collection::vec(any::<u8>(), 1..4),
    ];
    proptest::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

/// Asks everything at once of a server that sends `packets`, and tells what came of it.
fn ask(packets: Vec<Vec<u8>>) -> String {
    let capabilities = "ACL LIST-EXTENDED LIST-STATUS LIST-MYRIGHTS QUOTA METADATA";
    let (mut session, script) = session(capabilities, Duration::from_secs(5), move |peer| {
        peer.line();
        packets.iter().for_each(|packet| peer.send(packet));
        peer.hang_up();
    });
    let (pace, name) = (Pace::unattended(), [WireName::from_wire("a")]);
    let pair = [(name[0].clone(), "x".to_owned())];
    let told = [
        format!("{:?}", session.acls(&name, &pace)),
        format!(
            "{:?}",
            session.list(&Pattern::everything(), ListOptions::default())
        ),
        format!("{:?}", session.my_rights(&name, &pace)),
        format!("{:?}", session.list_rights(&pair, &pace)),
        format!("{:?}", session.statuses(&name, StatusItems::NONE, &pace)),
        format!("{:?}", session.quotas(&name, &pace)),
        format!("{:?}", session.metadata(&name, "/shared/comment", &pace)),
        format!("{:?}", session.namespaces()),
    ];
    drop(session);
    script.join().unwrap();
    // The port is in every error, and differs.
    let without_port = |part: &str| {
        part.trim_start_matches(|c: char| c.is_ascii_digit())
            .to_owned()
    };
    told.join("\n")
        .split("127.0.0.1:")
        .map(without_port)
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn any_reply_is_read_the_same_however_it_is_cut(
        reply in any_reply(),
        cuts in proptest::collection::vec(any::<proptest::sample::Index>(), 0..5),
    ) {
        let mut places: Vec<_> = cuts.iter().map(|cut| cut.index(reply.len() + 1)).collect();
        places.extend([0, reply.len()]);
        places.sort_unstable();
        let cut = places.windows(2).map(|w| reply[w[0]..w[1]].to_vec()).collect();
        prop_assert_eq!(ask(vec![reply]), ask(cut));
    }
}

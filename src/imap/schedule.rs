//! In which order commands may be sent: of two that touch one folder, only different questions and only messages that
//! are put there are ever in flight together.
//!
//! Servers may run pipelined commands in any order, so that a second command on the same folder
//! waits for the first one's reply, unless the order tells in neither reply: so two questions may fly together, and two
//! messages that go into one folder (APPEND). CREATE, DELETE and RENAME reach further: they are kept apart
//! from whatever touches a folder above or below.

use super::request::Request;
use std::collections::{HashMap, VecDeque};

/// The commands of a batch, each released once those before it on its folders are answered.
#[derive(Debug)]
pub(super) struct Schedule {
    ready: VecDeque<usize>,
    /// How many commands each one still waits for, and which ones wait for it.
    waits_for: Vec<usize>,
    waiting: HashMap<usize, Vec<usize>>,
}

impl Schedule {
    /// The schedule of `requests`, none of which is sent yet.
    pub fn new(requests: &[Request]) -> Self {
        let mut schedule = Self {
            ready: VecDeque::new(),
            waits_for: vec![0; requests.len()],
            waiting: HashMap::new(),
        };
        // What each folder's next command may have to wait for.
        let mut open: HashMap<&[u8], Vec<usize>> = HashMap::new();
        let structural = |(_, request): &(usize, &Request)| request.is_structural();
        let far: Vec<_> = requests.iter().enumerate().filter(structural).collect();
        for (number, request) in requests.iter().enumerate() {
            for folder in request.folders() {
                let before = open.entry(folder).or_default();
                for earlier in before.iter().map(|n| (*n, &requests[*n])) {
                    if !may_fly_together(request, earlier.1) {
                        schedule.put_after(earlier.0, number);
                    }
                }
                // What is dropped here, the next command waits for through this one.
                let is_kept = |n: &usize| match request.is_append() {
                    true => true,
                    false => request.changes_nothing() && !request.is_like(&requests[*n]),
                };
                before.retain(is_kept);
                before.push(number);
            }
            let related = |other: &(usize, &Request)| other.0 < number && kin(request, other.1);
            if request.is_structural() {
                for earlier in requests.iter().enumerate().filter(related) {
                    schedule.put_after(earlier.0, number);
                }
            } else {
                for earlier in far.iter().copied().filter(related) {
                    schedule.put_after(earlier.0, number);
                }
            }
            if schedule.waits_for[number] == 0 {
                schedule.ready.push_back(number);
            }
        }
        schedule
    }

    /// The next command that may be sent.
    pub fn next(&self) -> Option<usize> {
        self.ready.front().copied()
    }

    /// How many may be sent.
    pub fn ready(&self) -> usize {
        self.ready.len()
    }

    /// [`Schedule::next`] is sent, or will never be.
    pub fn take_next(&mut self) {
        self.ready.pop_front();
    }

    /// `number` is answered: what waited for it alone may be sent.
    pub fn settle(&mut self, number: usize) {
        for follower in self.waiting.remove(&number).unwrap_or_default() {
            self.waits_for[follower] -= 1;
            if self.waits_for[follower] == 0 {
                self.ready.push_back(follower);
            }
        }
    }

    /// Nothing more will be sent.
    pub fn stop(&mut self) {
        self.ready.clear();
        self.waiting.clear();
    }

    fn put_after(&mut self, earlier: usize, later: usize) {
        if earlier != later {
            self.waits_for[later] += 1;
            self.waiting.entry(earlier).or_default().push(later);
        }
    }
}

/// Whether two that touch one folder may be in flight together: their order tells in neither reply,
/// and the replies cannot be taken for each other.
fn may_fly_together(one: &Request, other: &Request) -> bool {
    let change_nothing = one.changes_nothing() && other.changes_nothing();
    let both_enter = one.enters() && other.enters();
    change_nothing && !both_enter && !one.is_like(other) || one.is_append() && other.is_append()
}

/// Whether a folder of one begins with a folder of the other. Without knowing the separator
/// this also takes `Sent` and `Sentinel` for kin, which costs a round trip and breaks nothing.
fn kin(one: &Request, other: &Request) -> bool {
    let related = |a: &[u8], b: &[u8]| a.starts_with(b) || b.starts_with(a);
    let mut folders = one.folders();
    folders.any(|folder| other.folders().any(|f| related(f, folder)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::folder::WireName;
    use proptest::prelude::*;

    fn folder(name: &str) -> WireName {
        WireName::from_wire(name)
    }

    /// The rounds in which commands would be sent, if each round were answered at once.
    fn rounds(requests: &[Request]) -> Vec<Vec<usize>> {
        let mut schedule = Schedule::new(requests);
        let mut rounds = Vec::new();
        while schedule.next().is_some() {
            let mut round = Vec::new();
            while let Some(number) = schedule.next() {
                schedule.take_next();
                round.push(number);
            }
            round.iter().for_each(|number| schedule.settle(*number));
            rounds.push(round);
        }
        rounds
    }

    #[test]
    fn commands_on_one_folder_follow_one_another_and_hold_up_no_other_folder() {
        let requests: Vec<_> = ["a", "a", "b", "a", "b"]
            .map(|name| Request::get_acl(&folder(name)))
            .into();
        assert_eq!(rounds(&requests), [vec![0, 2], vec![1, 4], vec![3]]);
    }

    #[test]
    fn different_questions_about_one_folder_fly_together_and_after_what_changes_it() {
        let inbox = WireName::inbox();
        let requests = [
            Request::delete_acl(&inbox, "bob"),
            Request::get_acl(&inbox),
            Request::my_rights(&inbox),
            Request::get_acl(&inbox),
            Request::delete_acl(&inbox, "carol"),
            Request::my_rights(&inbox),
        ];
        let expected = [vec![0], vec![1, 2], vec![3], vec![4], vec![5]];
        assert_eq!(rounds(&requests), expected);
    }

    #[test]
    fn a_folder_is_asked_about_while_it_is_entered_and_entered_twice_one_after_the_other() {
        let inbox = WireName::inbox();
        let requests = [
            Request::my_rights(&inbox),
            Request::select(&inbox),
            Request::status(&inbox, "(MESSAGES)".to_owned()),
            Request::examine(&inbox),
            Request::select(&inbox),
            Request::delete_acl(&inbox, "carol"),
        ];
        let expected = [vec![0, 1, 2], vec![3], vec![4], vec![5]];
        assert_eq!(rounds(&requests), expected);
    }

    #[test]
    fn messages_go_into_one_folder_together_and_everything_else_waits_for_all_of_them() {
        let append = || Request::append(&folder("a"), "()", b"x"[..].into());
        let requests = [
            Request::select(&folder("a")),
            append(),
            append(),
            append(),
            Request::get_acl(&folder("a")),
            append(),
        ];
        let expected = [vec![0], vec![1, 2, 3], vec![4], vec![5]];
        assert_eq!(rounds(&requests), expected);
    }

    #[test]
    fn a_rename_is_kept_apart_from_both_its_trees() {
        let requests = [
            Request::get_acl(&folder("a/x")),
            Request::rename(&folder("a"), &folder("b")),
            Request::get_acl(&folder("b/x")),
            Request::get_acl(&folder("c")),
        ];
        assert_eq!(rounds(&requests), [vec![0, 3], vec![1], vec![2]]);
    }

    #[test]
    fn renaming_a_folder_to_itself_does_not_wait_for_ever() {
        let request = Request::rename(&folder("a"), &folder("a"));
        assert_eq!(rounds(&[request]), [vec![0]]);
    }

    prop_compose! {
        fn any_request()(kind in 0..6, one in "[ab](/[ab])?", two in "[ab](/[ab])?") -> Request {
            match kind {
                0 => Request::get_acl(&folder(&one)),
                1 => Request::delete(&folder(&one)),
                2 => Request::my_rights(&folder(&one)),
                3 => Request::delete_acl(&folder(&one), "bob"),
                4 => Request::append(&folder(&one), "()", b"x"[..].into()),
                _ => Request::rename(&folder(&one), &folder(&two)),
            }
        }
    }

    proptest! {
        #[test]
        fn every_command_has_its_turn_and_kin_keep_their_order(
            requests in proptest::collection::vec(any_request(), 0..20)
        ) {
            let rounds = rounds(&requests);
            let mut turn = vec![usize::MAX; requests.len()];
            for (at, round) in rounds.iter().enumerate() {
                round.iter().for_each(|number| turn[*number] = at);
            }
            for (later, request) in requests.iter().enumerate() {
                prop_assert_ne!(turn[later], usize::MAX);
                for (earlier, other) in requests[..later].iter().enumerate() {
                    let far = request.is_structural() || other.is_structural();
                    let touch = request.folders().any(|f| other.folders().any(|g| f == g));
                    let same = touch && !may_fly_together(request, other);
                    if same || far && kin(request, other) {
                        prop_assert!(turn[earlier] < turn[later]);
                    }
                }
            }
        }
    }
}

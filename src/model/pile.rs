//! Many messages in little room: a list of 100,000 is kept whole before it is put in order.

use super::message::{Head, Message};
use chrono::{DateTime, FixedOffset};

/// The room that is taken at once: as much as there is already, within these.
const LEAST: usize = 4 << 10;
const MOST: usize = 256 << 10;

/// Messages, each packed into some bytes more than its texts have. Nothing of them is lost.
#[derive(Clone, Debug, Default)]
pub struct Pile {
    blocks: Vec<Vec<u8>>,
    places: Vec<Place>,
    bytes: usize,
}

/// Where a message begins.
#[derive(Clone, Copy, Debug)]
struct Place {
    block: u32,
    offset: u32,
    uid: u32,
}

impl Pile {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// The bytes that all of them take.
    pub fn bytes(&self) -> usize {
        let blocks: usize = self.blocks.iter().map(Vec::capacity).sum();
        blocks + self.places.capacity() * size_of::<Place>()
    }

    /// Adds `message` behind the others.
    pub fn push(&mut self, message: &Message) {
        let mut packed = Vec::with_capacity(LEAST / 16);
        pack(message, &mut packed);
        let has_room = |block: &&mut Vec<u8>| block.capacity() - block.len() >= packed.len();
        let block = match self.blocks.last_mut().filter(has_room) {
            Some(block) => block,
            None => {
                let room = self.bytes.clamp(LEAST, MOST).max(packed.len());
                self.blocks.push(Vec::with_capacity(room));
                match self.blocks.last_mut() {
                    Some(block) => block,
                    None => return,
                }
            }
        };
        let offset = block.len();
        block.extend_from_slice(&packed);
        self.bytes += packed.len();
        let block = self.blocks.len() - 1;
        // No machine has so many blocks, and no block is so long.
        let (Ok(block), Ok(offset)) = (u32::try_from(block), u32::try_from(offset)) else {
            return;
        };
        let uid = message.uid;
        self.places.push(Place { block, offset, uid });
    }

    /// Puts them in the order of their UIDs.
    pub fn sort(&mut self) {
        self.places.sort_by_key(|place| place.uid);
    }

    /// The message at this place.
    pub fn get(&self, at: usize) -> Option<Message> {
        self.packed(at).map(unpack)
    }

    /// The Message-ID of the message at this place.
    pub fn id(&self, at: usize) -> Option<&str> {
        let mut packed = self.packed(at)?;
        packed.optional(Packed::text)
    }

    fn packed(&self, at: usize) -> Option<Packed<'_>> {
        let place = self.places.get(at)?;
        let block = self.blocks.get(place.block as usize)?;
        Some(Packed(block.get(place.offset as usize..)?))
    }
}

impl<'m> FromIterator<&'m Message> for Pile {
    fn from_iter<I: IntoIterator<Item = &'m Message>>(all: I) -> Self {
        let mut pile = Self::default();
        all.into_iter().for_each(|message| pile.push(message));
        pile
    }
}

/// What may be asked for alone stands first.
fn pack(message: &Message, into: &mut Vec<u8>) {
    let head = &message.head;
    optional(into, head.id.as_ref(), |into, id| text(into, id));
    number(into, message.uid.into());
    number(into, message.size);
    for date in [message.arrived, message.saved, head.written] {
        optional(into, date, moment);
    }
    for words in [&message.flags, &message.keywords] {
        number(into, words.len() as u64);
        words.iter().for_each(|word| text(into, word));
    }
    for field in [&head.from, &head.to, &head.cc, &head.subject] {
        text(into, field);
    }
    optional(into, head.sender.as_ref(), |into, sender| {
        text(into, sender)
    });
}

fn unpack(mut packed: Packed<'_>) -> Message {
    let packed = &mut packed;
    let owned = |packed: &mut Packed<'_>| packed.text().to_owned();
    let words = |packed: &mut Packed<'_>| -> Vec<String> {
        (0..packed.number()).map(|_| owned(packed)).collect()
    };
    let id = packed.optional(owned);
    let (uid, size) = (packed.number() as u32, packed.number());
    let mut date = || packed.optional(Packed::moment).flatten();
    let (arrived, saved, written) = (date(), date(), date());
    let (flags, keywords) = (words(packed), words(packed));
    let mut field = || packed.text().to_owned();
    let (from, to, cc, subject) = (field(), field(), field(), field());
    let sender = packed.optional(owned);
    let head = Head {
        from,
        sender,
        to,
        cc,
        subject,
        written,
        id,
    };
    Message {
        uid,
        arrived,
        saved,
        size,
        flags,
        keywords,
        head,
    }
}

/// Seven bits in each byte, the lowest first; the eighth says that there are more.
fn number(into: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        into.push(number as u8 | 0x80);
        number >>= 7;
    }
    into.push(number as u8);
}

/// The same of what may be less than nothing: small numbers stay short.
fn signed(into: &mut Vec<u8>, signed: i64) {
    number(into, (signed << 1 ^ signed >> 63) as u64);
}

fn text(into: &mut Vec<u8>, text: &str) {
    number(into, text.len() as u64);
    into.extend_from_slice(text.as_bytes());
}

fn moment(into: &mut Vec<u8>, moment: DateTime<FixedOffset>) {
    signed(into, moment.timestamp());
    number(into, moment.timestamp_subsec_nanos().into());
    signed(into, moment.offset().local_minus_utc().into());
}

fn optional<T>(into: &mut Vec<u8>, value: Option<T>, pack: impl FnOnce(&mut Vec<u8>, T)) {
    into.push(u8::from(value.is_some()));
    if let Some(value) = value {
        pack(into, value);
    }
}

/// What is left of a packed message. Behind its end all is empty.
struct Packed<'p>(&'p [u8]);

impl<'p> Packed<'p> {
    fn number(&mut self) -> u64 {
        let mut number = 0;
        for shift in (0..u64::BITS).step_by(7) {
            let Some((first, rest)) = self.0.split_first() else {
                return number;
            };
            self.0 = rest;
            number |= u64::from(first & 0x7f) << shift;
            if *first < 0x80 {
                break;
            }
        }
        number
    }

    fn signed(&mut self) -> i64 {
        let number = self.number();
        (number >> 1) as i64 ^ -((number & 1) as i64)
    }

    fn text(&mut self) -> &'p str {
        let length = usize::try_from(self.number()).unwrap_or(usize::MAX);
        let (text, rest) = self.0.split_at(length.min(self.0.len()));
        self.0 = rest;
        std::str::from_utf8(text).unwrap_or_default()
    }

    fn moment(&mut self) -> Option<DateTime<FixedOffset>> {
        let seconds = self.signed();
        let nanos = u32::try_from(self.number()).ok()?;
        let offset = FixedOffset::east_opt(i32::try_from(self.signed()).ok()?)?;
        Some(DateTime::from_timestamp(seconds, nanos)?.with_timezone(&offset))
    }

    fn optional<T>(&mut self, take: impl FnOnce(&mut Self) -> T) -> Option<T> {
        match self.number() {
            0 => None,
            _ => Some(take(self)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn moments() -> impl Strategy<Value = Option<DateTime<FixedOffset>>> {
        let moment = |(seconds, nanos, offset)| {
            let offset = FixedOffset::east_opt(offset)?;
            Some(DateTime::from_timestamp(seconds, nanos)?.with_timezone(&offset))
        };
        (any::<i32>(), 0..1_000_000_000u32, -86_399..86_400)
            .prop_map(move |(seconds, nanos, offset)| moment((seconds.into(), nanos, offset)))
    }

    prop_compose! {
        fn messages()(
            (uid, size) in any::<(u32, u64)>(),
            (arrived, saved, written) in (moments(), moments(), moments()),
            [from, to, cc, subject] in any::<[String; 4]>(),
            (sender, id) in any::<(Option<String>, Option<String>)>(),
            (flags, keywords) in any::<(Vec<String>, Vec<String>)>(),
        ) -> Message {
            let head = Head { from, sender, to, cc, subject, written, id };
            Message { uid, arrived, saved, size, flags, keywords, head }
        }
    }

    proptest! {
        #[test]
        fn nothing_is_lost(all in proptest::collection::vec(messages(), 0..8)) {
            let mut pile: Pile = all.iter().collect();
            for (at, message) in all.iter().enumerate() {
                prop_assert_eq!(pile.id(at), message.head.id.as_deref());
                let kept = pile.get(at);
                prop_assert_eq!(kept.as_ref(), Some(message));
            }
            prop_assert_eq!((pile.len(), pile.get(all.len())), (all.len(), None));
            let mut sorted = all;
            sorted.sort_by_key(|message| message.uid);
            pile.sort();
            let kept: Vec<Message> = (0..pile.len()).filter_map(|at| pile.get(at)).collect();
            prop_assert_eq!(kept, sorted);
        }
    }

    /// A usual message, whose texts have 150 bytes.
    fn usual(n: u32) -> Message {
        let at = DateTime::parse_from_rfc3339("2026-11-21T10:00:00+01:00").ok();
        Message {
            uid: n,
            arrived: at,
            size: 20_000,
            flags: vec!["\\seen".to_owned()],
            head: Head {
                from: format!("Customer {n:06} <customer{n:06}@customers.example>"),
                to: "support@example.test".to_owned(),
                subject: format!("Order {n:06} of Customer-01"),
                written: at,
                id: Some(format!("<{n:06}.Customer-01@customers.example>")),
                ..Head::default()
            },
            ..Message::default()
        }
    }

    #[test]
    fn a_message_takes_little_more_than_its_texts() {
        let texts = |message: &Message| {
            let head = &message.head;
            let id = head.id.as_ref().map_or(0, String::len);
            head.from.len() + head.to.len() + head.subject.len() + id
        };
        for many in [20_000, 100_000] {
            let mut pile = Pile::default();
            let mut bare = 0;
            for message in (1..=many).map(usual) {
                bare += texts(&message);
                pile.push(&message);
            }
            // Its own numbers and dates, its place, and what is not filled yet.
            let most = bare + many as usize * 60 + MOST;
            assert!(pile.bytes() <= most, "{} of {most}", pile.bytes());
        }
        let few: Pile = (1..=3).map(usual).collect::<Vec<_>>().iter().collect();
        assert!(few.bytes() <= LEAST + 1024, "{}", few.bytes());
    }
}

//! What bytes say under the name of a charset.

use super::Reading;
use super::label::{self, Charset};
use encoding_rs::{EUC_KR, Encoding, GB18030, ISO_2022_JP, UTF_16BE, UTF_16LE, WINDOWS_1252};
use mail_parser::decoders::charsets::map::charset_decoder;
use oem_cp::code_table_type::TableType;
use std::borrow::Cow;

/// Reads `bytes` as `name` says. A character that is cut off at the very end is left out: the
/// rest of it may not have been asked for.
///
/// UTF-8 under another name is read as what it is, wherever text in the charset that is named
/// hardly looks so. Where the name says nothing, text that is neither ASCII nor UTF-8 is read as
/// windows-1252, which is a guess and told as [`Reading::lossy`].
pub fn read(bytes: &[u8], name: Option<&str>) -> Reading {
    let mut reading = match name.and_then(label::charset) {
        Some(charset) => named(bytes, charset),
        None => unnamed(bytes),
    };
    if reading.text.starts_with('\u{feff}') {
        reading.text.drain(.."\u{feff}".len());
    }
    reading
}

fn named(bytes: &[u8], charset: Charset) -> Reading {
    match charset {
        Charset::Utf7 => utf_7(bytes),
        Charset::Hz => web(&shifted_hz(bytes), GB18030),
        Charset::Iso2022Kr => web(&shifted_kr(bytes), EUC_KR),
        Charset::Dos(_) | Charset::Web(_) if is_plain(bytes) => ascii(bytes),
        Charset::Dos(table) => Reading {
            text: table.decode_string_lossy(bytes),
            lossy: match table {
                TableType::Complete(_) => false,
                TableType::Incomplete(_) => table.decode_string_checked(bytes).is_none(),
            },
        },
        Charset::Web(encoding) => {
            // Of the single-byte charsets the DOS page alone has letters where UTF-8 has the
            // second and third byte of a character.
            let unlikely = encoding.is_single_byte() && encoding.name() != "IBM866";
            match utf_8(bytes) {
                Some(text) if unlikely => Reading::whole(text),
                utf_8 => {
                    let reading = web(bytes, encoding);
                    match utf_8 {
                        Some(text) if reading.lossy => Reading::whole(text),
                        _ => reading,
                    }
                }
            }
        }
    }
}

fn unnamed(bytes: &[u8]) -> Reading {
    if is_plain(bytes) {
        return ascii(bytes);
    }
    if let Some(text) = utf_8(bytes) {
        return Reading::whole(text);
    }
    // Escape sequences of its own say that it is Japanese.
    if bytes.is_ascii() && bytes.windows(2).any(|two| two == b"\x1b$") {
        let japanese = web(bytes, ISO_2022_JP);
        if !japanese.lossy {
            return japanese;
        }
    }
    Reading {
        lossy: !bytes.is_ascii(),
        ..web(bytes, WINDOWS_1252)
    }
}

/// ASCII without escapes and NUL, which say the same in every charset that has no shifts.
fn is_plain(bytes: &[u8]) -> bool {
    bytes
        .iter()
        .all(|b| b.is_ascii() && !matches!(b, 0 | 0x0e | 0x0f | 0x1b))
}

fn ascii(bytes: &[u8]) -> Reading {
    Reading::whole(String::from_utf8_lossy(bytes))
}

/// As UTF-8, where it holds more than ASCII and nothing else than UTF-8.
fn utf_8(bytes: &[u8]) -> Option<&str> {
    let whole = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        // Cut off in the middle of a character.
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(&bytes[..error.valid_up_to()]).ok()?
        }
        Err(_) => return None,
    };
    (!whole.is_ascii()).then_some(whole)
}

fn web(bytes: &[u8], encoding: &'static Encoding) -> Reading {
    let (encoding, bytes) = match Encoding::for_bom(bytes) {
        Some((found, length)) if found == encoding || is_utf_16(encoding) => {
            (found, &bytes[length..])
        }
        _ => (encoding, bytes),
    };
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let most = decoder
        .max_utf8_buffer_length(bytes.len())
        .unwrap_or_default();
    let mut text = String::with_capacity(most);
    // It is not told that this was the last byte: what is cut off there is no error.
    let (_, _, lossy) = decoder.decode_to_string(bytes, &mut text, false);
    text.shrink_to_fit();
    Reading { text, lossy }
}

fn is_utf_16(encoding: &'static Encoding) -> bool {
    encoding == UTF_16LE || encoding == UTF_16BE
}

/// UTF-7 (RFC 2152): base64 of UTF-16 between `+` and `-`.
fn utf_7(bytes: &[u8]) -> Reading {
    let text = match charset_decoder(b"utf-7") {
        Some(decoder) => decoder(bytes),
        None => return ascii(bytes),
    };
    Reading {
        lossy: text.contains('\u{fffd}'),
        text,
    }
}

/// HZ (RFC 1843) as the same in eight bits: `~{` and `~}` shift.
fn shifted_hz(bytes: &[u8]) -> Cow<'_, [u8]> {
    if !bytes.contains(&b'~') {
        return Cow::Borrowed(bytes);
    }
    let (mut out, mut shifted, mut rest) = (Vec::with_capacity(bytes.len()), false, bytes);
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        match (byte, after.first(), shifted) {
            (b'~', Some(b'{'), false) => (shifted, rest) = (true, &after[1..]),
            (b'~', Some(b'}'), true) => (shifted, rest) = (false, &after[1..]),
            (b'~', Some(b'~'), false) => {
                out.push(b'~');
                rest = &after[1..];
            }
            (b'~', Some(b'\n'), false) => rest = &after[1..],
            // A line ends every shift.
            (b'\n', _, _) => {
                out.push(byte);
                shifted = false;
            }
            (byte, _, true) if byte > b' ' => out.push(byte | 0x80),
            (byte, _, _) => out.push(byte),
        }
    }
    Cow::Owned(out)
}

/// ISO-2022-KR (RFC 1557) as EUC-KR: SO and SI shift, an escape sequence announces that.
fn shifted_kr(bytes: &[u8]) -> Cow<'_, [u8]> {
    let (mut out, mut shifted, mut rest) = (Vec::with_capacity(bytes.len()), false, bytes);
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        match byte {
            0x1b if after.starts_with(b"$)C") => rest = &after[3..],
            0x0e => shifted = true,
            0x0f => shifted = false,
            b'\n' => {
                out.push(byte);
                shifted = false;
            }
            byte if shifted && byte > b' ' => out.push(byte | 0x80),
            byte => out.push(byte),
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn whole(bytes: &[u8], name: &str) -> String {
        let reading = read(bytes, Some(name));
        assert!(!reading.lossy, "{name}: {:?}", reading.text);
        reading.text
    }

    #[test]
    fn every_charset_is_read() {
        assert_eq!(whole(b"\xc1c\xc5\xe9\xa4\xa4\xa4\xe5", "big5"), "繁體中文");
        assert_eq!(whole(b"\x82\xa0\x83\x41", "Shift_JIS"), "あア");
        assert_eq!(whole(b"\x1b$B$\"\x1b(B!", "iso-2022-jp"), "あ!");
        assert_eq!(whole(b"\xb0\xa1", "ks_c_5601-1987"), "가");
        assert_eq!(whole(b"\xd6\xd0\xce\xc4", "gb2312"), "中文");
        assert_eq!(whole(b"a ~{VPND~} ~~\n", "hz"), "a 中文 ~\n");
        assert_eq!(whole(b"\x1b$)C\x0e0!\x0f.", "iso-2022-kr"), "가.");
        assert_eq!(whole(b"\x8f\xe0\xa8\xa2\xa5\xe2", "cp866"), "Привет");
        assert_eq!(whole(b"\x81\x94", "cp437"), "üö");
        assert_eq!(whole(b"\x81\xd5", "cp-850"), "üı");
        assert_eq!(whole(b"\x8f\xf0\xe8", "x-mac-cyrillic"), "При");
        assert_eq!(whole(b"\xa1\xd8\xe9\xa7", "tis-620"), "กุ้ง");
        assert_eq!(whole(b"Hi +Jjo-", "utf-7"), "Hi ☺");
        assert_eq!(whole(b"\xff\xfea\0b\0", "utf-16"), "ab");
        assert_eq!(whole(b"\xef\xbb\xbfa", "utf-8"), "a");
        assert_eq!(whole(b"caf\xe9 \x80", "iso-8859-1//TRANSLIT"), "café €");
    }

    #[test]
    fn utf_8_under_another_name_stays_readable() {
        for name in [
            "us-ascii",
            "iso-8859-1",
            "windows-1252",
            "gb2312",
            "unknown",
        ] {
            assert_eq!(
                whole("Grüße – 日本".as_bytes(), name),
                "Grüße – 日本",
                "{name}"
            );
        }
        // What is right under its own name is not taken for UTF-8.
        assert_eq!(whole(b"\xe0\xa0\xad", "cp866"), "ран");
        assert_eq!(whole(b"\xc1\xaa\xcd\xa8", "gbk"), "联通");
    }

    #[test]
    fn what_cannot_be_read_is_told() {
        let reading = read(b"caf\xe9 noir", Some("default"));
        assert_eq!((&*reading.text, reading.lossy), ("café noir", true));
        let reading = read(b"a\xff\xffb", Some("utf-8"));
        assert!(reading.lossy && reading.text.contains('\u{fffd}'));
        assert!(read(b"\x82\xff\xff", Some("shift_jis")).lossy);
        assert_eq!(read(b"plain", None), Reading::whole("plain"));
    }

    #[test]
    fn a_cut_at_the_end_is_no_fault() {
        let text = "日本";
        assert_eq!(
            read(&text.as_bytes()[..5], Some("utf-8")),
            Reading::whole("日")
        );
        assert_eq!(
            read(b"\x82\xa0\x83", Some("shift_jis")),
            Reading::whole("あ")
        );
    }

    proptest! {
        #[test]
        fn no_bytes_panic(
            bytes in proptest::collection::vec(any::<u8>(), 0..80),
            name in "(utf-?(7|8|16)|hz|iso-2022-(jp|kr)|big5|gbk|cp[0-9]{3}|[a-z0-9-]{0,12})",
        ) {
            let reading = read(&bytes, Some(&name));
            prop_assert!(reading.text.len() <= bytes.len() * 4 + 8);
        }

        #[test]
        fn utf_8_is_always_itself(text in "\\PC{0,40}") {
            prop_assert_eq!(whole(text.as_bytes(), "utf-8"), text.trim_start_matches('\u{feff}'));
        }
    }
}

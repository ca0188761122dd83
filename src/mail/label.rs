//! The names of charsets, as programs write them.

use encoding_rs::Encoding;
use oem_cp::code_table::DECODING_TABLE_CP_MAP;
use oem_cp::code_table_type::TableType;

/// A way to read bytes.
#[derive(Clone, Copy)]
pub(super) enum Charset {
    /// One that web browsers know, too.
    Web(&'static Encoding),
    /// A code page of DOS.
    Dos(&'static TableType),
    /// RFC 2152.
    Utf7,
    /// RFC 1843.
    Hz,
    /// RFC 1557.
    Iso2022Kr,
}

/// The longest name is `Extended_UNIX_Code_Packed_Format_for_Japanese`.
const LONGEST: usize = 60;

/// What `name` means, where it means anything.
pub(super) fn charset(name: &str) -> Option<Charset> {
    if name.len() > LONGEST {
        return None;
    }
    // `ISO-8859-1//TRANSLIT` is an order to iconv, `iso-8859-1*en` names a language (RFC 2231).
    let name = name.split("//").next()?.split('*').next()?;
    let name = name.trim_matches(|c: char| !c.is_ascii_alphanumeric());
    let letters: String = name
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect();
    let bare = letters.strip_prefix('x').unwrap_or(&letters);
    let bare = bare.strip_prefix("charset").unwrap_or(bare);
    // What encoding_rs refuses to read, as a web page could be harmed by it.
    match bare {
        "utf7" | "unicode11utf7" | "unicode20utf7" | "csutf7" | "csunicode11utf7" => {
            return Some(Charset::Utf7);
        }
        "hz" | "hzgb2312" => return Some(Charset::Hz),
        "iso2022kr" | "csiso2022kr" => return Some(Charset::Iso2022Kr),
        // The Web means windows-1252 by it, and some programs any charset at all.
        "userdefined" => return None,
        _ => {}
    }
    let web = |name: &str| Encoding::for_label_no_replacement(name.as_bytes()).map(Charset::Web);
    by_letters(bare)
        .and_then(web)
        .or_else(|| web(name))
        .or_else(|| by_number(bare))
}

/// Names whose spelling varies, by their letters and digits alone.
fn by_letters(name: &str) -> Option<&'static str> {
    Some(match name {
        "utf8mb4" | "utf8mb3" | "utf8n" | "utf8bom" | "utf" | "unicode11utf8" => "utf-8",
        "us" | "usascii" | "ascii7" | "646" | "iso646us" | "ansi" | "ansix341968"
        | "ansix341986" | "isoir6" | "7bit" => "us-ascii",
        "shiftjis" | "sjis" | "ms932" | "mskanji" | "windows31j" | "shiftjisx0213"
        | "shiftjis2004" => "shift_jis",
        "eucjp" | "eucjpms" | "eucjpwin" | "ujis" | "eucjpx0213" | "eucjisx0213" => "euc-jp",
        "iso2022jp1" | "iso2022jp2" | "iso2022jp3" | "iso2022jp2004" | "iso2022jpms"
        | "iso2022jpext" | "jis" | "csiso2022jp2" => "iso-2022-jp",
        // Each is a part of GB 18030, and much that is named after a part goes beyond it.
        "gb2312" | "gb231280" | "euccn" | "gbk" | "cngb" | "ms936" | "gb18030" | "gb" => "gb18030",
        "big5" | "big5hkscs" | "big5eten" | "cnbig5" | "big5et" | "big5hkscs2004" => "big5",
        "euckr" | "uhc" | "ms949" | "ksc56011987" | "ksc56011989" | "ksc5601" | "ksx1001"
        | "kscodes56011987" | "korean" => "euc-kr",
        "tis620" | "tis6202533" | "isoir166" | "thai" => "windows-874",
        "macroman" | "mac" | "macintosh" | "applemacintosh" => "macintosh",
        "maccyrillic" | "macukrainian" | "macukraine" => "x-mac-cyrillic",
        "koi8u" | "koi8ru" | "koi8t" => "koi8-u",
        "latin7" | "l7" => "iso-8859-13",
        "latin8" | "l8" => "iso-8859-14",
        "latin9" | "latin0" | "l9" => "iso-8859-15",
        "latin10" | "l10" => "iso-8859-16",
        _ => return iso_8859(name),
    })
}

/// `ISO8859-1`, `8859_15`, `iso-8859-8-i`.
fn iso_8859(name: &str) -> Option<&'static str> {
    let rest = name.strip_prefix("iso").unwrap_or(name);
    let part = rest.strip_prefix("8859")?.trim_end_matches(['i', 'e']);
    // A year may follow: `iso_8859-1:1987`.
    let part = match part.len() {
        5.. => part.get(..part.len() - 4)?,
        _ => part,
    };
    Some(match part {
        "1" => "iso-8859-1",
        "2" => "iso-8859-2",
        "3" => "iso-8859-3",
        "4" => "iso-8859-4",
        "5" => "iso-8859-5",
        "6" => "iso-8859-6",
        "7" => "iso-8859-7",
        // In the order in which it is read, as mail programs write it.
        "8" => "iso-8859-8-i",
        "9" => "iso-8859-9",
        "10" => "iso-8859-10",
        "11" => "windows-874",
        "13" => "iso-8859-13",
        "14" => "iso-8859-14",
        "15" => "iso-8859-15",
        "16" => "iso-8859-16",
        _ => return None,
    })
}

/// `cp-850`, `IBM437`, `windows1251`, `1251`: code pages by their number.
fn by_number(name: &str) -> Option<Charset> {
    let digits = name.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    let before = &name[..name.len() - digits.len()];
    let known = [
        "",
        "cp",
        "windows",
        "win",
        "ibm",
        "dos",
        "ms",
        "msdos",
        "oem",
        "codepage",
        "microsoftcp",
        "cspc",
        "cswindows",
        "csibm",
    ];
    if !known.contains(&before) {
        return None;
    }
    // `cspc850multilingual`
    let digits = digits.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let number: u16 = digits.parse().ok()?;
    let name = match number {
        367 | 20127 => "us-ascii",
        819 | 28591 => "iso-8859-1",
        28592..=28606 => iso_8859(&format!("8859{}", number - 28590))?,
        874 | 1250..=1258 => {
            let name = format!("windows-{number}");
            return Encoding::for_label(name.as_bytes()).map(Charset::Web);
        }
        932 | 943 => "shift_jis",
        936 | 1386 | 54936 | 51936 => "gb18030",
        949 | 51949 => "euc-kr",
        950 | 951 => "big5",
        1200 => "utf-16le",
        1201 => "utf-16be",
        20866 | 878 => "koi8-r",
        21866 | 1168 => "koi8-u",
        10000 => "macintosh",
        10007 | 10017 => "x-mac-cyrillic",
        50220..=50222 => "iso-2022-jp",
        51932 | 20932 => "euc-jp",
        65000 => return Some(Charset::Utf7),
        65001 => "utf-8",
        52936 => return Some(Charset::Hz),
        50225 => return Some(Charset::Iso2022Kr),
        _ => return DECODING_TABLE_CP_MAP.get(&number).map(Charset::Dos),
    };
    Encoding::for_label(name.as_bytes()).map(Charset::Web)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aliases_are_known_and_nonsense_is_not() {
        let web = |name: &str| match charset(name) {
            Some(Charset::Web(encoding)) => encoding.name(),
            Some(_) => "another",
            None => "none",
        };
        for (name, known) in [
            ("UTF8", "UTF-8"),
            ("\"utf-8\"", "UTF-8"),
            ("unicode-1-1-utf-8", "UTF-8"),
            ("iso-8859-1//TRANSLIT", "windows-1252"),
            ("ISO-8859-1*en", "windows-1252"),
            ("iso_8859-2:1987", "ISO-8859-2"),
            ("iso8859_15", "ISO-8859-15"),
            ("8859-5", "ISO-8859-5"),
            ("iso-8859-8-i", "ISO-8859-8-I"),
            ("ANSI_X3.4-1968", "windows-1252"),
            ("x-gbk", "gb18030"),
            ("GB2312", "gb18030"),
            ("cp932", "Shift_JIS"),
            ("x-sjis", "Shift_JIS"),
            ("iso-2022-jp-3", "ISO-2022-JP"),
            ("ks_c_5601-1987", "EUC-KR"),
            ("cp949", "EUC-KR"),
            ("windows1251", "windows-1251"),
            ("win-1251", "windows-1251"),
            ("1251", "windows-1251"),
            ("x-mac-cyrillic", "x-mac-cyrillic"),
            ("x-mac-roman", "macintosh"),
            ("cp866", "IBM866"),
            ("TIS-620", "windows-874"),
            ("koi8-ru", "KOI8-U"),
            ("cp65001", "UTF-8"),
            ("latin-9", "ISO-8859-15"),
            ("cp-850", "another"),
            ("IBM437", "another"),
            ("cspc850multilingual", "another"),
            ("utf-7", "another"),
            ("hz-gb-2312", "another"),
            ("iso-2022-kr", "another"),
            ("unknown", "none"),
            ("default", "none"),
            ("unknown-8bit", "none"),
            ("x-user-defined", "none"),
            ("", "none"),
            ("é", "none"),
            ("iso-2022-cn", "none"),
        ] {
            assert_eq!(web(name), known, "{name:?}");
        }
        assert_eq!(web(&"8".repeat(70)), "none");
    }
}

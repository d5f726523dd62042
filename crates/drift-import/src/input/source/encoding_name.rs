//! Encodings as people name them.

use encoding_rs::{Encoding, MACINTOSH, SHIFT_JIS, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// Names that are common, and that the standard of the web does not have.
const ALIASES: [(&str, &Encoding); 22] = [
    ("utf-8-sig", UTF_8),
    ("utf-8-bom", UTF_8),
    ("utf8-bom", UTF_8),
    ("utf8mb4", UTF_8),
    ("utf16", UTF_16LE),
    ("utf16le", UTF_16LE),
    ("utf16be", UTF_16BE),
    ("ucs-2", UTF_16LE),
    ("ansi", WINDOWS_1252),
    ("western", WINDOWS_1252),
    ("latin", WINDOWS_1252),
    ("latin-1", WINDOWS_1252),
    ("windows1252", WINDOWS_1252),
    ("win-1252", WINDOWS_1252),
    ("mac-roman", MACINTOSH),
    ("macroman", MACINTOSH),
    ("x-macroman", MACINTOSH),
    ("mac-os-roman", MACINTOSH),
    ("cp932", SHIFT_JIS),
    ("cp936", encoding_rs::GBK),
    ("cp949", encoding_rs::EUC_KR),
    ("cp950", encoding_rs::BIG5),
];

/// What is listed where a name is not known.
pub(crate) const KNOWN: &str = "utf-8, utf-16le, utf-16be, windows-1250 to windows-1258, iso-8859-2 to iso-8859-16, \
    macintosh, x-mac-cyrillic, koi8-r, koi8-u, ibm866, gbk, gb18030, big5, shift_jis, euc-jp, iso-2022-jp, euc-kr";

/// The encoding of a name; letter case, spaces and underscores aside.
pub(crate) fn named(name: &str) -> Option<&'static Encoding> {
    let plain = name.trim().to_ascii_lowercase().replace(['_', ' '], "-");
    let alias = ALIASES.iter().find(|(alias, _)| *alias == plain);
    let digits = |prefix: &str| {
        let number = plain.strip_prefix(prefix)?.trim_start_matches('-');
        Encoding::for_label(format!("windows-{number}").as_bytes())
    };
    Encoding::for_label(name.trim().as_bytes())
        .or_else(|| Encoding::for_label(plain.as_bytes()))
        .or(alias.map(|(_, encoding)| *encoding))
        .or_else(|| digits("windows"))
        .or_else(|| digits("win"))
        .or_else(|| digits("cp"))
        // The names of encodings that nobody reads any more stand for U+FFFD.
        .filter(|encoding| *encoding != encoding_rs::REPLACEMENT)
}

/// Whether a name says only that it is UTF-16, in whichever order of bytes its mark shows.
pub(crate) fn is_either_utf_16(name: &str, mark: &Encoding) -> bool {
    let plain = name.trim().to_ascii_lowercase().replace(['_', ' '], "-");
    let is_open = matches!(plain.as_str(), "utf-16" | "utf16" | "ucs-2" | "unicode");
    is_open && (mark == UTF_16LE || mark == UTF_16BE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_names_are_known() {
        for (name, expected) in [
            ("UTF-8", Some("UTF-8")),
            ("utf8", Some("UTF-8")),
            ("utf_8_sig", Some("UTF-8")),
            ("UTF-16", Some("UTF-16LE")),
            ("utf16", Some("UTF-16LE")),
            ("latin1", Some("windows-1252")),
            ("Latin-1", Some("windows-1252")),
            ("ISO-8859-1", Some("windows-1252")),
            ("ANSI", Some("windows-1252")),
            ("cp1252", Some("windows-1252")),
            ("windows1251", Some("windows-1251")),
            ("WIN-1250", Some("windows-1250")),
            ("MacRoman", Some("macintosh")),
            ("mac", Some("macintosh")),
            ("mac_roman", Some("macintosh")),
            ("cp936", Some("GBK")),
            ("GB2312", Some("GBK")),
            ("sjis", Some("Shift_JIS")),
            ("Shift JIS", Some("Shift_JIS")),
            ("cp949", Some("EUC-KR")),
            ("hz-gb-2312", None),
            ("cp437", None),
            ("klingon", None),
        ] {
            assert_eq!(named(name).map(Encoding::name), expected, "{name}");
        }
    }

    #[test]
    fn what_is_listed_is_known() {
        for name in KNOWN.split(", ").flat_map(|range| range.split(" to ")) {
            assert!(named(name).is_some(), "{name}");
        }
    }
}

//! Encodings of DOS and of old Macs that no library here reads. They are known only so that no text in one of them is
//! taken for another; such a file must be saved as UTF-8.

/// The name of an encoding, and its characters from 0x80 on.
struct CodePage {
    name: &'static str,
    upper: &'static str,
}

/// A text in an encoding that is not read.
pub(super) struct UnreadText {
    pub(super) name: &'static str,
    pub(super) words: Vec<String>,
}

/// All words in each of the encodings. Texts in them have bytes below 0xC0, where most of their letters are; words without
/// any are much more likely of Windows.
pub(super) fn readings(words: &[Vec<u8>]) -> impl Iterator<Item = UnreadText> {
    let is_low = |byte: &u8| (0x80..0xC0).contains(byte);
    let has_low = words.iter().flatten().any(is_low);
    PAGES
        .iter()
        .filter(move |_| has_low)
        .map(|page| UnreadText {
            name: page.name,
            words: words.iter().map(|word| page.read(word)).collect(),
        })
}

impl CodePage {
    fn read(&self, word: &[u8]) -> String {
        let character = |byte: &u8| match byte {
            0..0x80 => char::from(*byte),
            _ => {
                let place = usize::from(*byte - 0x80);
                self.upper.chars().nth(place).unwrap_or('\u{fffd}')
            }
        };
        word.iter().map(character).collect()
    }
}

const PAGES: [CodePage; 8] = [
    CodePage {
        name: "cp850",
        upper: "\u{c7}\u{fc}\u{e9}\u{e2}\u{e4}\u{e0}\u{e5}\u{e7}\u{ea}\u{eb}\u{e8}\u{ef}\u{ee}\u{ec}\u{c4}\u{c5}\
            \u{c9}\u{e6}\u{c6}\u{f4}\u{f6}\u{f2}\u{fb}\u{f9}\u{ff}\u{d6}\u{dc}\u{f8}\u{a3}\u{d8}\u{d7}\u{192}\
            \u{e1}\u{ed}\u{f3}\u{fa}\u{f1}\u{d1}\u{aa}\u{ba}\u{bf}\u{ae}\u{ac}\u{bd}\u{bc}\u{a1}\u{ab}\u{bb}\
            \u{2591}\u{2592}\u{2593}\u{2502}\u{2524}\u{c1}\u{c2}\u{c0}\u{a9}\u{2563}\u{2551}\u{2557}\u{255d}\
            \u{a2}\u{a5}\u{2510}\u{2514}\u{2534}\u{252c}\u{251c}\u{2500}\u{253c}\u{e3}\u{c3}\u{255a}\u{2554}\
            \u{2569}\u{2566}\u{2560}\u{2550}\u{256c}\u{a4}\u{f0}\u{d0}\u{ca}\u{cb}\u{c8}\u{131}\u{cd}\u{ce}\
            \u{cf}\u{2518}\u{250c}\u{2588}\u{2584}\u{a6}\u{cc}\u{2580}\u{d3}\u{df}\u{d4}\u{d2}\u{f5}\u{d5}\u{b5}\
            \u{fe}\u{de}\u{da}\u{db}\u{d9}\u{fd}\u{dd}\u{af}\u{b4}\u{ad}\u{b1}\u{2017}\u{be}\u{b6}\u{a7}\u{f7}\
            \u{b8}\u{b0}\u{a8}\u{b7}\u{b9}\u{b3}\u{b2}\u{25a0}\u{a0}",
    },
    CodePage {
        name: "cp852",
        upper: "\u{c7}\u{fc}\u{e9}\u{e2}\u{e4}\u{16f}\u{107}\u{e7}\u{142}\u{eb}\u{150}\u{151}\u{ee}\u{179}\u{c4}\
            \u{106}\u{c9}\u{139}\u{13a}\u{f4}\u{f6}\u{13d}\u{13e}\u{15a}\u{15b}\u{d6}\u{dc}\u{164}\u{165}\u{141}\
            \u{d7}\u{10d}\u{e1}\u{ed}\u{f3}\u{fa}\u{104}\u{105}\u{17d}\u{17e}\u{118}\u{119}\u{ac}\u{17a}\u{10c}\
            \u{15f}\u{ab}\u{bb}\u{2591}\u{2592}\u{2593}\u{2502}\u{2524}\u{c1}\u{c2}\u{11a}\u{15e}\u{2563}\
            \u{2551}\u{2557}\u{255d}\u{17b}\u{17c}\u{2510}\u{2514}\u{2534}\u{252c}\u{251c}\u{2500}\u{253c}\
            \u{102}\u{103}\u{255a}\u{2554}\u{2569}\u{2566}\u{2560}\u{2550}\u{256c}\u{a4}\u{111}\u{110}\u{10e}\
            \u{cb}\u{10f}\u{147}\u{cd}\u{ce}\u{11b}\u{2518}\u{250c}\u{2588}\u{2584}\u{162}\u{16e}\u{2580}\u{d3}\
            \u{df}\u{d4}\u{143}\u{144}\u{148}\u{160}\u{161}\u{154}\u{da}\u{155}\u{170}\u{fd}\u{dd}\u{163}\u{b4}\
            \u{ad}\u{2dd}\u{2db}\u{2c7}\u{2d8}\u{a7}\u{f7}\u{b8}\u{b0}\u{a8}\u{2d9}\u{171}\u{158}\u{159}\u{25a0}\
            \u{a0}",
    },
    CodePage {
        name: "cp862",
        upper: "\u{5d0}\u{5d1}\u{5d2}\u{5d3}\u{5d4}\u{5d5}\u{5d6}\u{5d7}\u{5d8}\u{5d9}\u{5da}\u{5db}\u{5dc}\u{5dd}\
            \u{5de}\u{5df}\u{5e0}\u{5e1}\u{5e2}\u{5e3}\u{5e4}\u{5e5}\u{5e6}\u{5e7}\u{5e8}\u{5e9}\u{5ea}\u{a2}\
            \u{a3}\u{a5}\u{20a7}\u{192}\u{e1}\u{ed}\u{f3}\u{fa}\u{f1}\u{d1}\u{aa}\u{ba}\u{bf}\u{2310}\u{ac}\
            \u{bd}\u{bc}\u{a1}\u{ab}\u{bb}\u{2591}\u{2592}\u{2593}\u{2502}\u{2524}\u{2561}\u{2562}\u{2556}\
            \u{2555}\u{2563}\u{2551}\u{2557}\u{255d}\u{255c}\u{255b}\u{2510}\u{2514}\u{2534}\u{252c}\u{251c}\
            \u{2500}\u{253c}\u{255e}\u{255f}\u{255a}\u{2554}\u{2569}\u{2566}\u{2560}\u{2550}\u{256c}\u{2567}\
            \u{2568}\u{2564}\u{2565}\u{2559}\u{2558}\u{2552}\u{2553}\u{256b}\u{256a}\u{2518}\u{250c}\u{2588}\
            \u{2584}\u{258c}\u{2590}\u{2580}\u{3b1}\u{df}\u{393}\u{3c0}\u{3a3}\u{3c3}\u{b5}\u{3c4}\u{3a6}\u{398}\
            \u{3a9}\u{3b4}\u{221e}\u{3c6}\u{3b5}\u{2229}\u{2261}\u{b1}\u{2265}\u{2264}\u{2320}\u{2321}\u{f7}\
            \u{2248}\u{b0}\u{2219}\u{b7}\u{221a}\u{207f}\u{b2}\u{25a0}\u{a0}",
    },
    CodePage {
        name: "cp720",
        upper: "\u{80}\u{81}\u{e9}\u{e2}\u{84}\u{e0}\u{86}\u{e7}\u{ea}\u{eb}\u{e8}\u{ef}\u{ee}\u{8d}\u{8e}\u{8f}\
            \u{90}\u{651}\u{652}\u{f4}\u{a4}\u{640}\u{fb}\u{f9}\u{621}\u{622}\u{623}\u{624}\u{a3}\u{625}\u{626}\
            \u{627}\u{628}\u{629}\u{62a}\u{62b}\u{62c}\u{62d}\u{62e}\u{62f}\u{630}\u{631}\u{632}\u{633}\u{634}\
            \u{635}\u{ab}\u{bb}\u{2591}\u{2592}\u{2593}\u{2502}\u{2524}\u{2561}\u{2562}\u{2556}\u{2555}\u{2563}\
            \u{2551}\u{2557}\u{255d}\u{255c}\u{255b}\u{2510}\u{2514}\u{2534}\u{252c}\u{251c}\u{2500}\u{253c}\
            \u{255e}\u{255f}\u{255a}\u{2554}\u{2569}\u{2566}\u{2560}\u{2550}\u{256c}\u{2567}\u{2568}\u{2564}\
            \u{2565}\u{2559}\u{2558}\u{2552}\u{2553}\u{256b}\u{256a}\u{2518}\u{250c}\u{2588}\u{2584}\u{258c}\
            \u{2590}\u{2580}\u{636}\u{637}\u{638}\u{639}\u{63a}\u{641}\u{b5}\u{642}\u{643}\u{644}\u{645}\u{646}\
            \u{647}\u{648}\u{649}\u{64a}\u{2261}\u{64b}\u{64c}\u{64d}\u{64e}\u{64f}\u{650}\u{2248}\u{b0}\u{2219}\
            \u{b7}\u{221a}\u{207f}\u{b2}\u{25a0}\u{a0}",
    },
    CodePage {
        name: "macintosh-ce",
        upper: "\u{c4}\u{100}\u{101}\u{c9}\u{104}\u{d6}\u{dc}\u{e1}\u{105}\u{10c}\u{e4}\u{10d}\u{106}\u{107}\u{e9}\
            \u{179}\u{17a}\u{10e}\u{ed}\u{10f}\u{112}\u{113}\u{116}\u{f3}\u{117}\u{f4}\u{f6}\u{f5}\u{fa}\u{11a}\
            \u{11b}\u{fc}\u{2020}\u{b0}\u{118}\u{a3}\u{a7}\u{2022}\u{b6}\u{df}\u{ae}\u{a9}\u{2122}\u{119}\u{a8}\
            \u{2260}\u{123}\u{12e}\u{12f}\u{12a}\u{2264}\u{2265}\u{12b}\u{136}\u{2202}\u{2211}\u{142}\u{13b}\
            \u{13c}\u{13d}\u{13e}\u{139}\u{13a}\u{145}\u{146}\u{143}\u{ac}\u{221a}\u{144}\u{147}\u{2206}\u{ab}\
            \u{bb}\u{2026}\u{a0}\u{148}\u{150}\u{d5}\u{151}\u{14c}\u{2013}\u{2014}\u{201c}\u{201d}\u{2018}\
            \u{2019}\u{f7}\u{25ca}\u{14d}\u{154}\u{155}\u{158}\u{2039}\u{203a}\u{159}\u{156}\u{157}\u{160}\
            \u{201a}\u{201e}\u{161}\u{15a}\u{15b}\u{c1}\u{164}\u{165}\u{cd}\u{17d}\u{17e}\u{16a}\u{d3}\u{d4}\
            \u{16b}\u{16e}\u{da}\u{16f}\u{170}\u{171}\u{172}\u{173}\u{dd}\u{fd}\u{137}\u{17b}\u{141}\u{17c}\
            \u{122}\u{2c7}",
    },
    CodePage {
        name: "macintosh-romanian",
        upper: "\u{c4}\u{c5}\u{c7}\u{c9}\u{d1}\u{d6}\u{dc}\u{e1}\u{e0}\u{e2}\u{e4}\u{e3}\u{e5}\u{e7}\u{e9}\u{e8}\
            \u{ea}\u{eb}\u{ed}\u{ec}\u{ee}\u{ef}\u{f1}\u{f3}\u{f2}\u{f4}\u{f6}\u{f5}\u{fa}\u{f9}\u{fb}\u{fc}\
            \u{2020}\u{b0}\u{a2}\u{a3}\u{a7}\u{2022}\u{b6}\u{df}\u{ae}\u{a9}\u{2122}\u{b4}\u{a8}\u{2260}\u{102}\
            \u{218}\u{221e}\u{b1}\u{2264}\u{2265}\u{a5}\u{b5}\u{2202}\u{2211}\u{220f}\u{3c0}\u{222b}\u{aa}\u{ba}\
            \u{3a9}\u{103}\u{219}\u{bf}\u{a1}\u{ac}\u{221a}\u{192}\u{2248}\u{2206}\u{ab}\u{bb}\u{2026}\u{a0}\
            \u{c0}\u{c3}\u{d5}\u{152}\u{153}\u{2013}\u{2014}\u{201c}\u{201d}\u{2018}\u{2019}\u{f7}\u{25ca}\u{ff}\
            \u{178}\u{2044}\u{20ac}\u{2039}\u{203a}\u{21a}\u{21b}\u{2021}\u{b7}\u{201a}\u{201e}\u{2030}\u{c2}\
            \u{ca}\u{c1}\u{cb}\u{c8}\u{cd}\u{ce}\u{cf}\u{cc}\u{d3}\u{d4}\u{f8ff}\u{d2}\u{da}\u{db}\u{d9}\u{131}\
            \u{2c6}\u{2dc}\u{af}\u{2d8}\u{2d9}\u{2da}\u{b8}\u{2dd}\u{2db}\u{2c7}",
    },
    CodePage {
        name: "macintosh-croatian",
        upper: "\u{c4}\u{c5}\u{c7}\u{c9}\u{d1}\u{d6}\u{dc}\u{e1}\u{e0}\u{e2}\u{e4}\u{e3}\u{e5}\u{e7}\u{e9}\u{e8}\
            \u{ea}\u{eb}\u{ed}\u{ec}\u{ee}\u{ef}\u{f1}\u{f3}\u{f2}\u{f4}\u{f6}\u{f5}\u{fa}\u{f9}\u{fb}\u{fc}\
            \u{2020}\u{b0}\u{a2}\u{a3}\u{a7}\u{2022}\u{b6}\u{df}\u{ae}\u{160}\u{2122}\u{b4}\u{a8}\u{2260}\u{17d}\
            \u{d8}\u{221e}\u{b1}\u{2264}\u{2265}\u{2206}\u{b5}\u{2202}\u{2211}\u{220f}\u{161}\u{222b}\u{aa}\
            \u{ba}\u{3a9}\u{17e}\u{f8}\u{bf}\u{a1}\u{ac}\u{221a}\u{192}\u{2248}\u{106}\u{ab}\u{10c}\u{2026}\
            \u{a0}\u{c0}\u{c3}\u{d5}\u{152}\u{153}\u{110}\u{2014}\u{201c}\u{201d}\u{2018}\u{2019}\u{f7}\u{25ca}\
            \u{f8ff}\u{a9}\u{2044}\u{20ac}\u{2039}\u{203a}\u{c6}\u{bb}\u{2013}\u{b7}\u{201a}\u{201e}\u{2030}\
            \u{c2}\u{107}\u{c1}\u{10d}\u{c8}\u{cd}\u{ce}\u{cf}\u{cc}\u{d3}\u{d4}\u{111}\u{d2}\u{da}\u{db}\u{d9}\
            \u{131}\u{2c6}\u{2dc}\u{af}\u{3c0}\u{cb}\u{2da}\u{b8}\u{ca}\u{e6}\u{2c7}",
    },
    CodePage {
        name: "macintosh-turkish",
        upper: "\u{c4}\u{c5}\u{c7}\u{c9}\u{d1}\u{d6}\u{dc}\u{e1}\u{e0}\u{e2}\u{e4}\u{e3}\u{e5}\u{e7}\u{e9}\u{e8}\
            \u{ea}\u{eb}\u{ed}\u{ec}\u{ee}\u{ef}\u{f1}\u{f3}\u{f2}\u{f4}\u{f6}\u{f5}\u{fa}\u{f9}\u{fb}\u{fc}\
            \u{2020}\u{b0}\u{a2}\u{a3}\u{a7}\u{2022}\u{b6}\u{df}\u{ae}\u{a9}\u{2122}\u{b4}\u{a8}\u{2260}\u{c6}\
            \u{d8}\u{221e}\u{b1}\u{2264}\u{2265}\u{a5}\u{b5}\u{2202}\u{2211}\u{220f}\u{3c0}\u{222b}\u{aa}\u{ba}\
            \u{3a9}\u{e6}\u{f8}\u{bf}\u{a1}\u{ac}\u{221a}\u{192}\u{2248}\u{2206}\u{ab}\u{bb}\u{2026}\u{a0}\u{c0}\
            \u{c3}\u{d5}\u{152}\u{153}\u{2013}\u{2014}\u{201c}\u{201d}\u{2018}\u{2019}\u{f7}\u{25ca}\u{ff}\
            \u{178}\u{11e}\u{11f}\u{130}\u{131}\u{15e}\u{15f}\u{2021}\u{b7}\u{201a}\u{201e}\u{2030}\u{c2}\u{ca}\
            \u{c1}\u{cb}\u{c8}\u{cd}\u{ce}\u{cf}\u{cc}\u{d3}\u{d4}\u{f8ff}\u{d2}\u{da}\u{db}\u{d9}\u{f8a0}\
            \u{2c6}\u{2dc}\u{af}\u{2d8}\u{2d9}\u{2da}\u{b8}\u{2dd}\u{2db}\u{2c7}",
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_in_each_encoding() {
        for (name, bytes, expected) in [
            ("cp850", &b"M\x81ller"[..], "M\u{fc}ller"),
            ("cp852", b"Dvo\xFD\xA0k", "Dvo\u{159}\u{e1}k"),
            ("cp862", b"\x99\x8C\x85\x8D", "\u{5e9}\u{5dc}\u{5d5}\u{5dd}"),
            ("cp720", b"\xE9\xEA\xEA", "\u{644}\u{645}\u{645}"),
            ("macintosh-ce", b"Ku\x8Bera", "Ku\u{10d}era"),
            ("macintosh-romanian", b"Br\xBEila", "Br\u{103}ila"),
            ("macintosh-croatian", b"Kova\xE8", "Kova\u{10d}"),
            ("macintosh-turkish", b"Y\xDDld\xDDz", "Y\u{131}ld\u{131}z"),
        ] {
            let page = PAGES.iter().find(|page| page.name == name);
            assert_eq!(page.expect(name).upper.chars().count(), 128, "{name}");
            assert_eq!(page.expect(name).read(bytes), expected);
        }
    }

    #[test]
    fn words_without_a_low_byte_are_not_read() {
        assert_eq!(readings(&[b"J\xE4ger".to_vec()]).count(), 0);
        assert_eq!(readings(&[b"J\x84ger".to_vec()]).count(), PAGES.len());
    }
}

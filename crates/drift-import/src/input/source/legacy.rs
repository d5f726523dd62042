//! The encoding of text that is no Unicode, judged by its words that are not ASCII.
//!
//! Sure is a reading only where each encoding that reads all words plausibly reads them the same, or where there are many
//! words and a detector that knows languages finds the same encoding in either half of them. Otherwise the caller has to
//! say which one it is.

use std::collections::HashSet;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{
    BIG5, EUC_JP, EUC_KR, Encoding, GBK, IBM866, ISO_8859_2, ISO_8859_5, KOI8_R, MACINTOSH,
    SHIFT_JIS, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252, WINDOWS_1253, WINDOWS_1254, WINDOWS_1255,
    WINDOWS_1256, WINDOWS_1257, X_MAC_CYRILLIC,
};

use crate::input::source::code_pages::{self, UnreadText};
use crate::input::source::plausible::{is_plausible, wide_and_mixed};

/// Words that are kept, and the longest of them in bytes.
const MOST_WORDS: usize = 4_000;
const LONGEST: usize = 48;
/// Words from which on the detector is believed.
const MANY: usize = 24;

/// Encodings of files that people keep, the usual ones first.
const CANDIDATES: [&Encoding; 19] = [
    WINDOWS_1252,
    WINDOWS_1250,
    MACINTOSH,
    WINDOWS_1257,
    WINDOWS_1254,
    ISO_8859_2,
    WINDOWS_1251,
    X_MAC_CYRILLIC,
    KOI8_R,
    IBM866,
    ISO_8859_5,
    WINDOWS_1253,
    WINDOWS_1255,
    WINDOWS_1256,
    GBK,
    SHIFT_JIS,
    BIG5,
    EUC_KR,
    EUC_JP,
];

/// An encoding that a file may be in, and how it reads one word of the file.
#[derive(Clone, PartialEq, Eq)]
pub struct EncodingCandidate {
    /// Its name. A file in one of DOS (`cp850`) or of old Macs (`macintosh-ce`) must be saved as UTF-8 first.
    pub encoding: &'static str,
    /// A word of the file, read in it.
    pub sample: String,
}

impl std::fmt::Debug for EncodingCandidate {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "EncodingCandidate({})", self.encoding)
    }
}

/// The words of a text that are not ASCII, each once.
#[derive(Default)]
pub(crate) struct Words {
    words: HashSet<Vec<u8>>,
    in_order: Vec<Vec<u8>>,
    word: Vec<u8>,
}

impl Words {
    /// Takes the next bytes.
    pub(crate) fn take(&mut self, bytes: &[u8]) {
        for byte in bytes {
            // No encoding has these in the middle of a character.
            let ends = *byte < 0x40 && !byte.is_ascii_digit();
            if ends {
                self.end_word();
            } else if self.word.len() <= LONGEST {
                self.word.push(*byte);
            }
        }
    }

    /// Whether there are words that are valid in UTF-8, and most look like words in it: else they are valid by chance.
    pub(crate) fn look_like_utf8(&mut self) -> bool {
        self.end_word();
        let texts = self.in_order.iter().map(|word| std::str::from_utf8(word));
        let (good, bad): (Vec<&str>, Vec<&str>) =
            texts.flatten().partition(|text| is_plausible(text));
        !good.is_empty() && good.len() >= bad.len()
    }

    fn end_word(&mut self) {
        let fits = self.word.len() <= LONGEST && self.in_order.len() < MOST_WORDS;
        if fits && !self.word.is_ascii() && !self.words.contains(&self.word) {
            self.words.insert(self.word.clone());
            self.in_order.push(self.word.clone());
        }
        self.word.clear();
    }

    /// The encoding where it is sure; the candidates otherwise, the likeliest first.
    pub(crate) fn encoding(mut self) -> Result<&'static Encoding, Vec<EncodingCandidate>> {
        self.end_word();
        let guess = guess(self.in_order.iter());
        let mut candidates = vec![guess];
        candidates.extend(CANDIDATES.iter().filter(|candidate| **candidate != guess));
        let readings = candidates
            .into_iter()
            .map(|encoding| (encoding, self.read(encoding)));
        let mut plausible: Vec<(&'static Encoding, Vec<String>)> = readings
            .filter_map(|(encoding, words)| Some((encoding, words?)))
            .collect();
        let same = plausible.windows(2).all(|pair| pair[0].1 == pair[1].1);
        // Where readings are the same, the usual encoding of them is named.
        plausible.sort_by_key(|(encoding, _)| same && *encoding != WINDOWS_1252);
        let unread = self.read_unread();
        let first = plausible.first().map(|(_, words)| words);
        let contradicted = unread.iter().any(|text| Some(&text.words) != first);
        match plausible.as_slice() {
            [(encoding, _), ..] if !contradicted && (same || self.is_sure(guess, encoding)) => {
                Ok(encoding)
            }
            [] => Err(self.samples(&CANDIDATES.map(|encoding| (encoding, Vec::new())), &unread)),
            _ => {
                let mut known = HashSet::new();
                plausible.retain(|(_, words)| known.insert(words.clone()));
                Err(self.samples(&plausible, &unread))
            }
        }
    }

    /// All words in the encodings that are not read, where they are words in them.
    fn read_unread(&self) -> Vec<UnreadText> {
        let are_words = |text: &UnreadText| text.words.iter().all(|word| is_plausible(word));
        code_pages::readings(&self.in_order)
            .filter(are_words)
            .collect()
    }

    /// All words in an encoding; none where one of them is hardly a word, or where most that are Chinese, Japanese or
    /// Korean have letters of ASCII in them.
    fn read(&self, encoding: &'static Encoding) -> Option<Vec<String>> {
        let words = self.in_order.iter().map(|word| {
            let text = encoding.decode_without_bom_handling_and_without_replacement(word)?;
            is_plausible(&text).then(|| text.into_owned())
        });
        let words: Vec<String> = words.collect::<Option<_>>()?;
        let kinds = words.iter().map(|word| wide_and_mixed(word));
        let (wide, mixed) = kinds.fold((0, 0), |(wide, mixed), kind| {
            (wide + usize::from(kind.0), mixed + usize::from(kind.1))
        });
        (2 * mixed <= wide).then_some(words)
    }

    fn is_sure(&self, guess: &'static Encoding, first: &'static Encoding) -> bool {
        let half = |parity: usize| self.in_order.iter().skip(parity).step_by(2);
        guess == first
            && self.in_order.len() >= MANY
            && [0, 1]
                .iter()
                .all(|parity| self::guess(half(*parity)) == guess)
    }

    /// The candidates with one word, which they read differently.
    fn samples(
        &self,
        plausible: &[(&'static Encoding, Vec<String>)],
        unread: &[UnreadText],
    ) -> Vec<EncodingCandidate> {
        let read = |encoding: &'static Encoding, word: &[u8]| {
            let (text, _) = encoding.decode_without_bom_handling(word);
            text.into_owned()
        };
        let differs = |word: &&Vec<u8>| {
            let texts: HashSet<String> = plausible
                .iter()
                .map(|(encoding, _)| read(encoding, word))
                .collect();
            texts.len()
        };
        let words = self.in_order.iter().enumerate().take(200);
        let best = words.max_by_key(|(_, word)| differs(word));
        let Some((place, word)) = best else {
            return Vec::new();
        };
        let readable = plausible.iter().map(|(encoding, _)| EncodingCandidate {
            encoding: encoding.name(),
            sample: read(encoding, word),
        });
        let unread = unread.iter().map(|text| EncodingCandidate {
            encoding: text.name,
            sample: text.words.get(place).cloned().unwrap_or_default(),
        });
        readable.chain(unread).collect()
    }
}

/// What the detector finds in words.
fn guess<'a>(words: impl Iterator<Item = &'a Vec<u8>>) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    for word in words {
        detector.feed(word, false);
        detector.feed(b" ", false);
    }
    detector.feed(b"", true);
    detector.guess(None, Utf8Detection::Deny)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPANISH: &str = "Mu\u{f1}oz Pe\u{f1}a N\u{fa}\u{f1}ez Ib\u{e1}\u{f1}ez Garc\u{ed}a Mart\u{ed}nez \
        L\u{f3}pez S\u{e1}nchez P\u{e9}rez G\u{f3}mez Jim\u{e9}nez Hern\u{e1}ndez D\u{ed}az \u{c1}lvarez Guti\u{e9}rrez \
        Ram\u{ed}rez V\u{e1}zquez Dom\u{ed}nguez Su\u{e1}rez Ord\u{f3}\u{f1}ez Mu\u{f1}iz A\u{f1}o Espa\u{f1}a Logro\u{f1}o \
        Coru\u{f1}a Jos\u{e9} Mar\u{ed}a Sof\u{ed}a Andr\u{e9}s Iv\u{e1}n";
    const CZECH: &str = "Dvo\u{159}\u{e1}k Nov\u{e1}k Svoboda \u{10c}ern\u{fd} Proch\u{e1}zka Ku\u{10d}era \
        Vesel\u{fd} Hor\u{e1}k N\u{11b}mec Pokorn\u{fd} Posp\u{ed}\u{161}il H\u{e1}jek Kr\u{e1}l R\u{16f}\u{17e}i\u{10d}ka \
        Bene\u{161} Fiala Sedl\u{e1}\u{10d}ek Dole\u{17e}al Zeman Kol\u{e1}\u{159} Krej\u{10d}\u{ed} Navr\u{e1}til \
        \u{10c}erm\u{e1}k Van\u{11b}k Urb\u{e1}nek Bl\u{e1}ha K\u{159}\u{ed}\u{17e} Kova\u{159}\u{ed}k \u{160}imek Ji\u{159}\u{ed} \
        Tom\u{e1}\u{161} Luk\u{e1}\u{161} Ond\u{159}ej";
    const RUSSIAN: &str = "\u{418}\u{432}\u{430}\u{43d}\u{43e}\u{432} \u{41f}\u{435}\u{442}\u{440}\u{43e}\u{432} \
        \u{421}\u{438}\u{434}\u{43e}\u{440}\u{43e}\u{432} \u{410}\u{43d}\u{43d}\u{430} \u{41c}\u{43e}\u{441}\u{43a}\u{432}\u{430}";

    fn judged(text: &str, encoding: &'static Encoding) -> Result<&'static str, Vec<&'static str>> {
        let (bytes, _, unmappable) = encoding.encode(text);
        assert!(!unmappable, "{text}");
        let mut words = Words::default();
        bytes.chunks(3).for_each(|bytes| words.take(bytes));
        let encoding = words.encoding().map(Encoding::name);
        encoding.map_err(|candidates| candidates.iter().map(|one| one.encoding).collect())
    }

    /// Wrong is worse than unknown: where it is not sure, the true one is among the candidates.
    #[test]
    fn an_encoding_is_right_or_in_doubt() {
        for (text, encoding) in [
            ("Zo\u{eb}, Ren\u{e9}", WINDOWS_1252),
            ("M\u{fc}ller", WINDOWS_1252),
            ("S\u{f8}ren \u{c5}sa", WINDOWS_1252),
            (SPANISH, WINDOWS_1252),
            ("it\u{2019}s Ren\u{e9}\u{2019}s", WINDOWS_1252),
            ("\u{201e}Ada\u{201c} \u{20ac}", WINDOWS_1252),
            ("Dvo\u{159}\u{e1}k", WINDOWS_1250),
            ("Wa\u{142}\u{119}sa \u{141}\u{f3}d\u{17a}", WINDOWS_1250),
            (CZECH, WINDOWS_1250),
            ("Ren\u{e9} Zo\u{eb}", MACINTOSH),
            ("M\u{fc}ller Fran\u{e7}ois", MACINTOSH),
            ("Mu\u{f1}oz", MACINTOSH),
            (SPANISH, MACINTOSH),
            (RUSSIAN, WINDOWS_1251),
            ("\u{410}\u{43d}\u{43d}\u{430}", WINDOWS_1251),
            ("\u{5f20}\u{4e09}", GBK),
            (
                "\u{738b}\u{5c0f}\u{660e} \u{5317}\u{4eac}\u{5e02}\u{671d}\u{9633}\u{533a}",
                GBK,
            ),
            (
                "\u{5c71}\u{7530}\u{592a}\u{90ce} \u{6771}\u{4eac}\u{90fd}",
                SHIFT_JIS,
            ),
            ("\u{738b}\u{5c0f}\u{660e}", BIG5),
            ("\u{ae40}\u{cca0}\u{c218} \u{c11c}\u{c6b8}", EUC_KR),
            ("Jon\u{117}", WINDOWS_1257),
            ("J\u{101}nis", WINDOWS_1257),
            ("Ka\u{17e}ys", WINDOWS_1257),
            ("Y\u{131}ld\u{131}z", WINDOWS_1254),
            ("Tom\u{e1}\u{161}", ISO_8859_2),
            ("\u{418}\u{432}\u{430}\u{43d}\u{43e}\u{432}", KOI8_R),
            ("\u{418}\u{432}\u{430}\u{43d}\u{43e}\u{432}", IBM866),
            ("\u{391}\u{3bd}\u{3bd}\u{3b1}", WINDOWS_1253),
            ("\u{5e9}\u{5dc}\u{5d5}\u{5dd}", WINDOWS_1255),
            ("\u{645}\u{62d}\u{645}\u{62f}", WINDOWS_1256),
        ] {
            match judged(text, encoding) {
                Ok(sure) => {
                    let (bytes, _, _) = encoding.encode(text);
                    let read = super::super::encoding_name::named(sure).expect("an encoding");
                    assert_eq!(read.decode(&bytes).0, text, "{sure}");
                }
                // Of several that read all words alike one is named.
                Err(candidates) => assert!(
                    candidates.iter().any(|name| reads(name, encoding, text)),
                    "{text}: {candidates:?}"
                ),
            }
        }
    }

    fn reads(name: &str, encoding: &'static Encoding, text: &str) -> bool {
        let (bytes, _, _) = encoding.encode(text);
        let candidate = super::super::encoding_name::named(name);
        candidate.is_some_and(|candidate| candidate.decode(&bytes).0 == text)
    }

    #[test]
    fn what_all_encodings_read_alike_or_a_language_shows_is_sure() {
        for (text, encoding) in [
            ("Ren\u{e9}, Bj\u{f6}rn", WINDOWS_1252),
            ("M\u{fc}ller", WINDOWS_1252),
            ("J\u{e4}ger", WINDOWS_1252),
            (SPANISH, WINDOWS_1252),
            (CZECH, WINDOWS_1250),
        ] {
            assert_eq!(judged(text, encoding), Ok(encoding.name()));
        }
    }

    #[test]
    fn text_of_dos_and_old_macs_which_is_not_read_is_never_sure() {
        for bytes in [
            &b"Jos\x82"[..],
            b"Ren\x82e Andr\x82",
            b"M\x81ller",
            b"K\x94ln Bj\x94rn",
            b"J\x84ger",
            b"Mu\xA4oz Mar\xA1a",
            b"Fran\x87ois",
            b"Ir\x8Ane",
            b"Ku\x9Fera",
            b"Ku\x8Bera",
            b"Dvo\xDE\x87k",
            b"Wa\xB8\xABsa",
            b"Br\xBEila",
            b"Kova\xE8 Milo\xBB",
            b"\x99\x8C\x85\x8D",
            b"\x80\x81\x98\x84\x8D",
            b"\x9F\xA7\xE9\xA7",
            b"\xE9\xA5\xE9\xA7",
        ] {
            let mut words = Words::default();
            words.take(bytes);
            assert!(words.encoding().is_err(), "{bytes:?}");
        }
    }

    #[test]
    fn candidates_show_one_word_each_in_its_own_reading() {
        let mut words = Words::default();
        words.take(b"Mu\xF1oz,Ren\xE9");
        let candidates = words.encoding().expect_err("in doubt");
        let shown: Vec<(&str, &str)> = candidates
            .iter()
            .map(|one| (one.encoding, one.sample.as_str()))
            .collect();
        assert!(shown.contains(&("windows-1252", "Mu\u{f1}oz")), "{shown:?}");
        assert!(
            shown.contains(&("windows-1250", "Mu\u{144}oz")),
            "{shown:?}"
        );
    }
}

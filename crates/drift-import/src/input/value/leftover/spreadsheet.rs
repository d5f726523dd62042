//! What spreadsheets leave in the place of a value: errors of formulas, and numbers that they have shortened.

/// Errors of Excel, LibreOffice and Google Sheets, in English and where they are translated.
const ERRORS: [&str; 27] = [
    "#N/A",
    "#NULL!",
    "#DIV/0!",
    "#VALUE!",
    "#REF!",
    "#NAME?",
    "#NUM!",
    "#GETTING_DATA",
    "#SPILL!",
    "#CALC!",
    "#FIELD!",
    "#BLOCKED!",
    "#UNKNOWN!",
    "#CONNECT!",
    "#BUSY!",
    "#ERROR!",
    "#EXTERNAL!",
    "#PYTHON!",
    "#NV",
    "#WERT!",
    "#BEZUG!",
    "#ZAHL!",
    "#VALEUR!",
    "#NOM?",
    "#NOMBRE?",
    "#\u{a1}REF!",
    "#\u{a1}VALOR!",
];

pub(crate) const ERROR: &str = "a spreadsheet error instead of a value";
pub(crate) const SHORTENED: &str =
    "a number that a spreadsheet shortened, so digits are lost; format the column as text";

/// What stands for a formula of a workbook whose value is not stored.
pub(crate) const NOT_CALCULATED: &str = "#FORMULA!";
pub(crate) const WITHOUT_VALUE: &str = "a formula without a stored value; open the workbook in a spreadsheet program and save it, so that the value is stored";

/// What a spreadsheet has done to a value.
pub(crate) fn damage(text: &str) -> Option<&'static str> {
    // Nearly all cells end here.
    match text.as_bytes().first()? {
        b'#' if text == NOT_CALCULATED => Some(WITHOUT_VALUE),
        b'#' => is_error(text).then_some(ERROR),
        b'E' => is_office_error(text).then_some(ERROR),
        b'0'..=b'9' | b'-' => is_shortened(text).then_some(SHORTENED),
        _ => None,
    }
}

fn is_error(text: &str) -> bool {
    let filled = text.len() > 2 && text.bytes().all(|byte| byte == b'#');
    filled || ERRORS.iter().any(|error| error.eq_ignore_ascii_case(text))
}

/// `Err:502`.
fn is_office_error(text: &str) -> bool {
    let code = text.strip_prefix("Err:");
    code.is_some_and(|code| code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_digit()))
}

/// `1.23457E+12`, or with a comma.
fn is_shortened(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let text = text.strip_prefix('-').unwrap_or(text);
    let Some((mantissa, exponent)) = text.split_once("E+").or_else(|| text.split_once("e+")) else {
        return false;
    };
    let Some((whole, fraction)) = mantissa.split_once(['.', ',']) else {
        return false;
    };
    whole.len() == 1 && digits(whole) && digits(fraction) && digits(exponent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_and_shortened_numbers_are_known() {
        for (text, expected) in [
            ("#N/A", Some(ERROR)),
            ("#n/a", Some(ERROR)),
            ("#REF!", Some(ERROR)),
            ("#NAME?", Some(ERROR)),
            ("#DIV/0!", Some(ERROR)),
            ("#BEZUG!", Some(ERROR)),
            ("Err:502", Some(ERROR)),
            ("########", Some(ERROR)),
            ("#FORMULA!", Some(WITHOUT_VALUE)),
            ("1.23457E+12", Some(SHORTENED)),
            ("1,23457E+12", Some(SHORTENED)),
            ("-4.9E+09", Some(SHORTENED)),
            ("5E10", None),
            ("5E+10", None),
            ("1.5E-3", None),
            ("12.5E+3", None),
            ("#1", None),
            ("#hashtag", None),
            ("Error: 502", None),
            ("1.5", None),
            ("", None),
        ] {
            assert_eq!(damage(text), expected, "{text}");
        }
    }
}

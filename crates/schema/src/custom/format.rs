//! String formats that the API server validates: `pkg/validation/strfmt` of kube-openapi, limited to the list in
//! `pkg/apiserver/validation/formats.go` of apiextensions-apiserver. It ignores all other formats, such as `int32`.

use std::net::Ipv6Addr;
use std::sync::LazyLock;

use jiff::civil::Date;
use regex::Regex;

use super::verdict::Verdict;
use podwright_model::{KubernetesVersion, VersionRange};

/// A string format, by its name in the schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Format(String);

impl Format {
    /// Returns the format `name`, if the API server knows it.
    pub(super) fn new(name: &str) -> Option<Self> {
        let plain = name.replace('-', "");
        let is_known = KNOWN.split(' ').any(|known| known == plain);
        is_known.then(|| Self(name.to_owned()))
    }

    /// Name as written in the schema.
    pub(super) fn name(&self) -> &str {
        &self.0
    }

    /// Checks `text` against the format for all API servers in `versions`. The verdict is `Unknown` for credit card
    /// numbers, and for unusual input of `net/url` and `net/mail`.
    pub(super) fn check(&self, text: &str, versions: VersionRange) -> Verdict {
        let name = self.0.replace('-', "");
        let is_right = match &*name {
            "k8sshortname" | "k8slongname" if versions.oldest < KubernetesVersion(34) => {
                return Verdict::Unknown;
            }
            "k8sshortname" => text.len() <= 63 && SHORT_NAME.is_match(text),
            "k8slongname" => text.len() <= 253 && LONG_NAME.is_match(text),
            "uri" => return uri(text),
            "email" => return email(text),
            // The API server allows symbols and letters of all scripts.
            "hostname" if !text.is_ascii() => return Verdict::Unknown,
            "hostname" => hostname(text),
            "ipv4" => ip(text).is_some() && text.contains('.'),
            "ipv6" => text.parse::<Ipv6Addr>().is_ok(),
            "cidr" => cidr(text),
            // Newer Go releases also accept them without separators.
            "mac" if [12, 16, 40].contains(&text.len()) && is_hex(text) => return Verdict::Unknown,
            "mac" => mac(text),
            "uuid" => UUID.is_match(text),
            "uuid3" => UUID.is_match(text) && has_digit(text, 12, "3"),
            "uuid4" => {
                UUID.is_match(text) && has_digit(text, 12, "4") && has_digit(text, 16, "89ab")
            }
            "uuid5" => {
                UUID.is_match(text) && has_digit(text, 12, "5") && has_digit(text, 16, "89ab")
            }
            "isbn" => isbn10(text) || isbn13(text),
            "isbn10" => isbn10(text),
            "isbn13" => isbn13(text),
            "ssn" => text.len() == 11 && SOCIAL.is_match(text),
            "hexcolor" => HEX_COLOR.is_match(text),
            "rgbcolor" => RGB_COLOR.is_match(text),
            "bsonobjectid" => text.len() == 24 && is_hex(text),
            "byte" => BASE64.is_match(text),
            "password" => true,
            "date" => date(text),
            "datetime" => date_time(text),
            "duration" => duration(text),
            _ => return Verdict::Unknown,
        };
        Verdict::of(is_right)
    }
}

/// Known formats, with `-` removed from their names.
const KNOWN: &str = "bsonobjectid byte cidr creditcard date datetime duration email hexcolor hostname ipv4 ipv6 isbn isbn10 \
    isbn13 k8slongname k8sshortname mac password rgbcolor ssn uri uuid uuid3 uuid4 uuid5";

#[allow(clippy::expect_used)]
fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the expression is a constant")
}

static UUID: LazyLock<Regex> = LazyLock::new(|| {
    regex("^[0-9A-Fa-f]{8}-?[0-9A-Fa-f]{4}-?[0-9A-Fa-f]{4}-?[0-9A-Fa-f]{4}-?[0-9A-Fa-f]{12}$")
});
static SHORT_NAME: LazyLock<Regex> = LazyLock::new(|| regex("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"));
static LONG_NAME: LazyLock<Regex> =
    LazyLock::new(|| regex(r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$"));
static SOCIAL: LazyLock<Regex> = LazyLock::new(|| regex("^[0-9]{3}[- ]?[0-9]{2}[- ]?[0-9]{4}$"));
static HEX_COLOR: LazyLock<Regex> = LazyLock::new(|| regex("^#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$"));
static RGB_COLOR: LazyLock<Regex> = LazyLock::new(|| {
    let part = r"[\t\n\f\r ]*(0|[1-9][0-9]?|1[0-9][0-9]?|2[0-4][0-9]|25[0-5])[\t\n\f\r ]*";
    regex(&format!(r"^rgb\({part},{part},{part}\)$"))
});
static BASE64: LazyLock<Regex> = LazyLock::new(|| {
    let letter = "[A-Za-z0-9+/]";
    regex(&format!(
        "^(?:{letter}{{4}})*(?:{letter}{{2}}==|{letter}{{3}}=|{letter}{{4}})$"
    ))
});
/// Treats ASCII symbols as letters, like the API server.
static HOST_NAME: LazyLock<Regex> = LazyLock::new(|| {
    let letter = r"a-zA-Z0-9$+<=>\^`|~";
    regex(&format!(
        r"^([{letter}]((-?[{letter}]{{0,62}})?)|([{letter}](([{letter}-]{{0,61}}[{letter}])?)(\.)){{1,}}([a-zA-Z]){{2,63}})$"
    ))
});
static TIME: LazyLock<Regex> = LazyLock::new(|| {
    regex("^([0-9]{2}):([0-9]{2}):([0-9]{2})(.[0-9]+)?(z|([+-][0-9]{2}:[0-9]{2}))$")
});
static AMOUNT: LazyLock<Regex> = LazyLock::new(|| regex("([0-9]+)[\\t\\n\\f\\r ]*([A-Za-zµ]+)"));
static GO_DURATION: LazyLock<Regex> = LazyLock::new(|| {
    regex(r"^[-+]?(0|(([0-9]+(\.[0-9]*)?|\.[0-9]+)(ns|us|\u{b5}s|\u{3bc}s|ms|s|m|h))+)$")
});

fn is_hex(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_hexdigit())
}

/// Returns whether the digit at index `at`, not counting dashes, is one of `wanted`.
fn has_digit(text: &str, at: usize, wanted: &str) -> bool {
    let digit = text.chars().filter(|&c| c != '-').nth(at);
    digit.is_some_and(|digit| wanted.contains(digit.to_ascii_lowercase()))
}

fn hostname(text: &str) -> bool {
    let is_short = text.len() <= 255 && text.split('.').all(|label| label.len() <= 63);
    is_short && HOST_NAME.is_match(text)
}

/// Number of bytes of an IP address. Accepts leading zeros like `ParseIPSloppy`.
fn ip(text: &str) -> Option<u8> {
    match text.find(['.', ':']).map(|at| text.as_bytes()[at]) {
        Some(b'.') => {
            let numbers: Vec<&str> = text.split('.').collect();
            let is_number = |number: &&str| {
                let is_digits = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
                is_digits && number.parse::<u32>().is_ok_and(|number| number <= 255)
            };
            (numbers.len() == 4 && numbers.iter().all(is_number)).then_some(4)
        }
        Some(_) => text.parse::<Ipv6Addr>().is_ok().then_some(16),
        None => None,
    }
}

fn cidr(text: &str) -> bool {
    let Some((address, length)) = text.split_once('/') else {
        return false;
    };
    let is_digits = !length.is_empty() && length.bytes().all(|b| b.is_ascii_digit());
    let length = length.parse::<u32>().ok().filter(|_| is_digits);
    match (ip(address), length) {
        (Some(bytes), Some(length)) => length <= u32::from(bytes) * 8,
        _ => false,
    }
}

/// `net.ParseMAC`: 6, 8 or 20 bytes.
fn mac(text: &str) -> bool {
    let (mark, digits) = match text.as_bytes() {
        [_, _, mark @ (b':' | b'-'), ..] => (*mark, 2),
        [_, _, _, _, b'.', ..] => (b'.', 4),
        _ => return false,
    };
    let parts: Vec<&[u8]> = text.as_bytes().split(|&b| b == mark).collect();
    let is_right = |part: &&[u8]| part.len() == digits && part.iter().all(u8::is_ascii_hexdigit);
    [6, 8, 20].contains(&(parts.len() * digits / 2)) && parts.iter().all(is_right)
}

fn without_blanks(text: &str) -> String {
    let is_blank = |c: char| c == '-' || "\t\n\u{c}\r ".contains(c);
    text.chars().filter(|&c| !is_blank(c)).collect()
}

fn isbn10(text: &str) -> bool {
    let text = without_blanks(text);
    let Some((last, first)) = text.as_bytes().split_last().filter(|_| text.len() == 10) else {
        return false;
    };
    if !first.iter().all(u8::is_ascii_digit) || !(last.is_ascii_digit() || *last == b'X') {
        return false;
    }
    let last = if *last == b'X' { 10 } else { last - b'0' };
    let sum: u32 = (1..)
        .zip(first)
        .map(|(at, digit)| at * u32::from(digit - b'0'))
        .sum();
    (sum + 10 * u32::from(last)).is_multiple_of(11)
}

fn isbn13(text: &str) -> bool {
    let text = without_blanks(text);
    if text.len() != 13 || !text.bytes().all(|b| b.is_ascii_digit()) {
        return false;
    }
    let digits = text.bytes().map(|b| u32::from(b - b'0'));
    let sum: u32 = digits
        .zip([1, 3].into_iter().cycle())
        .map(|(digit, by)| digit * by)
        .sum();
    sum.is_multiple_of(10)
}

fn date(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_shaped = bytes.len() == 10
        && bytes.iter().enumerate().all(|(at, b)| match at {
            4 | 7 => *b == b'-',
            _ => b.is_ascii_digit(),
        });
    let number = |from: usize, to: usize| text[from..to].parse::<i16>().unwrap_or(0);
    is_shaped
        && matches!(
            (i8::try_from(number(5, 7)), i8::try_from(number(8, 10))),
            (Ok(month), Ok(day)) if Date::new(number(0, 4), month, day).is_ok()
        )
}

fn date_time(text: &str) -> bool {
    let text = text.to_lowercase();
    let mut parts = text.split('t');
    let (Some(day), Some(time)) = (parts.next(), parts.next()) else {
        return false;
    };
    date(day)
        && TIME
            .captures(time)
            .is_some_and(|parts| parts[1] <= *"23" && parts[2] <= *"59" && parts[3] <= *"59")
}

/// Time units as in Scala. Each last name is a prefix that may have any suffix.
const UNITS: [&[&str]; 8] = [
    &["ns", "nano"],
    &["us", "µs", "micro"],
    &["ms", "milli"],
    &["s", "sec"],
    &["m", "min"],
    &["h", "hr", "hour"],
    &["d", "day"],
    &["w", "wk", "week"],
];

/// Returns whether the string is a Go duration, or contains a number with a time unit.
fn duration(text: &str) -> bool {
    let is_unit = |unit: &str| {
        let unit = unit.to_lowercase();
        UNITS.iter().any(|names| {
            let is_longer = names.last().is_some_and(|last| unit.starts_with(last));
            is_longer || names.contains(&unit.as_str())
        })
    };
    GO_DURATION.is_match(text) || AMOUNT.captures_iter(text).any(|amount| is_unit(&amount[2]))
}

/// Approximates `url.ParseRequestURI`; unusual input is `Unknown`.
fn uri(text: &str) -> Verdict {
    if text.is_empty() || text.bytes().any(|b| b < b' ' || b == 0x7f) {
        return Verdict::Breaks;
    }
    let scheme = text.find(|c: char| !c.is_ascii_alphanumeric() && !"+-.".contains(c));
    let has_scheme = match scheme.map(|at| text.split_at(at)) {
        Some((name, rest)) if rest.starts_with(':') => {
            if name.is_empty() {
                return Verdict::Breaks;
            }
            name.starts_with(|c: char| c.is_ascii_alphabetic())
        }
        _ => false,
    };
    if !has_scheme && !text.starts_with('/') && text != "*" {
        return Verdict::Breaks;
    }
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || b"/.-_~?=&+".contains(&b);
    let after = text.split_once("://").map_or(text, |(_, after)| after);
    if after.bytes().all(is_plain) {
        Verdict::Fits
    } else {
        Verdict::Unknown
    }
}

/// Approximates `mail.ParseAddress`; unusual input is `Unknown`.
fn email(text: &str) -> Verdict {
    let Some((before, after)) = text.split_once('@') else {
        return Verdict::Breaks;
    };
    let is_atom = |text: &str| {
        let is_plain = |b: u8| b.is_ascii_alphanumeric() || b"-_+".contains(&b);
        text.split('.')
            .all(|part| !part.is_empty() && part.bytes().all(is_plain))
    };
    if before.is_empty() || after.is_empty() {
        Verdict::Breaks
    } else if is_atom(before) && is_atom(after) {
        Verdict::Fits
    } else {
        Verdict::Unknown
    }
}

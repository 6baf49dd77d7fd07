//! Versions: `library/semverlib.go` of the API server, and `github.com/blang/semver/v4`.

use std::cmp::Ordering;
use std::sync::Arc;

use super::{Answer, Context, failed};
use crate::value::Value;

/// A semantic version. What follows `+` does not count.
#[derive(Clone, Debug)]
pub struct Semver {
    numbers: [u64; 3],
    /// The parts after `-`.
    pre: Vec<String>,
}

impl Semver {
    /// `semver.Parse`
    fn parse(text: &str) -> Result<Self, &'static str> {
        if text.is_empty() {
            return Err("Version string empty");
        }
        let mut parts = text.splitn(3, '.');
        let (Some(major), Some(minor), Some(rest)) = (parts.next(), parts.next(), parts.next())
        else {
            return Err("No Major.Minor.Patch elements found");
        };
        let (rest, build) = match rest.split_once('+') {
            Some((rest, build)) => (rest, Some(build)),
            None => (rest, None),
        };
        let (patch, pre) = match rest.split_once('-') {
            Some((patch, pre)) => (patch, Some(pre)),
            None => (rest, None),
        };
        let numbers = [number(major)?, number(minor)?, number(patch)?];
        let is_word = |part: &str| {
            !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        };
        let pre: Vec<String> = match pre {
            Some(pre) => pre.split('.').map(str::to_owned).collect(),
            None => Vec::new(),
        };
        for part in &pre {
            if !is_word(part) {
                return Err("Prerelease is empty or has invalid characters");
            }
            let is_number = part.bytes().all(|b| b.is_ascii_digit());
            if is_number
                && (part.len() > 1 && part.starts_with('0') || part.parse::<u64>().is_err())
            {
                return Err("Numeric PreRelease version must not contain leading zeroes");
            }
        }
        if build.is_some_and(|build| !build.split('.').all(is_word)) {
            return Err("Build meta data is empty or has invalid characters");
        }
        Ok(Self { numbers, pre })
    }

    /// `normalizeAndParse`: allows `v`, leading zeros, and one or two numbers.
    fn tolerant(text: &str) -> Result<Self, &'static str> {
        let text = text.strip_prefix('v').unwrap_or(text);
        let mut parts: Vec<String> = text.splitn(3, '.').map(str::to_owned).collect();
        for part in &mut parts {
            if part.len() > 1 {
                let cut = part.trim_start_matches('0');
                let starts_well = cut.starts_with(|c: char| c.is_ascii_digit());
                *part = if starts_well {
                    cut.to_owned()
                } else {
                    format!("0{cut}")
                };
            }
        }
        if parts.len() < 3 && parts.last().is_some_and(|last| last.contains(['+', '-'])) {
            return Err("Short version cannot contain PreRelease/Build meta data");
        }
        while parts.len() < 3 {
            parts.push("0".to_owned());
        }
        Self::parse(&parts.join("."))
    }

    /// The order of versions.
    pub(crate) fn cmp_precedence(&self, other: &Self) -> Ordering {
        let by_numbers = self.numbers.cmp(&other.numbers);
        by_numbers.then_with(|| match (self.pre.is_empty(), other.pre.is_empty()) {
            (true, true) => Ordering::Equal,
            (true, false) => Ordering::Greater,
            (false, true) => Ordering::Less,
            (false, false) => {
                let pairs = self.pre.iter().zip(&other.pre);
                let mut orders = pairs.map(|(a, b)| part_order(a, b));
                let first = orders.find(|order| order.is_ne());
                first.unwrap_or_else(|| self.pre.len().cmp(&other.pre.len()))
            }
        })
    }
}

fn part_order(a: &str, b: &str) -> Ordering {
    match (a.parse::<u64>(), b.parse::<u64>()) {
        (Ok(a), Ok(b)) => a.cmp(&b),
        (Ok(_), Err(_)) => Ordering::Less,
        (Err(_), Ok(_)) => Ordering::Greater,
        _ => a.cmp(b),
    }
}

fn number(text: &str) -> Result<u64, &'static str> {
    if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
        return Err("Invalid character(s) found in a number");
    }
    if text.len() > 1 && text.starts_with('0') {
        return Err("A number must not contain leading zeroes");
    }
    text.parse().map_err(|_| "A number is too large")
}

pub(super) fn call(name: &str, arguments: &[Value], _: &mut Context<'_>) -> Option<Answer> {
    let parse = |text: &str, is_tolerant: bool| match is_tolerant {
        true => Semver::tolerant(text),
        false => Semver::parse(text),
    };
    #[expect(clippy::cast_possible_wrap)]
    let int = |number: u64| Ok(Value::Int(number as i64));
    let made = |parsed: Result<Semver, &'static str>| match parsed {
        Ok(version) => Ok(Value::Semver(Arc::new(version))),
        Err(message) => failed(message),
    };
    Some(match (name, arguments) {
        ("semver", [Value::Text(text)]) => made(parse(text, false)),
        ("semver", [Value::Text(text), Value::Bool(is_tolerant)]) => {
            made(parse(text, *is_tolerant))
        }
        ("isSemver", [Value::Text(text)]) => Ok(Value::Bool(parse(text, false).is_ok())),
        ("isSemver", [Value::Text(text), Value::Bool(is_tolerant)]) => {
            Ok(Value::Bool(parse(text, *is_tolerant).is_ok()))
        }
        ("major", [Value::Semver(own)]) => int(own.numbers[0]),
        ("minor", [Value::Semver(own)]) => int(own.numbers[1]),
        ("patch", [Value::Semver(own)]) => int(own.numbers[2]),
        ("isGreaterThan", [Value::Semver(a), Value::Semver(b)]) => {
            Ok(Value::Bool(a.cmp_precedence(b).is_gt()))
        }
        ("isLessThan", [Value::Semver(a), Value::Semver(b)]) => {
            Ok(Value::Bool(a.cmp_precedence(b).is_lt()))
        }
        ("compareTo", [Value::Semver(a), Value::Semver(b)]) => {
            Ok(Value::Int(a.cmp_precedence(b) as i64))
        }
        _ => return None,
    })
}

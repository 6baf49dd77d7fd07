//! Cron schedules: `ParseStandard` of github.com/robfig/cron v3.0.1, which the API server uses.

/// Why a schedule is not valid.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Wrong {
    /// What is wrong, to follow "`schedule`".
    pub(super) message: String,
    /// What to do.
    pub(super) help: String,
    /// What may be meant, if one of these is near.
    pub(super) known: &'static [&'static str],
}

/// A field of a schedule: `bounds`.
struct Bounds {
    name: &'static str,
    low: u64,
    high: u64,
    names: &'static [&'static str],
}

const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];
const DAYS: [&str; 7] = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

const FIELDS: [Bounds; 5] = [
    Bounds {
        name: "minute",
        low: 0,
        high: 59,
        names: &[],
    },
    Bounds {
        name: "hour",
        low: 0,
        high: 23,
        names: &[],
    },
    Bounds {
        name: "day of the month",
        low: 1,
        high: 31,
        names: &[],
    },
    Bounds {
        name: "month",
        low: 1,
        high: 12,
        names: &MONTHS,
    },
    Bounds {
        name: "day of the week",
        low: 0,
        high: 6,
        names: &DAYS,
    },
];

const HELP: &str = "use five fields: minute, hour, day of the month, month and day of the week, as in `30 2 * * *`";

/// Checks a schedule: five fields, or a descriptor such as `@daily`.
pub(super) fn parse(schedule: &str) -> Result<(), Wrong> {
    let mut rest = schedule;
    if rest.starts_with("TZ=") || rest.starts_with("CRON_TZ=") {
        match rest.split_once(' ') {
            Some((_, after)) => rest = after.trim(),
            None => return Err(wrong("has a time zone and no fields", HELP)),
        }
    }
    if rest.starts_with('@') {
        return descriptor(rest);
    }
    let fields: Vec<&str> = rest.split_whitespace().collect();
    if fields.len() != FIELDS.len() {
        let help = match fields.len() {
            6 | 7 => {
                "remove the field of the seconds: a schedule has five fields, the first of which is the minute"
            }
            _ => HELP,
        };
        return Err(wrong(
            &format!("must have 5 fields, but it has {}", fields.len()),
            help,
        ));
    }
    for (text, bounds) in fields.into_iter().zip(&FIELDS) {
        for range in text.split(',').filter(|range| !range.is_empty()) {
            self::range(range, bounds)?;
        }
    }
    Ok(())
}

/// `getRange`: `NUMBER`, `NUMBER-NUMBER` or `*`, with `/STEP`.
fn range(text: &str, bounds: &Bounds) -> Result<(), Wrong> {
    let Bounds {
        name, low, high, ..
    } = *bounds;
    let fail = |what: String| {
        Err(wrong(
            &format!("has an invalid {name}, `{text}`: {what}"),
            &format!(
                "use {name} numbers from {low} to {high}, ranges as in `{low}-{high}`, or `*`"
            ),
        ))
    };
    let mut parts = text.split('/');
    let (limits, step) = (parts.next().unwrap_or_default(), parts.next());
    if parts.next().is_some() {
        return fail("it has more than one `/`".to_owned());
    }
    let mut limits = limits.split('-');
    let first = limits.next().unwrap_or_default();
    let (start, mut end, is_single);
    if first == "*" || first == "?" {
        (start, end) = (low, high);
        is_single = limits.next().is_none();
    } else {
        let Some(number) = int_or_name(first, bounds) else {
            return fail(format!("`{first}` is not a number"));
        };
        start = number;
        match limits.next() {
            None => (end, is_single) = (start, true),
            Some(last) => {
                let Some(number) = int_or_name(last, bounds) else {
                    return fail(format!("`{last}` is not a number"));
                };
                (end, is_single) = (number, false);
            }
        }
        if limits.next().is_some() {
            return fail("it has more than one `-`".to_owned());
        }
    }
    let mut width = 1;
    if let Some(step) = step {
        let Some(number) = int(step) else {
            return fail(format!("the step `{step}` is not a number"));
        };
        width = number;
        if is_single {
            end = high;
        }
    }
    if start < low {
        return fail(format!("{start} is below {low}"));
    }
    if end > high {
        return fail(format!("{end} is above {high}"));
    }
    if start > end {
        return fail("the range ends before it starts".to_owned());
    }
    if width == 0 {
        return fail("the step is 0".to_owned());
    }
    Ok(())
}

/// `parseIntOrName`.
fn int_or_name(text: &str, bounds: &Bounds) -> Option<u64> {
    let at = bounds
        .names
        .iter()
        .position(|name| name.eq_ignore_ascii_case(text));
    match at {
        Some(at) => Some(bounds.low + at as u64),
        None => int(text),
    }
}

/// `mustParseInt`: `strconv.Atoi` of a number that is not negative.
fn int(text: &str) -> Option<u64> {
    let digits = text.strip_prefix('+').unwrap_or(text);
    let is_number = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    is_number.then(|| digits.parse().unwrap_or(u64::MAX))
}

/// `parseDescriptor`.
fn descriptor(text: &str) -> Result<(), Wrong> {
    const KNOWN: &[&str] = &[
        "@yearly",
        "@annually",
        "@monthly",
        "@weekly",
        "@daily",
        "@midnight",
        "@hourly",
    ];
    if KNOWN.contains(&text) {
        return Ok(());
    }
    if let Some(duration) = text.strip_prefix("@every ") {
        return match is_duration(duration) {
            true => Ok(()),
            false => Err(wrong(
                &format!("has an invalid duration, `{duration}`"),
                "use a duration as in `@every 1h30m`",
            )),
        };
    }
    let help =
        "use five fields, or one of `@yearly`, `@monthly`, `@weekly`, `@daily` and `@hourly`";
    Err(Wrong {
        known: KNOWN,
        ..wrong(&format!("has an unknown descriptor, `{text}`"), help)
    })
}

/// Whether `time.ParseDuration` of Go accepts the text.
pub(super) fn is_duration(text: &str) -> bool {
    let mut rest = text.strip_prefix(['-', '+']).unwrap_or(text);
    if rest == "0" {
        return true;
    }
    if rest.is_empty() {
        return false;
    }
    while !rest.is_empty() {
        let number = rest
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .unwrap_or(rest.len());
        let (digits, after) = rest.split_at(number);
        if digits.matches('.').count() > 1 || !digits.contains(|c: char| c.is_ascii_digit()) {
            return false;
        }
        let unit = after
            .find(|c: char| c.is_ascii_digit() || c == '.')
            .unwrap_or(after.len());
        let (unit, after) = after.split_at(unit);
        if !matches!(unit, "ns" | "us" | "µs" | "μs" | "ms" | "s" | "m" | "h") {
            return false;
        }
        rest = after;
    }
    true
}

fn wrong(message: &str, help: &str) -> Wrong {
    Wrong {
        message: message.to_owned(),
        help: help.to_owned(),
        known: &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schedules_that_the_api_server_accepts() {
        for schedule in [
            "* * * * *",
            "*/5 * * * *",
            "0 0 1 1 ?",
            "30 2 * * mon-FRI",
            "0 22 * JAN,jul 0-6/2",
            "5/10 * * * *",
            "@daily",
            "@every 1h30m",
            "1,,2 * * * *",
            "TZ=UTC 0 0 * * *",
        ] {
            assert_eq!(parse(schedule), Ok(()), "{schedule}");
        }
    }

    #[test]
    fn schedules_that_the_api_server_rejects() {
        for (schedule, message) in [
            ("0 0 * *", "must have 5 fields, but it has 4"),
            ("0 0 0 * * *", "must have 5 fields, but it has 6"),
            ("60 * * * *", "has an invalid minute, `60`: 60 is above 59"),
            ("* 24 * * *", "has an invalid hour, `24`: 24 is above 23"),
            (
                "* * 0 * *",
                "has an invalid day of the month, `0`: 0 is below 1",
            ),
            ("* * * 13 *", "has an invalid month, `13`: 13 is above 12"),
            (
                "* * * * 7",
                "has an invalid day of the week, `7`: 7 is above 6",
            ),
            (
                "5-1 * * * *",
                "has an invalid minute, `5-1`: the range ends before it starts",
            ),
            ("*/0 * * * *", "has an invalid minute, `*/0`: the step is 0"),
            (
                "1-2-3 * * * *",
                "has an invalid minute, `1-2-3`: it has more than one `-`",
            ),
            (
                "* * * * monday",
                "has an invalid day of the week, `monday`: `monday` is not a number",
            ),
            ("@dayly", "has an unknown descriptor, `@dayly`"),
            ("@every 5", "has an invalid duration, `5`"),
        ] {
            assert_eq!(parse(schedule).unwrap_err().message, message, "{schedule}");
        }
    }

    #[test]
    fn durations_are_those_of_go() {
        for text in ["1h30m", "1.5h", "0", "-1m", "300ms", ".5s"] {
            assert!(is_duration(text), "{text}");
        }
        for text in ["", "5", "1d", "1h 5m", "h", "1.2.3s"] {
            assert!(!is_duration(text), "{text}");
        }
    }
}

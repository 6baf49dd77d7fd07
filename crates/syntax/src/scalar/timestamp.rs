//! Timestamps, which only matter after `!!timestamp`. Everywhere else, go-yaml v2 keeps them as strings.

/// Returns whether go-yaml v2 reads `text` as a timestamp: one of its four layouts, parsed by Go's `time.Parse`.
pub(super) fn is_timestamp(text: &str) -> bool {
    date(text).is_some_and(|rest| match rest.as_bytes().first() {
        None => true,
        Some(b'T' | b't') => time(&rest[1..]).is_some_and(is_zone),
        Some(b' ') => time(rest.trim_start_matches(' ')).is_some_and(str::is_empty),
        Some(_) => false,
    })
}

/// Parses `2006-1-2` and returns the rest.
fn date(text: &str) -> Option<&str> {
    let year: u32 = text.get(..4).filter(|year| is_digits(year))?.parse().ok()?;
    let (month, rest) = number(text[4..].strip_prefix('-')?)?;
    let (day, rest) = number(rest.strip_prefix('-')?)?;
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    (1..=days).contains(&day).then_some(rest)
}

/// Parses `15:4:5.999999999` and returns the rest.
fn time(text: &str) -> Option<&str> {
    let (hour, rest) = number(text)?;
    let (minute, rest) = number(rest.strip_prefix(':')?)?;
    let (second, rest) = number(rest.strip_prefix(':')?)?;
    let fraction = rest.strip_prefix(['.', ',']).map_or(0, |digits| {
        digits.bytes().take_while(u8::is_ascii_digit).count()
    });
    let rest = if fraction > 0 {
        &rest[1 + fraction..]
    } else {
        rest
    };
    (hour < 24 && minute < 60 && second < 60).then_some(rest)
}

/// Returns whether the text is `Z` or an offset in hours and minutes.
fn is_zone(text: &str) -> bool {
    let offset = |text: &str| {
        let (hours, minutes) = text.split_once(':')?;
        let two = |text: &str| (text.len() == 2 && is_digits(text)).then(|| text.parse().ok())?;
        let (hours, minutes): (u32, u32) = (two(hours)?, two(minutes)?);
        (hours <= 24 && minutes <= 60).then_some(())
    };
    text == "Z" || text.strip_prefix(['+', '-']).and_then(offset).is_some()
}

/// Parses one or two digits and returns the number and the rest.
fn number(text: &str) -> Option<(u32, &str)> {
    let digits = text.bytes().take(2).take_while(u8::is_ascii_digit).count();
    let (number, rest) = text.split_at(digits);
    Some((number.parse().ok()?, rest))
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

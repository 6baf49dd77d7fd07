//! Timestamps and durations: `common/types/timestamp.go` and `duration.go` of cel-go.

use std::ops::RangeInclusive;

use super::{Answer, Context, failed};
use crate::EvaluationError;
use crate::value::Value;

const SECOND: i64 = 1_000_000_000;

/// Nanoseconds from the year 1 to the year 9999.
pub(super) const RANGE: RangeInclusive<i128> =
    -62_135_596_800_000_000_000..=253_402_300_799_999_999_999;

pub(super) fn call(name: &str, arguments: &[Value], _: &mut Context<'_>) -> Option<Answer> {
    if !name.starts_with("get") {
        return None;
    }
    match arguments {
        [Value::Timestamp(nanos, _)] => part(name, *nanos, "UTC"),
        [Value::Timestamp(nanos, _), Value::Text(zone)] => part(name, *nanos, zone),
        [Value::Duration(nanos)] => Some(Ok(Value::Int(match name {
            "getHours" => nanos / (3600 * SECOND),
            "getMinutes" => nanos / (60 * SECOND),
            "getSeconds" => nanos / SECOND,
            "getMilliseconds" => nanos / 1_000_000,
            _ => return None,
        }))),
        _ => None,
    }
}

fn part(name: &str, nanos: i128, zone: &str) -> Option<Answer> {
    let offset = match offset(zone) {
        Ok(offset) => offset,
        Err(error) => return Some(Err(error)),
    };
    let time = Local::new(nanos, offset);
    Some(Ok(Value::Int(match name {
        "getFullYear" => time.year,
        "getMonth" => time.month - 1,
        "getDate" => time.day,
        "getDayOfMonth" => time.day - 1,
        // 1970 began on a Thursday.
        "getDayOfWeek" => (time.days + 4).rem_euclid(7),
        "getDayOfYear" => time.days - days(time.year, 1, 1),
        "getHours" => time.second / 3600,
        "getMinutes" => time.second / 60 % 60,
        "getSeconds" => time.second % 60,
        "getMilliseconds" => time.nanos / 1_000_000,
        _ => return None,
    })))
}

/// A timestamp in a time zone.
struct Local {
    /// Since 1970.
    days: i64,
    year: i64,
    month: i64,
    day: i64,
    /// Of the day.
    second: i64,
    /// Of the second.
    nanos: i64,
}

impl Local {
    #[expect(clippy::cast_possible_truncation)]
    fn new(nanos: i128, offset: i32) -> Self {
        let second = i128::from(SECOND);
        let whole = nanos.div_euclid(second) as i64 + i64::from(offset);
        let days = whole.div_euclid(86_400);
        // Years begin in March here, so that the leap day is the last one: `days_from_civil` of Howard Hinnant.
        let shifted = days + 719_468;
        let era = shifted.div_euclid(146_097);
        let of_era = shifted.rem_euclid(146_097);
        let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year + year / 4 - year / 100);
        let month = (5 * of_year + 2) / 153;
        let day = of_year - (153 * month + 2) / 5 + 1;
        let month = if month < 10 { month + 3 } else { month - 9 };
        Self {
            days,
            year: year + era * 400 + i64::from(month <= 2),
            month,
            day,
            second: whole.rem_euclid(86_400),
            nanos: nanos.rem_euclid(second) as i64,
        }
    }
}

/// Days from 1970 to a date.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// Seconds of UTC, or of an offset such as `-08:00`. Zones with a name are not known.
fn offset(zone: &str) -> Result<i32, EvaluationError> {
    if matches!(zone, "UTC" | "") {
        return Ok(0);
    }
    let Some((hours, minutes)) = zone.split_once(':') else {
        return Err(EvaluationError::Unknown(
            "podwright does not know time zones".into(),
        ));
    };
    let (Ok(hours), Ok(minutes)) = (hours.parse::<i32>(), minutes.parse::<i32>()) else {
        return failed("invalid time zone");
    };
    let sign = if zone.starts_with('-') { -1 } else { 1 };
    if hours.abs() > 24 || minutes.abs() > 60 {
        return Err(EvaluationError::Unknown(
            "podwright does not know the time zone".into(),
        ));
    }
    Ok(hours * 3600 + minutes * 60 * sign)
}

/// `time.ParseDuration`, in nanoseconds.
pub(crate) fn duration(text: &str) -> Option<i64> {
    let (is_negative, mut rest) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    if rest == "0" {
        return Some(0);
    }
    if rest.is_empty() {
        return None;
    }
    let mut total: i128 = 0;
    while !rest.is_empty() {
        let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
        let count = digits(rest);
        let (whole, after) = rest.split_at(count);
        let (fraction, after) = match after.strip_prefix('.') {
            Some(after) => after.split_at(digits(after)),
            None => ("", after),
        };
        if whole.is_empty() && fraction.is_empty() {
            return None;
        }
        let length = after.find(|c: char| c == '.' || c.is_ascii_digit());
        let (unit, after) = after.split_at(length.unwrap_or(after.len()));
        let unit: i128 = match unit {
            "ns" => 1,
            "us" | "µs" | "μs" => 1_000,
            "ms" => 1_000_000,
            "s" => 1_000_000_000,
            "m" => 60_000_000_000,
            "h" => 3_600_000_000_000,
            _ => return None,
        };
        if whole.len() > 19 {
            return None;
        }
        let whole: i128 = if whole.is_empty() {
            0
        } else {
            whole.parse().ok()?
        };
        total += whole * unit;
        let kept = &fraction[..fraction.len().min(18)];
        if !kept.is_empty() {
            let scale = 10_i128.pow(u32::try_from(kept.len()).ok()?);
            total += kept.parse::<i128>().ok()? * unit / scale;
        }
        if total > 1 << 64 {
            return None;
        }
        rest = after;
    }
    i64::try_from(if is_negative { -total } else { total }).ok()
}

/// `time.Parse(time.RFC3339, text)`, in nanoseconds since 1970, and the offset in seconds.
pub(crate) fn timestamp(text: &str) -> Option<(i128, i32)> {
    let bytes = text.as_bytes();
    let number = |range: std::ops::Range<usize>| -> Option<i64> {
        let digits = text.get(range)?;
        digits
            .bytes()
            .all(|b| b.is_ascii_digit())
            .then(|| digits.parse().ok())?
    };
    let is = |at: usize, byte: u8| bytes.get(at) == Some(&byte);
    if !(is(4, b'-') && is(7, b'-') && is(10, b'T') && is(13, b':') && is(16, b':')) {
        return None;
    }
    let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
    // A date that does not exist is another one after the conversion to days.
    let local = Local::new(
        i128::from(days(year, month.clamp(1, 12), day)) * 86_400_000_000_000,
        0,
    );
    if (local.year, local.month, local.day) != (year, month, day) {
        return None;
    }
    let (hour, minute, second) = (number(11..13)?, number(14..16)?, number(17..19)?);
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let mut nanos =
        i128::from(local.days * 86_400 + hour * 3600 + minute * 60 + second) * 1_000_000_000;
    let mut rest = &text[19..];
    if let Some(after) = rest.strip_prefix(['.', ',']) {
        let count = after.bytes().take_while(u8::is_ascii_digit).count();
        if count == 0 {
            return None;
        }
        let (fraction, after) = after.split_at(count);
        for (i, digit) in fraction.bytes().take(9).enumerate() {
            let power = 8 - u32::try_from(i).ok()?;
            nanos += i128::from(digit - b'0') * 10_i128.pow(power);
        }
        rest = after;
    }
    let offset = match rest.as_bytes() {
        b"Z" => 0,
        [sign @ (b'+' | b'-'), _, _, b':', _, _] => {
            let (hours, minutes) = (rest.get(1..3)?, rest.get(4..6)?);
            let seconds = hours.parse::<u8>().ok()?;
            let minutes = minutes.parse::<u8>().ok()?;
            if seconds > 24 || minutes > 59 {
                return None;
            }
            let seconds = i32::from(seconds) * 3600 + i32::from(minutes) * 60;
            if *sign == b'-' { -seconds } else { seconds }
        }
        _ => return None,
    };
    let nanos = nanos - i128::from(offset) * 1_000_000_000;
    RANGE.contains(&nanos).then_some((nanos, offset))
}

/// `string(timestamp)`
pub(super) fn rfc3339(nanos: i128, offset: i32) -> String {
    let time = Local::new(nanos, offset);
    let (hour, minute, second) = (time.second / 3600, time.second / 60 % 60, time.second % 60);
    let mut text = format!(
        "{:04}-{:02}-{:02}T{hour:02}:{minute:02}:{second:02}",
        time.year, time.month, time.day
    );
    if time.nanos > 0 {
        text.push('.');
        text.push_str(format!("{:09}", time.nanos).trim_end_matches('0'));
    }
    if offset == 0 {
        text.push('Z');
    } else {
        let sign = if offset < 0 { '-' } else { '+' };
        let minutes = offset.unsigned_abs() / 60;
        text.push_str(&format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60));
    }
    text
}

/// `string(duration)`
pub(super) fn seconds(nanos: i64) -> String {
    let sign = if nanos < 0 { "-" } else { "" };
    let nanos = nanos.unsigned_abs();
    let whole = format!("{sign}{}", nanos / 1_000_000_000);
    let fraction = format!("{:09}", nanos % 1_000_000_000);
    match fraction.trim_end_matches('0') {
        "" => format!("{whole}s"),
        fraction => format!("{whole}.{fraction}s"),
    }
}

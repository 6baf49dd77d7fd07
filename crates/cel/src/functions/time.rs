//! Timestamps and durations: `common/types/timestamp.go` and `duration.go` of cel-go.

use std::ops::RangeInclusive;

use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};

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
        [Value::Timestamp(nanos)] => part(name, *nanos, "UTC"),
        [Value::Timestamp(nanos), Value::Text(zone)] => part(name, *nanos, zone),
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
    let zone = match offset(zone) {
        Ok(zone) => zone,
        Err(error) => return Some(Err(error)),
    };
    let Ok(time) = Timestamp::from_nanosecond(nanos) else {
        return Some(failed("timestamp overflow"));
    };
    let time = TimeZone::fixed(zone).to_datetime(time);
    Some(Ok(Value::Int(match name {
        "getFullYear" => i64::from(time.year()),
        "getMonth" => i64::from(time.month()) - 1,
        "getDate" => i64::from(time.day()),
        "getDayOfMonth" => i64::from(time.day()) - 1,
        "getDayOfWeek" => i64::from(time.weekday().to_sunday_zero_offset()),
        "getDayOfYear" => i64::from(time.day_of_year()) - 1,
        "getHours" => i64::from(time.hour()),
        "getMinutes" => i64::from(time.minute()),
        "getSeconds" => i64::from(time.second()),
        "getMilliseconds" => i64::from(time.subsec_nanosecond()) / 1_000_000,
        _ => return None,
    })))
}

/// UTC, or an offset such as `-08:00`. Zones with a name are not known.
fn offset(zone: &str) -> Result<Offset, EvaluationError> {
    if matches!(zone, "UTC" | "") {
        return Ok(Offset::UTC);
    }
    let Some((hours, minutes)) = zone.split_once(':') else {
        return Err(EvaluationError::Unknown(
            "podwright does not know time zones".into(),
        ));
    };
    let (hours, minutes) = (hours.parse::<i32>(), minutes.parse::<i32>());
    let (Ok(hours), Ok(minutes)) = (hours, minutes) else {
        return failed("invalid time zone");
    };
    let sign = if zone.starts_with('-') { -1 } else { 1 };
    let seconds = hours
        .saturating_mul(3600)
        .saturating_add(minutes.saturating_mul(60 * sign));
    Offset::from_seconds(seconds)
        .map_err(|_| EvaluationError::Unknown("podwright does not know the time zone".into()))
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

/// `time.Parse(time.RFC3339, text)`, in nanoseconds since 1970.
pub(crate) fn timestamp(text: &str) -> Option<i128> {
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
    let date = jiff::civil::Date::new(
        i16::try_from(number(0..4)?).ok()?,
        i8::try_from(number(5..7)?).ok()?,
        i8::try_from(number(8..10)?).ok()?,
    );
    let (hour, minute, second) = (number(11..13)?, number(14..16)?, number(17..19)?);
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let midnight = date.ok()?.to_datetime(jiff::civil::Time::midnight());
    let days = TimeZone::UTC.to_timestamp(midnight).ok()?.as_second();
    let mut nanos = i128::from(days + hour * 3600 + minute * 60 + second) * 1_000_000_000;
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
            let seconds = i128::from(seconds) * 3600 + i128::from(minutes) * 60;
            if *sign == b'-' { -seconds } else { seconds }
        }
        _ => return None,
    };
    let nanos = nanos - offset * 1_000_000_000;
    RANGE.contains(&nanos).then_some(nanos)
}

/// `string(timestamp)`
pub(super) fn rfc3339(nanos: i128) -> String {
    let Ok(time) = Timestamp::from_nanosecond(nanos) else {
        return String::new();
    };
    time.to_string()
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

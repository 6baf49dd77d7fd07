//! Times in Go's layouts (`time/format.go`), in UTC.

/// A moment, in seconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Time {
    pub(super) seconds: i64,
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const DAYS: [&str; 7] = [
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
    "Monday",
    "Tuesday",
    "Wednesday",
];

/// Parts of a layout, longer ones first where one begins another.
const PARTS: [&str; 34] = [
    "January",
    "Jan",
    "Monday",
    "Mon",
    "MST",
    "2006",
    "-07:00:00",
    "-07:00",
    "-070000",
    "-0700",
    "-07",
    "Z07:00:00",
    "Z07:00",
    "Z070000",
    "Z0700",
    "Z07",
    "002",
    "01",
    "02",
    "03",
    "04",
    "05",
    "06",
    "15",
    "__2",
    "_2",
    "PM",
    "pm",
    "1",
    "2",
    "3",
    "4",
    "5",
    ".000",
];

impl Time {
    /// The zero value of `time.Time`: the first day of the first year.
    pub(super) const ZERO: Self = Self {
        seconds: -62_135_596_800,
    };

    /// Year, month and day.
    pub(super) fn date(self) -> (i64, i64, i64) {
        // Days since 0000-03-01, in eras of 400 years.
        let days = self.seconds.div_euclid(86_400) + 719_468;
        let era = days.div_euclid(146_097);
        let day_of_era = days.rem_euclid(146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * shifted + 2) / 5 + 1;
        let month = if shifted < 10 {
            shifted + 3
        } else {
            shifted - 9
        };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        (year, month, day)
    }

    fn of_date(year: i64, month: i64, day: i64) -> Option<Self> {
        let months = year.checked_mul(12)?.checked_add(month - 1)?;
        let (year, month) = (months.div_euclid(12), months.rem_euclid(12) + 1);
        if !(-10_000..=20_000).contains(&year) {
            return None;
        }
        let year = year - i64::from(month <= 2);
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let shifted = if month > 2 { month - 3 } else { month + 9 };
        let day_of_year = (153 * shifted + 2) / 5 + day - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        let days = era * 146_097 + day_of_era - 719_468;
        Some(Self {
            seconds: days.checked_mul(86_400)?,
        })
    }

    /// Hour, minute and second.
    pub(super) fn clock(self) -> (i64, i64, i64) {
        let second = self.seconds.rem_euclid(86_400);
        (second / 3600, second / 60 % 60, second % 60)
    }

    pub(super) fn year_day(self) -> i64 {
        let start = Self::of_date(self.date().0, 1, 1).unwrap_or(self);
        (self.seconds - start.seconds).div_euclid(86_400) + 1
    }

    pub(super) fn add_date(self, years: i64, months: i64, days: i64) -> Self {
        let (year, month, day) = self.date();
        let date = Self::of_date(
            year.saturating_add(years.clamp(-20_000, 20_000)),
            month.saturating_add(months.clamp(-200_000, 200_000)),
            day.saturating_add(days.clamp(-5_000_000, 5_000_000)),
        );
        match date {
            Some(date) => Self {
                seconds: date.seconds + self.seconds.rem_euclid(86_400),
            },
            None => self,
        }
    }

    /// As `Time.String` prints it.
    pub(super) fn text(self) -> String {
        self.format("2006-01-02 15:04:05 -0700 MST")
            .replace("-0000", "+0000")
    }

    /// The time in a layout.
    pub(super) fn format(self, layout: &str) -> String {
        let (year, month, day) = self.date();
        let (hour, minute, second) = self.clock();
        let half = match hour % 12 {
            0 => 12,
            hour => hour,
        };
        let name = |names: &[&'static str], index: i64| {
            names[usize::try_from(index).unwrap_or(0) % names.len()]
        };
        let mut out = String::new();
        let mut rest = layout;
        while let Some(character) = rest.chars().next() {
            let Some(part) = PARTS.iter().find(|part| rest.starts_with(**part)) else {
                out.push(character);
                rest = &rest[character.len_utf8()..];
                continue;
            };
            let text = match *part {
                "2006" => format!("{year:04}"),
                "06" => format!("{:02}", year.rem_euclid(100)),
                "January" => name(&MONTHS, month - 1).to_owned(),
                "Jan" => name(&MONTHS, month - 1)[..3].to_owned(),
                "01" => format!("{month:02}"),
                "1" => month.to_string(),
                "Monday" | "Mon" => {
                    let day = name(&DAYS, self.seconds.div_euclid(86_400).rem_euclid(7));
                    if *part == "Mon" { &day[..3] } else { day }.to_owned()
                }
                "02" => format!("{day:02}"),
                "_2" => format!("{day:2}"),
                "2" => day.to_string(),
                "002" => format!("{:03}", self.year_day()),
                "__2" => format!("{:3}", self.year_day()),
                "15" => format!("{hour:02}"),
                "03" => format!("{half:02}"),
                "3" => half.to_string(),
                "04" => format!("{minute:02}"),
                "4" => minute.to_string(),
                "05" => format!("{second:02}"),
                "5" => second.to_string(),
                "PM" => if hour >= 12 { "PM" } else { "AM" }.to_owned(),
                "pm" => if hour >= 12 { "pm" } else { "am" }.to_owned(),
                "MST" => "UTC".to_owned(),
                ".000" => ".000".to_owned(),
                zone if zone.starts_with('Z') => "Z".to_owned(),
                zone => zone.replace(['-', '7'], "0").replacen('0', "+", 1),
            };
            out.push_str(&text);
            rest = &rest[part.len()..];
        }
        out
    }

    /// Parses a time in a layout. `None` if it does not fit.
    pub(super) fn parse(layout: &str, text: &str) -> Option<Self> {
        let (mut year, mut month, mut day) = (0, 1, 1);
        let (mut hour, mut minute, mut second, mut zone) = (0, 0, 0, 0);
        let mut is_afternoon = None;
        let (mut layout, mut text) = (layout, text);
        while let Some(character) = layout.chars().next() {
            let Some(part) = PARTS.iter().find(|part| layout.starts_with(**part)) else {
                text = text.strip_prefix(character)?;
                layout = &layout[character.len_utf8()..];
                continue;
            };
            let target = match *part {
                "2006" => &mut year,
                "01" | "1" => &mut month,
                "02" | "2" | "_2" => &mut day,
                "15" | "03" | "3" => &mut hour,
                "04" | "4" => &mut minute,
                "05" | "5" => &mut second,
                "January" | "Jan" => {
                    let length = |name: &str| if *part == "Jan" { 3 } else { name.len() };
                    let at = MONTHS
                        .iter()
                        .position(|name| text.starts_with(&name[..length(name)]))?;
                    text = &text[length(MONTHS[at])..];
                    month = i64::try_from(at).ok()? + 1;
                    layout = &layout[part.len()..];
                    continue;
                }
                "Monday" | "Mon" => {
                    let length = |name: &str| if *part == "Mon" { 3 } else { name.len() };
                    let found = DAYS
                        .iter()
                        .find(|name| text.starts_with(&name[..length(name)]))?;
                    text = &text[length(found)..];
                    layout = &layout[part.len()..];
                    continue;
                }
                "PM" | "pm" => {
                    let (word, rest) = text.split_at_checked(2)?;
                    is_afternoon = Some(word.eq_ignore_ascii_case("pm"));
                    text = rest;
                    layout = &layout[part.len()..];
                    continue;
                }
                "MST" => {
                    let end = text
                        .find(|c: char| !c.is_ascii_uppercase())
                        .unwrap_or(text.len());
                    text = &text[end..];
                    layout = &layout[part.len()..];
                    continue;
                }
                other if other.contains("07") => {
                    (zone, text) = offset(text, other)?;
                    layout = &layout[part.len()..];
                    continue;
                }
                _ => return None,
            };
            let text_after = text.trim_start_matches(if *part == "_2" { ' ' } else { '\0' });
            let most = if *part == "2006" { 4 } else { 2 };
            let least = part.len().min(most);
            let least = if *part == "_2" { 1 } else { least };
            let digits = text_after
                .bytes()
                .take(most)
                .take_while(u8::is_ascii_digit)
                .count();
            if digits < least {
                return None;
            }
            *target = text_after[..digits].parse().ok()?;
            text = &text_after[digits..];
            // A fraction of the second may follow.
            if part.ends_with('5')
                && text.starts_with('.')
                && !layout[part.len()..].starts_with('.')
            {
                let digits = text[1..].bytes().take_while(u8::is_ascii_digit).count();
                text = &text[1 + digits..];
            }
            layout = &layout[part.len()..];
        }
        if let Some(is_afternoon) = is_afternoon {
            hour = hour % 12 + if is_afternoon { 12 } else { 0 };
        }
        let is_valid = text.is_empty()
            && (1..=12).contains(&month)
            && (1..=31).contains(&day)
            && hour < 24
            && minute < 60
            && second < 60;
        let date = Self::of_date(year, month, day).filter(|_| is_valid)?;
        if date.date() != (year, month, day) {
            return None;
        }
        Some(Self {
            seconds: date.seconds + hour * 3600 + minute * 60 + second - zone,
        })
    }
}

/// The offset of a time zone in seconds, and what follows.
fn offset<'t>(text: &'t str, part: &str) -> Option<(i64, &'t str)> {
    if let Some(rest) = text.strip_prefix('Z').filter(|_| part.starts_with('Z')) {
        return Some((0, rest));
    }
    let sign = match text.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let (zone, rest) = text.split_at_checked(part.len())?;
    let digits = zone[1..].replace(':', "");
    let number = |range: std::ops::Range<usize>| -> Option<i64> {
        match digits.get(range) {
            Some(digits) => digits.parse().ok(),
            None => Some(0),
        }
    };
    Some((sign * (number(0..2)? * 3600 + number(2..4)? * 60), rest))
}

#[cfg(test)]
mod tests {
    use super::Time;

    #[test]
    fn layouts_are_those_of_go() {
        let time =
            Time::parse("2006-01-02T15:04:05Z07:00", "2020-02-03T04:05:06+01:00").expect("time");
        assert_eq!(time.seconds, 1_580_699_106);
        for (layout, expected) in [
            ("2006-01-02", "2020-02-03"),
            ("20060102150405", "20200203030506"),
            ("Mon Jan _2 15:04:05 2006", "Mon Feb  3 03:05:06 2020"),
            ("2006-01-02T15:04:05Z07:00", "2020-02-03T03:05:06Z"),
            ("3:04PM", "3:05AM"),
            ("02.1.06 -0700", "03.2.20 +0000"),
        ] {
            assert_eq!(time.format(layout), expected);
        }
        assert_eq!(time.text(), "2020-02-03 03:05:06 +0000 UTC");
        assert_eq!(Time::parse("2006-01-02", "2020-02-30"), None);
        assert_eq!(Time::ZERO.format("2006-01-02"), "0001-01-01");
        assert_eq!(time.add_date(0, 11, 27).format("2006-01-02"), "2021-01-30");
    }
}

//! Dates (`date.go` of sprig, `funcs.go` of helm for durations). `now` is a placeholder, and the time zone is UTC.

mod durations;
mod layout;

use std::any::Any as AnyValue;
use std::rc::Rc;

use podwright_go_template::{
    Call, Data, Failure, Function, IntType, Object, ObjectKind, Signature, Type, Value, duration,
};

use super::templates::is_unknown;
use crate::helm::Why;
use Type::{Any, String as Str};
use layout::Time;

const TIME: Type = Type::Object("time.Time");

pub(super) const FUNCTIONS: &[(&str, Function)] = &[
    ("now", Function::new(&[], now)),
    (
        "date",
        Function::new(&[Str, Any], |call, a| format(call, &a, None)),
    ),
    (
        "dateInZone",
        Function::new(&[Str, Any, Str], |call, a| format(call, &a, None)),
    ),
    (
        "date_in_zone",
        Function::new(&[Str, Any, Str], |call, a| format(call, &a, None)),
    ),
    (
        "htmlDate",
        Function::new(&[Any], |call, a| format(call, &a, Some("2006-01-02"))),
    ),
    (
        "htmlDateInZone",
        Function::new(&[Any, Str], |call, a| format(call, &a, Some("2006-01-02"))),
    ),
    (
        "dateModify",
        Function::new(&[Str, TIME], |call, a| modify(call, &a, false)),
    ),
    (
        "date_modify",
        Function::new(&[Str, TIME], |call, a| modify(call, &a, false)),
    ),
    (
        "mustDateModify",
        Function::new(&[Str, TIME], |call, a| modify(call, &a, true)),
    ),
    (
        "must_date_modify",
        Function::new(&[Str, TIME], |call, a| modify(call, &a, true)),
    ),
    (
        "toDate",
        Function::new(&[Str, Str], |call, a| to_date(call, &a, false)),
    ),
    (
        "mustToDate",
        Function::new(&[Str, Str], |call, a| to_date(call, &a, true)),
    ),
    ("unixEpoch", Function::new(&[TIME], unix_epoch)),
    ("ago", Function::new(&[Any], ago)),
    ("duration", Function::new(&[Any], seconds)),
    ("durationRound", Function::new(&[Any], rounded)),
    (
        "mustToDuration",
        Function::new(&[Any], durations::must_to_duration),
    ),
    (
        "durationSeconds",
        Function::new(&[Any], |call, a| durations::in_unit(call, &a, 1e9)),
    ),
    (
        "durationMinutes",
        Function::new(&[Any], |call, a| durations::in_unit(call, &a, 60e9)),
    ),
    (
        "durationHours",
        Function::new(&[Any], |call, a| durations::in_unit(call, &a, 3600e9)),
    ),
    (
        "durationDays",
        Function::new(&[Any], |call, a| durations::in_unit(call, &a, 86_400e9)),
    ),
    (
        "durationWeeks",
        Function::new(&[Any], |call, a| durations::in_unit(call, &a, 604_800e9)),
    ),
    (
        "durationMilliseconds",
        Function::new(&[Any], |call, a| durations::whole(call, &a, 1_000_000)),
    ),
    (
        "durationMicroseconds",
        Function::new(&[Any], |call, a| durations::whole(call, &a, 1_000)),
    ),
    (
        "durationNanoseconds",
        Function::new(&[Any], |call, a| durations::whole(call, &a, 1)),
    ),
    (
        "durationRoundTo",
        Function::new(&[Any, Any], |call, a| {
            durations::to_multiple(call, &a, true)
        }),
    ),
    (
        "durationTruncateTo",
        Function::new(&[Any, Any], |call, a| {
            durations::to_multiple(call, &a, false)
        }),
    ),
];

type Outcome = Result<Value, Failure>;

/// What `now` returns: 2006-01-02 15:04:05 UTC, the moment of Go's own examples.
const NOW: i64 = 1_136_214_245;

#[derive(Debug)]
struct Moment(Time);

impl Object for Moment {
    fn type_name(&self) -> &str {
        "time.Time"
    }

    fn kind(&self) -> ObjectKind {
        ObjectKind::Struct
    }

    fn method(&self, name: &str) -> Option<Signature> {
        let parameters: &'static [Type] = match name {
            "Format" => &[Str],
            "Unix" | "UnixNano" | "Year" | "Month" | "Day" | "Hour" | "Minute" | "Second"
            | "YearDay" | "Weekday" | "UTC" | "Local" | "String" => &[],
            "AddDate" => &[Type::Int, Type::Int, Type::Int],
            _ => return None,
        };
        Some(Signature {
            parameters,
            variadic: None,
        })
    }

    fn call(&self, name: &str, call: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
        let time = self.0;
        let int = |number: i64| call.value(Data::Int(IntType::Int, number), []);
        Ok(match name {
            "Format" => {
                let layout = super::text(&arguments, 0);
                call.string(time.format(layout.as_str()), &arguments)
            }
            "Unix" => call.value(super::int64(time.seconds), []),
            "UnixNano" => call.value(super::int64(time.seconds.saturating_mul(1_000_000_000)), []),
            "Year" => int(time.date().0),
            "Month" => call.string(time.format("January"), []),
            "Weekday" => call.string(time.format("Monday"), []),
            "Day" => int(time.date().2),
            "Hour" => int(time.clock().0),
            "Minute" => int(time.clock().1),
            "Second" => int(time.clock().2),
            "YearDay" => int(time.year_day()),
            "AddDate" => {
                let part = |index| super::int(&arguments, index);
                moment(call, time.add_date(part(0), part(1), part(2)))
            }
            "String" => call.string(time.text(), []),
            _ => moment(call, time),
        })
    }

    fn string(&self) -> Option<String> {
        Some(self.0.text())
    }

    fn data(&self) -> Option<Value> {
        Some(Value::string(self.0.format("2006-01-02T15:04:05Z07:00")))
    }

    fn as_any(&self) -> &dyn AnyValue {
        self
    }
}

fn moment(call: &Call<'_>, time: Time) -> Value {
    call.value(Data::Object(Rc::new(Moment(time))), [])
}

/// The time of a value; `now` if the value is not a time.
fn time_of(value: &Value) -> Time {
    let seconds = match &value.data {
        Data::Int(IntType::Int | IntType::Int64 | IntType::Int32, seconds) => *seconds,
        Data::Object(object) => match object.as_any().downcast_ref::<Moment>() {
            Some(moment) => return moment.0,
            None => NOW,
        },
        _ => NOW,
    };
    Time { seconds }
}

fn now(call: &mut Call<'_>, _: Vec<Value>) -> Outcome {
    is_unknown(call, Why::Time);
    Ok(moment(call, Time { seconds: NOW }))
}

fn format(call: &mut Call<'_>, arguments: &[Value], layout: Option<&str>) -> Outcome {
    let given = super::text(arguments, 0);
    let (layout, date) = match layout {
        Some(layout) => (layout, &arguments[0]),
        None => (given.as_str(), &arguments[1]),
    };
    call.allocate(8 * layout.len())?;
    Ok(call.string(time_of(date).format(layout), arguments))
}

fn modify(call: &mut Call<'_>, arguments: &[Value], fails: bool) -> Outcome {
    let text = super::text(arguments, 0);
    let time = time_of(&arguments[1]);
    match duration::parse(text.as_str()) {
        Some(nanoseconds) => Ok(moment(
            call,
            Time {
                seconds: time
                    .seconds
                    .saturating_add(nanoseconds.div_euclid(1_000_000_000)),
            },
        )),
        None if fails => {
            let text = podwright_go_template::quoted(text.as_str());
            Err(format!("time: invalid duration {text}").into())
        }
        None => Ok(moment(call, time)),
    }
}

fn to_date(call: &mut Call<'_>, arguments: &[Value], fails: bool) -> Outcome {
    let (layout, text) = (super::text(arguments, 0), super::text(arguments, 1));
    match Time::parse(layout.as_str(), text.as_str()) {
        Some(time) => Ok(moment(call, time)),
        None if fails => {
            let (layout, text) = (
                podwright_go_template::quoted(layout.as_str()),
                podwright_go_template::quoted(text.as_str()),
            );
            Err(format!("parsing time {text} as {layout}: cannot parse {text}").into())
        }
        None => Ok(moment(call, Time::ZERO)),
    }
}

fn unix_epoch(call: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    let seconds = time_of(&arguments[0]).seconds;
    Ok(call.string(seconds.to_string(), &arguments))
}

fn ago(call: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    is_unknown(call, Why::Time);
    let passed = NOW.saturating_sub(time_of(&arguments[0]).seconds);
    let text = duration::format(passed.saturating_mul(1_000_000_000));
    Ok(call.string(text, &arguments))
}

fn seconds(call: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    let seconds = match &arguments[0].data {
        Data::String(text) => text.as_str().parse().unwrap_or(0),
        Data::Int(IntType::Int64, seconds) => *seconds,
        _ => 0,
    };
    let text = duration::format(seconds.saturating_mul(1_000_000_000));
    Ok(call.string(text, &arguments))
}

fn rounded(call: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    let nanoseconds = match &arguments[0].data {
        Data::String(text) => duration::parse(text.as_str()).unwrap_or(0),
        Data::Int(IntType::Int64, nanoseconds) => *nanoseconds,
        Data::Object(_) => {
            let passed = NOW.saturating_sub(time_of(&arguments[0]).seconds);
            passed.saturating_mul(1_000_000_000)
        }
        _ => 0,
    };
    let seconds = nanoseconds.unsigned_abs() / 1_000_000_000;
    let size = nanoseconds.unsigned_abs();
    let units = [
        (365 * 86_400, "y"),
        (30 * 86_400, "mo"),
        (86_400, "d"),
        (3_600, "h"),
        (60, "m"),
        (1, "s"),
    ];
    let found = units.iter().find(|(unit, _)| size > unit * 1_000_000_000);
    let text = match found {
        Some((unit, name)) => format!("{}{name}", seconds / unit),
        None => "0s".to_owned(),
    };
    Ok(call.string(text, &arguments))
}

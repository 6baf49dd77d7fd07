//! Strings (`strings.go` of sprig).

use podwright_go_template::{
    Call, Data, Entries, Failure, Function, Key, Map, MapKind, Type, Value, printed, text,
};
use podwright_syntax::provenance::{Origin, Text};

use super::{int, items, quote, strings, strval};
use Type::{Any, Int, String as Str};

pub(super) const FUNCTIONS: &[(&str, Function)] = &[
    ("trim", Function::new(&[Str], trim)),
    ("trimall", Function::new(&[Str, Str], trim_all)),
    ("trimAll", Function::new(&[Str, Str], trim_all)),
    ("trimSuffix", Function::new(&[Str, Str], trim_suffix)),
    ("trimPrefix", Function::new(&[Str, Str], trim_prefix)),
    ("nospace", Function::new(&[Str], nospace)),
    ("trunc", Function::new(&[Int, Str], trunc)),
    ("abbrev", Function::new(&[Int, Str], abbrev)),
    ("abbrevboth", Function::new(&[Int, Int, Str], abbrevboth)),
    ("substr", Function::new(&[Int, Int, Str], substr)),
    ("repeat", Function::new(&[Int, Str], repeat)),
    ("wrap", Function::new(&[Int, Str], wrap)),
    ("wrapWith", Function::new(&[Int, Str, Str], wrap_with)),
    ("contains", Function::new(&[Str, Str], contains)),
    ("hasPrefix", Function::new(&[Str, Str], has_prefix)),
    ("hasSuffix", Function::new(&[Str, Str], has_suffix)),
    ("quote", Function::variadic(&[], Any, quotes)),
    ("squote", Function::variadic(&[], Any, squotes)),
    ("cat", Function::variadic(&[], Any, cat)),
    ("indent", Function::new(&[Int, Str], indent)),
    ("nindent", Function::new(&[Int, Str], nindent)),
    ("replace", Function::new(&[Str, Str, Str], replace)),
    ("plural", Function::new(&[Str, Str, Int], plural)),
    ("toString", Function::new(&[Any], to_string)),
    ("toStrings", Function::new(&[Any], to_strings)),
    ("join", Function::new(&[Str, Any], join)),
    ("sortAlpha", Function::new(&[Any], sort_alpha)),
    ("split", Function::new(&[Str, Str], split)),
    ("splitn", Function::new(&[Str, Int, Str], splitn)),
    ("splitList", Function::new(&[Str, Str], split_list)),
    ("hello", Function::new(&[], hello)),
];

type Outcome = Result<Value, Failure>;

fn hello(_: &mut Call<'_>, _: Vec<Value>) -> Outcome {
    Ok(Value::string("Hello!"))
}

fn trim(_: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    let text = super::text(&arguments, 0);
    Ok(text::part(&text, text.as_str().trim()).into())
}

fn trim_all(_: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    let (cut, text) = (super::text(&arguments, 0), super::text(&arguments, 1));
    let is_cut = |character: char| cut.as_str().contains(character);
    Ok(text::part(&text, text.as_str().trim_matches(is_cut)).into())
}

fn trim_suffix(_: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    let (cut, text) = (super::text(&arguments, 0), super::text(&arguments, 1));
    let rest = text.as_str().strip_suffix(cut.as_str());
    Ok(text::part(&text, rest.unwrap_or(text.as_str())).into())
}

fn trim_prefix(_: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    let (cut, text) = (super::text(&arguments, 0), super::text(&arguments, 1));
    let rest = text.as_str().strip_prefix(cut.as_str());
    Ok(text::part(&text, rest.unwrap_or(text.as_str())).into())
}

/// As in Go, the bytes of the string are characters.
fn nospace(_: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    let text = super::text(&arguments, 0);
    let is_space = |character: char| character.is_whitespace();
    Ok(text::map(&text, |part| part.replace(is_space, "")).into())
}

fn trunc(_: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    let (count, text) = (int(&arguments, 0), super::text(&arguments, 1));
    let length = text.len();
    let size = usize::try_from(count.unsigned_abs()).unwrap_or(usize::MAX);
    Ok(match size < length {
        true if count < 0 => text::cut(&text, length - size, length).into(),
        true => text::cut(&text, 0, size).into(),
        false => Value::constant(Data::String(text)),
    })
}

fn abbreviated(text: &Text, offset: i64, width: i64) -> Text {
    let length = i64::try_from(text.len()).unwrap_or(i64::MAX);
    if length <= width || width < 4 {
        return text.clone();
    }
    let cut = |from: i64, to: i64| {
        let at = |offset: i64| usize::try_from(offset.clamp(0, length)).unwrap_or(0);
        text::cut(text, at(from), at(to))
    };
    let marker = Text::constant("...");
    let mut offset = offset.min(length);
    if length - offset < width - 3 {
        offset = length - (width - 3);
    }
    if offset <= 4 {
        return Text::concat([&cut(0, width - 3), &marker]);
    }
    if offset + width - 3 < length {
        let rest = abbreviated(&cut(offset, length), 0, width - 3);
        return Text::concat([&marker, &rest]);
    }
    Text::concat([&marker, &cut(length - (width - 3), length)])
}

fn abbrev(_: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    let text = super::text(&arguments, 1);
    Ok(abbreviated(&text, 0, int(&arguments, 0)).into())
}

fn abbrevboth(_: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    let (left, right) = (int(&arguments, 0), int(&arguments, 1));
    let text = super::text(&arguments, 2);
    if right < 4 || (left > 0 && right < 7) {
        return Ok(Value::constant(Data::String(text)));
    }
    Ok(abbreviated(&text, left, right).into())
}

fn substr(_: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    let (start, end) = (int(&arguments, 0), int(&arguments, 1));
    let text = super::text(&arguments, 2);
    let length = i64::try_from(text.len()).unwrap_or(i64::MAX);
    let (from, to) = match (start < 0, end < 0 || end > length) {
        (true, _) => (0, end),
        (false, true) => (start, length),
        (false, false) => (start, end),
    };
    match (usize::try_from(from), usize::try_from(to)) {
        (Ok(from), Ok(to)) if from <= to && to <= text.len() => {
            Ok(text::cut(&text, from, to).into())
        }
        _ => Err(format!(
            "runtime error: slice bounds out of range [{from}:{to}] with length {length}"
        )
        .into()),
    }
}

fn repeat(call: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    let text = super::text(&arguments, 1);
    let Ok(count) = usize::try_from(int(&arguments, 0)) else {
        return Err("strings: negative Repeat count".into());
    };
    call.allocate(count.saturating_mul(text::weight(&text)))?;
    let mut out = Text::default();
    if !text.is_empty() {
        for _ in 0..count {
            out.push(&text);
        }
    }
    Ok(out.into())
}

/// `WrapCustom` of goutils. Words longer than a line are cut if `cuts_words`.
fn wrapped(text: &Text, length: i64, line: &Text, cuts_words: bool) -> Text {
    let string = text.as_str();
    let line = match line.is_empty() {
        true => Text::constant("\n"),
        false => line.clone(),
    };
    let width = usize::try_from(length.max(1)).unwrap_or(usize::MAX);
    let mut offset = 0;
    let mut out = Text::default();
    while string.len() - offset > width {
        if string.as_bytes()[offset] == b' ' {
            offset += 1;
            continue;
        }
        let window = &string.as_bytes()[offset..=width + offset];
        let (end, next) = match window.iter().rposition(|&byte| byte == b' ') {
            Some(space) => (offset + space, offset + space + 1),
            None if cuts_words => (offset + width, offset + width),
            None => {
                let mut rest = string.as_bytes()[offset + width..].iter();
                match rest.position(|&byte| byte == b' ') {
                    Some(space) => (offset + width + space, offset + width + space + 1),
                    None => break,
                }
            }
        };
        out.push(&text::cut(text, offset, end));
        out.push(&line);
        offset = next;
    }
    out.push(&text::cut(text, offset, string.len()));
    out
}

fn wrap(_: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    let text = super::text(&arguments, 1);
    Ok(wrapped(&text, int(&arguments, 0), &Text::default(), false).into())
}

fn wrap_with(call: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    let (line, text) = (super::text(&arguments, 1), super::text(&arguments, 2));
    call.allocate(text.len().saturating_mul(text::weight(&line)))?;
    Ok(wrapped(&text, int(&arguments, 0), &line, true).into())
}

fn contains(call: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    let (part, text) = (super::text(&arguments, 0), super::text(&arguments, 1));
    let holds = text.as_str().contains(part.as_str());
    Ok(call.value(Data::Bool(holds), &arguments))
}

fn has_prefix(call: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    let (part, text) = (super::text(&arguments, 0), super::text(&arguments, 1));
    let holds = text.as_str().starts_with(part.as_str());
    Ok(call.value(Data::Bool(holds), &arguments))
}

fn has_suffix(call: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    let (part, text) = (super::text(&arguments, 0), super::text(&arguments, 1));
    let holds = text.as_str().ends_with(part.as_str());
    Ok(call.value(Data::Bool(holds), &arguments))
}

fn joined(parts: impl IntoIterator<Item = Text>, separator: &Text) -> Text {
    let mut out = Text::default();
    let mut place = None;
    for (index, part) in parts.into_iter().enumerate() {
        if index > 0 {
            out.push(separator);
        }
        if out.is_empty() && place.is_none() {
            // An empty text is somewhere, too.
            place = Some(part.clone());
        }
        out.push(&part);
    }
    match place {
        Some(first) if out.is_empty() => first,
        _ => out,
    }
}

fn quotes(_: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    let quoted = arguments.iter().filter(|value| !value.is_nil()).map(quote);
    Ok(joined(quoted, &Text::constant(" ")).into())
}

fn squotes(_: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    let quoted = arguments
        .iter()
        .filter(|value| !value.is_nil())
        .map(|value| {
            let text = printed(value);
            let around = text.location().map_or(Origin::Nowhere, Origin::made_at);
            let mark = Text::new("'", around);
            Text::concat([&mark, &text, &mark])
        });
    Ok(joined(quoted, &Text::constant(" ")).into())
}

fn cat(_: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    let parts = arguments
        .iter()
        .filter(|value| !value.is_nil())
        .map(printed);
    Ok(joined(parts, &Text::constant(" ")).into())
}

fn indented(call: &mut Call<'_>, spaces: i64, text: &Text, start: &str) -> Result<Text, Failure> {
    let Ok(spaces) = usize::try_from(spaces) else {
        return Err("strings: negative Repeat count".into());
    };
    let string = text.as_str();
    let lines = string.bytes().filter(|&byte| byte == b'\n').count();
    call.allocate(
        spaces
            .saturating_mul(lines + 1)
            .saturating_add(string.len()),
    )?;
    let place = call.place().map_or(Origin::Nowhere, Origin::made_at);
    let pad = " ".repeat(spaces);
    let mut out = Text::default();
    out.push_str(start, place.clone());
    let mut done = 0;
    for line in string.split_inclusive('\n') {
        out.push_str(&pad, place.clone());
        out.push(&text.slice(done..done + line.len()));
        done += line.len();
    }
    if string.is_empty() || string.ends_with('\n') {
        out.push_str(&pad, place);
    }
    Ok(out)
}

fn indent(call: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    let text = super::text(&arguments, 1);
    Ok(indented(call, int(&arguments, 0), &text, "")?.into())
}

fn nindent(call: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    let text = super::text(&arguments, 1);
    Ok(indented(call, int(&arguments, 0), &text, "\n")?.into())
}

fn replace(call: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    let (old, new) = (super::text(&arguments, 0), super::text(&arguments, 1));
    let text = super::text(&arguments, 2);
    let count = match old.is_empty() {
        true => text.len() + 1,
        false => text.as_str().matches(old.as_str()).count(),
    };
    call.allocate(count.saturating_mul(text::weight(&new)))?;
    Ok(text::replace(&text, old.as_str(), &new, usize::MAX).into())
}

fn plural(_: &mut Call<'_>, mut arguments: Vec<Value>) -> Outcome {
    let is_one = int(&arguments, 2) == 1;
    Ok(arguments.swap_remove(usize::from(!is_one)))
}

fn to_string(_: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    Ok(strval(&arguments[0]).into())
}

/// `strslice`
fn texts(value: &Value) -> Vec<Text> {
    match items(value) {
        Some(items) => items
            .iter()
            .filter(|item| !item.is_nil())
            .map(strval)
            .collect(),
        None if value.is_nil() => Vec::new(),
        None => vec![strval(value)],
    }
}

fn to_strings(_: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    Ok(strings(texts(&arguments[0])))
}

fn join(call: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    let separator = super::text(&arguments, 0);
    let parts = texts(&arguments[1]);
    call.allocate(parts.len().saturating_mul(text::weight(&separator)))?;
    Ok(joined(parts, &separator).into())
}

fn sort_alpha(_: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    if items(&arguments[0]).is_none() {
        return Ok(strings([strval(&arguments[0])]));
    }
    let mut parts = texts(&arguments[0]);
    parts.sort_by(|a, b| a.as_str().cmp(b.as_str()));
    Ok(strings(parts))
}

fn numbered(parts: Vec<Text>) -> Value {
    let parts = parts.into_iter().enumerate();
    let entries: Entries = parts
        .map(|(index, part)| (Key::from(format!("_{index}").as_str()), Value::text(part)))
        .collect();
    Value::constant(Data::Map(Map::new(entries).with_kind(MapKind::Strings)))
}

fn split(call: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    let (separator, text) = (super::text(&arguments, 0), super::text(&arguments, 1));
    call.allocate(text.len().saturating_mul(8))?;
    Ok(numbered(text::split(&text, separator.as_str(), usize::MAX)))
}

fn splitn(_: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    let (separator, text) = (super::text(&arguments, 0), super::text(&arguments, 2));
    Ok(match int(&arguments, 1) {
        0 => numbered(Vec::new()),
        count => {
            let limit = usize::try_from(count).unwrap_or(usize::MAX);
            numbered(text::split(&text, separator.as_str(), limit))
        }
    })
}

fn split_list(call: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    let (separator, text) = (super::text(&arguments, 0), super::text(&arguments, 1));
    call.allocate(text.len().saturating_mul(8))?;
    Ok(strings(text::split(&text, separator.as_str(), usize::MAX)))
}

use podwright_syntax::text::{FileId, Location, Span};

use super::{Value, eval};
use crate::{Origin, Text};

const FILE: FileId = FileId(0);

fn text(string: &str, start: u32) -> Text {
    let end = start + u32::try_from(string.len()).unwrap_or_default();
    let at = Location {
        file: FILE,
        span: Span::new(start, end),
    };
    Text::new(string, Origin::Copied(at))
}

/// Evaluates with `name=value` pairs. Variables that are not among them are unknown if they start with `U`, absent if they
/// start with `A`, and empty otherwise.
fn run(input: &str, variables: &[(&str, &str)]) -> Result<String, String> {
    let variable = |name: &str| match variables.iter().find(|(own, _)| *own == name) {
        Some((_, value)) => Value::Known(text(value, 1000)),
        None if name.starts_with('U') => Value::Unknown,
        None if name.starts_with('A') => Value::Absent,
        None => Value::Known(Text::default()),
    };
    let out = eval(&text(input, 0), &variable).map_err(|error| error.message)?;
    Ok(out.to_string())
}

/// The table of the tests of `fluxcd/pkg/envsubst` has the same forms.
#[test]
fn expressions_are_those_of_flux() {
    let v = [
        ("v", "abcABC123ABCabc"),
        ("path", "/srv/data/a.b.txt"),
        ("upper", "ABC"),
        ("d", "foo"),
        ("empty", ""),
    ];
    for (input, expected) in [
        ("plain", "plain"),
        ("${v}-${missing}-", "abcABC123ABCabc--"),
        ("${#v}", "15"),
        ("${d^} ${d^^} ${upper,} ${upper,,}", "Foo FOO aBC abc"),
        ("${path:5} ${path:5:4} ${path:99}|", "data/a.b.txt data |"),
        ("${path:x}", "/srv/data/a.b.txt"),
        (
            "${missing=x} ${missing:=x} ${missing:-x} ${empty:-x}",
            "x x x x",
        ),
        ("${d:-x} ${missing:=} ${missing:-a:b c}", "foo  a:b c"),
        ("${missing:=pre${d}-post}", "prefoo-post"),
        ("${missing:=${upper,,}}", "abc"),
        ("${v/%abc/X} ${v/#abc/X}", "abcABC123ABCX XABC123ABCabc"),
        (
            "${v//abc/x} ${v/abc/x} ${v//abc/}",
            "xABC123ABCx xABC123ABCabc ABC123ABC",
        ),
        (r"${path//\//-}", "-srv-data-a.b.txt"),
        ("${path#*/} ${path##*/}", "srv/data/a.b.txt a.b.txt"),
        ("${path%.*} ${path%%.*}", "/srv/data/a.b /srv/data/a"),
        ("$${v} ${d}$${x${d}", "${v} foo${xfoo"),
        ("$v $ $(x) a$", "$v $ $(x) a$"),
        (
            "${U1} ${U1:-x} ${d:-${U1}} ${empty:-${U1}}",
            "${U1} ${U1:-x} foo ${empty:-${U1}}",
        ),
        (
            "${A1} ${A1:-x} ${A1^} ${A1:=${A2}}",
            "${A1} x ${A1^} ${A1:=${A2}}",
        ),
    ] {
        assert_eq!(run(input, &v).as_deref(), Ok(expected), "{input}");
    }
}

#[test]
fn what_flux_rejects_is_an_error() {
    for (input, shown) in [
        ("a ${x", "${x"),
        ("${}", "${}"),
        ("${foo[@]}", "${foo[@]}"),
        ("${a-b}", "${a-b}"),
        ("${x/a}", "${x/a}"),
        ("${!x}\nmore", "${!x}"),
    ] {
        let error = run(input, &[]).err();
        let expected = format!("`{shown}` is not a valid substitution");
        assert_eq!(error, Some(expected), "{input}");
    }
}

#[test]
fn values_keep_their_places() {
    let variable = |_: &str| Value::Known(text("nginx", 1000));
    let out = eval(&text("image: ${v}:1", 0), &variable).unwrap_or_default();
    assert_eq!(out.as_str(), "image: nginx:1");
    let at = |range| out.slice(range).location().map(|at| at.span);
    assert_eq!(at(7..12), Some(Span::new(1000, 1005)));
    assert_eq!(at(12..14), Some(Span::new(11, 13)));
}

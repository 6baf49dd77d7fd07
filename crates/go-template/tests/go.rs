//! Compares with what Go 1.26 makes of the templates in `data/cases.txt` (`data/generate.go`).

use std::rc::Rc;
use std::sync::Arc;

use podwright_go_template::{
    Call, Data, Entries, Executor, Failure, Function, Functions, IntType, Key, Limits, MissingKey,
    Templates, Type, Value,
};
use podwright_syntax::provenance::{Origin, Text};
use podwright_syntax::text::{FileId, Location, Span};

const DATA: &str = r#"{"s": "text", "n": 3, "f": 3.14159, "b": true, "zero": 0, "empty": "", "none": null, "emptylist": [],
    "list": [1, "two", null, 3.5], "map": {"a": 1, "b": "x", "m": {"c": "d"}}, "maps": [{"a": "first"}, {"a": "second"}],
    "big": 12345678901234, "small": 0.00000123, "neg": -7, "frac": 2.50}"#;

fn value(json: &serde_json::Value) -> Value {
    Value::constant(match json {
        serde_json::Value::Null => Data::Nil,
        serde_json::Value::Bool(flag) => Data::Bool(*flag),
        serde_json::Value::Number(number) => Data::Float(number.as_f64().unwrap_or(0.0)),
        serde_json::Value::String(text) => return Value::string(text),
        serde_json::Value::Array(items) => return Value::list(items.iter().map(value).collect()),
        serde_json::Value::Object(map) => {
            let entry =
                |(key, json): (&String, &serde_json::Value)| (Key::from(key.as_str()), value(json));
            return Value::map(map.iter().map(entry).collect());
        }
    })
}

fn int(_: &mut Call<'_>, arguments: Vec<Value>) -> Result<Value, Failure> {
    #[allow(clippy::cast_possible_truncation)]
    let number = match arguments[0].data {
        Data::Float(number) => number as i64,
        Data::Int(IntType::Int, number) => number,
        _ => 0,
    };
    Ok(Value::constant(Data::Int(IntType::Int, number)))
}

fn int64(_: &mut Call<'_>, arguments: Vec<Value>) -> Result<Value, Failure> {
    match arguments[0].data {
        Data::Int(_, number) => Ok(Value::constant(Data::Int(IntType::Int64, number))),
        _ => Err("not an int".into()),
    }
}

fn list(_: &mut Call<'_>, arguments: Vec<Value>) -> Result<Value, Failure> {
    Ok(Value::list(arguments))
}

fn fail(_: &mut Call<'_>, arguments: Vec<Value>) -> Result<Value, Failure> {
    Err(arguments[0].as_str().unwrap_or_default().into())
}

fn nothing(_: &mut Call<'_>, _: Vec<Value>) -> Result<Value, Failure> {
    Ok(Value::nil())
}

fn same(_: &mut Call<'_>, mut arguments: Vec<Value>) -> Result<Value, Failure> {
    Ok(arguments.remove(0))
}

fn size(_: &mut Call<'_>, arguments: Vec<Value>) -> Result<Value, Failure> {
    let size = arguments[0].as_map().map_or(0, |map| map.len());
    Ok(Value::constant(Data::Int(
        IntType::Int,
        i64::try_from(size).unwrap_or(0),
    )))
}

fn dict(_: &mut Call<'_>, arguments: Vec<Value>) -> Result<Value, Failure> {
    let mut entries = Entries::new();
    for pair in arguments.chunks(2) {
        if let [key, value] = pair {
            entries.insert(Key::from(key.as_str().unwrap_or_default()), value.clone());
        }
    }
    Ok(Value::map(entries))
}

fn functions() -> Functions {
    let mut functions = Functions::builtin();
    functions.extend(&[
        ("int", Function::new(&[Type::Any], int)),
        ("int64", Function::new(&[Type::Int], int64)),
        ("list", Function::variadic(&[], Type::Any, list)),
        ("fail", Function::new(&[Type::String], fail)),
        ("nothing", Function::new(&[], nothing)),
        ("str", Function::new(&[Type::String], same)),
        ("flag", Function::new(&[Type::Bool], same)),
        ("num", Function::new(&[Type::Float], same)),
        ("size", Function::new(&[Type::Map], size)),
        ("dict", Function::variadic(&[], Type::Any, dict)),
    ]);
    functions
}

fn render(template: &str, missing_key: MissingKey) -> Result<Text, String> {
    let functions = functions();
    let whole = Location {
        file: FileId(0),
        span: Span::new(0, u32::try_from(template.len()).unwrap_or(0)),
    };
    let text = Arc::new(Text::new(template, Origin::Copied(whole)));
    let mut templates = Templates::new();
    templates
        .parse("t", &text, &|name| functions.contains(name))
        .map_err(|error| error.to_string())?;
    let dot = value(&serde_json::from_str(DATA).expect("JSON"));
    let mut executor = Executor::new(
        &functions,
        Rc::new(templates),
        &(),
        missing_key,
        Limits::default(),
    );
    executor
        .execute("t", dot)
        .map_err(|error| error.to_string())
}

#[test]
fn results_are_those_of_go() {
    let results = include_str!("data/results.jsonl");
    let mut wrong = Vec::new();
    for line in results.lines() {
        let row: serde_json::Value = serde_json::from_str(line).expect("JSON");
        let template = row["template"].as_str().expect("template");
        let missing_key = match row["option"].as_str() {
            Some("missingkey=zero") => MissingKey::Zero,
            _ => MissingKey::Invalid,
        };
        let expected = match row["error"].as_str() {
            Some(error) => Err(error.to_owned()),
            None => Ok(row["output"].as_str().expect("output").to_owned()),
        };
        let found = render(template, missing_key).map(|text| text.as_str().to_owned());
        if found != expected {
            wrong.push(format!(
                "{template:?}\n  found    {found:?}\n  expected {expected:?}"
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {}\n{}",
        wrong.len(),
        results.lines().count(),
        wrong.join("\n")
    );
}

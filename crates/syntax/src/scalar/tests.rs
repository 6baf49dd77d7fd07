use super::*;

fn resolved(text: &str) -> Scalar<'_> {
    plain(text).unwrap_or(Scalar::Str(text.into()))
}

fn string(text: &str) -> Scalar<'_> {
    Scalar::Str(text.into())
}

#[test]
fn booleans_are_those_of_yaml_1_1_in_three_casings() {
    for text in [
        "y", "Y", "yes", "Yes", "YES", "on", "On", "ON", "true", "True", "TRUE",
    ] {
        assert_eq!(resolved(text), Scalar::Bool(true), "{text}");
    }
    for text in [
        "n", "N", "no", "No", "NO", "off", "Off", "OFF", "false", "False", "FALSE",
    ] {
        assert_eq!(resolved(text), Scalar::Bool(false), "{text}");
    }
    for text in ["yES", "oN", "tRue", "yess", "nope", "of"] {
        assert_eq!(resolved(text), string(text));
    }
}

#[test]
fn nulls() {
    for text in ["", "~", "null", "Null", "NULL"] {
        assert_eq!(resolved(text), Scalar::Null, "{text}");
    }
    assert_eq!(resolved("nULL"), string("nULL"));
}

#[test]
fn whole_numbers() {
    for (text, number) in [
        ("0", 0),
        ("-0", 0),
        ("+1", 1),
        ("0755", 493),
        ("0o755", 493),
        ("0O17", 15),
        ("-010", -8),
        ("0x1F", 31),
        ("-0x1f", -31),
        ("0B11", 3),
        ("0b-1", -1),
        ("1_000", 1000),
        ("1_", 1),
        ("0x_1", 1),
        ("-_1", -1),
        ("9223372036854775807", i64::MAX),
        ("-9223372036854775808", i64::MIN),
    ] {
        assert_eq!(resolved(text), Scalar::Int(number), "{text}");
    }
    assert_eq!(resolved("9223372036854775808"), Scalar::UInt(1 << 63));
    assert_eq!(resolved("0xffffffffffffffff"), Scalar::UInt(u64::MAX));
}

#[test]
fn other_numbers() {
    for (text, number) in [
        ("08", 8.0),
        ("089", 89.0),
        ("1e3", 1000.0),
        ("1E+3", 1000.0),
        ("5.", 5.0),
        (".5", 0.5),
        ("-.5", -0.5),
        ("1_0.5", 10.5),
        ("1e-400", 0.0),
        ("+9223372036854775808", 9_223_372_036_854_775_808.0),
        ("-9223372036854775809", -9_223_372_036_854_775_808.0),
        ("0777777777777777777777777", 7.777_777_777_777_778e23),
        (".inf", f64::INFINITY),
        ("-.INF", f64::NEG_INFINITY),
    ] {
        assert_eq!(resolved(text), Scalar::Float(number), "{text}");
    }
    assert!(matches!(resolved(".NaN"), Scalar::Float(number) if number.is_nan()));
}

#[test]
fn near_numbers_are_strings() {
    for text in [
        "1e400",
        "0o8",
        "0xg",
        "0b2",
        "1:30",
        "12:30:45",
        "2021-01-01",
        "1a",
        "1Gi",
        "-",
        "+",
        ".",
        "..",
        "._5",
        ".5_0",
        "1e",
        "1e+",
        "+-1",
        "--1",
        "0x",
        "inf",
        "nan",
        "+.nan",
        "-.nan",
        "<<",
        "=",
        "0xfffffffffffffffff",
        "1.2.3",
        "1 ",
        "١",
    ] {
        assert_eq!(resolved(text), string(text));
    }
}

#[test]
fn tags_override_the_style() {
    let of = |written: &str, text: &'static str| tagged(tag(written), text.into());
    assert_eq!(of("!!str", "yes"), string("yes"));
    assert_eq!(of("!!int", "0x10"), Scalar::Int(16));
    assert_eq!(of("!<tag:yaml.org,2002:int>", "1"), Scalar::Int(1));
    assert_eq!(of("!!%69nt", "1"), Scalar::Int(1));
    assert_eq!(of("!!float", "1"), Scalar::Float(1.0));
    assert_eq!(of("!!float", "18446744073709551615"), Scalar::Invalid);
    assert_eq!(of("!!bool", "on"), Scalar::Bool(true));
    assert_eq!(of("!!bool", "1"), Scalar::Invalid);
    assert_eq!(of("!!null", ""), Scalar::Null);
    assert_eq!(of("!!null", "x"), Scalar::Invalid);
    assert_eq!(of("!", "1"), string("1"));
    assert_eq!(of("!custom", "1"), string("1"));
    assert_eq!(of("!!binary", "eWVz"), string("yes"));
    assert_eq!(of("!!binary", "eQ=="), string("y"));
    assert_eq!(of("!!binary", "eQ="), Scalar::Invalid);
    assert_eq!(of("!!binary", "/w=="), string("\u{fffd}"));
}

#[test]
fn timestamps_as_go_reads_them() {
    for text in [
        "2001-01-01",
        "2001-1-1",
        "2001-12-14t21:59:43.10-05:00",
        "2001-12-15T2:59:43.1Z",
        "2001-12-14 21:59:43.10",
        "2000-2-29",
    ] {
        assert_eq!(tagged(Tag::Timestamp, text.into()), string(text));
    }
    for text in [
        "x",
        "1",
        "2001-13-01",
        "1900-2-29",
        "2001-12-14 21:59:43.10 -5",
        "2001-12-14T21:59:43",
        "2001-12-14T24:00:00Z",
    ] {
        assert_eq!(
            tagged(Tag::Timestamp, text.into()),
            Scalar::Invalid,
            "{text}"
        );
    }
}

#[test]
fn json_words_are_strict() {
    assert_eq!(json("1"), Scalar::Int(1));
    assert_eq!(json("-0"), Scalar::Int(0));
    assert_eq!(json("18446744073709551615"), Scalar::UInt(u64::MAX));
    assert_eq!(json("1.0"), Scalar::Float(1.0));
    assert_eq!(json("1e3"), Scalar::Float(1000.0));
    for text in [
        "yes", "True", "01", "+1", "1.", ".5", "NaN", "0x1", "1e400", "",
    ] {
        assert_eq!(json(text), Scalar::Invalid, "{text}");
    }
}

#[test]
fn toml_words() {
    assert_eq!(toml("0o755"), Scalar::Int(493));
    assert_eq!(toml("+1_000"), Scalar::Int(1000));
    assert_eq!(toml("-inf"), Scalar::Float(f64::NEG_INFINITY));
    assert_eq!(toml("6.5e-3"), Scalar::Float(0.0065));
    assert_eq!(toml("100e-00010"), Scalar::Float(1e-8));
    assert_eq!(toml("1979-05-27T07:32:00Z"), string("1979-05-27T07:32:00Z"));
    assert_eq!(toml("07:32:00"), string("07:32:00"));
    assert_eq!(toml("yes"), Scalar::Invalid);
}

#[test]
fn float_keys_are_written_with_32_bits() {
    for (number, text) in [
        (1.0, "1"),
        (1000.0, "1000"),
        (1e6, "1e+06"),
        (999_999.0, "999999"),
        (16_777_217.0, "1.6777216e+07"),
        (0.1, "0.1"),
        (0.0001, "0.0001"),
        (0.00001, "1e-05"),
        (-0.0, "-0"),
        (1e39, ".inf"),
    ] {
        assert_eq!(format::key(number), text);
    }
}

#[test]
fn json_floats_are_written_as_go_does() {
    for (number, text) in [
        (1000.0, "1000"),
        (1.25, "1.25"),
        (1e20, "100000000000000000000"),
        (1e21, "1e+21"),
        (1e-6, "0.000001"),
        (1e-7, "1e-7"),
        (1.234_567_890_123_456_8e39, "1.2345678901234568e+39"),
    ] {
        assert_eq!(json_number(number), text);
    }
}

use super::{NoQuantity, Quantity};

fn read(text: &str) -> Quantity {
    text.parse()
        .unwrap_or_else(|_| panic!("{text} is a quantity"))
}

#[test]
fn quantities_compare_by_amount() {
    let same = [
        ("1", "1000m"),
        ("0.1", "100m"),
        ("1Ki", "1024"),
        ("1.5Gi", "1536Mi"),
        ("1e3", "1k"),
        ("1E3", "1k"),
        ("12e-3", "12m"),
        ("1E", "1000P"),
        ("0", "0Mi"),
        ("-0", "0"),
        ("+5", "5"),
        ("007", "7"),
        ("5.", "5"),
        (".5", "500m"),
        ("0.0000000001", "1n"),
        ("0.001Ki", "1.024"),
        ("-0.0000000001", "-1n"),
        ("1000Ei", "9223372036854775807"),
        ("99999999999999999999", "9223372036854775807"),
        ("1.00000000000000000000", "1"),
        ("1e-2147483648", "1n"),
        // Surprising, but consistent with apimachinery.
        ("Mi", "0"),
        (".", "0"),
    ];
    for (a, b) in same {
        assert_eq!(read(a), read(b), "{a} and {b}");
    }
    let ascending = [
        "-1Gi", "-1", "-1m", "0", "1n", "1u", "1m", "120m", "1", "1.5", "999", "1k", "1Ki", "1M",
        "1Mi", "1.1Gi", "2G", "2Gi", "1T", "1e30",
    ];
    for pair in ascending.windows(2) {
        assert!(read(pair[0]) < read(pair[1]), "{pair:?}");
        assert!(read(pair[1]) > read(pair[0]), "{pair:?}");
    }
}

#[test]
fn rejects_invalid_quantities() {
    for text in [
        "", "abc", "1.1.M", "1+1.0M", "0.1mi", "0.1am", "1i", "-3.01i", "-3.01e-", "1K", "1e",
        "1 Gi", "1 ", " 1", "1mm", "1GiB", "0x10", "1,5",
    ] {
        assert_eq!(text.parse::<Quantity>(), Err(NoQuantity), "{text}");
    }
}

#[test]
fn canonical_form_has_no_fraction_and_the_largest_suffix() {
    for (text, canonical) in [
        ("0.1", "100m"),
        ("1000m", "1"),
        ("1500m", "1500m"),
        ("1.5", "1500m"),
        ("1024Ki", "1Mi"),
        ("1.5Gi", "1536Mi"),
        ("1000", "1k"),
        ("100Ki", "100Ki"),
        ("0.5Ki", "512"),
        ("1e3", "1e3"),
        ("1500e0", "1500"),
        ("0", "0"),
        ("1E", "1E"),
        ("123456", "123456"),
        ("-0.1", "-100m"),
        ("0.0001Ki", "102400u"),
        ("1.0001Ki", "1025"),
    ] {
        assert_eq!(read(text).to_string(), canonical, "{text}");
    }
}

#[test]
fn whole_and_negative() {
    assert!(read("2").is_whole() && read("2000m").is_whole() && read("1Ki").is_whole());
    assert!(!read("500m").is_whole());
    assert!(read("-1").is_negative() && !read("0").is_negative() && !read("-0").is_negative());
}

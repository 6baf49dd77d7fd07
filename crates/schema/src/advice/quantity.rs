//! What the author of an invalid quantity meant.

use podwright_model::Quantity;

/// Suffixes by what authors write, in lowercase.
const UNITS: &[(&str, &[&str])] = &[
    ("", &["b", "byte", "bytes"]),
    ("k", &["k", "kb"]),
    ("Ki", &["ki", "kib"]),
    (
        "M",
        &["m", "mb", "mbyte", "mbytes", "megabyte", "megabytes", "meg"],
    ),
    ("Mi", &["mi", "mib"]),
    (
        "G",
        &["g", "gb", "gbyte", "gbytes", "gigabyte", "gigabytes", "gig"],
    ),
    ("Gi", &["gi", "gib"]),
    ("T", &["t", "tb", "terabyte", "terabytes"]),
    ("Ti", &["ti", "tib"]),
];

/// Units of CPU time.
const CPU_UNITS: &[(&str, &[&str])] = &[
    ("", &["c", "core", "cores", "cpu", "cpus", "vcpu", "vcpus"]),
    (
        "m",
        &[
            "m",
            "mcpu",
            "mcore",
            "mcores",
            "millicore",
            "millicores",
            "millicpu",
            "milli",
        ],
    ),
];

/// Returns the valid quantities that may be meant by `text`, the likeliest first: `512MB` may be `512Mi` or `512M`.
/// Empty if the text does not tell.
#[must_use]
pub fn quantities_meant(text: &str, resource: &str) -> Vec<String> {
    let plain: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let digits = plain
        .find(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | ',' | '_'))
        .unwrap_or(plain.len());
    let (number, unit) = plain.split_at(digits);
    let number = number.replace('_', "");
    let number = match number.matches(',').count() {
        // `1,000` is a thousand, and `0,5` a half.
        1 if number
            .split(',')
            .next_back()
            .is_some_and(|rest| rest.len() != 3) =>
        {
            number.replace(',', ".")
        }
        0 => number,
        _ => return Vec::new(),
    };
    let unit = unit.to_ascii_lowercase();
    let is_cpu = resource == "cpu";
    let table = if is_cpu { CPU_UNITS } else { UNITS };
    let suffix = match unit.as_str() {
        "" => Some(""),
        unit => table
            .iter()
            .find(|(_, written)| written.contains(&unit))
            .map(|(suffix, _)| *suffix),
    };
    let suffixes: &[&str] = match suffix {
        None => return Vec::new(),
        Some("k") => &["Ki", "k"],
        Some("M") => &["Mi", "M"],
        Some("G") => &["Gi", "G"],
        Some("T") => &["Ti", "T"],
        Some("") => &[""],
        Some("Ki") => &["Ki"],
        Some("Mi") => &["Mi"],
        Some("Gi") => &["Gi"],
        Some("Ti") => &["Ti"],
        Some(_) => &["m"],
    };
    let meant = suffixes.iter().map(|suffix| format!("{number}{suffix}"));
    meant
        .filter(|meant| meant.parse::<Quantity>().is_ok() && meant != text)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::quantities_meant;

    #[test]
    fn common_mistakes_are_understood() {
        for (text, resource, meant) in [
            ("512MB", "memory", &["512Mi", "512M"][..]),
            ("1gb", "memory", &["1Gi", "1G"]),
            ("1GB", "storage", &["1Gi", "1G"]),
            ("1.5GiB", "memory", &["1.5Gi"]),
            ("512 Mi", "memory", &["512Mi"]),
            ("512mi", "memory", &["512Mi"]),
            ("10GIB", "storage", &["10Gi"]),
            ("64K", "memory", &["64Ki", "64k"]),
            ("100bytes", "memory", &["100"]),
            ("0,5", "cpu", &["0.5"]),
            ("1,000", "cpu", &[]),
            ("2 cores", "cpu", &["2"]),
            ("500mcpu", "cpu", &["500m"]),
            ("500 m", "cpu", &["500m"]),
            ("half", "cpu", &[]),
            ("50%", "memory", &[]),
            ("1_000", "pods", &["1000"]),
            ("", "memory", &[]),
        ] {
            assert_eq!(quantities_meant(text, resource), meant, "{text}");
        }
    }
}

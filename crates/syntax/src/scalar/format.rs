//! Formatting of numbers as in Go.

/// Formats a float as a JSON key like sigs.k8s.io/yaml: `strconv.FormatFloat(f, 'g', -1, 32)`.
///
/// The 32 bits are intended: `16777217.0` becomes `1.6777216e+07`.
#[allow(clippy::cast_possible_truncation)]
pub(super) fn key(number: f64) -> String {
    let number = number as f32;
    if number.is_nan() {
        return ".nan".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 { ".inf" } else { "-.inf" }.to_owned();
    }
    let scientific = format!("{number:e}");
    let (mantissa, exponent) = split(&scientific);
    if (-4..6).contains(&exponent) {
        return format!("{number}");
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{mantissa}e{sign}{:02}", exponent.abs())
}

/// Formats a finite float like Go's `encoding/json`: without an exponent from 1e-6 up to 1e21.
pub(crate) fn json_number(number: f64) -> String {
    let size = number.abs();
    if size == 0.0 || (1e-6..1e21).contains(&size) {
        return format!("{number}");
    }
    let scientific = format!("{number:e}");
    let (mantissa, exponent) = split(&scientific);
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{mantissa}e{sign}{}", exponent.abs())
}

fn split(scientific: &str) -> (&str, i32) {
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((scientific, "0"));
    (mantissa, exponent.parse().unwrap_or(0))
}

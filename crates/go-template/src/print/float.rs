//! Formatting of floats (`strconv/ftoa.go`).

/// Maximum number of digits after the point. Rust's formatting has this limit, Go's has none.
const MAX_PRECISION: usize = 60_000;

/// Formats a float as `strconv.FormatFloat` does with a verb and a precision; `None` for the shortest text that reads
/// as the same number.
#[must_use]
pub fn format_float(number: f64, verb: char, precision: Option<usize>) -> String {
    if number.is_nan() {
        return "NaN".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 { "+Inf" } else { "-Inf" }.to_owned();
    }
    let precision = precision.map(|precision| precision.min(MAX_PRECISION));
    match verb {
        'e' | 'E' => scientific(number, verb, precision),
        'f' => match precision {
            Some(precision) => format!("{number:.precision$}"),
            None => format!("{number}"),
        },
        'g' | 'G' => general(number, verb, precision),
        'b' => binary(number),
        _ => hexadecimal(number, verb, precision),
    }
}

fn scientific(number: f64, verb: char, precision: Option<usize>) -> String {
    let text = match precision {
        Some(precision) => format!("{number:.precision$e}"),
        None => format!("{number:e}"),
    };
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let marker = if verb == 'E' || verb == 'G' { 'E' } else { 'e' };
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{mantissa}{marker}{sign}{:02}", exponent.abs())
}

fn general(number: f64, verb: char, precision: Option<usize>) -> String {
    let precision = precision.map(|precision| precision.max(1));
    let text = match precision {
        Some(precision) => format!("{number:.*e}", precision - 1),
        None => format!("{number:e}"),
    };
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let digits = mantissa.trim_start_matches('-').replace('.', "");
    let count = digits.trim_end_matches('0').len().max(1);
    let count_signed = i32::try_from(count).unwrap_or(i32::MAX);
    let most = match precision {
        None => SHORTEST_LIMIT,
        Some(precision) => {
            let precision = i32::try_from(precision).unwrap_or(i32::MAX);
            match precision > count_signed && count_signed > exponent {
                true => count_signed,
                false => precision,
            }
        }
    };
    if exponent < -4 || exponent >= most {
        return scientific(number, verb, Some(count - 1));
    }
    let decimals = usize::try_from(count_signed - 1 - exponent).unwrap_or(0);
    match precision {
        // The digits are rounded already.
        Some(_) => {
            let rounded: f64 = text.parse().unwrap_or(number);
            format!("{rounded:.decimals$}")
        }
        None => format!("{number}"),
    }
}

/// From this exponent on, `%v` and `%g` without a precision print an exponent.
const SHORTEST_LIMIT: i32 = 6;

fn parts(number: f64) -> (bool, u64, i32) {
    let bits = number.to_bits();
    let exponent = i32::try_from((bits >> 52) & 0x7ff).unwrap_or(0);
    let fraction = bits & ((1 << 52) - 1);
    match exponent {
        0 => (number.is_sign_negative(), fraction, -1074),
        _ => (
            number.is_sign_negative(),
            fraction | (1 << 52),
            exponent - 1075,
        ),
    }
}

fn binary(number: f64) -> String {
    let (is_negative, mantissa, exponent) = parts(number);
    let sign = if is_negative { "-" } else { "" };
    format!("{sign}{mantissa}p{exponent:+}")
}

/// `%x`: the exact value, with a precision rounded to even.
fn hexadecimal(number: f64, verb: char, precision: Option<usize>) -> String {
    let (is_negative, mut mantissa, mut exponent) = parts(number);
    if mantissa == 0 {
        exponent = 0;
    } else {
        exponent += 60;
        while mantissa & (1 << 60) == 0 {
            mantissa <<= 1;
            exponent -= 1;
        }
    }
    if let Some(precision) = precision.filter(|&precision| precision < 15) {
        let shift = u32::try_from(60 - precision * 4).unwrap_or(0);
        let extra = mantissa & ((1 << shift) - 1);
        mantissa >>= shift;
        let half = 1u64 << (shift - 1);
        if extra > half || (extra == half && mantissa & 1 == 1) {
            mantissa += 1;
        }
        mantissa <<= shift;
        if mantissa & (1 << 61) != 0 {
            mantissa >>= 1;
            exponent += 1;
        }
    }
    let lead = mantissa >> 60;
    let fraction = format!("{:015x}", mantissa & ((1 << 60) - 1));
    let fraction = match precision {
        Some(precision) => format!("{fraction:0<precision$}")[..precision].to_owned(),
        None => fraction.trim_end_matches('0').to_owned(),
    };
    let dot = if fraction.is_empty() { "" } else { "." };
    let sign = if is_negative { "-" } else { "" };
    let exponent_sign = if exponent < 0 { '-' } else { '+' };
    let text = format!(
        "{sign}0x{lead}{dot}{fraction}p{exponent_sign}{:02}",
        exponent.abs()
    );
    match verb {
        'X' => text.to_uppercase(),
        _ => text,
    }
}

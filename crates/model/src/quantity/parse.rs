use std::str::FromStr;

use super::{Format, NoQuantity, Quantity};

/// Number of digits that always fit into a 64-bit number, as in apimachinery.
const MAX_DIGITS: i64 = 18;
/// Exponent of the smallest unit that is kept: a billionth.
const NANO: i32 = -9;
/// Upper limit for amounts that are not parsed exactly.
const MAX: i128 = i64::MAX as i128;

impl FromStr for Quantity {
    type Err = NoQuantity;

    /// Parses a quantity like `resource.ParseQuantity`: exactly if the digits fit into 64 bits, otherwise rounded up to
    /// a billionth and capped at 2⁶³ - 1.
    fn from_str(text: &str) -> Result<Self, NoQuantity> {
        let written = Written::split(text)?;
        let suffix = Suffix::read(written.suffix)?;
        let quantity = match written.exact(suffix) {
            Some(quantity) => quantity,
            None => written.rounded(suffix),
        };
        Ok(if written.is_negative {
            Self {
                mantissa: -quantity.mantissa,
                ..quantity
            }
        } else {
            quantity
        })
    }
}

/// Components of a quantity string: sign, digits before and after the decimal point, suffix. There may be no digits:
/// apimachinery parses `Mi` as 0.
struct Written<'t> {
    is_negative: bool,
    /// Without leading zeros.
    whole: &'t str,
    fraction: &'t str,
    suffix: &'t str,
}

#[derive(Clone, Copy)]
struct Suffix {
    format: Format,
    /// Power of 10, or of 2 for binary suffixes.
    power: i32,
}

impl<'t> Written<'t> {
    fn split(text: &'t str) -> Result<Self, NoQuantity> {
        if text.is_empty() {
            return Err(NoQuantity);
        }
        let is_negative = text.starts_with('-');
        let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
        let (whole, rest) = digits(unsigned);
        let (fraction, rest) = rest.strip_prefix('.').map_or(("", rest), digits);
        // Suffix letters, then a sign, then digits, and nothing after them.
        let after = rest.trim_start_matches(|c| "eEinumkKMGTP".contains(c));
        let after = after.strip_prefix(['-', '+']).unwrap_or(after);
        if !after.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(NoQuantity);
        }
        Ok(Self {
            is_negative,
            whole: whole.trim_start_matches('0'),
            fraction,
            suffix: rest,
        })
    }

    /// The amount, if its digits fit into 64 bits and it needs no rounding.
    fn exact(&self, suffix: Suffix) -> Option<Quantity> {
        let whole = self.whole.len().max(1);
        let digits = i64::try_from(whole + self.fraction.len()).ok()?;
        let (multiplier, power) = match suffix.format {
            Format::BinarySi if !self.fraction.is_empty() => return None,
            Format::BinarySi if digits + i64::from(suffix.power) * 3 / 10 + 1 > 15 => return None,
            Format::BinarySi => (1_i64 << suffix.power, 0),
            _ if digits > MAX_DIGITS => return None,
            _ => {
                let places = i32::try_from(self.fraction.len()).ok()?;
                (1, suffix.power.checked_sub(places)?)
            }
        };
        if power < NANO {
            return None;
        }
        let number: i64 = format!("0{}{}", self.whole, self.fraction).parse().ok()?;
        let number = number.checked_mul(multiplier)?;
        Some(Quantity::new(i128::from(number), power, suffix.format))
    }

    /// The amount, rounded away from 0 to a billionth, and capped.
    fn rounded(&self, suffix: Suffix) -> Quantity {
        let cut = Quantity::new(MAX, 0, suffix.format);
        let billionths = if suffix.format == Format::BinarySi {
            self.binary_billionths(suffix.power.unsigned_abs())
        } else {
            self.decimal_billionths(suffix.power)
        };
        let Some(billionths) = billionths.filter(|&n| n <= MAX * 1_000_000_000) else {
            return cut;
        };
        // A binary value below one is formatted as decimal from here on.
        let is_fraction = billionths > 0 && billionths < 1_000_000_000;
        let format = match suffix.format {
            Format::BinarySi if is_fraction => Format::DecimalSi,
            format => format,
        };
        Quantity::new(billionths, NANO, format)
    }

    /// `None` on overflow.
    fn decimal_billionths(&self, power: i32) -> Option<i128> {
        let places = i64::try_from(self.whole.len()).ok()? + i64::from(power) - i64::from(NANO);
        let digits = self.whole.bytes().chain(self.fraction.bytes());
        let mut billionths: i128 = 0;
        let mut seen = 0;
        let mut is_cut = false;
        for digit in digits {
            if seen < places {
                billionths = billionths
                    .checked_mul(10)?
                    .checked_add(i128::from(digit - b'0'))?;
            } else {
                is_cut |= digit != b'0';
            }
            seen += 1;
        }
        while billionths > 0 && seen < places {
            billionths = billionths.checked_mul(10)?;
            seen += 1;
        }
        Some(billionths + i128::from(is_cut))
    }

    /// `None` on overflow.
    fn binary_billionths(&self, power: u32) -> Option<i128> {
        let mut whole: i128 = if self.whole.is_empty() {
            0
        } else {
            self.whole.parse().ok()?
        };
        let mut fraction: Vec<u8> = self.fraction.bytes().map(|byte| byte - b'0').collect();
        for _ in 0..power {
            let mut carry = 0;
            for digit in fraction.iter_mut().rev() {
                let doubled = *digit * 2 + carry;
                *digit = doubled % 10;
                carry = doubled / 10;
            }
            whole = whole.checked_mul(2)?.checked_add(i128::from(carry))?;
        }
        let mut billionths = whole;
        for place in 0..9 {
            let digit = fraction.get(place).copied().unwrap_or(0);
            billionths = billionths.checked_mul(10)?.checked_add(i128::from(digit))?;
        }
        let is_cut = fraction.iter().skip(9).any(|&digit| digit != 0);
        Some(billionths + i128::from(is_cut))
    }
}

impl Suffix {
    fn read(text: &str) -> Result<Self, NoQuantity> {
        let (format, power) = match text {
            "n" => (Format::DecimalSi, -9),
            "u" => (Format::DecimalSi, -6),
            "m" => (Format::DecimalSi, -3),
            "" => (Format::DecimalSi, 0),
            "k" => (Format::DecimalSi, 3),
            "M" => (Format::DecimalSi, 6),
            "G" => (Format::DecimalSi, 9),
            "T" => (Format::DecimalSi, 12),
            "P" => (Format::DecimalSi, 15),
            "E" => (Format::DecimalSi, 18),
            "Ki" => (Format::BinarySi, 10),
            "Mi" => (Format::BinarySi, 20),
            "Gi" => (Format::BinarySi, 30),
            "Ti" => (Format::BinarySi, 40),
            "Pi" => (Format::BinarySi, 50),
            "Ei" => (Format::BinarySi, 60),
            _ => {
                let power = text.strip_prefix(['e', 'E']).ok_or(NoQuantity)?;
                let power: i64 = power.parse().map_err(|_| NoQuantity)?;
                #[expect(clippy::cast_possible_truncation, reason = "same as apimachinery")]
                let power = power as i32;
                (Format::DecimalExponent, power)
            }
        };
        Ok(Self { format, power })
    }
}

fn digits(text: &str) -> (&str, &str) {
    let end = text.bytes().take_while(u8::is_ascii_digit).count();
    text.split_at(end)
}

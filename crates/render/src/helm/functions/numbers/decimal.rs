//! Decimal numbers (`shopspring/decimal`), as far as sprig needs them.

/// A number times a power of ten.
#[derive(Clone, Copy, Debug)]
pub(super) struct Decimal {
    digits: i128,
    exponent: i32,
}

/// Digits after the point of a quotient.
const PRECISION: i32 = 16;

impl Decimal {
    /// The shortest decimal number that reads as this float. `None` if it is not finite.
    pub(super) fn new(number: f64) -> Option<Self> {
        if !number.is_finite() {
            return None;
        }
        let text = format!("{number:e}");
        let (mantissa, exponent) = text.split_once('e')?;
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = format!("{whole}{fraction}").parse().ok()?;
        let exponent = exponent.parse::<i32>().ok()? - i32::try_from(fraction.len()).ok()?;
        Some(Self { digits, exponent })
    }

    /// The nearest float.
    pub(super) fn to_f64(self) -> f64 {
        format!("{}e{}", self.digits, self.exponent)
            .parse()
            .unwrap_or(0.0)
    }

    /// Both with the smaller exponent. `None` if that has too many digits.
    fn aligned(self, other: Self) -> Option<(i128, i128, i32)> {
        let exponent = self.exponent.min(other.exponent);
        let scaled = |number: Self| {
            let power = u32::try_from(number.exponent - exponent).ok()?;
            number.digits.checked_mul(10i128.checked_pow(power)?)
        };
        Some((scaled(self)?, scaled(other)?, exponent))
    }

    /// Uses floats where there are too many digits.
    fn or_float(exact: Option<Self>, float: f64) -> Option<Self> {
        exact.or_else(|| Self::new(float))
    }

    pub(super) fn add(self, other: Self) -> Option<Self> {
        let exact = self.aligned(other).and_then(|(a, b, exponent)| {
            let digits = a.checked_add(b)?;
            Some(Self { digits, exponent })
        });
        Self::or_float(exact, self.to_f64() + other.to_f64())
    }

    pub(super) fn sub(self, other: Self) -> Option<Self> {
        let digits = other.digits.checked_neg()?;
        self.add(Self { digits, ..other })
    }

    pub(super) fn mul(self, other: Self) -> Option<Self> {
        let exact = self.digits.checked_mul(other.digits).map(|digits| Self {
            digits,
            exponent: self.exponent + other.exponent,
        });
        Self::or_float(exact, self.to_f64() * other.to_f64())
    }

    /// The quotient with 16 digits after the point. `None` if `other` is 0.
    pub(super) fn div(self, other: Self) -> Option<Self> {
        if other.digits == 0 {
            return None;
        }
        let shift = self.exponent - other.exponent + PRECISION;
        let exact = u32::try_from(shift.abs()).ok().and_then(|power| {
            let power = 10i128.checked_pow(power)?;
            let (dividend, divisor) = match shift >= 0 {
                true => (self.digits.checked_mul(power)?, other.digits),
                false => (self.digits, other.digits.checked_mul(power)?),
            };
            let (quotient, rest) = (dividend / divisor, dividend % divisor);
            // Halves are rounded away from zero.
            let is_up = rest.unsigned_abs().checked_mul(2)? >= divisor.unsigned_abs();
            let sign = if (dividend < 0) == (divisor < 0) {
                1
            } else {
                -1
            };
            Some(Self {
                digits: quotient + if is_up { sign } else { 0 },
                exponent: -PRECISION,
            })
        });
        Self::or_float(exact, self.to_f64() / other.to_f64())
    }
}

#[cfg(test)]
mod tests {
    use super::Decimal;

    #[test]
    fn sums_are_exact() {
        let number = |number| Decimal::new(number).expect("finite");
        let sum = number(0.1).add(number(0.2)).map(Decimal::to_f64);
        assert_eq!(sum, Some(0.3));
        let quotient = number(10.0).div(number(4.0)).map(Decimal::to_f64);
        assert_eq!(quotient, Some(2.5));
        assert!(number(1.0).div(number(0.0)).is_none());
    }
}

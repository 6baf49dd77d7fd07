//! Resource quantities, parsed, compared and formatted like `resource.Quantity` of apimachinery.

mod parse;
#[cfg(test)]
mod tests;

use std::cmp::Ordering;
use std::fmt;

use serde::{Serialize, Serializer};

/// Format of a quantity, which Kubernetes preserves in its output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// `100m`, `1.5`, `2G`
    DecimalSi,
    /// `64Mi`
    BinarySi,
    /// `1e3`
    DecimalExponent,
}

/// Amount of a resource, as an exact decimal number.
///
/// Equality compares amounts: `1`, `1000m` and `1e0` are equal.
#[derive(Clone, Copy, Debug)]
pub struct Quantity {
    /// Mantissa without trailing zeros. Zero has exponent 0.
    mantissa: i128,
    /// Power of ten.
    exponent: i32,
    format: Format,
}

/// Error for a string that is not a quantity. The API server cannot decode the object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoQuantity;

impl Quantity {
    /// Value of a null.
    pub const ZERO: Self = Self {
        mantissa: 0,
        exponent: 0,
        format: Format::DecimalSi,
    };

    fn new(mantissa: i128, exponent: i32, format: Format) -> Self {
        let (mut mantissa, mut exponent) = (mantissa, exponent);
        if mantissa == 0 {
            exponent = 0;
        }
        while mantissa != 0 && mantissa % 10 == 0 {
            mantissa /= 10;
            exponent = exponent.saturating_add(1);
        }
        Self {
            mantissa,
            exponent,
            format,
        }
    }

    /// Whether the amount is below 0.
    #[must_use]
    pub fn is_negative(&self) -> bool {
        self.mantissa < 0
    }

    /// Whether the amount is an integer, as required for extended resources.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.exponent >= 0
    }

    /// Whether the amount, rounded up to an integer, is a multiple of `unit`, as required for huge pages. Also true if
    /// a number is too large for the API server to compare.
    #[must_use]
    pub fn is_multiple_of(&self, unit: &Self) -> bool {
        let whole = |quantity: &Self| i64::try_from(quantity.rounded()?).ok();
        match (whole(self), whole(unit)) {
            (Some(number), Some(unit)) => unit > 0 && number % unit == 0,
            _ => true,
        }
    }

    /// Sum in the format of the first amount, or of the second if the first is 0. `None` on overflow.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Option<Self> {
        let exponent = self.exponent.min(other.exponent);
        let scaled = |quantity: &Self| {
            let power = quantity.exponent.checked_sub(exponent)?;
            let power = 10_i128.checked_pow(u32::try_from(power).ok()?)?;
            quantity.mantissa.checked_mul(power)
        };
        let sum = scaled(self)?.checked_add(scaled(other)?)?;
        let format = if self.mantissa == 0 {
            other.format
        } else {
            self.format
        };
        Some(Self::new(sum, exponent, format))
    }

    /// Difference in the format of the first amount, or of the second if the first is 0. `None` on overflow.
    #[must_use]
    pub fn minus(&self, other: &Self) -> Option<Self> {
        let negated = Self {
            mantissa: other.mantissa.checked_neg()?,
            ..*other
        };
        self.plus(&negated)
    }

    /// The amount, if it is an integer of 64 bits: `AsInt64`.
    #[must_use]
    pub fn as_integer(&self) -> Option<i64> {
        if self.exponent < 0 {
            return None;
        }
        i64::try_from(self.rounded()?).ok()
    }

    /// The nearest floating-point number, or one next to it: `AsApproximateFloat64`.
    #[must_use]
    pub fn approximate(&self) -> f64 {
        let text = format!("{}e{}", self.mantissa, self.exponent);
        text.parse().unwrap_or(f64::NAN)
    }

    /// The number times 10 to the power of `scale`, as an integer rounded away from 0 (3 for thousandths). `None` on
    /// overflow.
    #[must_use]
    pub fn rounded_up(&self, scale: u32) -> Option<i128> {
        let scale = i32::try_from(scale).ok()?;
        Self::new(
            self.mantissa,
            self.exponent.checked_add(scale)?,
            self.format,
        )
        .rounded()
    }

    /// The number as an integer rounded away from 0. `None` on overflow.
    fn rounded(&self) -> Option<i128> {
        let power = 10_i128.checked_pow(self.exponent.unsigned_abs())?;
        if self.exponent >= 0 {
            return self.mantissa.checked_mul(power);
        }
        let cut = self.mantissa % power != 0;
        Some(self.mantissa / power + self.mantissa.signum() * i128::from(cut))
    }

    /// Mantissa and exponent, with the exponent normalized to a multiple of 3 that a suffix can express.
    fn thousands(&self) -> (i128, i32) {
        let spare = self.exponent.rem_euclid(3);
        let digits = self.mantissa * 10_i128.pow(spare.unsigned_abs());
        (digits, self.exponent - spare)
    }
}

impl From<i64> for Quantity {
    /// An integer in the format `DecimalExponent`.
    fn from(number: i64) -> Self {
        Self::new(i128::from(number), 0, Format::DecimalExponent)
    }
}

impl PartialEq for Quantity {
    fn eq(&self, other: &Self) -> bool {
        (self.mantissa, self.exponent) == (other.mantissa, other.exponent)
    }
}

impl Eq for Quantity {}

impl PartialOrd for Quantity {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Quantity {
    fn cmp(&self, other: &Self) -> Ordering {
        let signs = self.mantissa.signum().cmp(&other.mantissa.signum());
        if signs != Ordering::Equal || self.mantissa == 0 {
            return signs;
        }
        let magnitude = |quantity: &Self| {
            let digits = i64::from(quantity.mantissa.unsigned_abs().ilog10());
            digits + i64::from(quantity.exponent)
        };
        let sizes = magnitude(self).cmp(&magnitude(other));
        let larger = sizes.then_with(|| same_size(self, other));
        if self.mantissa < 0 {
            larger.reverse()
        } else {
            larger
        }
    }
}

/// Compares the digits of two numbers with the same order of magnitude.
fn same_size(a: &Quantity, b: &Quantity) -> Ordering {
    let (a, b) = (
        a.mantissa.unsigned_abs().to_string(),
        b.mantissa.unsigned_abs().to_string(),
    );
    let width = a.len().max(b.len());
    format!("{a:0<width$}").cmp(&format!("{b:0<width$}"))
}

impl Serialize for Quantity {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl fmt::Display for Quantity {
    /// Canonical form: no fraction, the largest possible suffix, in the original format.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.format {
            Format::BinarySi => match self.rounded() {
                // Below 1024, no binary suffix applies.
                Some(number) if number.unsigned_abs() >= 1024 => binary(number, f),
                _ => decimal(self, f),
            },
            Format::DecimalSi => decimal(self, f),
            Format::DecimalExponent => {
                let (digits, exponent) = self.thousands();
                match exponent {
                    0 => write!(f, "{digits}"),
                    _ => write!(f, "{digits}e{exponent}"),
                }
            }
        }
    }
}

fn binary(number: i128, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut number = number;
    let mut suffix = "";
    for larger in ["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"] {
        if number % 1024 != 0 {
            break;
        }
        number /= 1024;
        suffix = larger;
    }
    write!(f, "{number}{suffix}")
}

fn decimal(quantity: &Quantity, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let (digits, exponent) = quantity.thousands();
    let suffix = match exponent {
        -9 => "n",
        -6 => "u",
        -3 => "m",
        0 => "",
        3 => "k",
        6 => "M",
        9 => "G",
        12 => "T",
        15 => "P",
        18 => "E",
        exponent => return write!(f, "{digits}e{exponent}"),
    };
    write!(f, "{digits}{suffix}")
}

//! Sizes in bytes on the command line.

use std::fmt;
use std::str::FromStr;

use podwright_cluster::workspace::SizeLimits;

/// Number of bytes, written as a quantity of Kubernetes with a binary suffix or none: `64Mi`, `512Ki`, `1000`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Size(u64);

const SUFFIXES: [(&str, u64); 3] = [("Gi", 1 << 30), ("Mi", 1 << 20), ("Ki", 1 << 10)];

impl Size {
    pub(crate) fn bytes(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }
}

impl Default for Size {
    fn default() -> Self {
        Self(SizeLimits::DOCUMENT as u64)
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let suffix = SUFFIXES
            .iter()
            .find(|(_, unit)| self.0.is_multiple_of(*unit));
        match suffix.filter(|_| self.0 > 0) {
            Some((suffix, unit)) => write!(f, "{}{suffix}", self.0 / unit),
            None => write!(f, "{}", self.0),
        }
    }
}

impl FromStr for Size {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let suffixes = SUFFIXES.iter();
        let mut split =
            suffixes.filter_map(|(suffix, unit)| Some((text.strip_suffix(suffix)?, *unit)));
        let (number, unit) = split.next().unwrap_or((text, 1));
        let number = number.parse::<u64>().ok();
        let size = number.and_then(|number| number.checked_mul(unit));
        match size.filter(|size| *size > 0) {
            Some(size) => Ok(Self(size)),
            None => Err("not a size; write a whole number with `Ki`, `Mi`, or `Gi`".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Size;

    #[test]
    fn sizes_are_shown_as_they_are_written() {
        for text in ["64Mi", "1Gi", "3Ki", "1000"] {
            assert_eq!(text.parse::<Size>().unwrap().to_string(), text);
        }
        assert_eq!(Size::default().to_string(), "64Mi");
        assert_eq!("1024Ki".parse::<Size>().unwrap().bytes(), 1 << 20);
        for text in ["", "0", "-1", "1.5Gi", "64MB", "Mi", "99999999999Gi"] {
            assert!(text.parse::<Size>().is_err(), "{text}");
        }
    }
}

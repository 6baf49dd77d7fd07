//! Number limits, with the effects of Go's number conversions.

use super::Told;
use crate::custom::limits::{Bound, Limits};
use crate::limit::Limit;

/// Checks an integer. Fractions of the limits are truncated (`MaximumNativeType`).
#[allow(clippy::cast_possible_truncation)]
pub(super) fn int<'a>(number: i64, limits: &'a Limits, told: &mut Told<'a, '_>) {
    let cut = |bound: Bound| bound.at as i64;
    if let Some(bound) = limits.maximum
        && (number > cut(bound) || (bound.is_exclusive && number == cut(bound)))
    {
        told.limit(most(bound));
    }
    if let Some(bound) = limits.minimum
        && (number < cut(bound) || (bound.is_exclusive && number == cut(bound)))
    {
        told.limit(least(bound));
    }
    if let Some(factor) = limits.multiple_of {
        let whole = factor as i64;
        if whole <= 0 || number.checked_rem(whole) != Some(0) {
            told.limit(Limit::NotMultiple(factor));
        }
    }
}

pub(super) fn float<'a>(number: f64, limits: &'a Limits, told: &mut Told<'a, '_>) {
    if let Some(bound) = limits.maximum
        && (number > bound.at || (bound.is_exclusive && number >= bound.at))
    {
        told.limit(most(bound));
    }
    if let Some(bound) = limits.minimum
        && (number < bound.at || (bound.is_exclusive && number <= bound.at))
    {
        told.limit(least(bound));
    }
    if let Some(factor) = limits.multiple_of {
        let times = if factor < 1.0 {
            1.0 / factor * number
        } else {
            number / factor
        };
        if factor <= 0.0 || !is_whole(times) {
            told.limit(Limit::NotMultiple(factor));
        }
    }
}

/// Returns whether the number is an integer, or nearly one: `IsFloat64AJSONInteger`.
pub(super) fn is_whole(number: f64) -> bool {
    const MAX_COUNT: f64 = 9_007_199_254_740_991.0;
    if !number.is_finite() || !(-MAX_COUNT..=MAX_COUNT).contains(&number) {
        return false;
    }
    let whole = number.trunc();
    let difference = (number - whole).abs();
    if difference == 0.0 {
        return true;
    }
    number > 0.0 && whole > 0.0 && difference / (number + whole) < 1e-9
}

fn most<'a>(bound: Bound) -> Limit<'a> {
    Limit::Most {
        at: bound.at,
        is_exclusive: bound.is_exclusive,
    }
}

fn least<'a>(bound: Bound) -> Limit<'a> {
    Limit::Least {
        at: bound.at,
        is_exclusive: bound.is_exclusive,
    }
}

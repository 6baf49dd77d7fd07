use rustc_hash::FxHashMap;

use podwright_model::{Field, Toleration};

/// A toleration with its fields as the API server stores them: an absent field is empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tolerated<'a> {
    /// `key`; empty with `Exists` matches every taint.
    pub key: &'a str,
    /// `operator`
    pub operator: &'a str,
    /// `value`
    pub value: &'a str,
    /// `effect`; empty matches every effect.
    pub effect: &'a str,
    /// `tolerationSeconds`
    pub seconds: Option<i64>,
}

/// Merges the tolerations of a Pod and its RuntimeClass: returns those that remain, the Pod's first, in order
/// (`MergeTolerations`, `pkg/util/tolerations`).
///
/// A toleration is dropped if another one covers it; of equal tolerations, the first remains.
#[must_use]
pub fn merge_tolerations<'a>(pod: &[Tolerated<'a>], class: &[Tolerated<'a>]) -> Vec<Tolerated<'a>> {
    let all: Vec<Tolerated<'a>> = pod.iter().chain(class).copied().collect();
    // A toleration is covered only by one with the same key, or by one that matches every key.
    let mut by_key: FxHashMap<&str, Vec<usize>> = FxHashMap::default();
    for (index, one) in all.iter().enumerate() {
        by_key.entry(one.key).or_default().push(index);
    }
    let same = |key: &str| by_key.get(key).map_or(&[][..], Vec::as_slice);
    let mut is_kept = vec![false; all.len()];
    for (index, one) in all.iter().enumerate() {
        let keyless = same("").iter().filter(|_| !one.key.is_empty());
        let mut candidates = same(one.key).iter().chain(keyless);
        is_kept[index] = !candidates.any(|&other| {
            let is_later = other > index && all[other] != *one;
            (is_later || is_kept[other]) && all[other].includes(one)
        });
    }
    let kept = all.into_iter().zip(is_kept);
    kept.filter_map(|(one, is_kept)| is_kept.then_some(one))
        .collect()
}

impl<'a> Tolerated<'a> {
    /// Converts a toleration; `None` if part of it is not known.
    #[must_use]
    pub fn of(toleration: &'a Toleration) -> Option<Self> {
        let written = |field: &'a Field<String>| match field {
            Field::Missing | Field::Null(_) => Some(""),
            Field::Value(text, _) => Some(text.as_str()),
            Field::Unknown(_) | Field::Invalid(_) => None,
        };
        Some(Self {
            key: written(&toleration.key)?,
            operator: written(&toleration.operator)?,
            value: written(&toleration.value)?,
            effect: written(&toleration.effect)?,
            seconds: match &toleration.toleration_seconds {
                Field::Missing | Field::Null(_) => None,
                Field::Value(seconds, _) => Some(*seconds),
                Field::Unknown(_) | Field::Invalid(_) => return None,
            },
        })
    }

    /// Whether it tolerates a taint, regardless of the duration (`ToleratesTaint`).
    #[must_use]
    pub fn tolerates(&self, key: &str, value: &str, effect: &str) -> bool {
        let fits_value = match self.operator {
            "Exists" => true,
            "Equal" | "" => self.value == value,
            // `Lt` and `Gt`, which require a feature gate: assume a match.
            _ => true,
        };
        (self.key.is_empty() || self.key == key)
            && (self.effect.is_empty() || self.effect == effect)
            && fits_value
    }
}

impl Tolerated<'_> {
    /// Whether it covers `other` (`isSuperset`).
    fn includes(&self, other: &Self) -> bool {
        if self == other {
            return true;
        }
        let is_every_key = self.key.is_empty() && self.operator == "Exists";
        let keys = self.key == other.key || is_every_key;
        let effects = self.effect == other.effect || self.effect.is_empty();
        let seconds = self.effect != "NoExecute" || at_most(other.seconds, self.seconds);
        let values = match self.operator {
            "Exists" => true,
            // The operator of `other` must be written, although an absent one means the same.
            "Equal" | "" => other.operator == "Equal" && other.value == self.value,
            _ => false,
        };
        keys && effects && seconds && values
    }
}

/// Whether the duration `a` is at most `b`; `None` is unlimited.
fn at_most(a: Option<i64>, b: Option<i64>) -> bool {
    match (a, b) {
        (_, None) => true,
        (None, Some(_)) => false,
        (Some(a), Some(b)) => a <= b,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All valid tolerations with one key, one value, and two effects in addition to "all".
    fn universe() -> Vec<Tolerated<'static>> {
        let shapes = [
            ("a", "", ""),
            ("a", "", "x"),
            ("a", "Equal", ""),
            ("a", "Equal", "x"),
            ("a", "Exists", ""),
            ("", "Exists", ""),
        ];
        let effects = [
            ("", None),
            ("NoSchedule", None),
            ("NoExecute", None),
            ("NoExecute", Some(5)),
        ];
        let mut all = Vec::new();
        for (key, operator, value) in shapes {
            for (effect, seconds) in effects {
                all.push(Tolerated {
                    key,
                    operator,
                    value,
                    effect,
                    seconds,
                });
            }
        }
        all
    }

    /// Whether a taint is tolerated for `seconds` (`None`: forever), according to `ToleratesTaint` and eviction.
    fn tolerates(one: &Tolerated<'_>, taint: (&str, &str, &str), seconds: Option<i64>) -> bool {
        let (key, value, effect) = taint;
        (one.key.is_empty() || one.key == key)
            && (one.effect.is_empty() || one.effect == effect)
            && (one.operator == "Exists" || one.value == value)
            && (effect != "NoExecute" || at_most(seconds, one.seconds))
    }

    #[test]
    fn merging_loses_nothing_and_a_second_time_changes_nothing() {
        let all = universe();
        let mut taints = Vec::new();
        for key in ["a", "b"] {
            for value in ["", "x", "y"] {
                for effect in ["NoSchedule", "NoExecute"] {
                    taints.push((key, value, effect));
                }
            }
        }
        let is_tolerated = |list: &[Tolerated<'_>], taint, seconds| {
            list.iter().any(|one| tolerates(one, taint, seconds))
        };
        for a in &all {
            for b in &all {
                for c in &all {
                    let before = [*a, *b, *c];
                    let merged = merge_tolerations(&before[..1], &before[1..]);
                    assert_eq!(merge_tolerations(&merged, &[]), merged, "{before:?}");
                    for taint in &taints {
                        for seconds in [Some(5), None] {
                            assert_eq!(
                                is_tolerated(&before, *taint, seconds),
                                is_tolerated(&merged, *taint, seconds),
                                "{before:?} {taint:?}"
                            );
                        }
                    }
                }
            }
        }
    }
}

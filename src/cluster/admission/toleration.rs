/// A toleration, its fields as the API server has them: what is absent is empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tolerated<'a> {
    /// `key`; empty, with `Exists`: every taint.
    pub key: &'a str,
    /// `operator`
    pub operator: &'a str,
    /// `value`
    pub value: &'a str,
    /// `effect`; empty: every effect.
    pub effect: &'a str,
    /// `tolerationSeconds`
    pub seconds: Option<i64>,
}

/// The tolerations of a Pod under its RuntimeClass: which of the Pod's and then the class's are left, in order
/// (`MergeTolerations`, `pkg/util/tolerations`).
///
/// One goes if another tolerates all that it does; of equal ones the first stays.
#[must_use]
pub fn merge_tolerations<'a>(pod: &[Tolerated<'a>], class: &[Tolerated<'a>]) -> Vec<Tolerated<'a>> {
    let all: Vec<Tolerated<'a>> = pod.iter().chain(class).copied().collect();
    let mut merged: Vec<Tolerated<'a>> = Vec::with_capacity(all.len());
    for (index, one) in all.iter().enumerate() {
        let by_kept = merged.iter().any(|kept| kept.includes(one));
        let mut later = all[index + 1..].iter();
        let by_later = later.any(|other| other != one && other.includes(one));
        if !by_kept && !by_later {
            merged.push(*one);
        }
    }
    merged
}

impl Tolerated<'_> {
    /// Whether it tolerates all that `other` does (`isSuperset`).
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
            // That of `other` must be written, although absent means the same.
            "Equal" | "" => other.operator == "Equal" && other.value == self.value,
            _ => false,
        };
        keys && effects && seconds && values
    }
}

/// Whether `a` is no longer than `b`; `None` is for ever.
fn at_most(a: Option<i64>, b: Option<i64>) -> bool {
    match (a, b) {
        (_, None) => true,
        (None, Some(_)) => false,
        (Some(a), Some(b)) => a <= b,
    }
}

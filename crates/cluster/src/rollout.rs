//! Rolling updates of Deployments (`pkg/controller/deployment/util/deployment_util.go`).

use podwright_schema::{IntOrText, Value};

/// How many Pods a rolling update may add and take away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fenceposts {
    /// Number of Pods beyond `replicas`.
    pub surge: i64,
    /// Number of Pods that may be missing.
    pub unavailable: i64,
}

/// Resolves `maxSurge` and `maxUnavailable` of the strategy of a Deployment with so many replicas, as
/// `ResolveFenceposts` does: the default of both is 25 %, `maxSurge` is rounded up and `maxUnavailable` down, and if both
/// are 0, one Pod may be missing. `None` if the strategy is `Recreate`, or not known.
#[must_use]
pub fn fenceposts(strategy: Value<'_>, replicas: i64) -> Option<Fenceposts> {
    let kind = strategy.get("type");
    if strategy.is_unknown() || !(kind.is_absent() || kind.is("RollingUpdate")) {
        return None;
    }
    let rolling = strategy.get("rollingUpdate");
    let surge = amount(rolling.get("maxSurge"), replicas, 99)?;
    let unavailable = amount(rolling.get("maxUnavailable"), replicas, 0)?;
    let is_stuck = surge == 0 && unavailable == 0;
    Some(Fenceposts {
        surge,
        unavailable: if is_stuck { 1 } else { unavailable },
    })
}

fn amount(field: Value<'_>, replicas: i64, rounding: i64) -> Option<i64> {
    let percent = if field.is_absent() {
        25
    } else {
        match field.int_or_text()? {
            IntOrText::Int(number) => return Some(number),
            IntOrText::Text(text) => text.strip_suffix('%')?.parse::<i64>().ok()?,
        }
    };
    Some(percent.saturating_mul(replicas).saturating_add(rounding) / 100)
}

#[cfg(test)]
mod tests {
    use super::{Fenceposts, fenceposts};
    use podwright_schema::Value;

    #[test]
    fn surge_is_rounded_up_and_unavailable_down() {
        for (strategy, replicas, expected) in [
            ("{}", 1, Some((1, 0))),
            ("{}", 3, Some((1, 0))),
            ("{}", 4, Some((1, 1))),
            ("{}", 10, Some((3, 2))),
            ("{type: Recreate}", 1, None),
            (
                "{type: RollingUpdate, rollingUpdate: {maxSurge: 0}}",
                1,
                Some((0, 1)),
            ),
            (
                "{rollingUpdate: {maxSurge: 0, maxUnavailable: 1}}",
                1,
                Some((0, 1)),
            ),
            (
                "{rollingUpdate: {maxSurge: 50%, maxUnavailable: 50%}}",
                3,
                Some((2, 1)),
            ),
        ] {
            let text = format!("strategy: {strategy}\n");
            let tree = podwright_syntax::parse(text.as_str().into());
            let root = Value::new(&tree, tree.documents()[0].root);
            let found = fenceposts(root.get("strategy"), replicas);
            let expected = expected.map(|(surge, unavailable)| Fenceposts { surge, unavailable });
            assert_eq!(found, expected, "{strategy} of {replicas}");
        }
    }
}

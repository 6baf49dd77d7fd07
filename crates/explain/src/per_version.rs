use serde::{Serialize, Serializer};

use podwright_model::{KubernetesVersion, VersionRange};

/// An answer for a range of releases, split into parts where it differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PerVersion<T>(Vec<(VersionRange, T)>);

impl<T: PartialEq> PerVersion<T> {
    /// Evaluates `answer` for each release of `range` and merges equal neighbors.
    #[must_use]
    pub fn new(range: VersionRange, answer: impl Fn(KubernetesVersion) -> T) -> Self {
        let mut parts: Vec<(VersionRange, T)> = Vec::new();
        for minor in range.oldest.0..=range.newest.0 {
            let version = KubernetesVersion(minor);
            let here = answer(version);
            match parts.last_mut() {
                Some((part, last)) if *last == here => part.newest = version,
                _ => {
                    let only = VersionRange {
                        oldest: version,
                        newest: version,
                    };
                    parts.push((only, here));
                }
            }
        }
        Self(parts)
    }
}

impl<T> PerVersion<T> {
    /// Returns the parts of the range with their answers, oldest first.
    #[must_use]
    pub fn parts(&self) -> &[(VersionRange, T)] {
        &self.0
    }

    /// Returns the answer if it is the same for all releases.
    #[must_use]
    pub fn only(&self) -> Option<&T> {
        match self.0.as_slice() {
            [(_, answer)] => Some(answer),
            _ => None,
        }
    }

    /// Returns the answer for the newest release.
    #[must_use]
    pub fn newest(&self) -> Option<&T> {
        self.0.last().map(|(_, answer)| answer)
    }
}

impl<T: Serialize> Serialize for PerVersion<T> {
    /// Serializes a list of the parts: the fields of each answer, and its releases as `kubernetes`.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Part<'a, T> {
            kubernetes: VersionRange,
            #[serde(flatten)]
            answer: &'a T,
        }
        serializer.collect_seq(self.0.iter().map(|(range, answer)| Part {
            kubernetes: *range,
            answer,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_neighbours_are_one() {
        let range: VersionRange = "1.28-1.36".parse().unwrap();
        let over = PerVersion::new(range, |version| version.0 >= 35);
        let parts: Vec<(u16, u16, bool)> = over
            .parts()
            .iter()
            .map(|(part, answer)| (part.oldest.0, part.newest.0, *answer))
            .collect();
        assert_eq!(parts, [(28, 34, false), (35, 36, true)]);
        assert_eq!((over.only(), over.newest()), (None, Some(&true)));
        assert_eq!(PerVersion::new(range, |_| 1).only(), Some(&1));
    }
}

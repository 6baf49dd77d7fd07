//! Which files may be applied to one cluster at the same time.

use podwright_syntax::text::FileId;

use super::Worlds;

impl Worlds {
    /// The render that brings the object that asks for a render, and so on. `None` if that object is written in a file.
    fn outermost(&self, index: usize) -> Option<usize> {
        let mut index = index;
        for _ in 0..=self.renders.len() {
            match self.renders[index].asked_by {
                Some(asker) => index = *self.of_file.get(&asker.file)?,
                None => return Some(index),
            }
        }
        None
    }

    /// Whether objects of the two files may be in one cluster at the same time, as far as renders tell: two renders of
    /// the same objects are variants of each other.
    pub(in super::super) fn coexist(&self, one: FileId, other: FileId) -> bool {
        let index = |file: FileId| {
            let of_file = self.of_file.get(&file);
            of_file.or_else(|| self.used_by.get(&file)?.first())
        };
        let (Some(&one), Some(&other)) = (index(one), index(other)) else {
            return true;
        };
        let cluster = |index: usize| self.clusters.get(&self.renders[index].asked_by?);
        if let (Some(one), Some(other)) = (cluster(one), cluster(other))
            && one.differs(other)
        {
            return false;
        }
        let (one, other) = (self.outermost(one), self.outermost(other));
        if one == other {
            return true;
        }
        let (Some(one), Some(other)) = (one, other) else {
            return true;
        };
        let resources = |index: usize| match &self.renders[index].result {
            Ok(rendered) => rendered.resources.as_slice(),
            Err(_) => &[],
        };
        let (mut a, mut b) = (resources(one), resources(other));
        while let ([first, rest @ ..], [second, others @ ..]) = (a, b) {
            match first.cmp(second) {
                std::cmp::Ordering::Equal => return false,
                std::cmp::Ordering::Less => a = rest,
                std::cmp::Ordering::Greater => b = others,
            }
        }
        true
    }
}

//! What an evaluation may cost: `k8s.io/apiserver/pkg/apis/cel`.

use crate::EvaluationError;

/// Cost of a single expression at which the API server stops it: `PerCallLimit`.
pub const CALL_LIMIT: u64 = 1_000_000;

/// Bytes that the values which an expression makes may have in total. The result is unknown beyond.
const MAX_MEMORY: u64 = 4 << 20;

/// Counts what evaluations cost, and stops them.
///
/// The API server counts in the same units, but not always the same number, because it evaluates constants only once.
/// So the result is unknown if the cost is near the limit.
#[derive(Clone, Debug)]
pub struct Budget {
    used: u64,
    limit: u64,
    memory: u64,
    steps: u64,
}

/// Steps of comprehensions that an expression may take in total. The API server allows more, but policies apply to many
/// objects; the result is unknown beyond.
const MAX_STEPS: u64 = 250_000;

impl Default for Budget {
    fn default() -> Self {
        Self::new(CALL_LIMIT)
    }
}

impl Budget {
    /// A budget of `limit` units.
    #[must_use]
    pub const fn new(limit: u64) -> Self {
        Self {
            used: 0,
            limit,
            memory: 0,
            steps: 0,
        }
    }

    /// What was used so far.
    #[must_use]
    pub const fn used(&self) -> u64 {
        self.used
    }

    pub(crate) fn spend(&mut self, cost: u64) -> Result<(), EvaluationError> {
        self.used = self.used.saturating_add(cost);
        // Far above the limit, the API server has stopped, too.
        if self.used > self.limit.saturating_mul(2) {
            return Err(EvaluationError::TooExpensive);
        }
        Ok(())
    }

    /// Counts bytes that a function makes.
    pub(crate) fn make(&mut self, bytes: usize) -> Result<(), EvaluationError> {
        self.memory = self.memory.saturating_add(bytes as u64);
        if self.memory > MAX_MEMORY {
            return Err(EvaluationError::Unknown(
                "the expression makes very large values".into(),
            ));
        }
        Ok(())
    }

    /// Counts a step of a comprehension, so that even one without cost comes to an end.
    pub(crate) fn tick(&mut self) -> Result<(), EvaluationError> {
        self.steps += 1;
        if self.steps > MAX_STEPS {
            return Err(EvaluationError::Unknown(
                "the expression takes very many steps".into(),
            ));
        }
        Ok(())
    }

    /// Whether the cost is so near the limit that the API server may have stopped the expression.
    pub(crate) const fn is_near(&self) -> bool {
        self.used > self.limit / 10 * 7
    }
}

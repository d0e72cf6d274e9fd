//! What a reader took for something, or guessed.

/// What a reader took for something, or guessed.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Remark {
    /// Numbers from 0 to 1 became grey values from 0 to 255.
    Unit,
    /// Numbers of another range became grey values from 0 to 255.
    Range {
        /// The number that became 0.
        low: f64,
        /// The number that became 255.
        high: f64,
    },
    /// Numbers with fractions became whole grey values.
    Rounded,
    /// Numbers a little outside of the range became its nearest end.
    Clamped {
        /// Count of these numbers.
        count: usize,
    },
}

//! What a reader took for something, or guessed.

/// What a reader took for something, or guessed.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Remark {
    /// Numbers from 0 to 1 became grey values from 0 to 255.
    Unit,
}

//! Problems of cross-validation.

/// The reason why the training images cannot be held out fold by fold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FoldsProblem {
    /// The held-out images would also stop training early, and so choose the network that they judge.
    EarlyStopping,
    /// Folds by writer were asked for, but the writers are not known.
    UnknownWriters,
    /// There are fewer images, or writers, than folds.
    TooFew {
        /// Training images.
        images: usize,
        /// Folds asked for.
        folds: usize,
    },
}

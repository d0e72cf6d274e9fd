//! The actions on files that can be refused.

/// The action that the operating system refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileAction {
    /// Read a file or a folder.
    Read,
    /// Write a file.
    Write,
    /// Create a folder.
    Create,
    /// Put a file or a folder in the place of another.
    Replace,
    /// Remove a file or a folder.
    Remove,
}

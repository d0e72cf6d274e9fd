//! The program: its output, the files it writes, and its exit codes.

mod earlier;
mod evaluate;
mod experiments;
mod export;
mod import;
mod judged;
mod place;
mod predict;
mod predict_rows;
mod read;
mod resume;
mod show;
#[cfg(unix)]
mod signals;
#[cfg(unix)]
mod survive;
mod train;
mod usage;
mod verify;

pub use place::{Place, text};

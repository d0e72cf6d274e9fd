//! What needs an operating system: devices, burn-train's Learner, run folders, signals.

pub mod curves;
pub mod device;
pub mod export;
pub mod files;
pub mod interrupt;
pub mod lab;
pub mod learner;
mod metric;
pub mod pictures;
mod progress;
pub mod run_dir;
pub mod session;
pub mod source;
pub mod survey;
pub mod validation;

pub use learner::{Outcome, Training, train};
pub use progress::Progress;
pub use run_dir::RunDir;

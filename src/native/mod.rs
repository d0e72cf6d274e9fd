//! Everything that needs an operating system: devices, burn-train's Learner, run folders, files, signals.

pub mod cross_validation;
pub mod curves;
pub mod detect;
pub mod device;
pub mod error;
pub mod export;
pub mod files;
pub mod interrupt;
pub mod lab;
pub mod learner;
pub mod pictures;
mod progress;
pub mod run_dir;
pub mod session;
pub mod source;
pub mod template;

pub use error::{Error, Result};
pub use learner::{Outcome, Training, train};
pub use progress::Progress;
pub use run_dir::RunDir;

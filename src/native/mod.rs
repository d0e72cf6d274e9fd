//! Everything that needs an operating system: devices, burn-train's Learner, run folders, files, signals.

pub mod cross_validation;
pub mod data_export;
pub mod device;
pub mod error;
mod learner;
pub mod pictures;
mod progress;
pub mod source;
mod threads;

// The program's own: public, because the program is a crate beside the library.
#[doc(hidden)]
pub mod configuration;
#[doc(hidden)]
pub mod curves;
#[doc(hidden)]
pub mod detect;
#[doc(hidden)]
pub mod estimate;
#[doc(hidden)]
pub mod exchange;
#[doc(hidden)]
pub mod files;
#[doc(hidden)]
pub mod import;
#[doc(hidden)]
pub mod interrupt;
#[doc(hidden)]
pub mod judge;
#[doc(hidden)]
pub mod lab;
#[doc(hidden)]
pub mod run_dir;
#[doc(hidden)]
pub mod session;
#[doc(hidden)]
pub mod sheets;
#[doc(hidden)]
pub mod template;
#[doc(hidden)]
pub mod verify;
#[doc(hidden)]
pub use error::{Error, Result};
pub use learner::{Outcome, SaveState, Training, train};
pub use progress::Progress;
pub use run_dir::{RunDir, Trained};

//! Train a first neural network: handwritten digits, a multilayer perceptron, [Burn](https://burn.dev).
//!
//! The whole way from images to a verdict, as `chiffres train config/mlp.toml` goes it:
//!
//! ```
//! use burn::tensor::Device;
//! use chiffres::{Classifier, Dataset, Experiment, SavedModel, Split, SplitName, Trainer, evaluate};
//!
//! let text = "[model]\nhidden = [15]\n[training]\nepochs = 100";
//! let experiment = Experiment::from_toml("example.toml", text, &[])?;
//! let digits = Dataset::digits()?;
//! let split = Split::new(&digits, &experiment)?;
//!
//! let mut trainer = Trainer::new(&experiment, &digits, &Device::flex())?;
//! while let Some(epoch) = trainer.epoch() {
//!     assert!(epoch.train.loss.is_finite());
//! }
//!
//! let saved = SavedModel::new(&experiment, &digits, trainer.model().weights());
//! let classifier = Classifier::new(&saved, &Device::flex());
//! let verdict = evaluate(&classifier, &digits, &split, SplitName::Test)?;
//! assert!(verdict.error_rate() < 0.15);
//! # Ok::<(), chiffres::Error>(())
//! ```
//!
//! Everything but [`native`] compiles to WebAssembly: no files, threads, clock or terminal in it.
#![warn(missing_docs)]
// `clippy.toml` lists what needs an operating system. Only `native` may use it; only the program prints.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]
#![deny(clippy::print_stdout, clippy::print_stderr, clippy::dbg_macro)]

pub mod checkpoint;
pub mod config;
pub mod cross_validation;
pub mod data;
pub mod drawings;
pub mod error;
pub mod evaluate;
pub mod formats;
pub mod inspect;
pub mod metrics;
pub mod model;
pub mod novelty;
pub mod predict;
pub mod preprocess;
mod random;
pub mod recognise;
pub mod train;

#[cfg(feature = "native")]
#[allow(clippy::disallowed_methods, clippy::disallowed_types)]
pub mod native;

pub use checkpoint::SavedModel;
pub use config::Experiment;
pub use data::{Dataset, Split, SplitName};
pub use error::{Error, Result};
pub use evaluate::{Evaluation, evaluate};
pub use metrics::History;
pub use model::{Mlp, MlpConfig};
pub use predict::{Classifier, Prediction};
pub use recognise::{Recogniser, Recognition};
pub use train::{Trainer, TrainingState};

/// The README's program, so that the documentation tests compile and run it.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

/// The same in the French README.
#[cfg(doctest)]
#[doc = include_str!("../README.fr.md")]
struct ReadmeInFrench;

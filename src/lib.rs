//! Train a first neural network: handwritten digits, a multilayer perceptron, [Burn](https://burn.dev).
//!
//! The crate holds 1,797 digits of 8x8 pixels. From them to a tested network:
//!
//! ```
//! use burn::tensor::Device;
//! use chiffres::{Classifier, Dataset, Experiment, SavedModel, SplitName, Trainer, evaluate};
//!
//! let digits = Dataset::digits()?;
//! let experiment = Experiment::from_toml("example", "[model]\nhidden = [15]\n[training]\nepochs = 100", &[])?;
//!
//! let mut trainer = Trainer::new(&experiment, &digits, &Device::flex())?;
//! while let Some(epoch) = trainer.epoch() {
//!     println!("epoch {}: loss {:.3}", epoch.epoch, epoch.train.loss);
//! }
//!
//! let saved = SavedModel::new(&experiment, &digits, trainer.final_weights());
//! let classifier = Classifier::new(&saved, &Device::flex());
//! let evaluation = evaluate(&classifier, &digits, trainer.split(), SplitName::Test)?;
//! println!("{} errors of {} images", evaluation.errors(), evaluation.answers.len());
//! assert!(evaluation.error_rate() < 0.15);
//! # Ok::<(), chiffres::Error>(())
//! ```
//!
//! The same experiment on the same CPU backend ends with the same weights, bit for bit.
//!
//! # Tour
//!
//! In the order in which data flows:
//!
//! 1. [`Experiment`] holds all settings. [`config`] has their types, defaults and allowed values.
//! 2. [`Dataset`] holds labelled images, [`Split`] the ones that train, validate and test. [`data`] turns them into
//!    batches of tensors; [`formats`] reads and writes CSV, NumPy and idx.
//! 3. [`MlpConfig`] makes the network, an [`Mlp`] of Burn's layers. [`model`] is in the form of Burn's guide.
//! 4. [`Trainer`] is the training loop. [`train`] has its parts: one step, schedule, early stopping, state.
//!    [`cross_validation`] compares experiments without the test images.
//! 5. [`SavedModel`] and [`TrainingState`] leave as bytes and come back: [`checkpoint`]. [`exchange`] makes files for other
//!    programs of a network: ONNX, C, Rust, JavaScript, scikit-learn, PyTorch.
//! 6. [`Classifier`] names images, and [`evaluate()`] counts its errors; [`metrics`] has the formulas.
//! 7. [`Recogniser`] reads pictures of any size, with [`preprocess`] to find the digit and [`novelty`] to flag unreliable answers.
//! 8. [`inspect`] shows what happens inside: weights as pictures, one image forward, its gradients back.
//!
//! [`Error`] is the one error type; its kinds carry values, and its messages exist in English and French ([`error`]).
//!
//! [`native`] adds what needs an operating system: image sources, devices, burn-train's Learner, run folders. The rest
//! compiles to WebAssembly and uses no files, threads, clock or terminal.
//!
//! `examples/` in the repository has complete programs: the bare loop on Burn's types, the article's experiment, a
//! photograph, your own images, a resumed run.
#![warn(missing_docs)]
// `clippy.toml` lists what needs an operating system, and what computes other bits on other platforms. Only `native` may
// use the first; only the program prints.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]
#![deny(clippy::print_stdout, clippy::print_stderr, clippy::dbg_macro)]

pub mod checkpoint;
pub mod config;
pub mod cross_validation;
pub mod data;
// For the page only: digits drawn by the pupils of a school class.
#[doc(hidden)]
pub mod drawings;
pub mod error;
pub mod evaluate;
pub mod exchange;
pub mod formats;
// For benchmarks and tests; training and prediction use it by themselves.
#[doc(hidden)]
pub mod fused;
pub mod inspect;
pub mod metrics;
pub mod model;
pub mod novelty;
pub mod predict;
pub mod preprocess;
mod processor;
mod random;
pub mod read;
// A network of convolution, for which the page has a reader of its own.
#[cfg(feature = "native")]
pub mod reading_network;
pub mod recognise;
pub mod sheet;
pub mod train;
mod vectors;

#[cfg(feature = "native")]
#[allow(clippy::disallowed_methods, clippy::disallowed_types)]
pub mod native;

pub use checkpoint::SavedModel;
pub use config::Experiment;
pub use data::{Dataset, Split, SplitName};
pub use error::{Error, Result};
pub use evaluate::{Evaluation, evaluate, evaluate_images};
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

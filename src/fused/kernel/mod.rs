//! A multilayer perceptron on slices: forward, loss and all gradients of a batch in one pass.
//!
//! ```text
//! h(0) = images        z(l) = h(l) W(l) + b(l)        h(l+1) = f(z(l))        logits = z(L)
//! ```
//!
//! The images go through in blocks that stay in the processor's cache: forward, loss, and back. A large batch is cut into
//! parts, whose gradients are added up at the end; an [`Executor`] of the caller's may compute them at the same time.
//!
//! The results have the same bits on every processor and for any number of threads: blocks and parts depend on sizes
//! alone, each sum is added up in one fixed order, and no operation is used that some processors round differently.

pub mod convolution;
mod instructions;
mod math;
mod packed;
mod part;
mod products;
mod workspace;

pub use instructions::Instructions;
pub use workspace::Workspace;

use crate::config::Activation;

/// The parameters of a layer as they are stored.
#[derive(Debug, Clone, Copy)]
pub struct Layer<'a> {
    /// `[inputs, outputs]`, row after row.
    pub weight: &'a [f32],
    /// `[outputs]`
    pub bias: &'a [f32],
}

/// A network: its layers, and the activation between them.
#[derive(Debug, Clone, Copy)]
pub struct Network<'a> {
    /// From the input on.
    pub layers: &'a [Layer<'a>],
    /// The activation of all layers but the last.
    pub activation: Activation,
}

/// A batch of images with their classes.
#[derive(Debug, Clone, Copy)]
pub struct Examples<'a> {
    /// `[images, inputs]`
    pub images: &'a [f32],
    /// `[images]`, class indices.
    pub targets: &'a [usize],
    /// `[images]`, the weight of each in the loss; `None` if all are equal.
    pub weights: Option<&'a [f32]>,
}

/// The loss of a batch.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Loss {
    /// Mean cross-entropy, in nats; with weights `w`, the weighted mean `sum(w l) / sum(w)`.
    pub mean: f64,
    /// Images whose largest logit is not that of their class.
    pub errors: usize,
}

/// Gradients of the mean loss.
#[derive(Debug, Clone, PartialEq)]
pub struct Gradients {
    /// Of each layer's weight and bias, laid out as they are.
    pub layers: Vec<(Vec<f32>, Vec<f32>)>,
    /// `[images, inputs]`; `None` if it was not asked for.
    pub images: Option<Vec<f32>>,
}

/// A piece of work that depends on no other.
pub type Task<'a> = Box<dyn FnOnce() + Send + 'a>;

/// Runs tasks, at the same time or in turn, and returns when all are done.
pub trait Executor: Sync {
    /// Runs all of `tasks`.
    fn run(&self, tasks: Vec<Task<'_>>);
}

/// Runs tasks in turn.
#[derive(Debug)]
pub struct InTurn;

impl Executor for InTurn {
    fn run(&self, tasks: Vec<Task<'_>>) {
        tasks.into_iter().for_each(|task| task());
    }
}

impl Examples<'_> {
    /// At most `count` examples from the one at `first` on; none if there are fewer.
    #[inline(always)]
    fn slice(&self, first: usize, count: usize, inputs: usize) -> Self {
        let images = self.images.len() / inputs;
        let (first, end) = (first.min(images), (first + count).min(images));
        Self {
            images: &self.images[first * inputs..end * inputs],
            // There are none if probabilities are wanted.
            targets: self.targets.get(first..end).unwrap_or_default(),
            weights: self.weights.map(|weights| &weights[first..end]),
        }
    }
}

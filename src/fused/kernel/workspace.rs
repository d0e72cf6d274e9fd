//! The kernel as its callers see it: what it computes, in how many parts, and the memory it keeps.

use crate::config::Activation;

use super::packed::{Pack, PackedLayer};
use super::part::{Goal, Part, Pass, Sum};
use super::{Examples, Executor, Gradients, Instructions, Loss, Network, Task};

/// Multiplications of a forward pass that are worth a part of its own.
const MIN_PART_WORK: usize = 6_000_000;

/// The most parts of a batch; each has gradients of its own in memory.
const MAX_PARTS: usize = 16;

/// Working memory, kept from one batch to the next.
#[derive(Debug, Default)]
pub struct Workspace {
    instructions: Instructions,
    layers: Vec<PackedLayer>,
    parts: Vec<Part>,
}

impl Workspace {
    /// Working memory for a kernel on some instructions; the default is the widest of the processor.
    pub fn new(instructions: Instructions) -> Self {
        Self { instructions, ..Self::default() }
    }

    /// The instructions that it uses.
    pub fn instructions(&self) -> Instructions {
        self.instructions
    }

    /// The loss of a batch and its gradients, with that of the images if `for_images`.
    pub fn gradients(
        &mut self,
        network: Network<'_>,
        examples: Examples<'_>,
        for_images: bool,
        executor: &dyn Executor,
    ) -> (Loss, Gradients) {
        let mut image_gradient = for_images.then(|| vec![0.0; examples.images.len()]);
        let inputs = examples.images.len() / examples.targets.len().max(1);
        self.pack(network, if for_images { 0 } else { 1 });
        let mut rows = image_gradient.as_mut().map(|gradient| Remaining { values: gradient, width: inputs });
        let (loss, count) = self.run(network.activation, examples, executor, |images| {
            Goal::Gradients(rows.as_mut().map(|rows| rows.take(images)))
        });
        let Self { instructions, layers, parts } = self;
        let gradients = instructions.run(Sum { layers, parts: &mut parts[..count] });
        (loss, Gradients { layers: gradients, images: image_gradient })
    }

    /// The loss of a batch.
    pub fn loss(&mut self, network: Network<'_>, examples: Examples<'_>, executor: &dyn Executor) -> Loss {
        self.pack(network, network.layers.len());
        self.run(network.activation, examples, executor, |_| Goal::Loss).0
    }

    /// The probability of each class, `[images, classes]`.
    pub fn probabilities(&mut self, network: Network<'_>, images: &[f32], executor: &dyn Executor) -> Vec<f32> {
        self.pack(network, network.layers.len());
        let (inputs, classes) = (self.layers[0].inputs, self.layers[self.layers.len() - 1].outputs);
        let mut probabilities = vec![0.0; images.len() / inputs * classes];
        let mut rows = Remaining { values: &mut probabilities, width: classes };
        let examples = Examples { images, targets: &[], weights: None };
        self.run(network.activation, examples, executor, |images| Goal::Probabilities(rows.take(images)));
        probabilities
    }

    /// Packs the parameters, with the transposes of the layers from `transposed` on.
    fn pack(&mut self, network: Network<'_>, transposed: usize) {
        let Self { instructions, layers, parts } = self;
        let shapes = network.layers.iter().map(|layer| (layer.weight.len() / layer.bias.len(), layer.bias.len()));
        if !layers.iter().map(|layer| (layer.inputs, layer.outputs)).eq(shapes.clone()) {
            *layers = shapes.map(|(inputs, outputs)| PackedLayer::new(inputs, outputs)).collect();
            parts.clear();
        }
        instructions.run(Pack { network, layers, transposed });
    }

    /// Sees to the memory of as many parts as a batch of `images` has, and returns their number.
    fn prepare_parts(&mut self, images: usize) -> usize {
        let work = images * self.layers.iter().map(|layer| layer.inputs * layer.outputs).sum::<usize>();
        let count = (work / MIN_PART_WORK).clamp(1, MAX_PARTS).min(images.max(1));
        while self.parts.len() < count {
            self.parts.push(Part::new(&self.layers));
        }
        count
    }

    /// Runs a batch in parts, and returns its loss and the number of parts. `goal` says what is wanted of the next part, by
    /// the number of its images.
    fn run<'a>(
        &mut self,
        activation: Activation,
        examples: Examples<'a>,
        executor: &dyn Executor,
        mut goal: impl FnMut(usize) -> Goal<'a>,
    ) -> (Loss, usize) {
        let inputs = self.layers[0].inputs;
        let images = examples.images.len() / inputs;
        let count = self.prepare_parts(images);
        let Self { instructions, layers, parts } = self;
        let (instructions, layers, parts) = (*instructions, &layers[..], &mut parts[..count]);
        let weight: f64 = examples.weights.map_or(images as f64, |w| w.iter().copied().map(f64::from).sum());
        let size = images.div_ceil(count);
        let work = parts.iter_mut().enumerate().map(|(index, part)| {
            let examples = examples.slice(index * size, size, inputs);
            let goal = goal(examples.images.len() / inputs);
            Pass { layers, activation, examples, weight, part, goal }
        });
        run_tasks(executor, work.map(|pass| move || instructions.run(pass)));
        let mean = parts.iter().map(|part| part.loss).sum::<f64>() / weight;
        (Loss { mean, errors: parts.iter().map(|part| part.errors).sum() }, count)
    }
}

/// The rows of a result that no part has yet.
pub(super) struct Remaining<'a> {
    pub values: &'a mut [f32],
    pub width: usize,
}

impl<'a> Remaining<'a> {
    pub fn take(&mut self, rows: usize) -> &'a mut [f32] {
        let (taken, rest) = std::mem::take(&mut self.values).split_at_mut(rows * self.width);
        self.values = rest;
        taken
    }
}

/// Runs tasks by an executor; a single one at once.
pub(super) fn run_tasks<'a, T: FnOnce() + Send + 'a>(
    executor: &dyn Executor,
    mut tasks: impl ExactSizeIterator<Item = T>,
) {
    match tasks.len() {
        1 => tasks.by_ref().for_each(|task| task()),
        _ => executor.run(tasks.map(|task| Box::new(task) as Task<'a>).collect()),
    }
}

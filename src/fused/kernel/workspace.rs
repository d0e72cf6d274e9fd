//! The kernel as its callers see it: what it computes, in how many parts, and the memory it keeps.

use crate::config::Activation;

use super::packed::{Pack, PackedLayer};
use super::part::{Learn, Part, Predict, Sum};
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

    /// The loss of a batch and its gradients, with that of the images if `for_images`.
    pub fn gradients(
        &mut self,
        network: Network<'_>,
        examples: Examples<'_>,
        for_images: bool,
        executor: &dyn Executor,
    ) -> (Loss, Gradients) {
        let mut image_gradient = for_images.then(|| vec![0.0; examples.images.len()]);
        self.pack(network, if for_images { 0 } else { 1 });
        let count = self.prepare_parts(examples.targets.len());
        let loss = self.run_parts(network.activation, examples, image_gradient.as_deref_mut(), true, executor, count);
        let Self { instructions, layers, parts } = self;
        let gradients = instructions.run(Sum { layers, parts: &mut parts[..count] });
        (loss, Gradients { layers: gradients, images: image_gradient })
    }

    /// The loss of a batch.
    pub fn loss(&mut self, network: Network<'_>, examples: Examples<'_>, executor: &dyn Executor) -> Loss {
        self.pack(network, network.layers.len());
        let count = self.prepare_parts(examples.targets.len());
        self.run_parts(network.activation, examples, None, false, executor, count)
    }

    /// The probability of each class, `[images, classes]`.
    pub fn probabilities(&mut self, network: Network<'_>, images: &[f32], executor: &dyn Executor) -> Vec<f32> {
        self.pack(network, network.layers.len());
        let (inputs, classes) = (self.layers[0].inputs, self.layers[self.layers.len() - 1].outputs);
        let total = images.len() / inputs;
        let count = self.prepare_parts(total);
        let mut probabilities = vec![0.0; total * classes];
        let size = total.div_ceil(count).max(1);
        let Self { instructions, layers, parts, .. } = self;
        let (instructions, layers, activation) = (*instructions, &layers[..], network.activation);
        let parts = parts.iter_mut().zip(images.chunks(size * inputs)).zip(probabilities.chunks_mut(size * classes));
        let work = parts.map(|((part, images), out)| Predict { layers, activation, images, part, out });
        run(executor, work.map(|op| move || instructions.run(op)));
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

    fn run_parts(
        &mut self,
        activation: Activation,
        examples: Examples<'_>,
        image_gradient: Option<&mut [f32]>,
        learn: bool,
        executor: &dyn Executor,
        count: usize,
    ) -> Loss {
        let Self { instructions, layers, parts, .. } = self;
        let (instructions, layers) = (*instructions, &layers[..]);
        let images = examples.targets.len();
        let weight: f64 = examples.weights.map_or(images as f64, |w| w.iter().copied().map(f64::from).sum());
        let size = images.div_ceil(count).max(1);
        let inputs = layers[0].inputs;
        let mut image_gradients = image_gradient.map(|gradient| gradient.chunks_mut(size * inputs));
        let work = parts[..count].iter_mut().enumerate().map(|(index, part)| {
            let examples = examples.slice(index * size, size, inputs);
            let image_gradient = image_gradients.as_mut().and_then(Iterator::next);
            Learn { layers, activation, examples, weight, part, image_gradient, learn }
        });
        run(executor, work.map(|op| move || instructions.run(op)));
        let parts = &parts[..count];
        Loss {
            mean: parts.iter().map(|part| part.loss).sum::<f64>() / weight,
            errors: parts.iter().map(|part| part.errors).sum(),
        }
    }
}

/// Runs tasks by an executor; a single one at once.
fn run<'a, T: FnOnce() + Send + 'a>(executor: &dyn Executor, mut tasks: impl ExactSizeIterator<Item = T>) {
    match tasks.len() {
        1 => tasks.by_ref().for_each(|task| task()),
        _ => executor.run(tasks.map(|task| Box::new(task) as Task<'a>).collect()),
    }
}

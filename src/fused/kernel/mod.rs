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

mod math;
mod products;

use pulp::{Arch, Scalar128b, Simd, WithSimd};

use crate::config::Activation;

use math::{activate, exp, ln};
use products::{Rows, add_outer_products, multiply};

/// Images that go through the network together.
const BLOCK: usize = 40;

/// Multiplications of a forward pass that are worth a part of its own.
const MIN_PART_WORK: usize = 6_000_000;

/// The most parts of a batch; each has gradients of its own in memory.
const MAX_PARTS: usize = 16;

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

/// Vector instructions of this processor.
#[derive(Debug, Clone, Copy)]
pub struct Instructions(Arch);

impl Instructions {
    /// The widest that this processor has.
    pub fn best() -> Self {
        Self(Arch::new())
    }

    /// All that this processor has, the widest first.
    pub fn all() -> Vec<Self> {
        let mut all = vec![Self::best()];
        #[cfg(target_arch = "x86_64")]
        if let (Arch::V4(_), Some(avx2)) = (Arch::new(), pulp::x86::V3::try_new()) {
            all.push(Self(Arch::V3(avx2)));
        }
        all.push(Self(Arch::Scalar));
        all
    }

    #[inline(always)]
    fn run<Op: WithSimd>(self, op: Op) -> Op::Output {
        match self.0 {
            // The vectors of four lanes that every 64-bit processor has.
            Arch::Scalar => Scalar128b.vectorize(op),
            wider => wider.dispatch(op),
        }
    }

    /// Runs a loop over numbers, compiled for these instructions; the closure and all it calls must be `#[inline(always)]`.
    #[inline(always)]
    pub fn run_loop<R>(self, run: impl FnOnce() -> R) -> R {
        match self.0 {
            Arch::Scalar => run(),
            wider => wider.dispatch(run),
        }
    }
}

impl Default for Instructions {
    fn default() -> Self {
        Self::best()
    }
}

/// Working memory, kept from one batch to the next.
#[derive(Debug, Default)]
pub struct Workspace {
    instructions: Instructions,
    lanes: usize,
    layers: Vec<PackedLayer>,
    parts: Vec<Part>,
}

/// The parameters of a layer in panels; see [`products`].
#[derive(Debug)]
struct PackedLayer {
    inputs: usize,
    outputs: usize,
    weight: Vec<f32>,
    /// The transpose of `weight`, in panels too; empty if no gradient goes through the layer.
    transpose: Vec<f32>,
    bias: Vec<f32>,
}

/// The memory of one part of a batch.
#[derive(Debug, Default)]
struct Part {
    layers: Vec<PartLayer>,
    /// Gradient of the loss with respect to a layer's sums, `[BLOCK, padded outputs]`, and to those of the layer before.
    delta: Vec<f32>,
    delta_before: Vec<f32>,
    loss: f64,
    errors: usize,
}

#[derive(Debug)]
struct PartLayer {
    /// Activations of a block, `[BLOCK, padded outputs]`; logits in the last layer.
    out: Vec<f32>,
    /// Derivative of the activation at each.
    derivative: Vec<f32>,
    /// In panels.
    weight_gradient: Vec<f32>,
    bias_gradient: Vec<f32>,
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
        let Self { instructions, lanes, layers, parts, .. } = self;
        let gradients = instructions.run(Sum { layers, parts: &mut parts[..count], lanes: *lanes });
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
        let Self { instructions, layers, lanes, parts } = self;
        let shapes = network.layers.iter().map(|layer| (layer.weight.len() / layer.bias.len(), layer.bias.len()));
        if !layers.iter().map(|layer| (layer.inputs, layer.outputs)).eq(shapes.clone()) {
            *layers = shapes.map(|(inputs, outputs)| PackedLayer::new(inputs, outputs)).collect();
            parts.clear();
        }
        *lanes = instructions.run(Pack { network, layers, transposed });
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

impl Examples<'_> {
    /// At most `count` examples from the one at `first` on; none if there are fewer.
    fn slice(&self, first: usize, count: usize, inputs: usize) -> Self {
        let first = first.min(self.targets.len());
        let range = first..(first + count).min(self.targets.len());
        Self {
            images: &self.images[range.start * inputs..range.end * inputs],
            targets: &self.targets[range.clone()],
            weights: self.weights.map(|weights| &weights[range]),
        }
    }
}

impl PackedLayer {
    fn new(inputs: usize, outputs: usize) -> Self {
        Self { inputs, outputs, weight: Vec::new(), transpose: Vec::new(), bias: Vec::new() }
    }
}

/// Copies parameters into panels; the output is the number of lanes.
struct Pack<'a> {
    network: Network<'a>,
    layers: &'a mut [PackedLayer],
    transposed: usize,
}

impl WithSimd for Pack<'_> {
    type Output = usize;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> usize {
        let lanes = S::F32_LANES;
        for (index, (packed, layer)) in self.layers.iter_mut().zip(self.network.layers).enumerate() {
            let PackedLayer { inputs, outputs, .. } = *packed;
            packed.bias.resize(outputs.next_multiple_of(lanes), 0.0);
            packed.bias[..outputs].copy_from_slice(layer.bias);
            packed.weight.resize(outputs.next_multiple_of(lanes) * inputs, 0.0);
            let transposed = index >= self.transposed;
            if transposed {
                packed.transpose.resize(inputs.next_multiple_of(lanes) * outputs, 0.0);
            }
            for (row, weights) in layer.weight.chunks_exact(outputs).enumerate() {
                for (panel, weights) in weights.chunks(lanes).enumerate() {
                    packed.weight[(panel * inputs + row) * lanes..][..weights.len()].copy_from_slice(weights);
                }
                if transposed {
                    let column = &mut packed.transpose[row / lanes * outputs * lanes + row % lanes..];
                    for (weight, place) in weights.iter().zip(column.iter_mut().step_by(lanes)) {
                        *place = *weight;
                    }
                }
            }
        }
        lanes
    }
}

impl Part {
    fn new(layers: &[PackedLayer]) -> Self {
        let delta = vec![0.0; layers.iter().map(|layer| layer.bias.len()).max().unwrap_or(0) * BLOCK];
        let layers = layers.iter().map(|layer| {
            let outputs = layer.bias.len();
            PartLayer {
                out: vec![0.0; outputs * BLOCK],
                derivative: vec![0.0; outputs * BLOCK],
                weight_gradient: vec![0.0; layer.weight.len()],
                bias_gradient: vec![0.0; outputs],
            }
        });
        Self { layers: layers.collect(), delta_before: delta.clone(), delta, loss: 0.0, errors: 0 }
    }

    /// `z = h W + b` and `h = f(z)`, layer by layer; the last layer keeps its sums, the logits.
    #[inline(always)]
    fn forward<S: Simd>(
        &mut self,
        simd: S,
        layers: &[PackedLayer],
        activation: Activation,
        images: &[f32],
        count: usize,
    ) {
        let last = layers.len() - 1;
        for (index, PackedLayer { inputs, weight, bias, .. }) in layers.iter().enumerate() {
            let (before, rest) = self.layers.split_at_mut(index);
            let PartLayer { out, derivative, .. } = &mut rest[0];
            let out = &mut out[..count * bias.len()];
            let input = match index {
                0 => Rows { values: images, stride: *inputs, count },
                _ => Rows { values: &before[index - 1].out, stride: layers[index - 1].bias.len(), count },
            };
            multiply(simd, input, *inputs, weight, bias, out);
            if index < last {
                activate(activation, out, &mut derivative[..count * bias.len()]);
            }
        }
    }

    /// The softmax `p` of the logits, in `delta`. Returns, for each image, `ln(sum of e^z) - max z` and `max z`.
    #[inline(always)]
    fn softmax<S: Simd>(&mut self, simd: S, classes: usize, count: usize) -> ([f32; BLOCK], [f32; BLOCK]) {
        let out = &self.layers.last().expect("a network has an output layer").out;
        let stride = classes.next_multiple_of(S::F32_LANES);
        let (logits, p) = (&out[..count * stride], &mut self.delta[..count * stride]);
        let (mut largest, mut sums) = ([0.0; BLOCK], [1.0; BLOCK]);
        // The largest logit is taken off all, or e^z would overflow.
        for ((logits, p), largest) in logits.chunks_exact(stride).zip(p.chunks_exact_mut(stride)).zip(&mut largest) {
            *largest = logits[0];
            for &z in &logits[..classes] {
                *largest = if z > *largest { z } else { *largest };
            }
            let largest = simd.splat_f32s(*largest);
            for (p, &z) in S::as_mut_simd_f32s(p).0.iter_mut().zip(S::as_simd_f32s(logits).0) {
                *p = simd.sub_f32s(z, largest);
            }
        }
        for value in p.iter_mut() {
            *value = exp(*value);
        }
        for (p, sum) in p.chunks_exact_mut(stride).zip(&mut sums) {
            p[classes..].fill(0.0);
            *sum = 0.0;
            for value in &p[..classes] {
                *sum += value;
            }
        }
        for (p, &sum) in p.chunks_exact_mut(stride).zip(&sums) {
            let factor = simd.splat_f32s(1.0 / sum);
            for p in S::as_mut_simd_f32s(p).0 {
                *p = simd.mul_f32s(*p, factor);
            }
        }
        for sum in &mut sums {
            *sum = ln(*sum);
        }
        (sums, largest)
    }

    /// Adds a block to the loss and the errors, and turns its probabilities in `delta` into the gradient of the logits.
    ///
    /// The loss of an image with the class t is `l = -ln p(t) = ln(sum of e^z) - z(t)`. Its derivative with respect to z(c)
    /// is `e^z(c) / sum of e^z`, less 1 for c = t: `p - onehot(t)`. The mean gives it the weight `w / sum of w`.
    #[inline(always)]
    fn add_loss<S: Simd>(&mut self, simd: S, classes: usize, examples: Examples<'_>, total_weight: f64, learn: bool) {
        let count = examples.targets.len();
        let (log_sums, largest) = self.softmax(simd, classes, count);
        let stride = classes.next_multiple_of(S::F32_LANES);
        let out = &self.layers.last().expect("a network has an output layer").out;
        let rows = out.chunks_exact(stride).zip(self.delta.chunks_exact_mut(stride));
        for (i, ((logits, delta), &target)) in rows.zip(examples.targets).enumerate() {
            let weight = examples.weights.map_or(1.0, |weights| weights[i]);
            self.loss += f64::from(weight) * f64::from(largest[i] - logits[target] + log_sums[i]);
            // The first of several that are largest is the answer.
            let answer = logits[..classes].iter().position(|&z| z == largest[i]);
            self.errors += usize::from(answer != Some(target));
            if learn {
                let weight = (f64::from(weight) / total_weight) as f32;
                delta[target] -= 1.0;
                let weight = simd.splat_f32s(weight);
                for value in S::as_mut_simd_f32s(delta).0 {
                    *value = simd.mul_f32s(*value, weight);
                }
            }
        }
    }

    /// Backpropagation: from the gradient of the logits in `delta`, adds a block to the gradients of all parameters.
    ///
    /// With `d(l)` for the gradient with respect to the sums `z(l) = h(l) W(l) + b(l)`, the chain rule gives
    /// - `b(l)`: each z(i, j) has b(j) once, so its gradient is the sum of `d(i, j)` over the images i;
    /// - `W(l)`: z(i, j) has h(i, k) W(k, j), so its gradient is the sum of `h(i, k) d(i, j)` over the images, an outer product;
    /// - `h(l)`: h(i, k) is in every z(i, j) times W(k, j), so its gradient is `d W^T`; and as `h = f(z)`,
    ///   `d(l - 1) = (d(l) W(l)^T) f'(z(l - 1))`, element by element.
    ///
    /// The gradient with respect to the images is `d(0) W(0)^T`.
    #[inline(always)]
    fn backward<S: Simd>(
        &mut self,
        simd: S,
        layers: &[PackedLayer],
        images: &[f32],
        count: usize,
        image_gradient: Option<&mut [f32]>,
    ) {
        let (mut delta, mut delta_before) = (&mut self.delta, &mut self.delta_before);
        for (index, layer) in layers.iter().enumerate().rev() {
            let (before, rest) = self.layers.split_at_mut(index);
            let PartLayer { weight_gradient, bias_gradient, .. } = &mut rest[0];
            let stride = layer.bias.len();
            let d = &delta[..count * stride];
            for d in d.chunks_exact(stride) {
                for (sum, &d) in S::as_mut_simd_f32s(bias_gradient).0.iter_mut().zip(S::as_simd_f32s(d).0) {
                    *sum = simd.add_f32s(*sum, d);
                }
            }
            let (input, input_stride) = match index {
                0 => (images, layer.inputs),
                _ => (&before[index - 1].out[..], layers[index - 1].bias.len()),
            };
            let input = Rows { values: input, stride: input_stride, count };
            add_outer_products(simd, input, layer.inputs, d, weight_gradient);
            let d = Rows { values: d, stride, count };
            if index > 0 {
                let d_before = &mut delta_before[..count * input_stride];
                multiply(simd, d, layer.outputs, &layer.transpose, &[], d_before);
                for (value, derivative) in d_before.iter_mut().zip(&before[index - 1].derivative) {
                    *value *= derivative;
                }
                (delta, delta_before) = (delta_before, delta);
            } else if let Some(gradient) = image_gradient {
                let padded = layer.inputs.next_multiple_of(S::F32_LANES);
                if delta_before.len() < count * padded {
                    delta_before.resize(count * padded, 0.0);
                }
                multiply(simd, d, layer.outputs, &layer.transpose, &[], &mut delta_before[..count * padded]);
                for (row, padded) in gradient.chunks_exact_mut(layer.inputs).zip(delta_before.chunks_exact(padded)) {
                    row.copy_from_slice(&padded[..layer.inputs]);
                }
                return;
            }
        }
    }
}

/// One part of a batch: the loss, and its gradients if the network is to learn.
struct Learn<'a> {
    layers: &'a [PackedLayer],
    activation: Activation,
    examples: Examples<'a>,
    /// Sum of the weights of the whole batch.
    weight: f64,
    part: &'a mut Part,
    image_gradient: Option<&'a mut [f32]>,
    learn: bool,
}

impl WithSimd for Learn<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { layers, activation, examples, weight, part, image_gradient, learn } = self;
        let (inputs, classes) = (layers[0].inputs, layers[layers.len() - 1].outputs);
        let mut image_gradients = image_gradient.map(|gradient| gradient.chunks_mut(BLOCK * inputs));
        (part.loss, part.errors) = (0.0, 0);
        for layer in &mut part.layers {
            layer.weight_gradient.fill(0.0);
            layer.bias_gradient.fill(0.0);
        }
        for first in (0..examples.targets.len()).step_by(BLOCK) {
            let block = examples.slice(first, BLOCK, inputs);
            let count = block.targets.len();
            part.forward(simd, layers, activation, block.images, count);
            part.add_loss(simd, classes, block, weight, learn);
            if learn {
                let image_gradient = image_gradients.as_mut().and_then(Iterator::next);
                part.backward(simd, layers, block.images, count, image_gradient);
            }
        }
    }
}

/// The probabilities of one part of a batch.
struct Predict<'a> {
    layers: &'a [PackedLayer],
    activation: Activation,
    images: &'a [f32],
    part: &'a mut Part,
    out: &'a mut [f32],
}

impl WithSimd for Predict<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { layers, activation, images, part, out } = self;
        let (inputs, classes) = (layers[0].inputs, layers[layers.len() - 1].outputs);
        let stride = classes.next_multiple_of(S::F32_LANES);
        for (images, out) in images.chunks(BLOCK * inputs).zip(out.chunks_mut(BLOCK * classes)) {
            let count = images.len() / inputs;
            part.forward(simd, layers, activation, images, count);
            part.softmax(simd, classes, count);
            for (out, p) in out.chunks_exact_mut(classes).zip(part.delta.chunks_exact(stride)) {
                out.copy_from_slice(&p[..classes]);
            }
        }
    }
}

/// Adds up the gradients of all parts, the first to the second and so on, and takes them out of their panels.
struct Sum<'a> {
    layers: &'a [PackedLayer],
    parts: &'a mut [Part],
    lanes: usize,
}

impl WithSimd for Sum<'_> {
    type Output = Vec<(Vec<f32>, Vec<f32>)>;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> Self::Output {
        let (first, others) = self.parts.split_first_mut().expect("a batch has a part");
        for part in others {
            for (sum, part) in first.layers.iter_mut().zip(&part.layers) {
                add(&mut sum.weight_gradient, &part.weight_gradient);
                add(&mut sum.bias_gradient, &part.bias_gradient);
            }
        }
        let mut gradients = Vec::with_capacity(self.layers.len());
        for (layer, sum) in self.layers.iter().zip(&first.layers) {
            let PackedLayer { inputs, outputs, .. } = *layer;
            let mut weight = Vec::with_capacity(inputs * outputs);
            for row in 0..inputs {
                for (panel, column) in (0..outputs).step_by(self.lanes).enumerate() {
                    let values = &sum.weight_gradient[(panel * inputs + row) * self.lanes..];
                    weight.extend_from_slice(&values[..self.lanes.min(outputs - column)]);
                }
            }
            gradients.push((weight, sum.bias_gradient[..outputs].to_vec()));
        }
        gradients
    }
}

#[inline(always)]
fn add(sums: &mut [f32], values: &[f32]) {
    for (sum, value) in sums.iter_mut().zip(values) {
        *sum += value;
    }
}

//! One part of a batch on its way through the network: forward, loss, and back.

use pulp::{Simd, WithSimd};

use crate::config::Activation;

use super::Examples;
use super::math::{activate, exp, ln};
use super::packed::PackedLayer;
use super::products::{Rows, add_outer_products, multiply};

/// Images that go through the network together.
const BLOCK: usize = 40;

/// The memory of one part of a batch.
#[derive(Debug, Default)]
pub(super) struct Part {
    layers: Vec<PartLayer>,
    /// The inputs of a block that are not 0 in every image: the others, such as the margins of drawings, add nothing.
    inked: Vec<usize>,
    /// Which bits of an input are set in any image of a block.
    bits: Vec<u32>,
    /// 0, 1, 2, … to the widest layer.
    all: Vec<usize>,
    /// Gradient of the loss with respect to a layer's sums, `[BLOCK, padded outputs]`, and to those of the layer before.
    delta: Vec<f32>,
    delta_before: Vec<f32>,
    pub loss: f64,
    pub errors: usize,
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

impl Part {
    pub fn new(layers: &[PackedLayer]) -> Self {
        let widest = layers.iter().map(|layer| layer.inputs.max(layer.outputs)).max().unwrap_or(0);
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
        let (inked, bits, all) = (Vec::new(), Vec::new(), (0..widest).collect());
        Self { layers: layers.collect(), inked, bits, all, delta_before: delta.clone(), delta, loss: 0.0, errors: 0 }
    }

    /// Sets the sums of a part back to 0.
    #[inline(always)]
    fn clear(&mut self, gradients: bool) {
        (self.loss, self.errors) = (0.0, 0);
        if gradients {
            for layer in &mut self.layers {
                layer.weight_gradient.fill(0.0);
                layer.bias_gradient.fill(0.0);
            }
        }
    }

    /// Lists the inputs that are not 0 in every image of a block.
    #[inline(always)]
    fn find_ink<S: Simd>(&mut self, simd: S, images: &[f32], inputs: usize) {
        self.bits.resize(inputs, 0);
        // A vector of inputs at a time, whose bits stay in a register; then the inputs that do not fill one.
        let (vectors, rest) = S::as_mut_simd_u32s(&mut self.bits);
        for (place, bits) in vectors.iter_mut().enumerate() {
            *bits = simd.splat_u32s(0);
            for image in images.chunks_exact(inputs) {
                *bits = simd.or_u32s(*bits, simd.transmute_u32s_f32s(S::as_simd_f32s(image).0[place]));
            }
        }
        let first = inputs - rest.len();
        for (input, bits) in rest.iter_mut().enumerate() {
            *bits = images[first + input..].iter().step_by(inputs).fold(0, or);
        }
        self.inked.resize(inputs, 0);
        let mut count = 0;
        for (input, &bits) in self.bits.iter().enumerate() {
            self.inked[count] = input;
            count += usize::from(bits != 0);
        }
        self.inked.truncate(count);
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
        self.find_ink(simd, images, layers[0].inputs);
        for (index, PackedLayer { inputs, weight, bias, .. }) in layers.iter().enumerate() {
            let (before, rest) = self.layers.split_at_mut(index);
            let PartLayer { out, derivative, .. } = &mut rest[0];
            let out = &mut out[..count * bias.len()];
            let input = match index {
                0 => Rows { values: images, stride: *inputs, width: *inputs, count },
                _ => {
                    Rows { values: &before[index - 1].out, stride: layers[index - 1].bias.len(), width: *inputs, count }
                }
            };
            let columns = if index == 0 { &self.inked } else { &self.all[..*inputs] };
            multiply(simd, input, columns, weight, bias, out);
            if index < last {
                activate(activation, out, &mut derivative[..count * bias.len()]);
            }
        }
    }

    /// The softmax `p` of the logits, in `delta`, that of each image times its `scale`. Returns, for each image,
    /// `ln(sum of e^z) - max z` and `max z`.
    #[inline(always)]
    fn softmax<S: Simd>(
        &mut self,
        simd: S,
        classes: usize,
        count: usize,
        scales: &[f32; BLOCK],
    ) -> ([f32; BLOCK], [f32; BLOCK]) {
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
        // All columns of the panels: what comes of those that fill up the last is never read.
        for value in p.iter_mut() {
            *value = exp(*value);
        }
        for (p, sum) in p.chunks_exact_mut(stride).zip(&mut sums) {
            *sum = 0.0;
            for value in &p[..classes] {
                *sum += value;
            }
        }
        for ((p, &sum), &scale) in p.chunks_exact_mut(stride).zip(&sums).zip(scales) {
            let factor = simd.splat_f32s(scale / sum);
            for p in S::as_mut_simd_f32s(p).0 {
                *p = simd.mul_f32s(*p, factor);
            }
        }
        for sum in &mut sums {
            *sum = ln(*sum);
        }
        (sums, largest)
    }

    /// Adds a block to the loss and the errors, and writes the gradient of the logits to `delta`.
    ///
    /// The loss of an image with the class t is `l = -ln p(t) = ln(sum of e^z) - z(t)`. Its derivative with respect to z(c)
    /// is `e^z(c) / sum of e^z`, less 1 for c = t: `p - onehot(t)`. The mean gives it the weight `w / sum of w`.
    #[inline(always)]
    fn add_loss<S: Simd>(&mut self, simd: S, classes: usize, examples: Examples<'_>, total_weight: f64) {
        let count = examples.targets.len();
        let mut weights = [(1.0 / total_weight) as f32; BLOCK];
        for (weight, &w) in weights.iter_mut().zip(examples.weights.unwrap_or_default()) {
            *weight = (f64::from(w) / total_weight) as f32;
        }
        let (log_sums, largest) = self.softmax(simd, classes, count, &weights);
        let stride = classes.next_multiple_of(S::F32_LANES);
        let out = &self.layers.last().expect("a network has an output layer").out;
        // In registers rather than in memory: each addition waits for the one before it.
        let (mut loss, mut errors) = (self.loss, self.errors);
        for (i, (logits, &target)) in out.chunks_exact(stride).zip(examples.targets).enumerate() {
            let weight = examples.weights.map_or(1.0, |weights| weights[i]);
            loss += f64::from(weight) * f64::from(largest[i] - logits[target] + log_sums[i]);
            // The first of several that are largest is the answer.
            let is_answer = logits[target] == largest[i] && logits[..target].iter().all(|&z| z < largest[i]);
            errors += usize::from(!is_answer);
        }
        (self.loss, self.errors) = (loss, errors);
        for ((delta, &target), weight) in self.delta.chunks_exact_mut(stride).zip(examples.targets).zip(weights) {
            delta[target] -= weight;
        }
    }

    /// Backpropagation: from the gradient of the logits in `delta`, adds a block to the gradients of all parameters.
    ///
    /// With `d(l)` for the gradient with respect to the sums `z(l) = h(l) W(l) + b(l)`, the chain rule gives
    /// - `b(l)`: each z(i, j) has b(j) once, so its gradient is the sum of `d(i, j)` over the images i;
    /// - `W(l)`: z(i, j) has h(i, k) W(k, j), so its gradient is the sum of `h(i, k) d(i, j)` over the images, an outer
    ///   product;
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
        mut image_gradient: Option<&mut [f32]>,
    ) {
        let (mut delta, mut delta_before) = (&mut self.delta, &mut self.delta_before);
        for (index, layer) in layers.iter().enumerate().rev() {
            let (before, rest) = self.layers.split_at_mut(index);
            let PartLayer { weight_gradient, bias_gradient, .. } = &mut rest[0];
            let stride = layer.bias.len();
            let d = &delta[..count * stride];
            let panels = stride / S::F32_LANES;
            for (panel, total) in S::as_mut_simd_f32s(bias_gradient).0.iter_mut().enumerate() {
                let mut sum = simd.splat_f32s(0.0);
                for &d in S::as_simd_f32s(d).0[panel..].iter().step_by(panels) {
                    sum = simd.add_f32s(sum, d);
                }
                *total = simd.add_f32s(*total, sum);
            }
            let (input, input_stride) = match index {
                0 => (images, layer.inputs),
                _ => (&before[index - 1].out[..], layers[index - 1].bias.len()),
            };
            let input = Rows { values: input, stride: input_stride, width: layer.inputs, count };
            let columns = if index == 0 { &self.inked } else { &self.all[..layer.inputs] };
            add_outer_products(simd, input, columns, d, weight_gradient);
            if index == 0 && image_gradient.is_none() {
                return;
            }
            let d = Rows { values: d, stride, width: layer.outputs, count };
            let padded = layer.inputs.next_multiple_of(S::F32_LANES);
            if delta_before.len() < count * padded {
                delta_before.resize(count * padded, 0.0);
            }
            let d_before = &mut delta_before[..count * padded];
            multiply(simd, d, &self.all[..layer.outputs], &layer.transpose, &[], d_before);
            if index > 0 {
                for (value, derivative) in d_before.iter_mut().zip(&before[index - 1].derivative) {
                    *value *= derivative;
                }
                (delta, delta_before) = (delta_before, delta);
            } else if let Some(gradient) = &mut image_gradient {
                for (row, padded) in gradient.chunks_exact_mut(layer.inputs).zip(d_before.chunks_exact(padded)) {
                    row.copy_from_slice(&padded[..layer.inputs]);
                }
            }
        }
    }
}

/// Bits, with those of a number.
#[inline(always)]
fn or(bits: u32, value: &f32) -> u32 {
    bits | value.to_bits()
}

/// The results that are wanted of a part of a batch.
pub(super) enum Goal<'a> {
    /// The loss.
    Loss,
    /// The loss and the gradients of all parameters, and that of the images if there is room for it.
    Gradients(Option<&'a mut [f32]>),
    /// The probability of each class, `[images, classes]`.
    Probabilities(&'a mut [f32]),
}

/// The way of one part of a batch through the network.
pub(super) struct Pass<'a> {
    pub layers: &'a [PackedLayer],
    pub activation: Activation,
    /// Without targets for probabilities.
    pub examples: Examples<'a>,
    /// Sum of the weights of the whole batch.
    pub weight: f64,
    pub part: &'a mut Part,
    pub goal: Goal<'a>,
}

impl WithSimd for Pass<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { layers, activation, examples, weight, part, mut goal } = self;
        let (inputs, classes) = (layers[0].inputs, layers[layers.len() - 1].outputs);
        let stride = classes.next_multiple_of(S::F32_LANES);
        part.clear(matches!(goal, Goal::Gradients(_)));
        for (block, images) in examples.images.chunks(BLOCK * inputs).enumerate() {
            let (first, count) = (block * BLOCK, images.len() / inputs);
            part.forward(simd, layers, activation, images, count);
            if let Goal::Probabilities(out) = &mut goal {
                part.softmax(simd, classes, count, &[1.0; BLOCK]);
                let rows = out[first * classes..].chunks_exact_mut(classes).zip(part.delta.chunks_exact(stride));
                for (out, p) in rows.take(count) {
                    out.copy_from_slice(&p[..classes]);
                }
                continue;
            }
            part.add_loss(simd, classes, examples.slice(first, BLOCK, inputs), weight);
            if let Goal::Gradients(image_gradient) = &mut goal {
                let gradient = image_gradient.as_deref_mut();
                part.backward(simd, layers, images, count, gradient.map(|all| &mut all[first * inputs..]));
            }
        }
    }
}

/// Adds up the gradients of all parts, the first to the second and so on, and takes them out of their panels.
pub(super) struct Sum<'a> {
    pub layers: &'a [PackedLayer],
    pub parts: &'a mut [Part],
}

impl WithSimd for Sum<'_> {
    type Output = Vec<(Vec<f32>, Vec<f32>)>;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> Self::Output {
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
            let mut weight = vec![0.0; inputs * outputs];
            let vectors = S::as_simd_f32s(&sum.weight_gradient).0;
            for (row, values) in weight.chunks_exact_mut(outputs).enumerate() {
                for (panel, values) in values.chunks_mut(S::F32_LANES).enumerate() {
                    simd.partial_store_f32s(values, vectors[panel * inputs + row]);
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

//! The parts of a chain: scalings and dense layers, in double precision.

use crate::error::ImportProblem;
use crate::model::LayerWeights;

/// `x * factor + offset`, with one number for all values or one for each.
#[derive(Debug, Clone)]
pub struct Scaling {
    /// The name in errors.
    name: String,
    factor: Vec<f64>,
    offset: Vec<f64>,
}

/// `x W + b`, with W `[inputs, outputs]`, row after row.
#[derive(Debug)]
pub struct Dense {
    /// The name in errors.
    name: String,
    inputs: usize,
    outputs: usize,
    weight: Vec<f64>,
    bias: Vec<f64>,
}

impl Scaling {
    /// A scaling with one number for all values, or as many as there are values.
    pub fn new(name: &str, factor: Vec<f64>, offset: Vec<f64>) -> Result<Self, ImportProblem> {
        let (a, b) = (factor.len(), offset.len());
        match a > 0 && b > 0 && (a == b || a == 1 || b == 1) {
            true => Ok(Self { name: name.into(), factor, offset }),
            false => Err(ImportProblem::Array { name: name.into(), shape: vec![a.max(b)] }),
        }
    }

    /// The values as they are.
    pub fn identity() -> Self {
        Self::of_all(1.0, 0.0)
    }

    /// The same scaling of all values.
    pub fn of_all(factor: f64, offset: f64) -> Self {
        Self { name: String::new(), factor: vec![factor], offset: vec![offset] }
    }

    pub fn is_identity(&self) -> bool {
        self.factor.iter().all(|&factor| factor == 1.0) && self.offset.iter().all(|&offset| offset == 0.0)
    }

    /// Numbers of values that it can scale; 1 for any.
    fn len(&self) -> usize {
        self.factor.len().max(self.offset.len())
    }

    /// Checks that it can scale so many values.
    pub fn check(&self, values: usize) -> Result<(), ImportProblem> {
        match self.len() {
            1 => Ok(()),
            inputs if inputs == values => Ok(()),
            inputs => Err(ImportProblem::Inputs { layer: self.name.clone(), inputs, values }),
        }
    }

    /// This one, and then another one, of as many values.
    pub fn then(&self, next: &Self) -> Result<Self, ImportProblem> {
        let values = self.len().max(next.len());
        self.check(values)?;
        next.check(values)?;
        let both = |value: usize| {
            let ([factor, offset], [next_factor, next_offset]) = (self.of(value), next.of(value));
            (factor * next_factor, offset * next_factor + next_offset)
        };
        let (factor, offset) = (0..values).map(both).unzip();
        Ok(Self { name: next.name.clone(), factor, offset })
    }

    /// Factor and offset of a value.
    fn of(&self, value: usize) -> [f64; 2] {
        [&self.factor, &self.offset].map(|numbers| numbers[if numbers.len() == 1 { 0 } else { value }])
    }

    /// Factor and offset, if they are the same for all values.
    pub fn of_all_values(&self) -> Option<[f64; 2]> {
        match (&self.factor[..], &self.offset[..]) {
            (&[factor], &[offset]) => Some([factor, offset]),
            _ => None,
        }
    }

    /// The factor of all values; 1 if they have different ones.
    pub fn common_factor(&self) -> f64 {
        if let [factor] = self.factor[..] { factor } else { 1.0 }
    }
}

impl Dense {
    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn inputs(&self) -> usize {
        self.inputs
    }

    pub fn outputs(&self) -> usize {
        self.outputs
    }

    /// A layer with weights of the shape `[inputs, outputs]`; without biases, they are 0.
    pub fn new(name: &str, shape: &[usize], weight: Vec<f64>, bias: Option<Vec<f64>>) -> Result<Self, ImportProblem> {
        let name = name.to_string();
        match *shape {
            [inputs, outputs] if !weight.is_empty() && inputs.checked_mul(outputs) == Some(weight.len()) => {
                let bias = bias.unwrap_or_else(|| vec![0.0; outputs]);
                match bias.len() == outputs {
                    true => Ok(Self { name, inputs, outputs, weight, bias }),
                    false => Err(ImportProblem::Array { name, shape: vec![bias.len()] }),
                }
            }
            _ => Err(ImportProblem::Array { name, shape: shape.into() }),
        }
    }

    /// The same with weights of the shape `[outputs, inputs]`.
    pub fn transposed(
        name: &str,
        shape: &[usize],
        weight: &[f64],
        bias: Option<Vec<f64>>,
    ) -> Result<Self, ImportProblem> {
        match *shape {
            [outputs, inputs] if outputs.checked_mul(inputs) == Some(weight.len()) && outputs > 0 => {
                let column = |input: usize| weight.iter().skip(input).step_by(inputs).copied();
                Self::new(name, &[inputs, outputs], (0..inputs).flat_map(column).collect(), bias)
            }
            _ => Err(ImportProblem::Array { name: name.into(), shape: shape.into() }),
        }
    }

    /// The same layer for values before their scaling.
    pub fn scale_inputs(&mut self, scaling: &Scaling) {
        for (input, row) in self.weight.chunks_exact_mut(self.outputs).enumerate() {
            let [factor, offset] = scaling.of(input);
            for (weight, bias) in row.iter_mut().zip(&mut self.bias) {
                *bias += offset * *weight;
                *weight *= factor;
            }
        }
    }

    /// The same layer with its outputs scaled.
    pub fn scale_outputs(&mut self, scaling: &Scaling) {
        for row in self.weight.chunks_exact_mut(self.outputs) {
            row.iter_mut().enumerate().for_each(|(output, weight)| *weight *= scaling.of(output)[0]);
        }
        for (output, bias) in self.bias.iter_mut().enumerate() {
            let [factor, offset] = scaling.of(output);
            *bias = *bias * factor + offset;
        }
    }

    /// The same layer for pixels with their channels side by side, in place of a plane for each channel.
    pub fn take_pixels(&mut self, channels: usize) {
        let pixels = self.inputs / channels;
        let places = (0..pixels).flat_map(|pixel| (0..channels).map(move |channel| channel * pixels + pixel));
        self.weight = places.flat_map(|place| &self.weight[place * self.outputs..][..self.outputs]).copied().collect();
    }

    /// Makes two logits of one: 0 for the first class, and the single output for the second.
    pub fn split_single(&mut self) {
        if self.outputs == 1 {
            let pairs = |values: &[f64]| values.iter().flat_map(|&value| [0.0, value]).collect();
            (self.outputs, self.weight, self.bias) = (2, pairs(&self.weight), pairs(&self.bias));
        }
    }

    /// The layer in single precision.
    pub fn rounded(self) -> LayerWeights {
        let single = |values: Vec<f64>| values.into_iter().map(|value| value as f32).collect();
        LayerWeights {
            inputs: self.inputs,
            outputs: self.outputs,
            weight: single(self.weight),
            bias: single(self.bias),
        }
    }
}

//! Burn's optimisers with the update of a parameter in one loop; on other devices, by the ordinary tensor operations.
//!
//! The arithmetic is Burn's, operation by operation, and so are the names in records: each reads the other's.

use burn::backend::tensor::FloatTensor;
use burn::backend::{DispatchKindConversion, DispatchTensor};
use burn::optim::decay::WeightDecayConfig;
use burn::optim::{self, AdamConfig, AdamState, AdamWConfig, AdamWState, AdaptiveMomentumState};
use burn::optim::{LearningRate, Optimizer};
use burn::optim::{RecordState, StateSink, StateSource};
use burn::tensor::{Device, Tensor};

use crate::processor::{Processor, on_processor};

use super::kernel::Instructions;

/// Stochastic gradient descent with momentum and weight decay.
#[derive(Debug, Clone)]
pub(crate) struct Sgd {
    /// 0 for none.
    pub momentum: f32,
    pub nesterov: bool,
    /// 0 for none.
    pub weight_decay: f32,
}

/// The velocity of a parameter; `None` without momentum.
#[derive(Debug, Clone)]
pub(crate) struct SgdState<const D: usize> {
    velocity: Option<Tensor<D>>,
}

impl Optimizer for Sgd {
    type State<const D: usize> = SgdState<D>;

    fn step<const D: usize>(
        &self,
        learning_rate: LearningRate,
        parameter: Tensor<D>,
        gradient: Tensor<D>,
        state: Option<SgdState<D>>,
    ) -> (Tensor<D>, Option<SgdState<D>>) {
        let Self { momentum, nesterov, weight_decay } = *self;
        let rate = learning_rate as f32;
        if momentum == 0.0 {
            let [parameter] =
                update([parameter], gradient, self.without_momentum(rate)).unwrap_or_else(|([parameter], gradient)| {
                    let gradient = decayed(weight_decay, &parameter, gradient);
                    [parameter - gradient.mul_scalar(rate)]
                });
            return (parameter, Some(SgdState { velocity: None }));
        }
        let velocity = state.and_then(|state| state.velocity);
        let is_first = velocity.is_none();
        // The first velocity is the gradient; what stands there before is not read.
        let velocity = velocity.unwrap_or_else(|| gradient.clone());
        let rule = self.with_momentum(rate, is_first);
        let [parameter, velocity] =
            update([parameter, velocity], gradient, rule).unwrap_or_else(|([parameter, velocity], gradient)| {
                let gradient = decayed(weight_decay, &parameter, gradient);
                let velocity =
                    if is_first { gradient.clone() } else { gradient.clone() + velocity.mul_scalar(momentum) };
                let step = if nesterov { velocity.clone().mul_scalar(momentum) + gradient } else { velocity.clone() };
                [parameter - step.mul_scalar(rate), velocity]
            });
        (parameter, Some(SgdState { velocity: Some(velocity) }))
    }

    fn to_device<const D: usize>(state: SgdState<D>, device: &Device) -> SgdState<D> {
        SgdState { velocity: state.velocity.map(|velocity| velocity.to_device(device)) }
    }
}

// The rules stand apart from the steps: a step is compiled for each number of dimensions.
impl Sgd {
    fn without_momentum(&self, rate: f32) -> impl Rule<1> {
        let weight_decay = self.weight_decay;
        #[inline(always)]
        move |[p]: [f32; 1], g| [p - if weight_decay > 0.0 { p * weight_decay + g } else { g } * rate]
    }

    fn with_momentum(&self, rate: f32, is_first: bool) -> impl Rule<2> {
        let Self { momentum, nesterov, weight_decay } = *self;
        #[inline(always)]
        move |[p, v]: [f32; 2], g| {
            let g = if weight_decay > 0.0 { p * weight_decay + g } else { g };
            let v = if is_first { g } else { g + v * momentum };
            let step = if nesterov { v * momentum + g } else { v };
            [p - step * rate, v]
        }
    }
}

fn decayed<const D: usize>(weight_decay: f32, parameter: &Tensor<D>, gradient: Tensor<D>) -> Tensor<D> {
    match weight_decay > 0.0 {
        true => parameter.clone().mul_scalar(weight_decay) + gradient,
        false => gradient,
    }
}

/// Burn's derive for records works inside Burn alone.
impl<const D: usize> RecordState for SgdState<D> {
    fn state_flatten(&self, prefix: &str, out: &mut StateSink) {
        if let Some(velocity) = &self.velocity {
            out.push_tensor(&format!("{prefix}.momentum"), "velocity", velocity.to_data());
        }
    }

    fn state_unflatten(prefix: &str, source: &mut StateSource, device: &Device) -> Option<Self> {
        let velocity = source.take_tensor(&format!("{prefix}.momentum"), "velocity");
        Some(Self { velocity: velocity.map(|velocity| Tensor::from_data(velocity, device)) })
    }
}

/// Constants of Adam and AdamW.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AdamConstants {
    pub beta1: f32,
    pub beta2: f32,
    pub epsilon: f32,
    /// 0 for none.
    pub weight_decay: f32,
}

/// Adam; weight decay is added to the gradient.
#[derive(Clone)]
pub(crate) struct Adam {
    constants: AdamConstants,
    /// Burn's, for other devices.
    ordinary: optim::Adam,
}

/// Adam with weight decay apart from the gradient.
#[derive(Clone)]
pub(crate) struct AdamW {
    constants: AdamConstants,
    /// Burn's, for other devices.
    ordinary: optim::AdamW,
}

impl Adam {
    pub fn new(constants: AdamConstants) -> Self {
        let AdamConstants { beta1, beta2, epsilon, weight_decay } = constants;
        let ordinary = AdamConfig::new()
            .with_beta_1(beta1)
            .with_beta_2(beta2)
            .with_epsilon(epsilon)
            .with_weight_decay((weight_decay > 0.0).then(|| WeightDecayConfig::new(weight_decay)))
            .build();
        Self { constants, ordinary }
    }
}

impl AdamW {
    pub fn new(constants: AdamConstants) -> Self {
        let AdamConstants { beta1, beta2, epsilon, weight_decay } = constants;
        let ordinary = AdamWConfig::new()
            .with_beta_1(beta1)
            .with_beta_2(beta2)
            .with_epsilon(epsilon)
            .with_weight_decay(weight_decay)
            .build();
        Self { constants, ordinary }
    }
}

impl Optimizer for Adam {
    type State<const D: usize> = AdamState<D>;

    fn step<const D: usize>(
        &self,
        learning_rate: LearningRate,
        parameter: Tensor<D>,
        gradient: Tensor<D>,
        state: Option<AdamState<D>>,
    ) -> (Tensor<D>, Option<AdamState<D>>) {
        let (time, tensors) = moments(parameter, &gradient, state.map(|state| state.momentum));
        match update(tensors, gradient, self.constants.adam(learning_rate, time)) {
            Ok([parameter, m1, m2]) => (parameter, Some(AdamState::new(AdaptiveMomentumState::new(time, m1, m2)))),
            Err(tensors) => {
                let (parameter, momentum) = in_a_row(tensors, time, |parameter, gradient, before| {
                    let before = before.map(AdamState::new);
                    let (parameter, after) = self.ordinary.step(learning_rate, parameter, gradient, before);
                    (parameter, after.map(|state| state.momentum))
                });
                (parameter, momentum.map(AdamState::new))
            }
        }
    }

    fn to_device<const D: usize>(state: AdamState<D>, device: &Device) -> AdamState<D> {
        optim::Adam::to_device(state, device)
    }
}

impl Optimizer for AdamW {
    type State<const D: usize> = AdamWState<D>;

    fn step<const D: usize>(
        &self,
        learning_rate: LearningRate,
        parameter: Tensor<D>,
        gradient: Tensor<D>,
        state: Option<AdamWState<D>>,
    ) -> (Tensor<D>, Option<AdamWState<D>>) {
        let (time, tensors) = moments(parameter, &gradient, state.map(|state| state.momentum));
        match update(tensors, gradient, self.constants.adamw(learning_rate, time)) {
            Ok([parameter, m1, m2]) => (parameter, Some(AdamWState::new(AdaptiveMomentumState::new(time, m1, m2)))),
            Err(tensors) => {
                let (parameter, momentum) = in_a_row(tensors, time, |parameter, gradient, before| {
                    let before = before.map(AdamWState::new);
                    let (parameter, after) = self.ordinary.step(learning_rate, parameter, gradient, before);
                    (parameter, after.map(|state| state.momentum))
                });
                (parameter, momentum.map(AdamWState::new))
            }
        }
    }

    fn to_device<const D: usize>(state: AdamWState<D>, device: &Device) -> AdamWState<D> {
        optim::AdamW::to_device(state, device)
    }
}

impl AdamConstants {
    /// The rule of the update number `time`.
    fn adam(self, learning_rate: LearningRate, time: usize) -> impl Rule<3> {
        let Self { beta1, beta2, epsilon, weight_decay } = self;
        let rate = learning_rate as f32;
        let correction2 = (1.0 - power(beta2, time)).sqrt();
        let correction = correction2 / (1.0 - power(beta1, time));
        let epsilon = epsilon * correction2;
        #[inline(always)]
        move |[p, m1, m2]: [f32; 3], g| {
            let g = if weight_decay > 0.0 { p * weight_decay + g } else { g };
            let m1 = m1 * beta1 + g * (1.0 - beta1);
            let m2 = m2 * beta2 + g * g * (1.0 - beta2);
            [p - m1 * correction / (m2.sqrt() + epsilon) * rate, m1, m2]
        }
    }

    /// The same for weight decay apart from the gradient.
    fn adamw(self, learning_rate: LearningRate, time: usize) -> impl Rule<3> {
        let Self { beta1, beta2, epsilon, weight_decay } = self;
        let (rate, kept) = (learning_rate as f32, (1.0 - learning_rate * f64::from(weight_decay)) as f32);
        let (correction1, correction2) = (1.0 - power(beta1, time), 1.0 - power(beta2, time));
        #[inline(always)]
        move |[p, m1, m2]: [f32; 3], g| {
            let m1 = m1 * beta1 + g * (1.0 - beta1);
            let m2 = m2 * beta2 + g * g * (1.0 - beta2);
            [p * kept - m1 / correction1 / ((m2 / correction2).sqrt() + epsilon) * rate, m1, m2]
        }
    }
}

/// The update number `time` by a step of Burn's, on the numbers of the tensors in a row: so the step is compiled for one
/// number of dimensions alone.
fn in_a_row<const D: usize>(
    ([parameter, m1, m2], gradient): ([Tensor<D>; 3], Tensor<D>),
    time: usize,
    step: impl FnOnce(
        Tensor<1>,
        Tensor<1>,
        Option<AdaptiveMomentumState<1>>,
    ) -> (Tensor<1>, Option<AdaptiveMomentumState<1>>),
) -> (Tensor<D>, Option<AdaptiveMomentumState<D>>) {
    let shape = parameter.shape();
    let [parameter, gradient, m1, m2] =
        [parameter, gradient, m1, m2].map(|tensor| tensor.reshape([shape.num_elements()]));
    // The moments before the first update are Burn's own.
    let before = (time > 1).then(|| AdaptiveMomentumState::new(time - 1, m1, m2));
    let (parameter, after) = step(parameter, gradient, before);
    let after = after.map(|AdaptiveMomentumState { time, moment_1, moment_2, .. }| {
        AdaptiveMomentumState::new(time, moment_1.reshape(shape.clone()), moment_2.reshape(shape.clone()))
    });
    (parameter.reshape(shape), after)
}

/// The number of this update, and the parameter with its two moments, which start at 0.
fn moments<const D: usize>(
    parameter: Tensor<D>,
    gradient: &Tensor<D>,
    state: Option<AdaptiveMomentumState<D>>,
) -> (usize, [Tensor<D>; 3]) {
    match state {
        Some(state) => (state.time + 1, [parameter, state.moment_1, state.moment_2]),
        None => (1, [parameter, gradient.zeros_like(), gradient.zeros_like()]),
    }
}

/// `base` to the power of `exponent`: the standard library's may have other bits on other platforms.
fn power(mut base: f32, mut exponent: usize) -> f32 {
    let mut power = 1.0;
    while exponent > 0 {
        if exponent % 2 == 1 {
            power *= base;
        }
        base *= base;
        exponent /= 2;
    }
    power
}

/// The new values of a number of the parameter and of its state, from the old ones and the gradient's number.
trait Rule<const N: usize>: Fn([f32; N], f32) -> [f32; N] + Copy {}

impl<const N: usize, F: Fn([f32; N], f32) -> [f32; N] + Copy> Rule<N> for F {}

/// Replaces the numbers of `N` tensors by what a rule says, number by number.
///
/// # Errors
/// Gives the tensors back if the gradient is not on the processor.
// The tensors that are given back are those that were handed in.
#[allow(clippy::result_large_err)]
fn update<const D: usize, const N: usize>(
    tensors: [Tensor<D>; N],
    gradient: Tensor<D>,
    rule: impl Rule<N>,
) -> Result<[Tensor<D>; N], ([Tensor<D>; N], Tensor<D>)> {
    let mut tensors = Some(tensors);
    let updated = on_processor!(update_on::<D, N>(&mut tensors, &gradient, rule));
    updated.ok_or_else(|| (tensors.expect("nothing took the tensors"), gradient))
}

/// Takes the tensors if the gradient is on the backend `B`.
fn update_on<B: Processor, const D: usize, const N: usize>(
    tensors: &mut Option<[Tensor<D>; N]>,
    gradient: &Tensor<D>,
    rule: impl Rule<N>,
) -> Option<[Tensor<D>; N]>
where
    DispatchTensor: DispatchKindConversion<B>,
{
    let gradient = gradient.clone().try_into_primitive::<B>().ok()?;
    B::values(&gradient)?;
    let mut tensors = tensors.take()?.map(|tensor| {
        tensor.try_into_primitive::<B>().expect("a parameter and its state are on the device of the gradient")
    });
    update_primitives::<B, N>(&mut tensors, &gradient, rule);
    Some(tensors.map(Tensor::from_primitive::<B>))
}

#[inline(never)]
fn update_primitives<B: Processor, const N: usize>(
    tensors: &mut [FloatTensor<B>; N],
    gradient: &FloatTensor<B>,
    rule: impl Rule<N>,
) {
    let gradient = B::values(gradient).expect("the gradient was looked at");
    let values = tensors.each_mut().map(|tensor| {
        let values = B::values_mut(tensor).expect("a parameter and its state have the type of the gradient");
        &mut values[..gradient.len()]
    });
    Instructions::best().run_loop(
        #[inline(always)]
        move || update_slices(values, gradient, rule),
    );
}

/// One loop over up to three slices of the same length. It becomes vector instructions, because the number of slices is
/// known, and the rule has its constants in itself and not behind references.
#[inline(always)]
fn update_slices<const N: usize>(values: [&mut [f32]; N], gradient: &[f32], rule: impl Rule<N>) {
    const { assert!(N <= 3) };
    let mut values = values.into_iter();
    let [a, b, c] = std::array::from_fn(|_| values.next().unwrap_or_default());
    match N {
        1 => {
            for (a, &gradient) in a.iter_mut().zip(gradient) {
                *a = rule(first([*a, 0.0, 0.0]), gradient)[0];
            }
        }
        2 => {
            for ((a, b), &gradient) in a.iter_mut().zip(b).zip(gradient) {
                let new = rule(first([*a, *b, 0.0]), gradient);
                (*a, *b) = (new[0], new[1]);
            }
        }
        _ => {
            for (((a, b), c), &gradient) in a.iter_mut().zip(b).zip(c).zip(gradient) {
                let new = rule(first([*a, *b, *c]), gradient);
                (*a, *b, *c) = (new[0], new[1], new[2]);
            }
        }
    }
}

/// The first of some numbers; the rest are those of slices that there are not.
#[inline(always)]
fn first<const N: usize>(numbers: [f32; 3]) -> [f32; N] {
    std::array::from_fn(|n| numbers[n])
}

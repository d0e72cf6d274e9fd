//! Burn's optimisers with the update of a parameter in one loop; on other devices, by the ordinary tensor operations.
//!
//! The arithmetic is Burn's, operation by operation, and so are the names in records: each reads the other's.

use burn::backend::{DispatchKindConversion, DispatchTensor};
use burn::optim::{self, AdamState, AdamWState, AdaptiveMomentumState, LearningRate, Optimizer};
use burn::optim::{RecordState, StateSink, StateSource};
use burn::tensor::{Device, Tensor};

use crate::processor::{Processor, on_processor};

use super::kernel::Instructions;

/// Numbers that are updated together.
const LANES: usize = 16;

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
            let [parameter] = update(
                [parameter],
                gradient,
                #[inline(always)]
                |[p], g| [p - if weight_decay > 0.0 { p * weight_decay + g } else { g } * rate],
            )
            .unwrap_or_else(|([parameter], gradient)| {
                let gradient = decayed(weight_decay, &parameter, gradient);
                [parameter - gradient.mul_scalar(rate)]
            });
            return (parameter, Some(SgdState { velocity: None }));
        }
        let velocity = state.and_then(|state| state.velocity);
        let is_first = velocity.is_none();
        // The first velocity is the gradient; what stands there before is not read.
        let velocity = velocity.unwrap_or_else(|| gradient.clone());
        let [parameter, velocity] = update(
            [parameter, velocity],
            gradient,
            #[inline(always)]
            |[p, v], g| {
                let g = if weight_decay > 0.0 { p * weight_decay + g } else { g };
                let v = if is_first { g } else { g + v * momentum };
                let step = if nesterov { v * momentum + g } else { v };
                [p - step * rate, v]
            },
        )
        .unwrap_or_else(|([parameter, velocity], gradient)| {
            let gradient = decayed(weight_decay, &parameter, gradient);
            let velocity = if is_first { gradient.clone() } else { gradient.clone() + velocity.mul_scalar(momentum) };
            let step = if nesterov { velocity.clone().mul_scalar(momentum) + gradient } else { velocity.clone() };
            [parameter - step.mul_scalar(rate), velocity]
        });
        (parameter, Some(SgdState { velocity: Some(velocity) }))
    }

    fn to_device<const D: usize>(state: SgdState<D>, device: &Device) -> SgdState<D> {
        SgdState { velocity: state.velocity.map(|velocity| velocity.to_device(device)) }
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
    pub constants: AdamConstants,
    /// Burn's, for other devices.
    pub ordinary: optim::Adam,
}

/// Adam with weight decay apart from the gradient.
#[derive(Clone)]
pub(crate) struct AdamW {
    pub constants: AdamConstants,
    /// Burn's, for other devices.
    pub ordinary: optim::AdamW,
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
        let AdamConstants { beta1, beta2, epsilon, weight_decay } = self.constants;
        let rate = learning_rate as f32;
        let (time, tensors) = moments(parameter, &gradient, state.map(|state| state.momentum));
        let correction2 = (1.0 - power(beta2, time)).sqrt();
        let correction = correction2 / (1.0 - power(beta1, time));
        let epsilon = epsilon * correction2;
        let updated = update(
            tensors,
            gradient,
            #[inline(always)]
            |[p, m1, m2], g| {
                let g = if weight_decay > 0.0 { p * weight_decay + g } else { g };
                let m1 = m1 * beta1 + g * (1.0 - beta1);
                let m2 = m2 * beta2 + g * g * (1.0 - beta2);
                [p - m1 * correction / (m2.sqrt() + epsilon) * rate, m1, m2]
            },
        );
        match updated {
            Ok([parameter, m1, m2]) => (parameter, Some(AdamState::new(AdaptiveMomentumState::new(time, m1, m2)))),
            Err(([parameter, m1, m2], gradient)) => {
                let state = (time > 1).then(|| AdamState::new(AdaptiveMomentumState::new(time - 1, m1, m2)));
                self.ordinary.step(learning_rate, parameter, gradient, state)
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
        let AdamConstants { beta1, beta2, epsilon, weight_decay } = self.constants;
        let (rate, kept) = (learning_rate as f32, (1.0 - learning_rate * f64::from(weight_decay)) as f32);
        let (time, tensors) = moments(parameter, &gradient, state.map(|state| state.momentum));
        let (correction1, correction2) = (1.0 - power(beta1, time), 1.0 - power(beta2, time));
        let updated = update(
            tensors,
            gradient,
            #[inline(always)]
            |[p, m1, m2], g| {
                let m1 = m1 * beta1 + g * (1.0 - beta1);
                let m2 = m2 * beta2 + g * g * (1.0 - beta2);
                [p * kept - m1 / correction1 / ((m2 / correction2).sqrt() + epsilon) * rate, m1, m2]
            },
        );
        match updated {
            Ok([parameter, m1, m2]) => (parameter, Some(AdamWState::new(AdaptiveMomentumState::new(time, m1, m2)))),
            Err(([parameter, m1, m2], gradient)) => {
                let state = (time > 1).then(|| AdamWState::new(AdaptiveMomentumState::new(time - 1, m1, m2)));
                self.ordinary.step(learning_rate, parameter, gradient, state)
            }
        }
    }

    fn to_device<const D: usize>(state: AdamWState<D>, device: &Device) -> AdamWState<D> {
        optim::AdamW::to_device(state, device)
    }
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

/// Replaces the numbers of `N` tensors by a function of their old values and the gradient's, number by number.
///
/// # Errors
/// Gives the tensors back if the gradient is not on the processor.
// The tensors that are given back are those that were handed in.
#[allow(clippy::result_large_err)]
fn update<const D: usize, const N: usize>(
    tensors: [Tensor<D>; N],
    gradient: Tensor<D>,
    rule: impl Fn([f32; N], f32) -> [f32; N],
) -> Result<[Tensor<D>; N], ([Tensor<D>; N], Tensor<D>)> {
    let mut tensors = Some(tensors);
    let updated = on_processor!(update_on::<D, N>(&mut tensors, &gradient, &rule));
    updated.ok_or_else(|| (tensors.expect("nothing took the tensors"), gradient))
}

/// Takes the tensors if the gradient is on the backend `B`.
fn update_on<B: Processor, const D: usize, const N: usize>(
    tensors: &mut Option<[Tensor<D>; N]>,
    gradient: &Tensor<D>,
    rule: &impl Fn([f32; N], f32) -> [f32; N],
) -> Option<[Tensor<D>; N]>
where
    DispatchTensor: DispatchKindConversion<B>,
{
    let gradient = gradient.clone().try_into_primitive::<B>().ok()?;
    let gradient = B::values(&gradient)?;
    let mut tensors = tensors.take()?.map(|tensor| {
        tensor.try_into_primitive::<B>().expect("a parameter and its state are on the device of the gradient")
    });
    let mut values = tensors.each_mut().map(|tensor| {
        let values = B::values_mut(tensor).expect("a parameter and its state have the type of the gradient");
        values[..gradient.len()].as_chunks_mut::<LANES>()
    });
    let (chunks, rest) = gradient.as_chunks::<LANES>();
    Instructions::best().run_loop(
        #[inline(always)]
        || {
            for (i, gradient) in chunks.iter().enumerate() {
                // In arrays of their own, so that the loop over lanes becomes vector instructions.
                let mut chunk: [[f32; LANES]; N] = std::array::from_fn(|n| values[n].0[i]);
                for lane in 0..LANES {
                    let new = rule(std::array::from_fn(|n| chunk[n][lane]), gradient[lane]);
                    for n in 0..N {
                        chunk[n][lane] = new[n];
                    }
                }
                for n in 0..N {
                    values[n].0[i] = chunk[n];
                }
            }
            for (i, &gradient) in rest.iter().enumerate() {
                let new = rule(std::array::from_fn(|n| values[n].1[i]), gradient);
                for n in 0..N {
                    values[n].1[i] = new[n];
                }
            }
        },
    );
    Some(tensors.map(Tensor::from_primitive::<B>))
}

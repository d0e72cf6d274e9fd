//! The stages of convolution as operations of Burn's: to automatic differentiation each is a node with a way back of its own.

use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::NoCheckpointing;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, DispatchKindConversion, DispatchTensor, TensorMetadata};
use burn::tensor::Tensor;

use crate::model::Stages;
use crate::processor::{Processor, on_processor};

use super::kernel::convolution::{Stage, StageGradients, backward, forward};
use super::kernel::{Instructions, Layer};
use super::{executor, instructions, parameters};

/// What the stages make of images, ready for `backward`: on the processor in an operation for each stage, elsewhere by the
/// ordinary operations.
pub(super) fn apply(stages: &Stages, images: &Tensor<2>) -> Tensor<2> {
    on_processor!(train_on(stages, images))
        .or_else(|| on_processor!(infer_on(stages, images)))
        .unwrap_or_else(|| stages.forward(images.clone()))
}

fn train_on<B: Processor>(stages: &Stages, images: &Tensor<2>) -> Option<Tensor<2>>
where
    DispatchTensor: DispatchKindConversion<Autodiff<B>>,
{
    let mut node = images.clone().try_into_primitive::<Autodiff<B>>().ok()?;
    let instructions = instructions();
    for (image, window) in stages.shapes().into_iter().zip(&stages.windows) {
        let (weight, bias) = parameters::<Autodiff<B>>(window)?;
        let stage = Stage { image, window: layer::<B>(weight.primitive(), bias.primitive())? };
        let (out, winners) = forward(instructions, stage, B::values(node.primitive())?, executor());
        let out = output::<B>(out, node.primitive());
        let state = State {
            instructions,
            image,
            images: node.primitive().clone(),
            weight: weight.primitive().clone(),
            bias: bias.primitive().clone(),
            winners,
        };
        let prepared = StageBackward.prepare::<NoCheckpointing>([weight.node(), bias.node(), node.node()]);
        node = match prepared.compute_bound().stateful() {
            OpsKind::Tracked(prepared) => prepared.finish(state, out),
            OpsKind::UnTracked(prepared) => prepared.finish(out),
        };
    }
    Some(Tensor::from_primitive::<Autodiff<B>>(node))
}

fn infer_on<B: Processor>(stages: &Stages, images: &Tensor<2>) -> Option<Tensor<2>>
where
    DispatchTensor: DispatchKindConversion<B>,
{
    let mut values = images.clone().try_into_primitive::<B>().ok()?;
    for (image, window) in stages.shapes().into_iter().zip(&stages.windows) {
        let (weight, bias) = parameters::<B>(window)?;
        let stage = Stage { image, window: layer::<B>(&weight, &bias)? };
        let (out, _) = forward(instructions(), stage, B::values(&values)?, executor());
        values = output::<B>(out, &values);
    }
    Some(Tensor::from_primitive::<B>(values))
}

fn layer<'a, B: Processor>(weight: &'a FloatTensor<B>, bias: &'a FloatTensor<B>) -> Option<Layer<'a>> {
    Some(Layer { weight: B::values(weight)?, bias: B::values(bias)? })
}

/// The numbers that come out of a stage, a row for each of the images.
fn output<B: Processor>(values: Vec<f32>, images: &FloatTensor<B>) -> FloatTensor<B> {
    let batch = images.shape()[0];
    let outputs = values.len() / batch;
    B::tensor(values, &[batch, outputs], &images.device())
}

/// The node of a stage. Its parents are the weight, the bias and the node of the stage before, or of the images.
#[derive(Debug)]
struct StageBackward;

/// What a stage keeps for the way back.
#[derive(Debug, Clone)]
struct State<B: Backend> {
    instructions: Instructions,
    image: [usize; 3],
    images: FloatTensor<B>,
    weight: FloatTensor<B>,
    bias: FloatTensor<B>,
    winners: Vec<u8>,
}

impl<B: Processor> Backward<B, 3> for StageBackward {
    type State = State<B>;

    fn backward(self, ops: Ops<Self::State, 3>, gradients: &mut Gradients, _: &mut Checkpointer) {
        let mut gradient = gradients.consume::<B>(&ops.node);
        let State { instructions, image, images, weight, bias, winners } = ops.state;
        let values = || Some((layer::<B>(&weight, &bias)?, B::values(&images)?));
        let (window, pixels) = values().expect("they were numbers in single precision on the way forward");
        let gradient = B::values_mut(&mut gradient).expect("the gradient is of the type of the numbers");
        let [of_weight, of_bias, before] = ops.parents;
        let stage = Stage { image, window };
        let found = backward(instructions, stage, pixels, &winners, gradient, before.is_some(), executor());
        let StageGradients { weight: weight_gradient, bias: bias_gradient, images: image_gradient } = found;
        let device = images.device();
        if let Some(node) = of_weight {
            gradients.register::<B>(node.id, B::tensor(weight_gradient, &weight.shape().to_vec(), &device));
        }
        if let Some(node) = of_bias {
            gradients.register::<B>(node.id, B::tensor(bias_gradient, &bias.shape().to_vec(), &device));
        }
        if let (Some(node), Some(gradient)) = (before, image_gradient) {
            gradients.register::<B>(node.id, B::tensor(gradient, &images.shape().to_vec(), &device));
        }
    }
}

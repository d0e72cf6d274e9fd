//! The fast way of a training step on the processor: loss and gradients in one pass, an update in one loop.
//!
//! Burn's tensor operations, in `model.rs` and in Burn's optimisers, say what is computed. On the backends of the processor
//! a network as small as ours spends most of their time between the operations: here one operation does the work of a step.
//! It stands on Burn's extension point: to automatic differentiation it is a node for each layer, whose gradients are ready
//! when it is made, and `backward()` stays Burn's. On other devices every function here returns `None`, and the caller takes
//! the ordinary operations.
//!
//! The kernel is pure Rust on slices, [`kernel`]. The weights it trains have the same bits on every processor, on both
//! backends of the processor and in every browser.

pub mod kernel;
mod optimizer;
mod stages;

pub(crate) use optimizer::{Adam, AdamConstants, AdamW, Sgd};

use std::borrow::Cow;
use std::cell::Cell;
use std::sync::OnceLock;

use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::NoCheckpointing;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::tensor::{FloatTensor, IntTensor};
use burn::backend::{Autodiff, Backend, DispatchKindConversion, DispatchTensor, TensorMetadata};
use burn::module::Param;
use burn::nn::Linear;
use burn::optim::GradientsParams;
use burn::tensor::{Device, Tensor};

use crate::config::Activation;
use crate::data::Batch;
use crate::model::Mlp;
use crate::processor::{Processor, on_processor};

use kernel::{Examples, Executor, InTurn, Instructions, Layer, Loss, Network, Workspace};

/// The name of the kernel's arithmetic in files. Whatever changes a bit of any weight changes it.
pub(crate) const ARITHMETIC: &str = "fused-1";

static EXECUTOR: OnceLock<&'static dyn Executor> = OnceLock::new();

thread_local! {
    // The memory of a thread; the core starts none.
    #[allow(clippy::disallowed_types)]
    static WORKSPACE: Cell<Option<Workspace>> = const { Cell::new(None) };
}

/// Has `executor` run the parts of large batches, from now on and in the whole program; without one they run in turn.
///
/// The core has no threads of its own. The results have the same bits with any executor. Only the first call counts.
pub fn set_executor(executor: &'static dyn Executor) {
    let _ = EXECUTOR.set(executor);
}

/// Has the kernel use `instructions` on this thread, in place of the widest of the processor.
pub fn set_instructions(instructions: Instructions) {
    WORKSPACE.set(Some(Workspace::new(instructions)));
}

/// Returns whether the kernel does the steps of a training run on `device`.
pub(crate) fn trains_on(device: &Device) -> bool {
    let number = Tensor::<1>::zeros([1], &device.clone().inner());
    on_processor!(read(&number)).is_some()
}

fn read<B: Processor>(tensor: &Tensor<1>) -> Option<()>
where
    DispatchTensor: DispatchKindConversion<B>,
{
    B::values(&tensor.clone().try_into_primitive::<B>().ok()?).map(|_| ())
}

/// The loss of a batch, `[1]`, ready for `backward`, and its value.
pub fn forward_loss(model: &Mlp, batch: &Batch) -> Option<(Tensor<1>, Loss)> {
    let batch = &after_stages(model, batch);
    on_processor!(forward_loss_on(model, batch))
}

/// The gradients of the loss of a batch with respect to all parameters, and the loss.
///
/// It is [`forward_loss`] and Burn's `backward()`, but on the backend's tensors. Burn's own, which hold one of any backend,
/// are compiled without optimisation.
pub(crate) fn gradients(model: &Mlp, batch: &Batch) -> Option<(GradientsParams, Loss)> {
    let batch = &after_stages(model, batch);
    on_processor!(gradients_on(model, batch))
}

/// The loss of a batch that is judged, not learned from.
pub(crate) fn loss(model: &Mlp, batch: &Batch) -> Option<Loss> {
    let batch = &after_stages(model, batch);
    on_processor!(loss_on(model, batch))
}

/// The probability of each class, one image after another.
pub(crate) fn probabilities(model: &Mlp, images: &Tensor<2>) -> Option<Vec<f32>> {
    match has_stages(model) {
        true => on_processor!(probabilities_on(model, &stages::apply(&model.stages, images))),
        false => on_processor!(probabilities_on(model, images)),
    }
}

/// A batch with what the stages make of its images; the batch itself for a perceptron.
fn after_stages<'a>(model: &Mlp, batch: &'a Batch) -> Cow<'a, Batch> {
    match has_stages(model) {
        true => Cow::Owned(Batch { images: stages::apply(&model.stages, &batch.images), ..batch.clone() }),
        false => Cow::Borrowed(batch),
    }
}

fn has_stages(model: &Mlp) -> bool {
    !model.stages.windows.is_empty()
}

fn executor() -> &'static dyn Executor {
    EXECUTOR.get().copied().unwrap_or(&InTurn)
}

/// The instructions that the kernel uses on this thread.
fn instructions() -> Instructions {
    let workspace = WORKSPACE.take().unwrap_or_default();
    let instructions = workspace.instructions();
    WORKSPACE.set(Some(workspace));
    instructions
}

fn forward_loss_on<B: Processor>(model: &Mlp, batch: &Batch) -> Option<(Tensor<1>, Loss)>
where
    DispatchTensor: DispatchKindConversion<Autodiff<B>>,
{
    let ForwardPass { node, loss, .. } = forward_on::<B>(model, batch)?;
    Some((Tensor::from_primitive::<Autodiff<B>>(node), loss))
}

fn gradients_on<B: Processor>(model: &Mlp, batch: &Batch) -> Option<(GradientsParams, Loss)>
where
    DispatchTensor: DispatchKindConversion<B> + DispatchKindConversion<Autodiff<B>>,
{
    let ForwardPass { node, loss, inputs } = forward_on::<B>(model, batch)?;
    let stages = model.stages.windows.iter().map(parameters::<Autodiff<B>>).collect::<Option<Vec<_>>>()?;
    let mut found = node.backward();
    let mut gradients = GradientsParams::new();
    for (layer, (weight, bias)) in
        model.stages.windows.iter().chain(&model.layers).zip(stages.iter().chain(&inputs.parameters))
    {
        if let Some(gradient) = weight.grad_remove(&mut found) {
            gradients.register(layer.weight.id, Tensor::<2>::from_primitive::<B>(gradient));
        }
        if let (Some(parameter), Some(gradient)) = (&layer.bias, bias.grad_remove(&mut found)) {
            gradients.register(parameter.id, Tensor::<1>::from_primitive::<B>(gradient));
        }
    }
    Some((gradients, loss))
}

/// Weight and bias of a layer or of a stage; `None` if they are not the backend's.
fn parameters<B: Backend>(layer: &Linear) -> Option<Parameters<B>>
where
    DispatchTensor: DispatchKindConversion<B>,
{
    let bias = layer.bias.as_ref().map(Param::val)?.try_into_primitive::<B>().ok()?;
    Some((layer.weight.val().try_into_primitive::<B>().ok()?, bias))
}

/// A batch that has gone through a network.
struct ForwardPass<B: Backend> {
    /// The node of the loss, on the tape of automatic differentiation.
    node: FloatTensor<B>,
    loss: Loss,
    inputs: Inputs<B>,
}

fn forward_on<B: Processor>(model: &Mlp, batch: &Batch) -> Option<ForwardPass<Autodiff<B>>>
where
    DispatchTensor: DispatchKindConversion<Autodiff<B>>,
{
    let inputs = Inputs::<Autodiff<B>>::of(model, &batch.images)?.labelled(batch, B::indices)?;
    let Inputs { images, parameters, .. } = &inputs;
    let input = InputGradient.prepare::<NoCheckpointing>([images.node()]).compute_bound().stateful();
    let for_images = matches!(input, OpsKind::Tracked(_));
    let (loss, gradients) = inputs.run(
        |tensor| B::values(tensor.primitive()),
        |kernel, network, examples, executor| kernel.gradients(network, examples, for_images, executor),
    )?;

    let device = images.primitive().device();
    let tensor = |values, shape: &[usize]| B::tensor(values, shape, &device);
    let value = tensor(vec![loss.mean as f32], &[1]);
    let mut node = match (input, gradients.images) {
        (OpsKind::Tracked(input), Some(gradient)) => {
            input.finish(tensor(gradient, &batch.images.dims()), value.clone())
        }
        _ => images.clone(),
    };
    for ((weight, bias), gradient) in parameters.iter().zip(gradients.layers) {
        let outputs = gradient.1.len();
        let inputs = gradient.0.len() / outputs;
        let gradients = (tensor(gradient.0, &[inputs, outputs]), tensor(gradient.1, &[outputs]));
        let prepared = LayerGradients.prepare::<NoCheckpointing>([weight.node(), bias.node(), node.node()]);
        node = match prepared.compute_bound().stateful() {
            OpsKind::Tracked(prepared) => prepared.finish(gradients, value.clone()),
            OpsKind::UnTracked(prepared) => prepared.finish(value.clone()),
        };
    }
    Some(ForwardPass { node, loss, inputs })
}

fn loss_on<B: Processor>(model: &Mlp, batch: &Batch) -> Option<Loss>
where
    DispatchTensor: DispatchKindConversion<B>,
{
    let inputs = Inputs::<B>::of(model, &batch.images)?.labelled(batch, B::indices)?;
    inputs.run(B::values, |kernel, network, examples, executor| kernel.loss(network, examples, executor))
}

fn probabilities_on<B: Processor>(model: &Mlp, images: &Tensor<2>) -> Option<Vec<f32>>
where
    DispatchTensor: DispatchKindConversion<B>,
{
    let inputs = Inputs::<B>::of(model, images)?;
    inputs
        .run(B::values, |kernel, network, examples, executor| kernel.probabilities(network, examples.images, executor))
}

/// Weight and bias of a layer or of a stage as tensors of a backend.
type Parameters<B> = (FloatTensor<B>, FloatTensor<B>);

/// A network and a batch as tensors of a backend: of the processor's, or of its automatic differentiation.
struct Inputs<B: Backend> {
    activation: Activation,
    parameters: Vec<Parameters<B>>,
    images: FloatTensor<B>,
    targets: Vec<usize>,
    weights: Option<FloatTensor<B>>,
}

impl<B: Backend> Inputs<B>
where
    DispatchTensor: DispatchKindConversion<B>,
{
    /// `None` if the tensors are not the backend's.
    fn of(model: &Mlp, images: &Tensor<2>) -> Option<Self> {
        let images = images.clone().try_into_primitive::<B>().ok()?;
        let parameters = model.layers.iter().map(parameters::<B>).collect::<Option<_>>()?;
        Some(Self { activation: model.activation(), parameters, images, targets: Vec::new(), weights: None })
    }

    /// The same, with the classes of a batch and the weights of its images.
    fn labelled(self, batch: &Batch, indices: impl Fn(&IntTensor<B>) -> Option<Vec<usize>>) -> Option<Self> {
        let targets = indices(&batch.targets.clone().try_into_primitive::<B>().ok()?)?;
        let weights = match &batch.weights {
            Some(weights) => Some(weights.clone().try_into_primitive::<B>().ok()?),
            None => None,
        };
        Some(Self { targets, weights, ..self })
    }

    /// Calls the kernel with the working memory of this thread, the numbers of the tensors, and the executor.
    fn run<R>(
        &self,
        values: impl Fn(&FloatTensor<B>) -> Option<&[f32]>,
        run: impl FnOnce(&mut Workspace, Network<'_>, Examples<'_>, &dyn Executor) -> R,
    ) -> Option<R> {
        let layers =
            self.parameters.iter().map(|(weight, bias)| Some(Layer { weight: values(weight)?, bias: values(bias)? }));
        let layers = layers.collect::<Option<Vec<_>>>()?;
        let network = Network { layers: &layers, activation: self.activation };
        let weights = match &self.weights {
            Some(weights) => Some(values(weights)?),
            None => None,
        };
        let examples = Examples { images: values(&self.images)?, targets: &self.targets, weights };
        // Taken and not borrowed: a thread that waits for its parts may run another training run meanwhile.
        let mut workspace = WORKSPACE.take().unwrap_or_default();
        let result = run(&mut workspace, network, examples, executor());
        WORKSPACE.set(Some(workspace));
        Some(result)
    }
}

/// The node of a layer. Its parents are the weight, the bias and the node of the layer before.
///
/// The gradients of the loss are ready. What is left of the chain rule is the gradient of what the loss goes into, one
/// number: the weight of a shard of a batch, or 1.
#[derive(Debug)]
struct LayerGradients;

impl<B: Processor> Backward<B, 3> for LayerGradients {
    type State = (FloatTensor<B>, FloatTensor<B>);

    fn backward(self, ops: Ops<Self::State, 3>, gradients: &mut Gradients, _: &mut Checkpointer) {
        let factor = gradients.consume::<B>(&ops.node);
        let [weight, bias, before] = ops.parents;
        let (weight_gradient, bias_gradient) = ops.state;
        if let Some(weight) = weight {
            gradients.register::<B>(weight.id, scaled::<B>(weight_gradient, &factor));
        }
        if let Some(bias) = bias {
            gradients.register::<B>(bias.id, scaled::<B>(bias_gradient, &factor));
        }
        if let Some(before) = before {
            gradients.register::<B>(before.id, factor);
        }
    }
}

/// The node of the images, for what stands before the network.
#[derive(Debug)]
struct InputGradient;

impl<B: Processor> Backward<B, 1> for InputGradient {
    type State = FloatTensor<B>;

    fn backward(self, ops: Ops<Self::State, 1>, gradients: &mut Gradients, _: &mut Checkpointer) {
        let factor = gradients.consume::<B>(&ops.node);
        if let [Some(images)] = ops.parents {
            gradients.register::<B>(images.id, scaled::<B>(ops.state, &factor));
        }
    }
}

fn scaled<B: Processor>(gradient: FloatTensor<B>, factor: &FloatTensor<B>) -> FloatTensor<B> {
    match B::values(factor) {
        Some([1.0]) => gradient,
        Some([factor]) => B::float_mul_scalar(gradient, (*factor).into()),
        _ => unreachable!("the loss is one number in single precision"),
    }
}

//! The fused step against the ordinary tensor operations, and its bits on every kind of processor.

use burn::module::{Module, ModuleVisitor, Param};
use burn::optim::decay::WeightDecayConfig;
use burn::optim::momentum::MomentumConfig;
use burn::optim::{AdamConfig, AdamWConfig, GradientsParams, ModuleOptimizer, OptimizerRecord, SgdConfig};
use burn::tensor::{Device, Tensor};
use sha2::{Digest, Sha256};

use chiffres::config::Activation;
use chiffres::data::{Batch, TrainingBatcher};
use chiffres::fused;
use chiffres::fused::kernel::{Examples, Executor, InTurn, Instructions, Layer, Network, Task, Workspace};
use chiffres::model::LayerWeights;
use chiffres::native::device;
use chiffres::{Experiment, Mlp, MlpConfig, Trainer};

use crate::{digits, experiment};

const ACTIVATIONS: [Activation; 5] =
    [Activation::Sigmoid, Activation::Tanh, Activation::Relu, Activation::Gelu, Activation::Identity];

/// The backends of the processor that are compiled in.
pub fn processors() -> Vec<Device> {
    let names = device::available().into_iter().filter(|name| ["flex", "ndarray"].contains(name));
    names.map(|name| device::open(Some(name)).unwrap().device).collect()
}

/// The gradients of all parameters, one tensor after another.
struct Collect<'a> {
    gradients: &'a GradientsParams,
    tensors: Vec<Vec<f32>>,
}

impl ModuleVisitor for Collect<'_> {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let gradient = self.gradients.get::<D>(param.id).expect("every parameter has a gradient");
        self.tensors.push(values(gradient));
    }
}

fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().try_into_vec_as().unwrap()
}

pub fn gradients(model: &Mlp, loss: Tensor<1>) -> Vec<Vec<f32>> {
    let gradients = GradientsParams::from_grads(loss.backward(), model);
    let mut collect = Collect { gradients: &gradients, tensors: Vec::new() };
    model.visit(&mut collect);
    collect.tensors
}

/// The largest difference between two tensors, relative to the largest number of the first.
pub fn difference(a: &[f32], b: &[f32]) -> f32 {
    assert_eq!(a.len(), b.len());
    let largest = a.iter().fold(f32::MIN_POSITIVE, |largest, value| largest.max(value.abs()));
    a.iter().zip(b).fold(0.0f32, |most, (a, b)| most.max((a - b).abs())) / largest
}

/// The loss of logits in double precision, and the images whose largest logit is not that of their class.
fn exact_loss(logits: &[f32], batch: &Batch) -> (f64, usize) {
    let targets: Vec<i64> = batch.targets.clone().into_data().iter::<i64>().collect();
    let weights = match &batch.weights {
        Some(weights) => values(weights.clone().inner()),
        None => vec![1.0; targets.len()],
    };
    let (mut sum, mut errors) = (0.0, 0);
    for ((z, &target), &weight) in logits.chunks(10).zip(&targets).zip(&weights) {
        let largest = z.iter().copied().fold(f32::MIN, f32::max);
        let exponentials: f64 = z.iter().map(|&z| f64::from(z - largest).exp()).sum();
        sum += f64::from(weight) * (exponentials.ln() + f64::from(largest) - f64::from(z[target as usize]));
        errors += usize::from(z.iter().position(|&z| z == largest) != Some(target as usize));
    }
    (sum / weights.iter().copied().map(f64::from).sum::<f64>(), errors)
}

#[test]
fn loss_and_gradients_are_those_of_the_ordinary_operations() {
    let digits = digits();
    let train: Vec<usize> = (0..1000).collect();
    for device in processors() {
        let device = device.autodiff();
        for class_weights in ["none", "balanced"] {
            let experiment = experiment(&[&format!("training.class_weights={class_weights}")]);
            let batcher = TrainingBatcher::new(&experiment, &digits, &train);
            for images in [1, 7, 40, 200, 333] {
                let batch = batcher.batch(&digits, &train[..images], 1, &device);
                for hidden in [vec![], vec![15], vec![33], vec![40, 20], vec![16, 16, 16]] {
                    for activation in ACTIVATIONS {
                        let config = MlpConfig::new(64, hidden.clone(), 10).with_activation(activation).with_seed(3);
                        let model = config.init(&device);
                        let case = format!("{device:?} {class_weights} {images} {hidden:?} {activation}");
                        let (logits, loss) = model.forward_loss(&batch);
                        let (exact, errors) = exact_loss(&values(logits.inner()), &batch);
                        let (fused, found) = fused::forward_loss(&model, &batch).expect("on the processor");

                        assert_eq!(found.errors, errors, "{case}");
                        assert!((found.mean - exact).abs() <= 1e-6 * exact, "{case}: {} and {exact}", found.mean);
                        // As for a shard of a batch, which has only a part in the loss.
                        let ordinary = gradients(&model, loss.mul_scalar(0.3));
                        let fused = gradients(&model, fused.mul_scalar(0.3));
                        for (ordinary, fused) in ordinary.iter().zip(&fused) {
                            let difference = difference(ordinary, fused);
                            assert!(difference <= 1e-6, "{case}: {difference}");
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn the_gradient_of_the_images_is_that_of_the_ordinary_operations() {
    let digits = digits();
    let train: Vec<usize> = (0..1000).collect();
    for device in processors() {
        let device = device.autodiff();
        let mut batch =
            TrainingBatcher::new(&experiment(&[]), &digits, &train).batch(&digits, &train[..50], 1, &device);
        batch.images = batch.images.require_grad();
        for hidden in [vec![], vec![33, 20]] {
            let model = MlpConfig::new(64, hidden, 10).init(&device);
            let gradient = |loss: Tensor<1>| values(batch.images.grad(&loss.backward()).unwrap());
            let ordinary = gradient(model.forward_loss(&batch).1);
            let fused = gradient(fused::forward_loss(&model, &batch).expect("on the processor").0);
            assert!(difference(&ordinary, &fused) <= 1e-6);
        }
    }
}

#[test]
fn nothing_is_fused_in_double_precision() {
    let device = Device::flex().autodiff();
    let model = MlpConfig::new(64, vec![15], 10).init(&device);
    let train: Vec<usize> = (0..10).collect();
    let batch = TrainingBatcher::new(&experiment(&[]), &digits(), &train).batch(&digits(), &train, 1, &device);
    let images = batch.images.clone().cast(burn::tensor::DType::F64);
    assert!(fused::forward_loss(&model, &Batch { images, ..batch }).is_none());
}

/// The final weights of a training run, as bytes of a digest.
fn digest(weights: &[LayerWeights]) -> String {
    let numbers = weights.iter().flat_map(|layer| layer.weight.iter().chain(&layer.bias));
    let bytes: Vec<u8> = numbers.flat_map(|value| value.to_le_bytes()).collect();
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn trained(experiment: &Experiment, device: &Device) -> Vec<LayerWeights> {
    let mut trainer = Trainer::new(experiment, digits(), device).unwrap();
    while trainer.epoch().is_some() {}
    trainer.final_weights()
}

/// Ten epochs of training of many kinds.
fn kinds() -> Vec<Experiment> {
    let kinds: [&[&str]; 5] = [
        &[],
        &["optimizer.kind=adam", "optimizer.learning_rate=0.01", "model.activation=relu", "model.hidden=[33, 20]"],
        &["optimizer.kind=adamw", "optimizer.learning_rate=0.01", "model.activation=gelu", "model.hidden=[]"],
        &["optimizer.momentum=0", "optimizer.nesterov=false", "model.activation=tanh", "training.batch_size=333"],
        &["augmentation.rotation=10", "augmentation.elastic=0.5", "training.class_weights=balanced"],
    ];
    kinds.iter().map(|kind| experiment(&[&["training.epochs=10"], *kind].concat())).collect()
}

#[test]
fn weights_have_the_same_bits_on_every_instruction_set_and_backend() {
    for experiment in kinds() {
        let mut digests = Vec::new();
        for device in processors() {
            for instructions in Instructions::all() {
                fused::set_instructions(instructions);
                digests.push(digest(&trained(&experiment, &device)));
            }
        }
        fused::set_instructions(Instructions::best());
        digests.dedup();
        assert_eq!(digests.len(), 1, "{:?}", experiment.optimizer.kind);
    }
}

/// On every machine. The constant changes with the arithmetic alone, and `CHANGELOG.md` says when it did.
#[test]
fn the_first_network_has_the_same_bytes_on_every_machine() {
    for device in processors() {
        let weights = trained(&experiment(&[]), &device);
        assert_eq!(digest(&weights), "c367ccb3a33b83bb91b2eb5cfb34e179ed6f097b0e29710357a266a1e36b831b");
    }
}

/// Runs tasks on as many threads, the last first.
struct Threads;

impl Executor for Threads {
    fn run(&self, tasks: Vec<Task<'_>>) {
        std::thread::scope(|scope| tasks.into_iter().rev().for_each(|task| drop(scope.spawn(task))));
    }
}

#[test]
fn a_large_batch_has_the_same_bits_on_any_number_of_threads() {
    let (inputs, hidden, images) = (784, 128, 300);
    let weights = MlpConfig::new(inputs, vec![hidden], 10).starting_weights();
    let layers: Vec<_> = weights.iter().map(|layer| Layer { weight: &layer.weight, bias: &layer.bias }).collect();
    let network = Network { layers: &layers, activation: Activation::Relu };
    let pixels: Vec<f32> = (0..images * inputs).map(|i| (i * 7919 % 256) as f32 / 255.0).collect();
    let targets: Vec<usize> = (0..images).map(|i| i % 10).collect();
    let examples = Examples { images: &pixels, targets: &targets, weights: None };
    let mut workspace = Workspace::default();
    let in_turn = workspace.gradients(network, examples, true, &InTurn);
    let at_once = workspace.gradients(network, examples, true, &Threads);
    assert!(in_turn == at_once);
    assert_eq!(workspace.loss(network, examples, &Threads), in_turn.0);
    let probabilities = |executor: &dyn Executor| Workspace::default().probabilities(network, &pixels, executor);
    assert!(probabilities(&InTurn) == probabilities(&Threads));
}

/// The parts of a large batch add up to the gradient of the whole.
#[test]
fn the_parts_of_a_large_batch_are_the_whole() {
    let config = MlpConfig::new(64, vec![512, 256], 10).with_activation(Activation::Tanh);
    let train: Vec<usize> = (0..333).collect();
    for device in processors() {
        let device = device.autodiff();
        let batch = TrainingBatcher::new(&experiment(&[]), &digits(), &train).batch(&digits(), &train, 1, &device);
        let model = config.init(&device);
        let ordinary = gradients(&model, model.forward_loss(&batch).1);
        let fused = gradients(&model, fused::forward_loss(&model, &batch).unwrap().0);
        for (ordinary, fused) in ordinary.iter().zip(&fused) {
            assert!(difference(ordinary, fused) <= 2e-6);
        }
    }
}

/// Burn's optimisers with the settings of an experiment.
fn burns(experiment: &Experiment) -> ModuleOptimizer {
    let config = &experiment.optimizer;
    let decay = (config.weight_decay > 0.0).then(|| WeightDecayConfig::new(config.weight_decay as f32));
    let (beta1, beta2, epsilon) = (config.beta1 as f32, config.beta2 as f32, config.epsilon as f32);
    match config.kind.to_string().as_str() {
        "sgd" => {
            let momentum = MomentumConfig { momentum: config.momentum, dampening: 0.0, nesterov: config.nesterov };
            let momentum = (config.momentum > 0.0).then_some(momentum);
            SgdConfig::new().with_momentum(momentum).with_weight_decay(decay).init()
        }
        "adam" => AdamConfig::new()
            .with_beta_1(beta1)
            .with_beta_2(beta2)
            .with_epsilon(epsilon)
            .with_weight_decay(decay)
            .init(),
        _ => AdamWConfig::new()
            .with_beta_1(beta1)
            .with_beta_2(beta2)
            .with_epsilon(epsilon)
            .with_weight_decay(config.weight_decay as f32)
            .init(),
    }
}

#[test]
fn updates_and_records_are_those_of_burn() {
    let train: Vec<usize> = (0..200).collect();
    let cases: [&[&str]; 6] = [
        &["optimizer.weight_decay=0"],
        &["optimizer.nesterov=false", "optimizer.weight_decay=0"],
        &["optimizer.momentum=0", "optimizer.nesterov=false", "optimizer.weight_decay=0"],
        &["optimizer.kind=adam", "optimizer.weight_decay=0"],
        &["optimizer.kind=adamw", "optimizer.weight_decay=0"],
        &["optimizer.kind=adam", "optimizer.beta1=0.8", "optimizer.epsilon=0.001", "optimizer.weight_decay=0"],
    ];
    for device in processors() {
        let device = device.autodiff();
        for case in cases {
            let experiment = experiment(case);
            let batch = TrainingBatcher::new(&experiment, &digits(), &train).batch(&digits(), &train, 1, &device);
            let start = MlpConfig::from_experiment(&experiment, [8, 8, 1], 10).init(&device);
            let step = |optimizer: &mut ModuleOptimizer, model: &Mlp| {
                let gradients = GradientsParams::from_grads(model.forward_loss(&batch).1.backward(), model);
                optimizer.step(0.05, model.clone(), gradients)
            };
            let (mut ours, mut theirs) = (experiment.optimizer.init(), burns(&experiment));
            let (mut a, mut b) = (start.clone(), start);
            for _ in 0..5 {
                (a, b) = (step(&mut ours, &a), step(&mut theirs, &b));
            }
            assert!(parameters(&a) == parameters(&b), "{case:?}");
            // Each reads the record of the other.
            let record = |optimizer: &ModuleOptimizer| {
                OptimizerRecord::from_bytes(optimizer.to_record().into_bytes().unwrap()).unwrap()
            };
            let (record_of_ours, record_of_theirs) = (record(&ours), record(&theirs));
            let mut ours = experiment.optimizer.init().load_record(record_of_theirs);
            let mut theirs = burns(&experiment).load_record(record_of_ours);
            let (a, b) = (step(&mut ours, &a), step(&mut theirs, &b));
            assert!(parameters(&a) == parameters(&b), "{case:?}, resumed");
        }
    }
}

fn parameters(model: &Mlp) -> Vec<LayerWeights> {
    model.valid().weights()
}

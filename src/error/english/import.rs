//! Networks of other programs that are not imported, in English.

use super::config::allowed;
use super::data::npz;
use crate::error::words::{brief, dimensions};
use crate::error::{ImportProblem, Language, Message};

pub(in crate::error) fn import(file: &str, problem: &ImportProblem) -> Message {
    match problem {
        ImportProblem::Pickle => {
            Message::new("it is a pickle, which may run any program when it is opened; chiffres opens none").hint(format!(
                "if you trust it, in Python:\nimport joblib, skops.io\nskops.io.dump(joblib.load({file:?}), {skops:?})",
                skops = format!("{}.skops", stem(file))
            ))
        }
        ImportProblem::Torch => {
            Message::new("it is a pickle of PyTorch, which may run any program when it is opened; chiffres opens none")
                .hint(format!(
                    "in Python:\nimport torch\nfrom safetensors.torch import save_file\nsave_file(torch.load({file:?}, \
                     weights_only=True), {tensors:?})  # a state_dict of Linear layers",
                    tensors = format!("{}.safetensors", stem(file))
                ))
        }
        ImportProblem::Keras => Message::new("it is a file of Keras, which chiffres does not read")
            .hint("in Python: model.export(\"network.onnx\", format=\"onnx\")"),
        ImportProblem::Model => Message::new("it is a model file of chiffres already")
            .hint(format!("use it as it is: chiffres evaluate {file}")),
        ImportProblem::Format => Message::new("it is not a network in a format that chiffres reads")
            .hint("it reads .skops, .onnx, .safetensors, .npz with coefs_0, intercepts_0, ..., and its own exports"),
        ImportProblem::Archive { place, problem } => npz(problem).at(place.text(Language::English)),
        ImportProblem::Damaged { format, source } => {
            Message::new(format!("it is damaged, or not {format}: {}", brief(source))).hint("write it again")
        }
        ImportProblem::Object { name } => {
            Message::new(format!("{} is not a network of dense layers", brief(name))).hint(
                "an MLPClassifier is one, alone or in a Pipeline after StandardScaler, MinMaxScaler or MaxAbsScaler",
            )
        }
        ImportProblem::Setting { object, setting, value } => {
            Message::new(format!("{} has {setting} = {}, which is not imported", brief(object), brief(value)))
                .hint("train it again without")
        }
        ImportProblem::Missing { name } => Message::new(format!("{} is missing", brief(name)))
            .hint("save the network after training, whole"),
        ImportProblem::Array { name, shape } => {
            Message::new(format!("{} of shape {} does not belong to a dense layer", brief(name), shape_of(shape)))
                .hint("only dense layers are imported: matrices of weights, each with its biases")
        }
        ImportProblem::Node { operator, node } => {
            Message::new(format!("node {} ({}) is not of a kind that is imported", brief(node), brief(operator)))
                .hint(
                    "these are: scaling of pixels, MatMul or Gemm, Add, Sigmoid, Tanh, Relu, Gelu in its tanh form, then \
                     Softmax, or Sigmoid for two classes",
                )
        }
        ImportProblem::ExactGelu { node } => Message::new(format!(
            "node {} (Gelu) computes GELU by the error function, but chiffres has its tanh form",
            brief(node)
        ))
        .hint("train it with nn.GELU(approximate=\"tanh\")"),
        ImportProblem::Inputs { layer, inputs, values } => {
            Message::new(format!("{} has {inputs} inputs, but {values} values reach it", brief(layer)))
                .hint("save the whole network")
        }
        ImportProblem::NoLayers => {
            Message::new("it has no dense layer").hint("a network has at least one: from the pixels to the classes")
        }
        ImportProblem::Order { layers } => {
            Message::new(format!("neither names nor sizes tell the order of the layers {}", brief(&layers.join(", "))))
                .hint("name them in their order: fc1, fc2, ...; or export the network as ONNX")
        }
        ImportProblem::Activations { found: [one, other] } => {
            Message::new(format!("its layers have different activations, {one} and {other}; chiffres has one for all"))
                .hint("train it with one activation")
        }
        ImportProblem::Place { activation } => {
            Message::new(format!("{activation} stands where chiffres has none: before the first layer, after the last, or twice"))
                .hint("the last layer ends in softmax, or for two classes in one logistic function")
        }
        ImportProblem::NoSize { inputs } => {
            Message::new(format!("it has {inputs} inputs, but does not say what image they are"))
                .hint(
                    "say it by --size ROWSxCOLUMNS, for images in colour --size 3xROWSxCOLUMNS or ROWSxCOLUMNSx3; a network of \
                     other values than pixels cannot be used here",
                )
        }
        &ImportProblem::Size { size: [height, width, channels], inputs } => {
            let (values, times) = if channels > 1 { ("values", "x3") } else { ("pixels", "") };
            let found = height.saturating_mul(width).saturating_mul(channels);
            let hint = match found.checked_mul(3) == Some(inputs) {
                true => format!(
                    "for images in colour add the colours: --size 3x{height}x{width} for a plane of each, as PyTorch has them, or \
                     --size {height}x{width}x3 for the three of a pixel side by side"
                ),
                false => "give the size of the images that it was trained on, rows first".into(),
            };
            Message::new(format!(
                "an image of {height}x{width}{times} has {found} {values}, but the network has {inputs} inputs"
            ))
            .hint(hint)
        }
        ImportProblem::StagesSize { size, stages, filters, inputs } => {
            let [height, width] = size.map(|size| size.checked_shr(*stages as u32).unwrap_or(0));
            Message::new(format!(
                "of an image of {}, {stages} times 2x2 max pooling leave {height}x{width}x{filters} numbers, but the layer after \
                 them has {inputs} inputs",
                dimensions(size),
            ))
            .hint("give the size of the images that it was trained on, rows first; each convolution has a border of 1")
        }
        ImportProblem::ScaledPixels => {
            Message::new("each pixel is scaled in its own way before the convolution: only one scaling of all is read")
                .hint("scale all pixels alike, and train the network again")
        }
        ImportProblem::NoScale { max_value } => {
            Message::new("it does not say how pixels become its inputs").hint(format!(
                "add --scale {max_value} if they were divided by {max_value} before training, --scale 1 if they went in as they \
                 are, from 0 to {max_value}"
            ))
        }
        ImportProblem::NoActivation => Message::new("it does not say the activation of its hidden layers")
            .hint("add --activation sigmoid, tanh, relu, gelu (in its tanh form) or identity"),
        ImportProblem::NoClasses { classes } => {
            let names: Vec<String> = (0..*classes.min(&10)).map(|class| class.to_string()).collect();
            let more = if *classes > 10 { ",..." } else { "" };
            Message::new(format!("it does not say the names of its {classes} classes"))
                .hint(format!("add them in the order of the outputs: --classes {}{more}", names.join(",")))
        }
        ImportProblem::ClassCount { found, expected } => {
            Message::new(format!("{found} names for {expected} classes"))
                .hint("--classes has one name for each output, with commas between them")
        }
        ImportProblem::SameClass { name } => Message::new(format!("two classes are called {name:?}"))
            .hint("give each a name of its own: --classes 0,1,2"),
        ImportProblem::Contradiction { option, given, found } => {
            Message::new(format!("{option} is {given}, but the file says {found}")).hint(format!("remove {option}"))
        }
        ImportProblem::Limit { setting, found } => Message::new(format!(
            "{} is {}, but must be {}",
            setting.path,
            brief(found),
            allowed(&setting.allowed)
        ))
        .hint("train a smaller network"),
        ImportProblem::NotFinite => Message::new("a weight is not a finite number").hint("train it again"),
    }
}

/// The name of a file without its endings.
pub(in crate::error) fn stem(file: &str) -> &str {
    file.split('.').next().unwrap_or(file)
}

fn shape_of(sizes: &[usize]) -> String {
    brief(&format!("{sizes:?}"))
}

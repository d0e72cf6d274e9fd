//! Networks that a format cannot hold, in English.

use crate::error::{ExportProblem, Message};

pub(in crate::error) fn export(format: &str, problem: &ExportProblem) -> Message {
    match problem {
        ExportProblem::Variants => Message::new(format!(
            "{format} holds one reading of an image, but this network reads each image five times (prediction.variants)"
        ))
        .hint("train it with --set prediction.variants=false, or choose another format"),
        ExportProblem::Activation { activation } => {
            Message::new(format!("{format} has no activation {activation}"))
                .hint("export it as onnx, or train it with model.activation sigmoid, tanh or relu")
        }
        ExportProblem::Stages => Message::new(format!("{format} has no convolution, which this network begins with (model.filters)"))
            .hint("export it as onnx or pytorch, or train a network with model.filters = []"),
        ExportProblem::Int8 => Message::new(format!("{format} is not written with weights of 8 bits, only C is"))
            .hint("leave out --int8, or write --to c --int8"),
        ExportProblem::Layers => Message::new(format!(
            "the layers of the network do not lead from the pixels to the classes, so it is not written as {format}"
        ))
        .hint(
            "give it at least one dense layer, each with as many inputs as the one before has outputs, and the same \
             activation between each two",
        ),
        ExportProblem::NotFinite => {
            Message::new(format!("a weight of the network is not a finite number, so it is not written as {format}"))
                .hint("train it again, with a smaller optimizer.learning_rate")
        }
        ExportProblem::NotReadBack { images, labels } => Message::new(format!(
            "the {format} file does not answer as the network does: {labels} of {images} labels are the same; nothing was written"
        ))
        .hint("this is a fault of the program: please report it, with the model file"),
    }
}

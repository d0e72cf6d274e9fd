//! Problems of splitting images in English.

use crate::config::SplitName;
use crate::error::{ClassRemedy, Message, SplitProblem};

pub(in crate::error) fn split(problem: &SplitProblem) -> Message {
    match problem {
        SplitProblem::TrainSize { train, images, has_test_images } => {
            let range = match has_test_images {
                true => format!("1 to {images}"),
                false => format!("1 to {}, to leave some to test", images - 1),
            };
            Message::new(format!("data.train is {train} of {images} images, but must be {range}"))
                .hint("change data.train: a number of images, or a share like 0.8")
        }
        SplitProblem::ValidationSize { validation, train } => Message::new(format!(
            "data.validation is {validation}, but must be less than {train} (the images to train on)"
        ))
        .hint("0 holds out none"),
        SplitProblem::NothingToWatch { patience } => Message::new(format!(
            "training.patience is {patience}, but there are no held-out images to watch: the source has no validation part"
        ))
        .hint("set data.validation to a number of training images, or to a share like 0.1"),
        SplitProblem::BatchSize { batch_size, images } => Message::new(format!(
            "training.batch_size is {batch_size}, but must be 1 to {images} (the training images)"
        ))
        .hint("write a smaller one under [training]"),
        SplitProblem::MissingClasses { split, images, classes, remedy } => {
            Message::new(missing_classes(*split, *images, classes)).hint(match remedy {
                ClassRemedy::Stratify => "set data.split = \"stratified\", or another data.train",
                ClassRemedy::TwoImagesEach => "each class needs two images or more",
                ClassRemedy::SameClasses => {
                    "the source's training and test images must have the same classes; data.classes lists them"
                }
            })
        }
        SplitProblem::UnknownGroups => {
            Message::new("data.split is \"group\", but the groups of these images are not known")
                .hint("name the column, or the array, of the groups with data.group")
        }
        SplitProblem::GreyColours => Message::new("augmentation.colour changes colours, but the images are grey")
            .hint("remove augmentation.colour"),
        SplitProblem::OneGroup => Message::new("data.split is \"group\", but all images are of one group")
            .hint("check data.group, or split in another way"),
        SplitProblem::TooManyStages { stages, height, width, max } => too_many_stages(*stages, *height, *width, *max),
        SplitProblem::Empty { split } => {
            let message = Message::new(format!("the {split} split is empty"));
            match split {
                SplitName::Validation => message.hint("hold images out with --set data.validation=200 when training"),
                SplitName::Train | SplitName::Test => message,
            }
        }
    }
}

/// The problem of images that are too small for their stages of convolution.
pub(in crate::error) fn too_many_stages(stages: usize, height: usize, width: usize, max: usize) -> Message {
    let has = if stages == 1 { "has one stage".into() } else { format!("has {stages} stages") };
    let message = Message::new(format!(
        "model.filters {has}, but images of {height}x{width} pixels have room for {max}: each stage halves height and width"
    ));
    match max {
        0 => message.hint("write filters = [] under [model]"),
        _ => message.hint(format!("list at most {max} in model.filters, or use larger images")),
    }
}

fn missing_classes(split: SplitName, images: usize, classes: &[String]) -> String {
    const MAX_SHOWN: usize = 5;
    let kind = match split {
        SplitName::Train => "training",
        SplitName::Validation => "held-out",
        SplitName::Test => "test",
    };
    let subject = match images {
        1 => format!("the only {kind} image is not"),
        _ => format!("none of the {images} {kind} images is"),
    };
    let plural = if classes.len() == 1 { "class" } else { "classes" };
    let shown: Vec<String> = classes.iter().take(MAX_SHOWN).map(|name| format!("{name:?}")).collect();
    let more = match classes.len().saturating_sub(MAX_SHOWN) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("{subject} of the {plural} {}{more}", shown.join(", "))
}

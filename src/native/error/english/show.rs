//! Requests for pictures that cannot be drawn, in English.

use crate::error::Message;
use crate::native::error::ShowProblem;

pub(super) fn show(problem: &ShowProblem) -> Message {
    match problem {
        ShowProblem::NoSteps { index } => {
            Message::new(format!("image {index} is as the network reads it: there are no steps to explain"))
                .hint("name a picture, or draw the image with: show INDEX")
        }
        ShowProblem::NoStepsOfRows { file } => {
            Message::new(format!("the images in {file} are as the network reads them: there are no steps to explain"))
                .hint("name a picture, or remove --explain")
        }
        ShowProblem::SeveralPictures { found } => {
            Message::new(format!("--png draws the steps of one picture, but there are {found} pictures"))
                .hint("name one picture, or remove --png")
        }
        ShowProblem::NotAPicture { file } => {
            let what = file.as_deref().unwrap_or("an image of the dataset");
            Message::new(format!("--invert is for pictures, but {what} is read as it is")).hint("remove --invert")
        }
        ShowProblem::NotDigits { run } => {
            Message::new(format!("{run} does not read digits of 8x8 pixels, which read looks for on pictures"))
                .hint("remove --with, or classify one image a picture with: predict")
        }
        ShowProblem::NoHiddenNeurons => {
            Message::new("this network has no hidden neurons").hint("train one with model.hidden = [15]")
        }
    }
}

//! Messages about images that do not split as asked.

use chiffres::SplitName;
use chiffres::error::{ClassRemedy, Error, SplitProblem};
use insta::assert_snapshot;

use super::pair;

#[test]
fn every_split_problem_reads_well_in_both_languages() {
    let missing = |split, images, classes: &[&str], remedy| {
        let classes = classes.iter().map(|name| name.to_string()).collect();
        SplitProblem::MissingClasses { split, images, classes, remedy }
    };
    let many = ["a", "b", "c", "d", "e", "f", "g"];
    let problems = [
        SplitProblem::TrainSize { train: 12, images: 10, has_test_images: false },
        SplitProblem::TrainSize { train: 12, images: 10, has_test_images: true },
        SplitProblem::ValidationSize { validation: 34, train: 33 },
        SplitProblem::NothingToWatch { patience: 5 },
        SplitProblem::BatchSize { batch_size: 200, images: 150 },
        missing(SplitName::Train, 8, &["cat"], ClassRemedy::Stratify),
        missing(SplitName::Test, 1, &["cat", "dog"], ClassRemedy::TwoImagesEach),
        missing(SplitName::Validation, 4, &many, ClassRemedy::SameClasses),
        SplitProblem::UnknownGroups,
        SplitProblem::OneGroup,
        SplitProblem::GreyColours,
        SplitProblem::TooManyStages { stages: 5, height: 28, width: 30, max: 4 },
        SplitProblem::TooManyStages { stages: 1, height: 1, width: 30, max: 0 },
        SplitProblem::Empty { split: SplitName::Train },
        SplitProblem::Empty { split: SplitName::Validation },
        SplitProblem::Empty { split: SplitName::Test },
    ];
    let mut transcript = String::new();
    for problem in problems {
        let values: &[&str] = match &problem {
            SplitProblem::TrainSize { has_test_images: false, .. } => &["data.train", "12", "10", "9"],
            SplitProblem::TrainSize { .. } => &["data.train", "12", "10"],
            SplitProblem::ValidationSize { .. } => &["data.validation", "34", "33"],
            SplitProblem::NothingToWatch { .. } => &["training.patience", "5", "data.validation", "0.1"],
            SplitProblem::BatchSize { .. } => &["training.batch_size", "200", "150", "[training]"],
            SplitProblem::MissingClasses { split: SplitName::Train, .. } => &["8", "\"cat\"", "\"stratified\""],
            SplitProblem::MissingClasses { split: SplitName::Test, .. } => &["\"cat\", \"dog\""],
            SplitProblem::MissingClasses { .. } => &["4", "\"a\"", "\"e\"", "2", "data.classes"],
            SplitProblem::TooManyStages { max: 4, .. } => &["model.filters", "5", "28x30", "4"],
            SplitProblem::TooManyStages { .. } => &["model.filters", "1x30", "0"],
            SplitProblem::GreyColours => &["augmentation.colour"],
            SplitProblem::UnknownGroups | SplitProblem::OneGroup => &["data.split", "\"group\"", "data.group"],
            SplitProblem::Empty { split: SplitName::Validation } => &["data.validation=200"],
            SplitProblem::Empty { .. } => &[],
        };
        let error = Error::Split(problem);
        transcript += &pair(|language| error.messages(language).swap_remove(0), values);
    }
    assert_snapshot!(transcript);
}

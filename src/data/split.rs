//! Splits of a dataset: the images that train, those held out, and those that test.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use crate::config::{Experiment, Portion, SplitBy, SplitName, most_stages};
use crate::error::{ClassRemedy, Error, Result, SplitProblem};
use crate::random::{Generator, Purpose, generator};

use super::Dataset;

/// The three splits of a dataset, as image indices in ascending order.
///
/// Only the evaluation of a finished network sees the test images.
///
/// ```
/// use chiffres::{Dataset, Experiment, Split};
///
/// let experiment = Experiment::from_toml("example", "[data]\ntrain = 1000\nvalidation = 200", &[])?;
/// let split = Split::new(&Dataset::digits()?, &experiment)?;
/// assert_eq!([split.train.len(), split.validation.len(), split.test.len()], [800, 200, 797]);
/// # Ok::<(), chiffres::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Split {
    /// Images that the network is trained on.
    pub train: Vec<usize>,
    /// Images held out of training, to watch its loss on.
    pub validation: Vec<usize>,
    /// Images that a finished network is evaluated on.
    pub test: Vec<usize>,
}

impl Split {
    /// Share of the images that train if the source has no test images and the configuration gives no number.
    const TRAINING_SHARE: f64 = 0.8;

    /// Splits a dataset as the experiment says, from its seed.
    ///
    /// If the source has test images, exactly these test; otherwise all images that do not train. If it has validation
    /// images and `data.validation` is `auto`, these are held out; otherwise some of the training images, chosen by the same
    /// method.
    ///
    /// # Errors
    /// [`Error::Split`] if a split would be empty or lack a class, or a batch be larger than the training images, if the
    /// images are too small for the stages of convolution, and if they are grey where colours should vary.
    pub fn new(dataset: &Dataset, experiment: &Experiment) -> Result<Self> {
        Self::draw(dataset, experiment).map_err(Error::Split)
    }

    /// The images of a dataset that train beside those of another: those that `data.train` says, or all training images of the
    /// source.
    ///
    /// # Errors
    /// [`Error::Split`] if there are not so many.
    pub(crate) fn further(dataset: &Dataset, experiment: &Experiment) -> Result<Vec<usize>> {
        let pool: Vec<usize> = dataset.given(SplitName::Train).collect();
        let count = match experiment.data.train {
            Portion::Auto => pool.len(),
            _ => train_size(dataset, experiment, pool.len()).map_err(Error::Split)?,
        };
        let random = generator(experiment.seed, Purpose::Split);
        let (chosen, _) = choose(pool, count, experiment.data.split, dataset, random).map_err(Error::Split)?;
        Ok(chosen)
    }

    fn draw(dataset: &Dataset, experiment: &Experiment) -> Result<Self, SplitProblem> {
        let (stages, height, width) = (experiment.model.filters.len(), dataset.height(), dataset.width());
        let max = most_stages(height, width);
        if stages > max {
            return Err(SplitProblem::TooManyStages { stages, height, width, max });
        }
        if !experiment.augmentation.colour.is_empty() && dataset.channels() == 1 {
            return Err(SplitProblem::GreyColours);
        }
        let method = experiment.data.split;
        let random = |purpose| generator(experiment.seed, purpose);
        let pool: Vec<usize> = dataset.given(SplitName::Train).collect();
        let train_and_validation = train_size(dataset, experiment, pool.len())?;
        let (chosen, rest) = choose(pool, train_and_validation, method, dataset, random(Purpose::Split))?;
        let test = match dataset.given(SplitName::Test) {
            given if given.is_empty() => rest,
            given => given.collect(),
        };
        let (train, validation) = match experiment.data.validation.of(chosen.len()) {
            None => (chosen, dataset.given(SplitName::Validation).collect()),
            Some(held_out) if held_out >= chosen.len() => {
                return Err(SplitProblem::ValidationSize { validation: held_out, train: chosen.len() });
            }
            Some(held_out) => {
                let left = chosen.len() - held_out;
                choose(chosen, left, method, dataset, random(Purpose::HeldOut))?
            }
        };
        if experiment.training.patience > 0 && validation.is_empty() {
            return Err(SplitProblem::NothingToWatch { patience: experiment.training.patience });
        }
        let train = train.into_iter().chain(dataset.further()).collect();
        let split = Self { train, validation, test };
        split.check(dataset, experiment)?;
        Ok(split)
    }

    /// Checks that training can begin, and that its evaluation will cover every class.
    fn check(&self, dataset: &Dataset, experiment: &Experiment) -> Result<(), SplitProblem> {
        for split in [SplitName::Train, SplitName::Test] {
            let images = self.part(split);
            let classes = missing_classes(dataset, images);
            if !classes.is_empty() {
                let has_test_images = !dataset.given(SplitName::Test).is_empty();
                let remedy = match (experiment.data.split, has_test_images) {
                    (SplitBy::Stratified, true) => ClassRemedy::SameClasses,
                    (SplitBy::Stratified, false) => ClassRemedy::TwoImagesEach,
                    _ => ClassRemedy::Stratify,
                };
                return Err(SplitProblem::MissingClasses { split, images: images.len(), classes, remedy });
            }
        }
        let (batch_size, images) = (experiment.training.batch_size, self.train.len());
        if batch_size > images {
            return Err(SplitProblem::BatchSize { batch_size, images });
        }
        Ok(())
    }

    /// The images of one split.
    pub fn part(&self, name: SplitName) -> &[usize] {
        match name {
            SplitName::Train => &self.train,
            SplitName::Validation => &self.validation,
            SplitName::Test => &self.test,
        }
    }

    /// The split that an image belongs to; `None` if it is not used at all.
    pub fn part_of(&self, index: usize) -> Option<SplitName> {
        SplitName::ALL.into_iter().find(|&name| self.part(name).binary_search(&index).is_ok())
    }
}

/// Number of images to train on, those to hold out included, out of `images`.
fn train_size(dataset: &Dataset, experiment: &Experiment, images: usize) -> Result<usize, SplitProblem> {
    let has_test_images = !dataset.given(SplitName::Test).is_empty();
    let max = if has_test_images { images } else { images - 1 };
    let train = experiment.data.train.of(images).unwrap_or_else(|| match has_test_images {
        true => images,
        false => ((Split::TRAINING_SHARE * images as f64).round() as usize).min(max).max(1),
    });
    match train {
        train if (1..=max).contains(&train) => Ok(train),
        _ => Err(SplitProblem::TrainSize { train, images, has_test_images }),
    }
}

/// Names of the classes that none of the images is of.
fn missing_classes(dataset: &Dataset, images: &[usize]) -> Vec<String> {
    let mut is_there = vec![false; dataset.classes().len()];
    images.iter().for_each(|&image| is_there[dataset.label(image)] = true);
    dataset.classes().iter().zip(is_there).filter(|(_, is_there)| !is_there).map(|(name, _)| name.clone()).collect()
}

/// Chooses `count` of `images`; returns them and the others, in ascending order.
fn choose(
    mut images: Vec<usize>,
    count: usize,
    by: SplitBy,
    dataset: &Dataset,
    mut random: Generator,
) -> Result<(Vec<usize>, Vec<usize>), SplitProblem> {
    if count >= images.len() {
        return Ok((images, Vec::new()));
    }
    let (mut chosen, mut others) = match by {
        SplitBy::Order => {
            let others = images.split_off(count);
            (images, others)
        }
        SplitBy::Random => {
            random.shuffle(&mut images);
            let others = images.split_off(count);
            (images, others)
        }
        SplitBy::Stratified => choose_from_each_class(&images, count, dataset, &mut random),
        SplitBy::Group => choose_groups(&images, count, dataset, &mut random)?,
    };
    chosen.sort_unstable();
    others.sort_unstable();
    Ok((chosen, others))
}

fn choose_from_each_class(
    images: &[usize],
    count: usize,
    dataset: &Dataset,
    random: &mut Generator,
) -> (Vec<usize>, Vec<usize>) {
    let classes = group_by(images, |image| dataset.labels()[image]);
    let sizes: Vec<usize> = classes.iter().map(Vec::len).collect();
    let (mut chosen, mut others) = (Vec::with_capacity(count), Vec::new());
    for (mut class, count) in classes.into_iter().zip(shares(&sizes, count)) {
        random.shuffle(&mut class);
        others.extend(class.split_off(count));
        chosen.extend(class);
    }
    (chosen, others)
}

/// Chooses whole groups in a random order, each if it brings the number of images nearer to `count`. One group is left.
fn choose_groups(
    images: &[usize],
    count: usize,
    dataset: &Dataset,
    random: &mut Generator,
) -> Result<(Vec<usize>, Vec<usize>), SplitProblem> {
    let group_of = dataset.groups().ok_or(SplitProblem::UnknownGroups)?;
    let mut groups = group_by(images, |image| group_of[image]);
    if groups.len() < 2 {
        return Err(SplitProblem::OneGroup);
    }
    random.shuffle(&mut groups);
    let last = groups.len() - 1;
    let (mut chosen, mut others) = (Vec::new(), Vec::new());
    for (i, group) in groups.into_iter().enumerate() {
        let distance = |size: usize| size.abs_diff(count);
        match i == 0 || (i < last && distance(chosen.len() + group.len()) <= distance(chosen.len())) {
            true => chosen.extend(group),
            false => others.extend(group),
        }
    }
    Ok((chosen, others))
}

/// Images grouped by a number, in ascending order of it.
pub(crate) fn group_by(images: &[usize], number: impl Fn(usize) -> u32) -> Vec<Vec<usize>> {
    let mut groups: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for &image in images {
        groups.entry(number(image)).or_default().push(image);
    }
    groups.into_values().collect()
}

/// Number of images to choose from each class, `count` in all, in proportion to the sizes of the classes.
///
/// From a class of two or more images at least one is chosen, and at least one is not.
fn shares(sizes: &[usize], count: usize) -> Vec<usize> {
    let all: usize = sizes.iter().sum();
    let exact = |size: usize| size as f64 * count as f64 / all as f64;
    let bounds = |size: usize| if size < 2 { (0, size) } else { (1, size - 1) };
    let mut shares: Vec<usize> = sizes
        .iter()
        .map(|&size| {
            let (min, max) = bounds(size);
            (exact(size).floor() as usize).clamp(min, max)
        })
        .collect();
    // Again and again, the class that is furthest from its exact share gives or takes one.
    loop {
        let sum: usize = shares.iter().sum();
        let missing = |i: usize| exact(sizes[i]) - shares[i] as f64;
        let candidates = (0..sizes.len()).filter(|&i| {
            let (min, max) = bounds(sizes[i]);
            if sum < count { shares[i] < max } else { shares[i] > min }
        });
        let next = match sum.cmp(&count) {
            Ordering::Equal => return shares,
            // The first one of equals.
            Ordering::Less => candidates.max_by(|&a, &b| missing(a).total_cmp(&missing(b)).then(b.cmp(&a))),
            Ordering::Greater => candidates.min_by(|&a, &b| missing(a).total_cmp(&missing(b)).then(a.cmp(&b))),
        };
        // No class can give or take another one: classes of one or two images leave no choice.
        let Some(next) = next else { return shares };
        if sum < count { shares[next] += 1 } else { shares[next] -= 1 }
    }
}

#[cfg(test)]
mod tests {
    use super::shares;

    #[test]
    fn shares_keep_proportions_and_leave_no_class_out() {
        assert_eq!(shares(&[50, 30, 20], 80), [40, 24, 16]);
        assert_eq!(shares(&[5, 5, 5], 10), [4, 3, 3]);
        assert_eq!(shares(&[100, 2, 2], 90), [88, 1, 1], "a small class is in both parts");
        assert_eq!(shares(&[100, 2, 2], 10), [8, 1, 1]);
        assert_eq!(shares(&[1, 1, 8], 5).iter().sum::<usize>(), 5);
        assert_eq!(shares(&[2, 2], 3), [1, 1], "as many as can be");
    }
}

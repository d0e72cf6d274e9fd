//! Which images train, which watch, which test.

use std::collections::BTreeMap;
use std::fmt;

use crate::config::{Experiment, SplitBy};
use crate::error::{Error, Result};
use crate::random::{Generator, Purpose, generator};

use super::Dataset;

/// The three parts of a dataset, as image indices in ascending order.
///
/// Nothing but a finished network ever sees the test images.
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
    /// Images that are trained on.
    pub train: Vec<usize>,
    /// Images that training is watched on.
    pub validation: Vec<usize>,
    /// Images that a finished network is judged by.
    pub test: Vec<usize>,
}

/// One part of a [`Split`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SplitName {
    /// Images that are trained on.
    Train,
    /// Images that training is watched on.
    Validation,
    /// Images that a finished network is judged by.
    Test,
}

impl Split {
    /// Where a source has no test images of its own and the configuration does not say how many there shall be.
    const TRAINING_SHARE: f64 = 0.8;

    /// Splits a dataset as the experiment says, from its seed.
    ///
    /// Test images that the source brings along test, and nothing else does; without any, what does not train tests. The
    /// held-out images are chosen among those that train in the same way.
    ///
    /// # Errors
    /// [`Error::Split`] when a part would be empty or lack a class, or a batch be larger than the training images.
    pub fn new(dataset: &Dataset, experiment: &Experiment) -> Result<Self> {
        let config = &experiment.data;
        let given = dataset.given_train();
        let pool: Vec<usize> = (0..given.unwrap_or(dataset.len())).collect();
        let wanted = config.train.of(pool.len()).unwrap_or_else(|| match given {
            Some(all) => all,
            None => ((Self::TRAINING_SHARE * pool.len() as f64).round() as usize).min(pool.len() - 1).max(1),
        });
        let (most, rest) = match given {
            Some(_) => (pool.len(), "train"),
            None => (pool.len() - 1, "leave some to test"),
        };
        if wanted == 0 || wanted > most {
            let reason = format!("data.train is {wanted} of {} images, but must be 1 to {most}, to {rest}", pool.len());
            return Err(split_error(reason, "change data.train: a number of images, or a share like 0.8"));
        }
        let random = |purpose| generator(experiment.seed, purpose);
        let (chosen, rest) = choose(pool, wanted, config.split, dataset, random(Purpose::Split))?;
        let test = match given {
            Some(first) => (first..dataset.len()).collect(),
            None => rest,
        };
        let held_out = config.validation.of(chosen.len()).unwrap_or_default();
        if held_out >= chosen.len() {
            let reason = format!("data.validation is {held_out}, but must be less than the {} to train", chosen.len());
            return Err(split_error(reason, "0 holds out none"));
        }
        let left = chosen.len() - held_out;
        let (train, validation) = choose(chosen, left, config.split, dataset, random(Purpose::HeldOut))?;
        let split = Self { train, validation, test };
        split.check(dataset, experiment)?;
        Ok(split)
    }

    /// Whether training can begin, and its verdict mean something.
    fn check(&self, dataset: &Dataset, experiment: &Experiment) -> Result<()> {
        let count = |images: &[usize]| {
            let mut counts = vec![0usize; dataset.classes().len()];
            images.iter().for_each(|&image| counts[dataset.label(image)] += 1);
            counts
        };
        for part in [SplitName::Train, SplitName::Test] {
            let counts = count(self.part(part));
            let missing: Vec<String> = dataset
                .classes()
                .iter()
                .zip(&counts)
                .filter(|(_, images)| **images == 0)
                .map(|(name, _)| format!("{name:?}"))
                .collect();
            if !missing.is_empty() {
                let images = self.part(part).len();
                let word = if part == SplitName::Train { "training" } else { "test" };
                let which = if images == 1 {
                    format!("the only {word} image is not")
                } else {
                    format!("none of the {images} {word} images is")
                };
                let shown = missing.iter().take(5).cloned().collect::<Vec<_>>().join(", ");
                let more = if missing.len() > 5 { format!(" and {} more", missing.len() - 5) } else { String::new() };
                let plural = if missing.len() == 1 { "class" } else { "classes" };
                let reason = format!("{which} of the {plural} {shown}{more}");
                let hint = match (dataset.given_train(), experiment.data.split) {
                    (Some(_), SplitBy::Stratified) => {
                        "the source's training and test images must have the same classes; data.classes lists them"
                    }
                    (_, SplitBy::Stratified) => "each class needs two images or more",
                    _ => "set data.split = \"stratified\", or another data.train",
                };
                return Err(split_error(reason, hint));
            }
        }
        let (batch, images) = (experiment.training.batch_size, self.train.len());
        if batch > images {
            let reason = format!("training.batch_size is {batch}, but there are {images} images to train");
            return Err(split_error(reason, "write a smaller one under [training]"));
        }
        Ok(())
    }

    /// The images of one part.
    pub fn part(&self, name: SplitName) -> &[usize] {
        match name {
            SplitName::Train => &self.train,
            SplitName::Validation => &self.validation,
            SplitName::Test => &self.test,
        }
    }

    /// The part an image belongs to; `None` where it is not used at all.
    pub fn part_of(&self, index: usize) -> Option<SplitName> {
        SplitName::ALL.into_iter().find(|&name| self.part(name).binary_search(&index).is_ok())
    }
}

fn split_error(reason: String, hint: &str) -> Error {
    Error::Split { reason, hint: hint.into() }
}

/// Chooses `count` of `images`; returns them and the others, in ascending order.
fn choose(
    images: Vec<usize>,
    count: usize,
    by: SplitBy,
    dataset: &Dataset,
    mut random: Generator,
) -> Result<(Vec<usize>, Vec<usize>)> {
    let mut images = images;
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
        SplitBy::Stratified => {
            let classes = group_by(&images, |image| dataset.labels()[image]);
            let sizes: Vec<usize> = classes.iter().map(Vec::len).collect();
            let (mut chosen, mut others) = (Vec::with_capacity(count), Vec::new());
            for (mut class, count) in classes.into_iter().zip(shares(&sizes, count)) {
                random.shuffle(&mut class);
                others.extend(class.split_off(count));
                chosen.extend(class);
            }
            (chosen, others)
        }
        SplitBy::Group => {
            let groups = dataset.groups().ok_or_else(|| {
                let reason = "data.split is \"group\", but the groups of these images are not known".into();
                split_error(reason, "name the column, or the array, of the groups with data.group")
            })?;
            let mut parts = group_by(&images, |image| groups[image]);
            if parts.len() < 2 {
                let reason = "data.split is \"group\", but all images are of one group".into();
                return Err(split_error(reason, "check data.group, or split in another way"));
            }
            random.shuffle(&mut parts);
            // Group after group, as long as that comes nearer to the number wanted, and one of them is left.
            let last = parts.len() - 1;
            let (mut chosen, mut others) = (Vec::new(), Vec::new());
            for (i, part) in parts.into_iter().enumerate() {
                let misses = |size: usize| size.abs_diff(count);
                match i == 0 || (i < last && misses(chosen.len() + part.len()) <= misses(chosen.len())) {
                    true => chosen.extend(part),
                    false => others.extend(part),
                }
            }
            (chosen, others)
        }
    };
    chosen.sort_unstable();
    others.sort_unstable();
    Ok((chosen, others))
}

/// Images by a number they have, in ascending order of it.
pub(crate) fn group_by(images: &[usize], number: impl Fn(usize) -> u32) -> Vec<Vec<usize>> {
    let mut parts: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for &image in images {
        parts.entry(number(image)).or_default().push(image);
    }
    parts.into_values().collect()
}

/// How many of each class make `count` in all, in proportion to their sizes; of two images and more, one stays and one goes.
fn shares(sizes: &[usize], count: usize) -> Vec<usize> {
    let all: usize = sizes.iter().sum();
    let exact = |size: usize| size as f64 * count as f64 / all as f64;
    let bounds = |size: usize| if size < 2 { (0, size) } else { (1, size - 1) };
    let mut shares: Vec<usize> = sizes
        .iter()
        .map(|&size| {
            let (least, most) = bounds(size);
            (exact(size).floor() as usize).clamp(least, most)
        })
        .collect();
    // The classes that are furthest from their exact share give or take one, again and again.
    loop {
        let sum: usize = shares.iter().sum();
        let missing = |i: usize| exact(sizes[i]) - shares[i] as f64;
        let candidates = (0..sizes.len()).filter(|&i| {
            let (least, most) = bounds(sizes[i]);
            if sum < count { shares[i] < most } else { shares[i] > least }
        });
        let next = match sum.cmp(&count) {
            std::cmp::Ordering::Equal => return shares,
            // Of equals the first one.
            std::cmp::Ordering::Less => candidates.max_by(|&a, &b| missing(a).total_cmp(&missing(b)).then(b.cmp(&a))),
            std::cmp::Ordering::Greater => {
                candidates.min_by(|&a, &b| missing(a).total_cmp(&missing(b)).then(a.cmp(&b)))
            }
        };
        // No class can give or take any more: classes of one and two images leave no choice.
        let Some(next) = next else { return shares };
        if sum < count { shares[next] += 1 } else { shares[next] -= 1 }
    }
}

impl SplitName {
    /// All parts.
    pub const ALL: [Self; 3] = [Self::Train, Self::Validation, Self::Test];

    /// The word for it in options and reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Train => "train",
            Self::Validation => "validation",
            Self::Test => "test",
        }
    }
}

impl fmt::Display for SplitName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
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

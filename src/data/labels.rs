//! The labels of a file, and the classes and groups they stand for.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;

use crate::error::data::LabelProblem;
use crate::error::{Error, Place, Result};

/// Maximum number of classes of a dataset: more labels are hardly classes.
pub const MAX_CLASSES: usize = 10_000;

/// Labels as they stand in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Labels {
    /// Whole numbers.
    Numbers(Vec<i64>),
    /// Names.
    Names(Vec<String>),
}

impl Labels {
    /// The labels of a text file: names if all of them are in `list`, and if one is not a whole number.
    ///
    /// Numbers are those that programs write, as 7, -1, 7.0 and 7.000e+00; 007, +7, -0, 2e1 and 1e400 are names.
    pub(crate) fn from_texts(texts: Vec<String>, list: &[String]) -> Self {
        let list: BTreeSet<&str> = list.iter().map(String::as_str).collect();
        if !list.is_empty() && texts.iter().all(|text| list.contains(text.as_str())) {
            return Self::Names(texts);
        }
        let whole = |text: &String| {
            let digits = text.strip_prefix('-').unwrap_or(text);
            let (before, after) = digits.split_once('.').unwrap_or((digits, "0"));
            let is_plain = (before == "0" || !before.starts_with('0')) && before.parse::<u64>().is_ok();
            if !is_plain || digits.starts_with('+') || !after.starts_with(|c: char| c.is_ascii_digit()) {
                return None;
            }
            match text.contains('.') {
                true => text.parse::<f64>().ok().filter(|x| x.fract() == 0.0 && x.abs() < 1e15).map(|x| x as i64),
                false => text.parse::<i64>().ok().filter(|number| number.to_string() == *text),
            }
        };
        match texts.iter().map(whole).collect() {
            Some(numbers) => Self::Numbers(numbers),
            None => Self::Names(texts),
        }
    }

    /// Number of labels.
    pub fn len(&self) -> usize {
        match self {
            Self::Numbers(numbers) => numbers.len(),
            Self::Names(names) => names.len(),
        }
    }

    /// True without labels.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Appends other labels.
    #[must_use]
    pub(crate) fn then(self, others: Self) -> Self {
        match (self, others) {
            (Self::Numbers(mut all), Self::Numbers(others)) => {
                all.extend(others);
                Self::Numbers(all)
            }
            (all, others) => {
                let mut all = all.into_names();
                all.extend(others.into_names());
                Self::Names(all)
            }
        }
    }

    /// Some of the labels.
    pub(crate) fn select(&self, kept: &[usize]) -> Self {
        match self {
            Self::Numbers(numbers) => Self::Numbers(kept.iter().map(|&label| numbers[label]).collect()),
            Self::Names(names) => Self::Names(kept.iter().map(|&label| names[label].clone()).collect()),
        }
    }

    fn into_names(self) -> Vec<String> {
        match self {
            Self::Numbers(numbers) => numbers.iter().map(ToString::to_string).collect(),
            Self::Names(names) => names,
        }
    }

    /// The classes' names, and the class index of each label.
    ///
    /// Without a list of names, the classes are the labels in ascending order. With a list, labels are its names, or their
    /// positions counted from 0, whichever fits more of the labels. `place` is the place of a label in errors.
    ///
    /// # Errors
    /// [`Error::Data`] for a label that is not in the list, for a single class, and for too many.
    pub(crate) fn classes(&self, list: &[String], place: impl Fn(usize) -> Place) -> Result<(Vec<String>, Vec<u32>)> {
        match self {
            Self::Numbers(numbers) => classes_of(numbers, list, place, |&number| {
                usize::try_from(number).ok().filter(|&number| number < list.len())
            }),
            Self::Names(names) => classes_of(names, list, place, |_| None),
        }
    }

    /// The class index of each label in a list of known classes, which the labels name. Classes without a label are fine.
    ///
    /// With `positions`, labels may also be the classes' positions, as in [`Labels::classes`].
    ///
    /// # Errors
    /// [`LabelProblem::UnknownClass`] with the labels that name none of the classes.
    pub(crate) fn known(&self, list: &[String], positions: bool, place: impl Fn(usize) -> Place) -> Result<Vec<u32>> {
        let by_name: BTreeMap<&str, u32> = list.iter().map(String::as_str).zip(0..).collect();
        let names = self.clone().into_names();
        let unknown: BTreeSet<&str> =
            names.iter().map(String::as_str).filter(|name| !by_name.contains_key(name)).collect();
        if unknown.is_empty() {
            return Ok(names.iter().map(|name| by_name[name.as_str()]).collect());
        }
        if positions && let Ok((_, labels)) = self.classes(list, &place) {
            return Ok(labels);
        }
        let first = names.iter().position(|name| unknown.contains(name.as_str())).unwrap_or(0);
        let found = unknown.into_iter().map(Into::into).collect();
        Err(Error::data(place(first), LabelProblem::UnknownClass { found, classes: list.to_vec() }))
    }

    /// The groups' names, and the number of each label's group: groups are numbered from 0 in the order of appearance.
    pub fn groups(&self) -> (Vec<String>, Vec<u32>) {
        fn count<T: Ord + Display>(items: &[T]) -> (Vec<String>, Vec<u32>) {
            let (mut known, mut names) = (BTreeMap::new(), Vec::new());
            let numbers = items.iter().map(|item| {
                *known.entry(item).or_insert_with(|| {
                    names.push(item.to_string());
                    names.len() as u32 - 1
                })
            });
            let numbers = numbers.collect();
            (names, numbers)
        }
        match self {
            Self::Numbers(numbers) => count(numbers),
            Self::Names(names) => count(names),
        }
    }
}

fn classes_of<T: Ord + Display>(
    labels: &[T],
    list: &[String],
    place: impl Fn(usize) -> Place,
    by_position: impl Fn(&T) -> Option<usize>,
) -> Result<(Vec<String>, Vec<u32>)> {
    let distinct: BTreeSet<&T> = labels.iter().collect();
    if list.is_empty() {
        if distinct.len() > MAX_CLASSES {
            let problem = LabelProblem::TooManyClasses { found: distinct.len(), max: MAX_CLASSES };
            return Err(Error::data(place(0).onwards(), problem));
        }
        if let (1, Some(only)) = (distinct.len(), distinct.first()) {
            let problem = LabelProblem::OneClass { class: only.to_string() };
            return Err(Error::data(place(0).onwards(), problem));
        }
        let index: BTreeMap<&T, u32> = distinct.iter().copied().zip(0..).collect();
        let names = distinct.iter().map(ToString::to_string).collect();
        return Ok((names, labels.iter().map(|label| index[label]).collect()));
    }
    let position: BTreeMap<&str, u32> = list.iter().map(String::as_str).zip(0..).collect();
    let by_name: BTreeMap<&T, u32> =
        distinct.iter().filter_map(|&label| Some((label, *position.get(label.to_string().as_str())?))).collect();
    let by_number: BTreeMap<&T, u32> =
        distinct.iter().filter_map(|&label| Some((label, by_position(label)? as u32))).collect();
    let index = if by_number.len() > by_name.len() { by_number } else { by_name };
    if let Some(at) = labels.iter().position(|label| !index.contains_key(label)) {
        let problem = LabelProblem::NotAClass { label: labels[at].to_string(), classes: list.len() };
        return Err(Error::data(place(at), problem));
    }
    Ok((list.to_vec(), labels.iter().map(|label| index[label]).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Step;

    fn classes(labels: &Labels, list: &[&str]) -> Result<(Vec<String>, Vec<u32>)> {
        let list: Vec<String> = list.iter().map(ToString::to_string).collect();
        labels.classes(&list, |i| Place::file("FILE").at(Step::Row(i)))
    }

    #[test]
    fn labels_become_indices_by_value_name_or_number() {
        let numbers = Labels::from_texts(["10", "2", "2.0"].map(Into::into).to_vec(), &[]);
        assert_eq!(numbers, Labels::Numbers(vec![10, 2, 2]));
        let named =
            |names: &[&str], indices: &[u32]| (names.iter().map(ToString::to_string).collect(), indices.to_vec());
        assert_eq!(classes(&numbers, &[]).unwrap(), named(&["2", "10"], &[1, 0, 0]));
        assert_eq!(classes(&numbers, &["10", "2"]).unwrap(), named(&["10", "2"], &[0, 1, 1]));
        let padded = Labels::from_texts(["01", "2"].map(Into::into).to_vec(), &[]);
        assert_eq!(padded, Labels::Names(["01", "2"].map(Into::into).to_vec()), "01 is a name");
        for texts in [["2e1", "3"], ["007", "7"], ["-0", "1"], ["1e400", "1"], ["nan", "1"], ["1.5", "1"], ["+1", "1"]]
        {
            let names = texts.map(Into::into).to_vec();
            assert_eq!(Labels::from_texts(names.clone(), &[]), Labels::Names(names));
        }
        let long = "123456789012345678901234567890";
        assert_eq!(Labels::from_texts(vec![long.into()], &[]), Labels::Names(vec![long.into()]));
        let written = ["1.000000000000000000e+00", "-1", "20.0"].map(Into::into).to_vec();
        assert_eq!(Labels::from_texts(written, &[]), Labels::Numbers(vec![1, -1, 20]));
        // Names of a list stay as they are, whatever they look like.
        let texts: Vec<String> = ["2", "2.0"].map(Into::into).to_vec();
        assert_eq!(Labels::from_texts(texts.clone(), &texts), Labels::Names(texts));
        let positions = Labels::Numbers(vec![0, 1]);
        assert_eq!(classes(&positions, &["cat", "dog", "owl"]).unwrap(), named(&["cat", "dog", "owl"], &[0, 1]));
        let names = Labels::Names(["dog", "cat"].map(Into::into).to_vec());
        assert_eq!(classes(&names, &[]).unwrap(), named(&["cat", "dog"], &[1, 0]));
        assert_eq!(
            names.clone().then(Labels::Numbers(vec![7])),
            Labels::Names(["dog", "cat", "7"].map(Into::into).to_vec())
        );
        assert_eq!(Labels::Numbers(vec![5, 3, 5]).groups(), named(&["5", "3"], &[0, 1, 0]));
        let writers = Labels::Names(["zoe", "anna", "zoe"].map(Into::into).to_vec());
        assert_eq!(
            writers.groups(),
            named(&["zoe", "anna"], &[0, 1, 0]),
            "in the order of the images, not of the alphabet"
        );
    }

    #[test]
    fn a_label_outside_the_list_is_named_with_its_place() {
        let message = |labels: &Labels, list: &[&str]| classes(labels, list).unwrap_err().to_string();
        let names = Labels::Names(["dog", "cot"].map(Into::into).to_vec());
        assert_eq!(
            message(&names, &["cat", "dog"]),
            "FILE, row 1: the label \"cot\" is not one of the 2 classes in data.classes"
        );
        let numbers = Labels::Numbers(vec![0, 2]);
        assert_eq!(
            message(&numbers, &["cat", "dog"]),
            "FILE, row 1: the label \"2\" is not one of the 2 classes in data.classes"
        );
        assert!(message(&Labels::Numbers(vec![4, 4]), &[]).contains("nothing to tell apart"));
        assert!(message(&Labels::Numbers((0..20_000).collect()), &[]).contains("20000 different labels"));
    }
}

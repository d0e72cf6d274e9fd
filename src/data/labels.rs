//! From labels as a file has them to classes and their indices.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;

use crate::error::{Error, Result};

/// Most classes a dataset may have: more are no classes.
pub const MAX_CLASSES: usize = 10_000;

/// Labels as a file has them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Labels {
    /// Whole numbers.
    Numbers(Vec<i64>),
    /// Names.
    Names(Vec<String>),
}

impl Labels {
    /// Labels of a text file: numbers if all of them are whole numbers, and none begins with a 0 that is not its value.
    pub fn from_texts(texts: Vec<String>) -> Self {
        let is_padded = |text: &str| text.len() > 1 && text.starts_with('0') && !text.starts_with("0.");
        let whole = |text: &String| match text.parse::<i64>() {
            _ if is_padded(text) => None,
            Ok(number) => Some(number),
            Err(_) => text.parse::<f64>().ok().filter(|x| x.fract() == 0.0 && x.abs() < 1e15).map(|x| x as i64),
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

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// These labels, then others.
    #[must_use]
    pub fn then(self, others: Self) -> Self {
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

    fn into_names(self) -> Vec<String> {
        match self {
            Self::Numbers(numbers) => numbers.iter().map(ToString::to_string).collect(),
            Self::Names(names) => names,
        }
    }

    /// The classes' names, and the class index of each label.
    ///
    /// Without a list of names, classes are the labels there are, in ascending order. With one, a label is a name of the
    /// list, or, if more of the labels are that, a number that counts its names from 0. `place` says where a label stands.
    ///
    /// # Errors
    /// [`Error::Data`] for a label that is none of the list, and for a single class or too many.
    pub fn classes(&self, list: &[String], place: impl Fn(usize) -> String) -> Result<(Vec<String>, Vec<u32>)> {
        match self {
            Self::Numbers(numbers) => classes_of(numbers, list, place, |&number| {
                usize::try_from(number).ok().filter(|&number| number < list.len())
            }),
            Self::Names(names) => classes_of(names, list, place, |_| None),
        }
    }

    /// The groups' names, and the number of each label's group, counted from 0 in the order in which they first come up.
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
    place: impl Fn(usize) -> String,
    by_position: impl Fn(&T) -> Option<usize>,
) -> Result<(Vec<String>, Vec<u32>)> {
    let distinct: BTreeSet<&T> = labels.iter().collect();
    let data = |place: String, reason: String, hint: &str| Error::Data { place, reason, hint: hint.into() };
    let all = || format!("the labels from {} on", place(0));
    if list.is_empty() {
        if distinct.len() > MAX_CLASSES {
            let reason = format!("there are {} different labels, but at most {MAX_CLASSES} classes", distinct.len());
            return Err(data(all(), reason, "check which column, or array, holds the labels"));
        }
        if let (1, Some(only)) = (distinct.len(), distinct.first()) {
            let reason = format!("every image is of the class {:?}: there is nothing to tell apart", only.to_string());
            return Err(data(all(), reason, "give images of at least two classes"));
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
        let reason =
            format!("the label {:?} is none of the {} classes in data.classes", labels[at].to_string(), list.len());
        return Err(data(place(at), reason, "correct the label, or data.classes"));
    }
    Ok((list.to_vec(), labels.iter().map(|label| index[label]).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn classes(labels: &Labels, list: &[&str]) -> Result<(Vec<String>, Vec<u32>)> {
        let list: Vec<String> = list.iter().map(ToString::to_string).collect();
        labels.classes(&list, |i| format!("row {i}"))
    }

    #[test]
    fn labels_become_indices_by_value_name_or_number() {
        let numbers = Labels::from_texts(["10", "2", "2.0"].map(Into::into).to_vec());
        assert_eq!(numbers, Labels::Numbers(vec![10, 2, 2]));
        let named =
            |names: &[&str], indices: &[u32]| (names.iter().map(ToString::to_string).collect(), indices.to_vec());
        assert_eq!(classes(&numbers, &[]).unwrap(), named(&["2", "10"], &[1, 0, 0]));
        assert_eq!(classes(&numbers, &["10", "2"]).unwrap(), named(&["10", "2"], &[0, 1, 1]));
        let padded = Labels::from_texts(["01", "2"].map(Into::into).to_vec());
        assert_eq!(padded, Labels::Names(["01", "2"].map(Into::into).to_vec()), "01 is a name");
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
    fn a_label_that_is_no_class_is_named_with_its_place() {
        let message = |labels: &Labels, list: &[&str]| classes(labels, list).unwrap_err().to_string();
        let names = Labels::Names(["dog", "cot"].map(Into::into).to_vec());
        assert_eq!(
            message(&names, &["cat", "dog"]),
            "row 1: the label \"cot\" is none of the 2 classes in data.classes"
        );
        let numbers = Labels::Numbers(vec![0, 2]);
        assert_eq!(
            message(&numbers, &["cat", "dog"]),
            "row 1: the label \"2\" is none of the 2 classes in data.classes"
        );
        assert!(message(&Labels::Numbers(vec![4, 4]), &[]).contains("nothing to tell apart"));
        assert!(message(&Labels::Numbers((0..20_000).collect()), &[]).contains("20000 different labels"));
    }
}

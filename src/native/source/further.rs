//! Further sources: the training images of other experiments, which train beside those of the first source.

use std::collections::BTreeSet;
use std::path::Path;

use crate::config::Override;
use crate::data::{Dataset, Split};
use crate::native::configuration::Configuration;
use crate::native::error::{Error, Result, SourceProblem};
use crate::recognise::full_scale;

use super::{OpenOptions, open_alone, source_error};

/// Adds the training images of another experiment to a dataset. `also` is its name or file, with settings of its images in
/// the place of its own: `mnist data.path=package/data data.train=1000`.
///
/// # Errors
/// As [`open`](super::open), and for images of another size, other grey values or other classes.
pub fn add(dataset: Dataset, also: &str, opening: OpenOptions<'_>) -> Result<Dataset, Vec<Error>> {
    let one = |error: Error| vec![error];
    let (name, settings) = parsed(also);
    let found = Configuration::find(Path::new(name)).map_err(one)?;
    let experiment = found.experiment(&settings).map_err(one)?;
    let refuse = |problem| vec![source_error(Path::new(also), problem)];
    if !experiment.data.also.is_empty() {
        return Err(refuse(SourceProblem::AlsoOfAlso));
    }
    let further = open_alone(&experiment.data, OpenOptions { classes: None, ..opening })?;
    let [found, expected] = [&further, &dataset].map(Dataset::channels);
    if found != expected {
        return Err(refuse(SourceProblem::AlsoChannels { found, expected }));
    }
    let [size, expected] = [&further, &dataset].map(|images| (images.height(), images.width()));
    if size != expected {
        return Err(refuse(SourceProblem::AlsoSize { found: size, expected }));
    }
    let [scale, expected] = [&further, &dataset].map(|images| full_scale(images.max_value()));
    if scale != expected {
        return Err(refuse(SourceProblem::AlsoScale { found: scale, expected }));
    }
    let classes = indices(&further, &dataset).map_err(refuse)?;
    let images = Split::further(&further, &experiment).map_err(|error| one(error.into()))?;
    Ok(dataset.with_further(further, &images, &classes))
}

/// The name of an experiment, and the settings after it. Each begins with ` data.KEY=`: names and paths may have spaces.
fn parsed(also: &str) -> (&str, Vec<Override>) {
    const BEGIN: &str = " data.";
    let key = |at: usize| {
        let (key, _) = also[at + BEGIN.len()..].split_once('=')?;
        let word = key.trim_end();
        let is_word = !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        is_word.then_some((at, key))
    };
    let begins: Vec<(usize, &str)> = also.match_indices(BEGIN).filter_map(|(at, _)| key(at)).collect();
    let end_of = |i: usize| begins.get(i).map_or(also.len(), |&(at, _)| at);
    let setting = |(i, &(at, key)): (usize, &(usize, &str))| {
        let value = &also[at + BEGIN.len() + key.len() + 1..end_of(i + 1)];
        let origin = format!("data.also = {also:?}");
        Override { path: format!("data.{}", key.trim()), value: value.trim().into(), origin }
    };
    (also[..end_of(0)].trim(), begins.iter().enumerate().map(setting).collect())
}

/// The index of each class of `further` among those of `dataset`.
fn indices(further: &Dataset, dataset: &Dataset) -> Result<Vec<u32>, SourceProblem> {
    let index = |name: &String| dataset.classes().iter().position(|class| class == name);
    let unknown: BTreeSet<String> = further.classes().iter().filter(|name| index(name).is_none()).cloned().collect();
    if !unknown.is_empty() {
        let (found, classes) = (unknown.into_iter().collect(), dataset.classes().to_vec());
        return Err(SourceProblem::AlsoClasses { found, classes });
    }
    Ok(further.classes().iter().filter_map(index).map(|index| index as u32).collect())
}

#[cfg(test)]
mod tests {
    use super::parsed;

    #[test]
    fn settings_follow_a_name() {
        assert_eq!(parsed("many-writers"), ("many-writers", Vec::new()));
        let (name, settings) = parsed("my file.toml data.path=my data  data.train = 1000");
        let settings: Vec<_> = settings.iter().map(|setting| (&*setting.path, &*setting.value)).collect();
        assert_eq!((name, settings), ("my file.toml", vec![("data.path", "my data"), ("data.train", "1000")]));
    }

    #[test]
    fn only_a_key_begins_a_setting() {
        assert_eq!(parsed("my data.toml"), ("my data.toml", Vec::new()));
        for path in ["/home/x/my data.v2", "/home/x/my data.2/a=b", "my data. = 1"] {
            let also = format!("my data.toml data.path={path} data.train=9");
            let (name, settings) = parsed(&also);
            let settings: Vec<_> = settings.iter().map(|setting| (&*setting.path, &*setting.value)).collect();
            assert_eq!((name, settings), ("my data.toml", vec![("data.path", path), ("data.train", "9")]));
        }
    }
}

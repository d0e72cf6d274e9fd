//! Splits: their sizes, their classes and groups, and those that cannot be.

use std::collections::BTreeSet;

use insta::assert_snapshot;

use chiffres::{Dataset, Experiment, Split, SplitName};

use super::{made_up, sizes};

fn split(dataset: &Dataset, settings: &str) -> chiffres::Result<Split> {
    let text =
        format!("[data]\nsource = \"csv\"\npath = \"x\"\ngroup = \"g\"\n{settings}\n[training]\nbatch_size = 1\n");
    Split::new(dataset, &Experiment::from_toml("test.toml", &text, &[]).unwrap())
}

/// Every image is in one part at most, and parts are in ascending order.
fn assert_disjoint(split: &Split, images: usize) {
    let all = [&split.train[..], &split.validation, &split.test].concat();
    assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len(), "no image is in two parts");
    assert!(all.iter().all(|&image| image < images));
    for name in SplitName::ALL {
        assert!(split.part(name).is_sorted(), "{name}");
    }
}

#[test]
fn a_split_has_the_number_or_the_share_that_is_asked_for() {
    let dataset = made_up(&[0, 1].repeat(50), None, None);
    for by in ["order", "random", "stratified"] {
        let sizes = |settings: &str| {
            let split = split(&dataset, &format!("split = \"{by}\"\n{settings}")).unwrap();
            assert_disjoint(&split, 100);
            sizes(&split)
        };
        assert_eq!(sizes(""), (80, 0, 20), "{by}");
        assert_eq!(sizes("train = \"auto\""), (80, 0, 20), "{by}");
        assert_eq!(sizes("train = 60"), (60, 0, 40), "{by}");
        assert_eq!(sizes("train = 0.25"), (25, 0, 75), "{by}");
        assert_eq!(sizes("train = 0.5\nvalidation = 10"), (40, 10, 50), "{by}");
        assert_eq!(sizes("train = 0.5\nvalidation = 0.1"), (45, 5, 50), "{by}");
    }
    let given = made_up(&[0, 1].repeat(50), None, Some(&[1, 0, 1]));
    for by in ["order", "random", "stratified"] {
        let split = |settings: &str| split(&given, &format!("split = \"{by}\"\n{settings}")).unwrap();
        assert_eq!(sizes(&split("")), (100, 0, 3), "{by}");
        assert_eq!(sizes(&split("train = 40\nvalidation = 0.25")), (30, 10, 3), "some are not used");
        assert_eq!(split("train = 0.5").test, [100, 101, 102], "what comes as test images tests");
    }
    let two = made_up(&[0, 1, 0, 1], None, None);
    assert_eq!(sizes(&split(&two, "split = \"stratified\"").unwrap()), (2, 0, 2), "one of each stays and one goes");
}

#[test]
fn random_splits_come_from_the_seed_alone() {
    let dataset = made_up(&[0, 1].repeat(10), Some(&[0, 0, 1, 1, 2, 2, 3, 3, 4, 4].repeat(2)), None);
    let test = |by: &str, seed: u64| {
        let config = format!(
            "[data]\nsource = \"csv\"\npath = \"x\"\ngroup = \"g\"\nsplit = \"{by}\"\ntrain = 14\n[training]\nbatch_size = 1\n"
        );
        let mut experiment = Experiment::from_toml("test.toml", &config, &[]).unwrap();
        experiment.seed = seed;
        let split = Split::new(&dataset, &experiment).unwrap();
        assert_eq!(split, Split::new(&dataset, &experiment).unwrap());
        assert_disjoint(&split, 20);
        split.test
    };
    // Fixed numbers: a seed must give the same split for years.
    assert_eq!(test("order", 0), [14, 15, 16, 17, 18, 19]);
    assert_eq!(test("random", 0), [1, 6, 10, 11, 17, 18]);
    assert_eq!(test("random", 1), [6, 8, 12, 15, 17, 19]);
    assert_eq!(test("stratified", 0), [3, 5, 6, 10, 11, 16]);
    assert_eq!(test("stratified", 1), [3, 4, 9, 11, 12, 16]);
    assert_eq!(test("group", 0), [2, 3, 12, 13]);
    assert_eq!(test("group", 1), [8, 9, 18, 19]);
}

#[test]
fn a_stratified_split_loses_no_class() {
    let labels: Vec<i64> = (0..200).map(|i| if i < 196 { i % 3 } else { 3 + (i - 196) / 2 }).collect();
    let dataset = made_up(&labels, None, None);
    for seed in 0..20 {
        let config = "[data]\nsource = \"csv\"\npath = \"x\"\nvalidation = 0.2\n[training]\nbatch_size = 1\n";
        let experiment = Experiment { seed, ..Experiment::from_toml("test.toml", config, &[]).unwrap() };
        let split = Split::new(&dataset, &experiment).unwrap();
        assert_disjoint(&split, 200);
        assert_eq!(sizes(&split), (128, 32, 40));
        let of =
            |class: u32, images: &[usize]| images.iter().filter(|&&image| dataset.labels()[image] == class).count();
        for class in [3, 4] {
            assert_eq!((of(class, &split.train), of(class, &split.test)), (1, 1), "class {class}");
        }
        for class in 0..3 {
            assert!((12..=14).contains(&of(class, &split.test)), "class {class}");
        }
    }
}

#[test]
fn a_group_is_in_one_part_only() {
    let labels: Vec<i64> = (0..120).map(|i| i % 2).collect();
    let groups: Vec<i64> = (0..120).map(|i| (i * i / 97) % 17).collect();
    let dataset = made_up(&labels, Some(&groups), None);
    for seed in 0..20 {
        let config = "[data]\nsource = \"csv\"\npath = \"x\"\ngroup = \"g\"\nsplit = \"group\"\ntrain = 0.7\nvalidation = 0.2\n[training]\nbatch_size = 1\n";
        let experiment = Experiment { seed, ..Experiment::from_toml("test.toml", config, &[]).unwrap() };
        let split = Split::new(&dataset, &experiment).unwrap();
        assert_disjoint(&split, 120);
        let of = |part: &[usize]| part.iter().map(|&image| groups[image]).collect::<BTreeSet<_>>();
        let [train, validation, test] = [&split.train, &split.validation, &split.test].map(|part| of(part));
        assert!(train.is_disjoint(&validation) && train.is_disjoint(&test) && validation.is_disjoint(&test));
        assert_eq!(split.train.len() + split.validation.len() + split.test.len(), 120);
        assert!((70..=98).contains(&(split.train.len() + split.validation.len())), "{:?}", sizes(&split));
    }
}

#[test]
fn a_split_that_cannot_be_is_refused() {
    let in_order = made_up(&[0, 0, 0, 0, 1, 1, 1, 1, 2, 2], Some(&[0, 0, 0, 0, 0, 0, 0, 0, 0, 0]), None);
    let single = made_up(&[0, 0, 0, 1, 1, 1, 2], None, None);
    let given = made_up(&[0, 1, 0, 1], None, Some(&[0, 2]));
    let few = made_up(&[0, 1], None, None);
    let many = made_up(&(0..24).map(|i| i / 2).collect::<Vec<_>>(), None, None);
    let refused = |dataset: &Dataset, settings: &str| {
        let error = split(dataset, settings).unwrap_err();
        format!("{}\n{error}\nhint: {}\n\n", settings.replace('\n', ", "), error.hint().unwrap())
    };
    let mut transcript: String = [
        (&in_order, "split = \"order\""),
        (&in_order, "split = \"order\"\ntrain = 4"),
        (&many, "split = \"order\"\ntrain = 12"),
        (&in_order, "split = \"group\""),
        (&single, "split = \"group\""),
        (&single, "split = \"stratified\""),
        (&given, "split = \"stratified\""),
        (&few, "split = \"random\""),
        (&in_order, "train = 10"),
        (&in_order, "train = 0.01"),
        (&in_order, "validation = 8"),
        (&in_order, "train = 0.5\nvalidation = 0.99"),
        (&given, "train = 5"),
    ]
    .iter()
    .map(|(dataset, settings)| refused(dataset, settings))
    .collect();
    let config = "[data]\nsource = \"csv\"\npath = \"x\"\n[training]\nbatch_size = 9\n";
    let error = Split::new(&in_order, &Experiment::from_toml("test.toml", config, &[]).unwrap()).unwrap_err();
    transcript += &format!("batch_size = 9\n{error}\nhint: {}\n", error.hint().unwrap());
    assert_snapshot!(transcript);
}

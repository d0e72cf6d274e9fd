//! Further sources, `data.also`: training images of other experiments.

use chiffres::cross_validation::folds;
use chiffres::data::check;
use chiffres::error::Language;
use chiffres::native::source::{self, OpenOptions};
use chiffres::{Dataset, Experiment, Split, SplitName};

use crate::cli::Place;

use super::{idx_bytes, names, pixels};

/// A place with tables of 2x2 images: `first.toml` has groups a, a, b, b, c, c and two classes; `second.toml` has test images.
fn place() -> Place {
    let place = Place::new();
    let rows = |first: u8, labels: &[&str]| -> String {
        let row = |(i, label): (usize, &&str)| {
            let value = usize::from(first) + i;
            format!("{label},{value},{value},{value},{value}\n")
        };
        "label,p0,p1,p2,p3\n".to_string() + &labels.iter().enumerate().map(row).collect::<String>()
    };
    let first = "label,who,p0,p1,p2,p3\ncat,a,71,1,1,1\ndog,a,72,2,2,2\ncat,b,73,3,3,3\ndog,b,74,4,4,4\ncat,c,75,5,5,5\ndog,c,76,6,6,6\n";
    place.put("first.csv", first);
    place.put("second/train.csv", rows(101, &["dog", "cat", "dog"]));
    place.put("second/test.csv", rows(201, &["cat", "dog"]));
    put_experiment(&place, "second.toml", "csv", "second", "");
    place
}

fn put_experiment(place: &Place, name: &str, source: &str, path: &str, settings: &str) {
    let path = toml::Value::from(place.path(path).to_str().unwrap());
    place.put(name, format!("[data]\nsource = \"{source}\"\npath = {path}\n{settings}\n[training]\nbatch_size = 1\n"));
}

/// An experiment on the first table with further sources.
fn experiment(place: &Place, also: &[&str]) -> Experiment {
    let also: Vec<String> = also.iter().map(|name| place.path(name).to_str().unwrap().to_string()).collect();
    let settings = format!("group = \"who\"\nsplit = \"order\"\ntrain = 4\nalso = {also:?}");
    put_experiment(place, "first.toml", "csv", "first.csv", &settings);
    let text = String::from_utf8(place.file("first.toml")).unwrap();
    Experiment::from_toml("first.toml", &text, &[]).unwrap_or_else(|error| panic!("{error}"))
}

fn opened(experiment: &Experiment) -> Dataset {
    source::open(&experiment.data, OpenOptions::QUIET).unwrap_or_else(|error| panic!("{error}: {:?}", error.hint()))
}

#[test]
fn further_images_train_and_are_neither_held_out_nor_tested_with() {
    let place = place();
    let mut experiment = experiment(&place, &["second.toml"]);
    let dataset = opened(&experiment);
    let first: Vec<u8> = pixels(&dataset).iter().map(|image| image[0]).collect();
    assert_eq!(first, [71, 72, 73, 74, 75, 76, 101, 102, 103]);
    assert_eq!(names(&dataset)[6..], ["dog", "cat", "dog"]);
    assert_eq!((dataset.given(SplitName::Train), dataset.further()), (0..6, 6..9));
    assert!(dataset.place(7).to_string().ends_with("train.csv, row 3"), "{}", dataset.place(7));
    assert_eq!(dataset.group_names()[..3], ["a", "b", "c"]);
    assert_eq!(dataset.groups().unwrap()[..], [0, 0, 1, 1, 2, 2, 3, 3, 3]);

    let split = Split::new(&dataset, &experiment).unwrap();
    assert_eq!((&split.train[..], &split.test[..]), (&[0, 1, 2, 3, 6, 7, 8][..], &[4, 5][..]));
    experiment.data.validation = chiffres::config::Portion::Images(2);
    let split = Split::new(&dataset, &experiment).unwrap();
    assert_eq!(split.train, [0, 1, 6, 7, 8]);
    assert_eq!((&split.validation[..], &split.test[..]), (&[2, 3][..], &[4, 5][..]));

    // The report has a section for each source.
    let report = check(&dataset, &split, &experiment);
    assert_eq!((report.shared_groups, report.classes[1].train), (Some(0), 1 + 2));
    let reading = serde_json::to_value(&report.reading).unwrap();
    assert_eq!(reading["parts"][0]["images"], 6);
    assert_eq!(reading["further"][0]["parts"][0]["images"], 3);
    let said = dataset.reading().further_sources()[0].sentences(Language::English).join("; ");
    assert!(said.contains("2 images left out: only training images train too"), "{said}");

    // Another further image makes another dataset.
    let digest = dataset.sha256();
    place.put("second/train.csv", "label,p0,p1,p2,p3\ndog,99,9,9,9\n");
    assert_ne!(opened(&experiment).sha256(), digest);
}

#[test]
fn cross_validation_leaves_out_the_writers_of_the_first_source_alone() {
    let place = place();
    let mut experiment = experiment(&place, &["second.toml"]);
    let dataset = opened(&experiment);
    let of_writers: Vec<_> = folds(&experiment, &dataset).unwrap();
    let held_out: Vec<&[usize]> = of_writers.iter().map(|fold| &fold.held_out[..]).collect();
    assert_eq!(held_out, [[0, 1], [2, 3]]);
    assert_eq!(of_writers[0].train, [2, 3, 6, 7, 8]);
    experiment.validation.folds = chiffres::config::Folds::Number(2);
    for fold in folds(&experiment, &dataset).unwrap() {
        assert!(fold.train.ends_with(&[6, 7, 8]) && fold.held_out.iter().all(|&image| image < 4), "{fold:?}");
    }
}

#[test]
fn further_sources_are_of_any_kind_and_may_lie_elsewhere() {
    let place = place();
    place.put("idx/train-images-idx3-ubyte", idx_bytes(&[4, 2, 2], &[[77; 4], [78; 4], [79; 4], [200; 4]].concat()));
    place.put("idx/train-labels-idx1-ubyte", idx_bytes(&[4], &[1, 0, 1, 0]));
    put_experiment(
        &place,
        "third.toml",
        "idx",
        "nowhere",
        "classes = [\"cat\", \"dog\"]\nsplit = \"order\"\ntrain = 2",
    );
    let third = format!("third.toml data.path={}", place.path("idx").display());
    let dataset = opened(&experiment(&place, &["second.toml", &third]));
    let first: Vec<u8> = pixels(&dataset).iter().map(|image| image[0]).collect();
    assert_eq!(first, [71, 72, 73, 74, 75, 76, 101, 102, 103, 77, 78]);
    assert_eq!(names(&dataset)[9..], ["dog", "cat"]);
    assert_eq!(dataset.reading().further_sources().len(), 2);
}

#[test]
fn further_sources_that_do_not_fit_are_named() {
    let place = place();
    let refused = |also: &str| {
        let error = source::open(&experiment(&place, &[also]).data, OpenOptions::QUIET).unwrap_err().to_string();
        error.replace(place.path("").to_str().unwrap(), "")
    };
    place.put("wide.csv", "label,p0,p1,p2,p3,p4,p5,p6,p7,p8\ncat,91,2,3,4,5,6,7,8,9\ndog,91,2,3,4,5,6,7,8,8\n");
    put_experiment(&place, "wide.toml", "csv", "wide.csv", "");
    assert_eq!(
        refused("wide.toml"),
        "wide.toml: the images of data.also are 3x3, but those that they train with are 2x2"
    );
    place.put("owls.csv", "label,p0,p1,p2,p3\ncat,91,1,1,1\nowl,92,2,2,2\n");
    put_experiment(&place, "owls.toml", "csv", "owls.csv", "");
    assert!(refused("owls.toml").contains("owls.toml: the images of data.also have the classes owl, but"));
    place.put("faint.csv", "label,p0,p1,p2,p3\ncat,1,1,1,1\ndog,2,2,2,2\n");
    put_experiment(&place, "faint.toml", "csv", "faint.csv", "");
    assert!(refused("faint.toml").contains("these images of data.also go up to 2, but those of the others to 255"));
    put_experiment(&place, "nested.toml", "csv", "first.csv", "label = \"label\"\ngroup = \"who\"\nalso = [\"mlp\"]");
    assert!(refused("nested.toml").contains("nested.toml: this experiment of data.also has a data.also itself"));
    assert!(refused("nowhere.toml").contains("nowhere.toml"));
    assert!(refused("second.toml data.path=nowhere").contains("nowhere"));
    assert!(refused("second.toml data.trian=3").contains("data.trian"));
}

#[test]
fn a_network_of_two_sources_is_trained_judged_and_exported() {
    let place = place();
    experiment(&place, &["second.toml"]);
    let options = ["--set", "training.epochs=2", "--progress", "none", "--device", "flex"];
    let printed = place.ok(&[&["train", "first.toml", "--name", "both"][..], &options].concat());
    assert!(printed.contains("both"), "{printed}");
    let report = place.json(&["evaluate", "both", "--json", "--device", "flex"]);
    assert_eq!(report["total"], 2);
    // Elsewhere, the images of training are known with their further ones; others are judged alone.
    std::fs::rename(place.path("first.csv"), place.path("moved.csv")).unwrap();
    let moved = place.json(&["evaluate", "both", "--data", "moved.csv", "--json", "--device", "flex"]);
    assert_eq!((&moved["total"], &moved["judged"]["same_images"]), (&2.into(), &true.into()), "{moved}");
    place.put("other.csv", "label,p0,p1,p2,p3\ncat,99,9,9,9\ndog,88,8,8,8\ncat,77,7,7,7\n");
    let other = place.json(&["evaluate", "both", "--data", "other.csv", "--json", "--device", "flex"]);
    assert_eq!((&other["total"], &other["judged"]["same_images"]), (&3.into(), &false.into()), "{other}");
    std::fs::rename(place.path("moved.csv"), place.path("first.csv")).unwrap();

    let checked = place.ok(&["data", "check", "first.toml"]);
    assert!(checked.contains("\ndata.also\nread "), "{checked}");
    place.ok(&["errors", "both", "--device", "flex"]);
    place.ok(&["predict", "both", "7", "--device", "flex"]);
    place.ok(&["data", "export", "first.toml", "--to", "csv", "out"]);
    let train = String::from_utf8(place.file("out/train.csv")).unwrap();
    assert_eq!(train.lines().count(), 1 + 4 + 3, "{train}");
    assert!(train.contains("103"), "{train}");
}

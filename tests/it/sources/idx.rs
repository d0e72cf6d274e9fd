//! The MNIST family.

use std::fs;

use insta::assert_snapshot;

use chiffres::data::Part;
use chiffres::error::Language;
use chiffres::native::source::{self, OpenOptions};
use chiffres::{Dataset, Split};

use super::{Refusals, given, gz, idx_bytes, names, opened, pixels, reading, sizes};
use crate::cli::{Place, text};

#[test]
fn idx_files_are_found_under_their_usual_names_and_under_others() {
    let place = Place::new();
    let images = |first: u8| idx_bytes(&[4, 2, 3], &(first..first + 24).collect::<Vec<_>>());
    let labels = idx_bytes(&[4], &[3, 1, 3, 1]);
    place.put("plain/train-images-idx3-ubyte", images(0));
    place.put("plain/train-labels-idx1-ubyte", &labels);
    place.put("plain/t10k-images-idx3-ubyte", images(100));
    place.put("plain/t10k-labels-idx1-ubyte", &labels);
    place.put("gz/train-images.idx3-ubyte.gz", gz(&images(0)));
    place.put("gz/train-labels.idx1-ubyte.gz", gz(&labels));
    place.put("gz/t10k-images-idx3-ubyte.gz", gz(&images(100)));
    place.put("gz/t10k-labels-idx1-ubyte", &labels);
    place.put("own/letters/a", images(0));
    place.put("own/b", gz(&labels));
    place.put("own/c", gz(&images(100)));
    place.put("own/d", &labels);
    let own = "train_images = \"letters/a\"\ntrain_labels = \"b\"\ntest_images = \"c\"\ntest_labels = \"d\"";
    let [plain, gz, own] =
        [("plain", ""), ("gz", ""), ("own", own)].map(|(path, more)| opened(&place, "idx", path, more));
    assert_eq!((plain.len(), given(&plain), plain.max_value()), (8, [4, 0, 4], 123));
    assert_eq!(pixels(&plain).concat(), (0..24).chain(100..124).collect::<Vec<u8>>());
    assert_eq!(names(&plain), ["3", "1", "3", "1", "3", "1", "3", "1"]);
    assert_eq!([gz.sha256(), own.sha256()], [plain.sha256(), plain.sha256()]);
    assert_eq!(
        plain.place(5).to_string(),
        format!("{}, image 1", place.path("plain/t10k-images-idx3-ubyte").display())
    );
    let renamed = opened(&place, "idx", "plain", "classes = [\"a\", \"b\", \"c\", \"d\"]");
    assert_eq!((names(&renamed)[..2].join(" "), renamed.classes().len()), ("d b".into(), 4));
    assert_eq!(names(&opened(&place, "idx", "plain", "classes = [\"3\", \"1\"]"))[..2], ["3", "1"]);
}

/// A file of three images of 1x2 pixels, and their labels.
fn pair() -> (Vec<u8>, Vec<u8>) {
    (idx_bytes(&[3, 1, 2], &[0, 1, 2, 3, 4, 5]), idx_bytes(&[3], &[7, 8, 7]))
}

#[test]
fn idx_files_are_found_by_what_their_names_say() {
    let place = Place::new();
    let (images, labels) = pair();
    place.put("a/emnist-letters-train-images-idx3-ubyte.gz", gz(&images));
    place.put("a/emnist-letters-train-labels-idx1-ubyte.gz", gz(&labels));
    place.put("a/emnist-letters-train-labels-idx1-ubyte", &labels);
    place.put("a/emnist-letters-mapping.txt", "1 65 97\n");
    place.put("a/my-validation-images.idx3-ubyte", &images);
    place.put("a/my-validation-labels.idx1-ubyte", &labels);
    place.put("a/emnist-letters-test-images-idx3-ubyte", &images);
    place.put("a/gzip/emnist-digits-train-images-idx3-ubyte.gz", gz(&images));
    let dataset = opened(&place, "idx", "a", "");
    assert_eq!((given(&dataset), names(&dataset)[..3].join(" ")), ([3, 3, 0], "7 8 7".into()));
    let unlabelled = dataset.reading().parts().iter().find(|part| part.part == Part::Unlabelled).unwrap();
    assert_eq!(unlabelled.images, 3);
    let left_out: Vec<String> =
        dataset.reading().left_out().iter().map(|entry| format!("{} {}", entry.count, entry.first[0])).collect();
    let folder = place.path("a").display().to_string();
    let expected = ["gzip", "emnist-letters-train-labels-idx1-ubyte.gz", "emnist-letters-mapping.txt"];
    assert_eq!(left_out, expected.map(|name| format!("1 {folder}/{name}")));

    // Files of usual names alone come first; two of a kind are not guessed.
    place.put("b/train-images-idx3-ubyte", &images);
    place.put("b/train-labels-idx1-ubyte", &labels);
    place.put("b/old-train-images-idx3-ubyte", &images);
    assert_eq!(opened(&place, "idx", "b", "").reading().left_out()[0].count, 1);
    place.put("c/digits-train-images-idx3-ubyte", &images);
    place.put("c/letters-train-images-idx3-ubyte", &images);
    place.put("c/train-labels-idx1-ubyte", &labels);
    let mut refusals = Refusals::of(&place);
    refusals.add("idx: two files of images", "idx", "c", "");
    assert_snapshot!("two_files", refusals.transcript);
    opened(&place, "idx", "c", "images = \"letters-train-images-idx3-ubyte\"");
}

#[test]
fn images_that_lie_on_their_side_are_set_upright() {
    let place = Place::new();
    for file in fs::read_dir("tests/fixtures/cases/emnist-files/data").unwrap() {
        let path = file.unwrap().path();
        place.put(&format!("data/{}", path.file_name().unwrap().to_str().unwrap()), fs::read(&path).unwrap());
    }
    let picture = fs::canonicalize("tests/fixtures/cases/emnist-files/tee.png").unwrap();
    let written = place.ok(&["init", "data"]);
    assert!(written.contains("\n# transpose = true "), "{written}");
    let lying = opened(&place, "idx", "data", "");
    let said = |dataset: &Dataset| dataset.reading().sentences(Language::English);
    assert_eq!(said(&lying), ["EMNIST's images lie on their side: data.transpose = true sets them upright"]);
    let upright = opened(&place, "idx", "data", "transpose = true");
    assert_eq!(said(&upright), ["rows and columns are swapped, as data.transpose says"]);
    let (a, b) = (pixels(&lying), pixels(&upright));
    assert!((0..144).all(|at| a[0][at] == b[0][at % 12 * 12 + at / 12]));
    place.put("data.toml", text(&place.file("data.toml")).replace("# transpose", "transpose"));
    place.ok(&["train", "data.toml", "--progress", "none"]);
    let answer = place.json(&["predict", "data", picture.to_str().unwrap(), "--json"]);
    assert_eq!(answer["label"], "4", "{answer}");
}

#[test]
fn images_that_are_wide_may_lie_on_their_side() {
    let place = Place::new();
    let bar = |at: usize| u8::from((2..18).contains(&(at / 20)) && (8..12).contains(&(at % 20))) * 200;
    let upright: Vec<u8> = (0..100).flat_map(|_| (0..400).map(bar)).collect();
    let lying: Vec<u8> = (0..100).flat_map(|_| (0..400).map(|at| bar(at % 20 * 20 + at / 20))).collect();
    place.put("x/train-labels-idx1-ubyte", idx_bytes(&[100], &[0, 1].repeat(50)));
    for (bytes, is_said) in [(upright, false), (lying, true)] {
        place.put("x/train-images-idx3-ubyte", idx_bytes(&[100, 20, 20], &bytes));
        let said = opened(&place, "idx", "x", "").reading().sentences(Language::English);
        assert_eq!(said.iter().any(|sentence| sentence.contains("data.transpose = true")), is_said, "{said:?}");
    }
}

#[test]
fn without_test_images_a_fifth_of_each_class_tests() {
    let place = Place::new();
    let labels: Vec<u8> = (0..100).map(|i| u8::from(i % 10 == 0)).collect();
    place.put("x/train-images-idx3-ubyte", idx_bytes(&[100, 1, 1], &(0..100).collect::<Vec<_>>()));
    place.put("x/train-labels-idx1-ubyte", idx_bytes(&[100], &labels));
    let mut experiment = reading(&place, "idx", "x", "");
    experiment.training.batch_size = 10;
    let dataset = source::open(&experiment.data, OpenOptions::QUIET).unwrap();
    let split = Split::new(&dataset, &experiment).unwrap();
    let rare = |images: &[usize]| images.iter().filter(|&&image| dataset.labels()[image] == 1).count();
    assert_eq!(sizes(&split), (80, 0, 20));
    assert_eq!((rare(&split.train), rare(&split.test)), (8, 2));
}

#[test]
fn unreadable_idx_files_are_one_clear_line_with_their_place() {
    let place = Place::new();
    let mut refusals = Refusals::of(&place);
    let labels = idx_bytes(&[2], &[0, 1]);
    let images = idx_bytes(&[2, 2, 2], &[1, 2, 3, 4, 5, 6, 7, 8]);
    let mut pair = |title: &str, images: &[u8], labels: &[u8]| {
        place.put("idx/train-images-idx3-ubyte", images);
        place.put("idx/train-labels-idx1-ubyte", labels);
        refusals.add(title, "idx", "idx", "");
    };
    let many = [&[0, 0, 8, 3, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 28, 0, 0, 0, 28][..], &[7; 50]].concat();
    // Its three dimensions make 2^64 - 1.
    let sizes = [1_431_655_765u32, 6_700_417, 1923].map(u32::to_be_bytes).concat();
    let most = [&[0, 0, 8, 3][..], &sizes].concat();
    pair("idx: no magic number", b"P5 2 2 255", &labels);
    pair("idx: the values are floats", &[&[0, 0, 13, 3][..], &images[4..]].concat(), &labels);
    pair("idx: five dimensions", &[&[0, 0, 8, 5][..], &images[4..]].concat(), &labels);
    pair("idx: labels in place of images", &labels, &labels);
    pair("idx: images in place of labels", &images, &images);
    pair("idx: four billion images promised", &many, &labels);
    pair("idx.gz: four billion images promised", &gz(&many), &labels);
    pair("idx: all there can be promised", &most, &labels);
    pair("idx.gz: all there can be promised", &gz(&most), &labels);
    pair("idx: cut short", &images[..images.len() - 3], &labels);
    pair("idx: cut short in its header", &images[..9], &labels);
    pair("idx: labels cut short", &images, &labels[..9]);
    pair("idx: too many bytes", &[&images[..], b"x"].concat(), &labels);
    pair("idx.gz: too many bytes", &gz(&[&images[..], b"x"].concat()), &labels);
    let random: Vec<u8> = (0..2000u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    let large = gz(&idx_bytes(&[20, 10, 10], &random));
    pair("idx.gz: cut short", &large[..large.len() - 4], &labels);
    // The checksum: the message about other damage depends on the decompressor.
    let mut damaged = large.clone();
    damaged[large.len() - 8] ^= 1;
    pair("idx.gz: damaged", &damaged, &labels);
    pair("idx: three labels for two images", &images, &idx_bytes(&[3], &[0, 1, 0]));
    pair("idx: images without pixels", &idx_bytes(&[2, 0, 2], &[]), &labels);
    pair("idx: no images", &idx_bytes(&[0, 2, 2], &[]), &idx_bytes(&[0], &[]));
    pair("idx: empty", b"", &labels);
    pair("idx: one class", &images, &idx_bytes(&[2], &[4, 4]));
    place.put("idx/train-images-idx3-ubyte", &images);
    refusals.add("idx: digits of another size", "idx", "idx", "preprocess = \"digit\"");
    place.put("idx/train-labels-idx1-ubyte", idx_bytes(&[2], &[0, 7]));
    refusals.add("idx: a label beyond the classes", "idx", "idx", "classes = [\"a\", \"b\"]");
    refusals.add("idx: a file out of the folder", "idx", "idx", "train_images = \"../x\"");
    refusals.add("idx: a file that is not there", "idx", "idx", "train_images = \"nowhere\"");
    place.put("idx/t10k-labels-idx1-ubyte", &labels);
    refusals.add("idx: test labels without images", "idx", "idx", "");
    place.put("idx/t10k-images-idx3-ubyte", idx_bytes(&[2, 1, 2], &[1, 2, 3, 4]));
    refusals.add("idx: test images of another size", "idx", "idx", "");
    refusals.add("idx: no such folder", "idx", "nowhere", "");
    refusals.add("idx: a file in place of a folder", "idx", "config/mlp.toml", "");
    refusals.add("idx: a folder without them", "idx", "config", "");
    assert_snapshot!(refusals.transcript);
}

//! The MNIST family.

use insta::assert_snapshot;

use chiffres::Split;
use chiffres::native::source::{self, OpenOptions};

use super::{Refusals, given, gz, idx_bytes, names, opened, pixels, reading, sizes};
use crate::cli::Place;

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

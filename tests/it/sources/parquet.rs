//! Parquet files.

use proptest::prelude::*;

use chiffres::native::source;

use super::{given, opened};
use crate::cli::Place;

#[test]
fn a_parquet_file_names_its_classes_and_groups() {
    let place = Place::new();
    place.put("p/train-00000.parquet", include_bytes!("../../fixtures/arrays/pictures.parquet"));
    let dataset = opened(&place, "parquet", "p", "group = \"writer\"\n");
    assert_eq!((dataset.len(), dataset.height(), dataset.width(), dataset.max_value()), (6, 2, 3, 255));
    assert_eq!(dataset.classes(), ["cat", "dog", "owl"]);
    assert_eq!(dataset.labels(), [2, 0, 1, 2, 0, 1]);
    assert_eq!(dataset.groups().unwrap(), [0, 0, 1, 1, 2, 2]);
    let values: Vec<u8> = (0..6).flat_map(|i| dataset.image(i).unwrap().pixels.to_vec()).collect();
    assert_eq!(values, (0..36).map(|i| 7 * i).collect::<Vec<u8>>());
    // In the order of the list, and resized.
    let named = opened(&place, "parquet", "p", "size = [4, 6]\nclasses = [\"owl\", \"cat\", \"dog\"]\n");
    assert_eq!((named.classes()[0].as_str(), named.labels(), named.inputs()), ("owl", &[0, 1, 2, 0, 1, 2][..], 24));
}

#[test]
fn parquet_files_belong_to_the_part_in_their_names() {
    let place = Place::new();
    let bytes = include_bytes!("../../fixtures/arrays/pictures.parquet");
    for name in
        ["train-00000-of-00002", "train-00001-of-00002", "validation-00000-of-00001", "test-00000-of-00001", "more"]
    {
        place.put(&format!("p/{name}.parquet"), bytes);
    }
    place.put("p/README.md", "");
    let dataset = opened(&place, "parquet", "p", "");
    assert_eq!(given(&dataset), [12, 6, 6]);
    let left_out: Vec<usize> = dataset.reading().left_out().iter().map(|entry| entry.count).collect();
    assert_eq!(left_out, [2], "README.md and more.parquet: {:?}", dataset.reading().left_out());
    // Files of no part train.
    place.put("q/0000.parquet", bytes);
    assert_eq!(given(&opened(&place, "parquet", "q", "")), [6, 0, 0]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_damaged_parquet_file_is_images_or_an_error(at in 0usize..2500, value in any::<u8>(), cut in 0usize..2500) {
        let whole = include_bytes!("../../fixtures/arrays/pictures.parquet");
        let mut damaged = whole.to_vec();
        let end = damaged.len();
        damaged[at % end] = value;
        let place = Place::new();
        for bytes in [&damaged[..], &whole[..cut % end]] {
            place.put("x.parquet", bytes);
            let path = place.path("x.parquet").display().to_string();
            let config = chiffres::config::DataConfig { path, ..chiffres::config::DataConfig::of(chiffres::config::Source::Parquet, chiffres::config::PicturePreprocessing::Resize) };
            if let Err(error) = source::open(&config, source::OpenOptions::QUIET) {
                prop_assert!(!error.to_string().contains('\n'), "{error}");
            }
        }
    }
}

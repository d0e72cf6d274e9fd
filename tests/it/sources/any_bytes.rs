//! Any bytes are images or a clear error.

use std::fs;
use std::sync::Arc;

use proptest::prelude::*;

use chiffres::Experiment;
use chiffres::config::DataConfig;
use chiffres::data::Pixels;
use chiffres::formats::npz::{Archive, Array, ArrayImages, ImageStream};
use chiffres::formats::table::{self, Expected};
use chiffres::formats::{ImageShape, idx};

use super::idx_bytes;

#[track_caller]
fn assert_clear(error: &chiffres::Error) {
    let message = error.to_string();
    assert!(message.starts_with("FILE"), "{message}");
    assert!(!message.contains(char::is_control) && message.len() < 400, "{message:?}");
    let hint = error.hint().unwrap();
    assert!(!hint.contains(char::is_control) && hint.len() < 400, "{hint:?}");
}

fn check_images(height: usize, width: usize, channels: usize, pixels: &Pixels) {
    for i in 0..pixels.len() {
        assert_eq!(pixels.image(i).len(), height * width * channels);
    }
}

fn check_idx(bytes: &[u8]) {
    match idx::read_values("FILE", &mut &*bytes) {
        Ok((header, values)) => assert_eq!(header.dimensions.iter().product::<usize>(), values.len()),
        Err(error) => assert_clear(&error),
    }
    let mut streamed = Vec::new();
    let stream = idx::for_each_image::<chiffres::Error>("FILE", &mut &*bytes, |_, image| {
        streamed.extend_from_slice(image);
        Ok(())
    });
    match idx::images("FILE", Arc::new(bytes.to_vec())) {
        Ok((ImageShape { height, width, channels }, pixels)) => {
            check_images(height, width, channels, &pixels);
            match pixels.is_empty() {
                true => assert_clear(&stream.unwrap_err()),
                false => stream.unwrap(),
            }
            assert_eq!(streamed, (0..pixels.len()).flat_map(|i| pixels.image(i).to_vec()).collect::<Vec<u8>>());
        }
        Err(error) => {
            assert_clear(&error);
            assert_clear(&stream.unwrap_err());
        }
    }
}

fn check_csv(bytes: &[u8], config: &DataConfig) {
    match table::read("FILE", || Ok(bytes), config, None, Expected::default()) {
        Ok(table) => {
            let images = table.images;
            check_images(images.height, images.width, images.channels, &images.pixels);
            if table.columns.has_labels() {
                assert_eq!(images.pixels.len(), images.labels.len());
            }
            assert!(images.groups.is_none_or(|groups| groups.len() == images.pixels.len()));
            // The same images, row after row, as if they were those of another table.
            let config =
                DataConfig { range: table.range.map_or(vec![], |range| vec![range.low, range.high]), ..config.clone() };
            let expected = Expected { columns: Some(&table.columns), ..Expected::default() };
            let mut rows = Vec::new();
            let take = |row: table::Row<'_>| {
                rows.push(row.pixels.to_vec());
                Ok::<_, chiffres::Error>(())
            };
            if table::for_each_row("FILE", || Ok::<_, chiffres::Error>(bytes), &config, expected, take).is_ok() {
                assert!(rows.iter().enumerate().all(|(i, row)| row == images.pixels.image(i)));
                assert_eq!(rows.len(), images.pixels.len());
            }
        }
        Err(error) => assert_clear(&error),
    }
}

/// The images of a stream are those of the whole array; `name` is that of an array in an archive.
fn check_stream(whole: &Result<ArrayImages, chiffres::Error>, stream: Result<ImageStream, chiffres::Error>) {
    let read = stream.and_then(|stream| {
        let mut pixels = Vec::new();
        stream.for_each::<chiffres::Error>(stream.range()?, &mut |image| {
            assert_eq!(image.len(), stream.height * stream.width);
            pixels.extend_from_slice(image);
            Ok(())
        })?;
        Ok(pixels)
    });
    match (read, whole) {
        (Ok(pixels), Ok(images)) => {
            let whole: Vec<u8> = (0..images.pixels.len()).flat_map(|i| images.pixels.image(i).to_vec()).collect();
            assert_eq!(pixels, whole);
        }
        (Err(error), Err(_)) => assert_clear(&error),
        (Ok(pixels), Err(error)) => panic!("{} pixels, but {error}", pixels.len()),
        (Err(error), Ok(_)) => panic!("{error}, but it was read"),
    }
}

fn check_array(array: &Array) {
    for size in [&[][..], &[2, 3]] {
        let images = array.images(size, None);
        check_stream(&images, ImageStream::of_array(array.clone(), size));
        match images {
            Ok(images) => check_images(images.height, images.width, images.channels, &images.pixels),
            Err(error) => assert_clear(&error),
        }
    }
    for error in [array.labels().err(), array.numbers().err()].into_iter().flatten() {
        assert_clear(&error);
    }
}

fn check_npz(bytes: &[u8]) {
    match Archive::open("FILE", Arc::new(bytes.to_vec())) {
        Ok(archive) => {
            for name in ["x", "y", "x_train", "writer_test"] {
                let stream = ImageStream::of_archive(&archive, name, &[]);
                match archive.array(name) {
                    Ok(array) => {
                        check_stream(&array.images(&[], None), stream);
                        check_array(&array);
                    }
                    Err(error) => assert_clear(&error),
                }
            }
        }
        Err(error) => assert_clear(&error),
    }
    check_array(&Array::of_file("FILE", Arc::new(bytes.to_vec())));
}

fn table_config(choice: u8) -> DataConfig {
    let text = [
        "",
        "label = 0\nheader = \"no\"",
        "label = 1\ngroup = 0\nseparator = \";\"",
        "label = \"a\"\ngroup = \"b\"\nheader = \"yes\"\nsize = [1, 2]",
    ][usize::from(choice % 4)];
    let text = format!("[data]\nsource = \"csv\"\npath = \"x\"\n{text}");
    Experiment::from_toml("test.toml", &text, &[]).unwrap().data
}

/// The beginning of a NumPy array, as NumPy writes it.
pub fn npy(descr: &str, is_fortran: bool, shape: &str, values: &[u8]) -> Vec<u8> {
    let order = if is_fortran { "True" } else { "False" };
    let header = format!("{{'descr': '{descr}', 'fortran_order': {order}, 'shape': ({shape}), }}\n");
    [&b"\x93NUMPY\x01\x00"[..], &(header.len() as u16).to_le_bytes(), header.as_bytes(), values].concat()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_images_or_an_error(bytes in proptest::collection::vec(any::<u8>(), 0..300), choice in 0u8..4) {
        check_idx(&bytes);
        check_csv(&bytes, &table_config(choice));
        check_npz(&bytes);
    }

    #[test]
    fn any_bytes_after_an_idx_header_are_images_or_an_error(
        dimensions in proptest::collection::vec(prop_oneof![0usize..4, any::<u32>().prop_map(|n| n as usize)], 1..4),
        values in proptest::collection::vec(any::<u8>(), 0..40),
    ) {
        check_idx(&idx_bytes(&dimensions, &values));
    }

    #[test]
    fn any_text_is_a_table_or_an_error(
        text in "(label|a|b|id|[0-9]{1,3}|0\\.5|-1|0,5|NaN|\"|;|,|,|,| |\t|1:2|sep=;|@data|%|\n|\n|\r|\\PC){0,60}",
        header in any::<bool>(),
        choice in 0u8..4,
    ) {
        let header = match (header, choice) {
            (false, _) => "",
            (true, 3) => "@relation x\n@attribute a real\n@attribute b real\n@attribute c {0,1}\n@data\n",
            (true, _) => "label,a,b\n0,1,2\n",
        };
        check_csv(format!("{header}{text}").as_bytes(), &table_config(choice));
    }

    #[test]
    fn any_bytes_after_an_array_header_are_images_or_an_error(
        descr in prop_oneof![
            Just("|u1"), Just("<u2"), Just(">i4"), Just("<i8"), Just("<f4"), Just(">f8"), Just("|b1"), Just("|O"),
            Just("<U7"), Just("<c16"), Just("<f2"), Just("<M8[D]"), Just("|S0"), Just("|V3"), Just("<f16"),
        ],
        is_fortran in any::<bool>(),
        shape in proptest::collection::vec(prop_oneof![0u64..5, any::<u64>()], 0..6),
        values in proptest::collection::vec(any::<u8>(), 0..300),
    ) {
        let shape: String = shape.iter().map(|size| format!("{size}, ")).collect();
        check_array(&Array::of_file("FILE", Arc::new(npy(descr, is_fortran, &shape, &values))));
    }

    #[test]
    fn any_array_header_is_read_or_an_error(header in "\\PC{0,200}", values in proptest::collection::vec(any::<u8>(), 0..30)) {
        let bytes = [&b"\x93NUMPY\x01\x00"[..], &(header.len() as u16).to_le_bytes(), header.as_bytes(), &values].concat();
        check_array(&Array::of_file("FILE", Arc::new(bytes)));
    }

    #[test]
    fn a_damaged_archive_is_images_or_an_error(
        name in prop_oneof![Just("bytes"), Just("compressed"), Just("parts"), Just("objects")],
        damage in proptest::collection::vec((0.0f64..1.0, any::<u8>()), 0..5),
        end in prop_oneof![Just(1.0f64), 0.0f64..1.0],
    ) {
        let mut bytes = fs::read(format!("tests/fixtures/arrays/{name}.npz")).unwrap();
        for (place, value) in damage {
            let at = (bytes.len() as f64 * place) as usize;
            bytes[at] = value;
        }
        bytes.truncate((bytes.len() as f64 * end) as usize);
        check_npz(&bytes);
    }
}

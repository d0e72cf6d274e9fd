//! NumPy arrays, alone and in archives.
#![no_main]

use std::sync::Arc;

use chiffres::formats::npz::{Archive, Array, ArrayImages, ImageStream};
use libfuzzer_sys::fuzz_target;

fn read(array: &Array) {
    for size in [&[][..], &[2, 3], &[2, 3, 3], &[3]] {
        if let Ok(ArrayImages { height, width, channels, pixels, .. }) = array.images(size, None) {
            (0..pixels.len()).for_each(|i| assert_eq!(pixels.image(i).len(), height * width * channels));
        }
    }
    if let Ok(stream) = ImageStream::of_array(array.clone(), &[]) {
        let range = stream.range();
        let _ = range.and_then(|range| stream.for_each::<chiffres::Error>(range, &mut |_| Ok(())));
    }
    let _ = array.labels();
    let _ = array.numbers();
}

fuzz_target!(|bytes: &[u8]| {
    if let Ok(archive) = Archive::open("FILE", Arc::new(bytes.to_vec())) {
        for name in ["x", "y", "x_train", "y_train"] {
            if let Ok(array) = archive.array(name) {
                read(&array);
            }
        }
    }
    read(&Array::of_file("FILE", Arc::new(bytes.to_vec())));
});

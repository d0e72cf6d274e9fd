//! Files of the MNIST family: images or one clear error.
#![no_main]

use std::sync::Arc;

use chiffres::formats::idx;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok((header, values)) = idx::read_values("FILE", &mut &*bytes) {
        assert_eq!(header.dimensions.iter().product::<usize>(), values.len());
        let _ = idx::image_shape("FILE", &header);
        let _ = idx::labels("FILE", &header, &values);
    }
    let _ = idx::for_each_image::<chiffres::Error>("FILE", &mut &*bytes, |shape, image| {
        assert_eq!(image.len(), shape.values());
        Ok(())
    });
    if let Ok((shape, pixels)) = idx::images("FILE", Arc::new(bytes.to_vec())) {
        (0..pixels.len()).for_each(|i| assert_eq!(pixels.image(i).len(), shape.values()));
    }
});

//! The reading network: a network inside the program that has learnt from digits of many writers, to read photographs.
//!
//! `data/README.md` says what it was trained on and how it is made again; its licence is among
//! [`DATA_LICENCES`](crate::data::DATA_LICENCES).

use crate::checkpoint::SavedModel;

/// The name that stands for the network where a run is expected.
pub const READING: &str = "reading";

const FILE: &[u8] = include_bytes!("../data/reading.model");

impl SavedModel {
    /// The network inside the program that reads digits of many writers.
    ///
    /// ```
    /// use burn::tensor::Device;
    /// use chiffres::preprocess::Raster;
    /// use chiffres::{Recogniser, SavedModel};
    ///
    /// // A 1, drawn with a dark pen on light paper of 60x60 pixels.
    /// let is_ink = |row: usize, column: usize| (10..50).contains(&row) && (27..32).contains(&column);
    /// let grey = (0..60 * 60).map(|i| if is_ink(i / 60, i % 60) { 30 } else { 220 }).collect();
    ///
    /// let recogniser = Recogniser::new(&SavedModel::reading(), &Device::flex());
    /// let recognition = recogniser.recognise(&Raster::new(60, 60, grey))?;
    /// assert_eq!(recogniser.classifier().classes()[recognition.prediction.label], "1");
    /// # Ok::<(), chiffres::Error>(())
    /// ```
    pub fn reading() -> Self {
        let saved = Self::from_bytes("data/reading.model", FILE).expect("the file was tested with the program");
        // It was trained on images without paper, rules or frames, to read photographs that have them.
        let preprocessing = saved.preprocessing.with_pages();
        Self { preprocessing, ..saved }
    }
}

//! Section 5, the visitor's digit: pictures, and the state of the reader on the page's own thread.

use wasm_bindgen::prelude::*;

use super::Session;
use crate::json::Answer;
use crate::reader::ReaderState;
use crate::reading::Reading;

#[wasm_bindgen]
impl Session {
    /// The state that another thread needs to read drawings with the network in use.
    #[wasm_bindgen(js_name = readerState)]
    pub fn reader_state(&self) -> Answer<ReaderState> {
        let network = self.network_in_use()?;
        network.reader.state(&network.saved)
    }

    /// Finds the digit on a picture and names it. `rgba` has red, green, blue and opacity of each pixel.
    pub fn recognise(&self, height: usize, width: usize, rgba: &[u8]) -> Answer<Reading> {
        self.network_in_use()?.reader.recognise(height, width, rgba)
    }
}

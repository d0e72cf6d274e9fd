//! The channels of images: grey or colours, as the source has them or as `data.channels` asks for.

use crate::config::{Channels, DataConfig};
use crate::data::{Parts, Reading, Remark};

/// The channels that pictures are read with: all that they have, unless grey is asked for.
pub fn to_read(config: &DataConfig) -> Channels {
    if config.finds_digits() { Channels::GREY } else { config.channels }
}

/// Brings the images of arrays, tables and idx files to the channels that the configuration asks for.
pub fn settle(parts: &mut Parts, config: &DataConfig) {
    let found = parts.train.channels;
    let wanted = to_read(config).number().unwrap_or(found);
    parts.all_mut().for_each(|images| images.set_channels(wanted));
    report(&mut parts.train.reading, found == 3, wanted, config);
}

/// Says in a report what became of colours, or of grey values.
pub fn report(reading: &mut Reading, has_colours: bool, channels: usize, config: &DataConfig) {
    // A digit is ink on paper, whatever their colours.
    let is_plain = !has_colours && channels == 1 && config.channels != Channels::Auto;
    if !is_plain && !config.finds_digits() {
        reading.remark(Remark::Colours { has_colours, channels });
    }
}

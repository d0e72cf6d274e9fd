//! The channels and the shapes of pictures: what becomes of them in images, and what the report says.

use crate::config::{Channels, DataConfig};
use crate::data::{Parts, Reading, Remark};

use super::super::pictures::Picture;

/// Facts about a set of pictures that their images do not show.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Facts {
    /// Some have colours, though the images may be grey.
    pub has_colours: bool,
    /// Some have another shape than the images.
    pub has_other_shapes: bool,
}

impl Facts {
    /// The facts by themselves.
    pub fn of([has_colours, has_other_shapes]: [bool; 2]) -> Self {
        Self { has_colours, has_other_shapes }
    }

    /// All, in the order of [`Facts::of`].
    pub fn all(self) -> [bool; 2] {
        [self.has_colours, self.has_other_shapes]
    }

    /// The facts about a picture.
    pub fn of_picture(picture: &Picture, config: &DataConfig) -> Self {
        let has_shape = match config.size[..] {
            [height, width] => picture.has_shape(height, width),
            _ => true,
        };
        Self { has_colours: picture.has_colours(), has_other_shapes: !has_shape }
    }

    /// The facts about two sets of pictures.
    pub fn or(self, other: Self) -> Self {
        Self {
            has_colours: self.has_colours || other.has_colours,
            has_other_shapes: self.has_other_shapes || other.has_other_shapes,
        }
    }

    /// The channels of images made of the pictures.
    pub fn channels(self, config: &DataConfig) -> usize {
        to_read(config).number().unwrap_or(if self.has_colours { 3 } else { 1 })
    }

    /// Says in a report what became of colours and shapes.
    pub fn report(self, channels: usize, config: &DataConfig, reading: &mut Reading) {
        report(reading, self.has_colours, channels, config);
        if self.has_other_shapes && !config.finds_digits() {
            reading.remark(Remark::Fit { fit: config.fit });
        }
    }
}

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
fn report(reading: &mut Reading, has_colours: bool, channels: usize, config: &DataConfig) {
    // A digit is ink on paper, whatever their colours.
    if (has_colours || channels > 1) && !config.finds_digits() {
        reading.remark(Remark::Colours { has_colours, channels });
    }
}

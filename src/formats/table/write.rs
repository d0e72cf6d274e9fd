//! Tables for other programs.

use std::io::Write;

use csv::WriterBuilder;

use crate::data::Dataset;

/// Writes images as a table with a header: `label`, `group` if groups are known, the pixels. Classes and groups are
/// written as their names.
///
/// # Errors
/// Those of the writer.
pub fn write(to: impl Write, dataset: &Dataset, images: &[usize]) -> std::io::Result<()> {
    let mut table = WriterBuilder::new().from_writer(to);
    let groups = dataset.groups();
    let names = std::iter::once("label".to_string())
        .chain(groups.map(|_| "group".to_string()))
        .chain((0..dataset.inputs()).map(|pixel| format!("pixel{pixel}")));
    table.write_record(names)?;
    for &image in images {
        let label = dataset.classes()[dataset.label(image)].clone();
        let group = groups.map(|groups| dataset.group_names()[groups[image] as usize].clone());
        let pixels = dataset.pixels(image).iter().map(ToString::to_string);
        table.write_record(std::iter::once(label).chain(group).chain(pixels))?;
    }
    table.flush()
}

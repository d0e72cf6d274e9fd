//! Runs an exported ONNX file in rten: images on standard input, a line of label and probabilities for each.
//!
//! usage: onnx-in-rust FILE BATCH HEIGHT WIDTH [CHANNELS] < IMAGES

use std::error::Error;
use std::io::Read;

use rten::{Model, Value};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [file, numbers @ ..] = arguments.as_slice() else { return Err("no file".into()) };
    let numbers = numbers.iter().map(|number| number.parse()).collect::<Result<Vec<usize>, _>>()?;
    let [batch, sizes @ ..] = numbers.as_slice() else { return Err("no numbers".into()) };
    let values: usize = sizes.iter().product();
    let model = Model::load_file(file)?;
    let (input, outputs) = (model.node_id("pixels")?, [model.node_id("label")?, model.node_id("probabilities")?]);
    let mut images = Vec::new();
    std::io::stdin().read_to_end(&mut images)?;
    for images in images.chunks(batch * values) {
        let shape = [&[images.len() / values], sizes].concat();
        let pixels = Value::from_shape(shape.as_slice(), images.to_vec())?;
        let [labels, probabilities] = model.run_n(vec![(input, pixels.into())], outputs, None)?;
        let (_, labels) = labels.into_shape_vec::<i32, 1>()?;
        let ([_, classes], probabilities) = probabilities.into_shape_vec::<f32, 2>()?;
        for (label, probabilities) in labels.iter().zip(probabilities.chunks(classes)) {
            let probabilities: Vec<String> = probabilities.iter().map(f32::to_string).collect();
            println!("{label} {}", probabilities.join(" "));
        }
    }
    Ok(())
}

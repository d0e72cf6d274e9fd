//! Writes a network as an ONNX file.

use prost::Message;

use super::messages::{
    Attribute, Dimension, Entry, FLOAT, Graph, INT64, Model, Node, OperatorSet, Tensor, TensorShape, TensorType, Type,
    UINT8, ValueInfo,
};
use super::{GELU_CUBE, GELU_SLOPE, IR_VERSION, OPSET, Resampling};
use crate::config::Activation;
use crate::exchange::network::{Input, Layer, Network, Provenance, Stage};
use crate::exchange::text::identifier;

/// The bytes of an ONNX file; equal networks give equal bytes.
pub fn write(network: &Network) -> Vec<u8> {
    let mut chain = Chain { value: "pixels".into(), nodes: Vec::new(), constants: Vec::new() };
    chain.scale(network);
    chain.stages(network);
    for layer in &network.layers {
        match layer {
            Layer::Stage(_) => {}
            Layer::Dense(layer) => {
                let weight = chain.constant("weight", &[layer.inputs, layer.outputs], &layer.weight);
                let bias = chain.constant("bias", &[layer.outputs], &layer.bias);
                chain.apply("Gemm", &[&weight, &bias], &[]);
            }
            Layer::Activation(Activation::Sigmoid) => chain.apply("Sigmoid", &[], &[]),
            Layer::Activation(Activation::Tanh) => chain.apply("Tanh", &[], &[]),
            Layer::Activation(Activation::Relu) => chain.apply("Relu", &[], &[]),
            Layer::Activation(Activation::Gelu) => chain.gelu(),
            Layer::Activation(Activation::Identity) => {}
        }
    }
    if network.input.variants {
        chain.mean_of_readings(network);
    }
    chain.end("Softmax", "probabilities", &[("axis", 1)]);
    chain.end("ArgMax", "label", &[("axis", 1), ("keepdims", 0)]);

    let sizes: Vec<i64> = network.input.sizes().into_iter().map(|size| size as i64).collect();
    let graph = Graph {
        node: chain.nodes,
        name: identifier(&network.name),
        initializer: chain.constants,
        input: vec![value("pixels", UINT8, &sizes, &network.takes())],
        output: vec![
            value("label", INT64, &[], "index of the most probable class; the metadata has the classes' names"),
            value("probabilities", FLOAT, &[network.classes.len() as i64], "of each class"),
        ],
    };
    Model {
        ir_version: IR_VERSION,
        producer_name: "chiffres".into(),
        producer_version: env!("CARGO_PKG_VERSION").into(),
        doc_string: format!("{}: {}", network.name, network.summary()),
        graph: Some(graph),
        opset_import: vec![OperatorSet { domain: String::new(), version: OPSET }],
        metadata_props: metadata(network),
    }
    .encode_to_vec()
}

/// A chain of nodes, each of which computes with the value of the one before.
struct Chain {
    /// The name of the last value.
    value: String,
    nodes: Vec<Node>,
    constants: Vec<Tensor>,
}

impl Chain {
    fn scale(&mut self, network: &Network) {
        self.apply("Cast", &[], &[("to", i64::from(FLOAT))]);
        self.apply("Flatten", &[], &[("axis", 1)]);
        if network.input.variants {
            self.readings(&network.input);
        }
        let scale = self.constant("scale", &[], &[network.input.scale]);
        self.apply("Div", &[&scale], &[]);
        let offset = self.constant("offset", &[], &[network.input.offset]);
        self.apply("Add", &[&offset], &[]);
    }

    /// Applies the stages to planes, one for each channel, and puts the channels of a pixel side by side again.
    fn stages(&mut self, network: &Network) {
        let Some(Stage { image, .. }) = network.stages().next() else { return };
        let [height, width, channels] = image.map(|size| size as i64);
        let shape = self.indices("shape", &[-1, height, width, channels]);
        self.apply("Reshape", &[&shape], &[]);
        self.apply("Transpose", &[], &[]);
        self.lists(&[("perm", &[0, 3, 1, 2])]);
        for stage in network.stages() {
            let Stage { image, window } = stage;
            let weight = self.constant("weight", &[window.outputs, image[2], 3, 3], &stage.kernel());
            let bias = self.constant("bias", &[window.outputs], &window.bias);
            self.apply("Conv", &[&weight, &bias], &[]);
            self.lists(&[("kernel_shape", &[3, 3]), ("pads", &[1, 1, 1, 1])]);
            self.apply("Relu", &[], &[]);
            self.apply("MaxPool", &[], &[]);
            self.lists(&[("kernel_shape", &[2, 2]), ("strides", &[2, 2])]);
        }
        self.apply("Transpose", &[], &[]);
        self.lists(&[("perm", &[0, 2, 3, 1])]);
        self.apply("Flatten", &[], &[("axis", 1)]);
    }

    /// Adds attributes that are lists to the last node.
    fn lists(&mut self, attributes: &[(&str, &[i64])]) {
        let node = self.nodes.last_mut().expect("a node was added");
        let attributes = attributes.iter();
        node.attribute.extend(attributes.map(|(name, numbers)| Attribute {
            name: (*name).into(),
            ints: numbers.to_vec(),
            r#type: INTS,
            ..Attribute::default()
        }));
    }

    /// From images `[images, inputs]` to their readings `[images * readings, inputs]`.
    fn readings(&mut self, input: &Input) {
        let image = self.value.clone();
        let Resampling { pixels, weights, rows, width } = Resampling::new(input);
        let pixels = self.indices("pixels", &pixels);
        self.apply("Gather", &[&pixels], &[("axis", 1)]);
        let table = self.indices("table", &[0, rows as i64, width as i64]);
        self.apply("Reshape", &[&table], &[]);
        let weights = self.constant("weights", &[rows, width], &weights);
        self.apply("Mul", &[&weights], &[]);
        let axis = self.indices("axis", &[2]);
        self.apply("ReduceSum", &[&axis], &[("keepdims", 0)]);
        self.apply("Concat", &[&image], &[("axis", 1)]);
        let rows = self.indices("rows", &[-1, input.values() as i64]);
        self.apply("Reshape", &[&rows], &[]);
    }

    fn mean_of_readings(&mut self, network: &Network) {
        let readings = network.input.readings() as i64;
        let each = self.indices("each", &[-1, readings, network.classes.len() as i64]);
        self.apply("Reshape", &[&each], &[]);
        self.apply("ReduceMean", &[], &[("keepdims", 0)]);
        self.lists(&[("axes", &[1])]);
    }

    /// `x/2 (1 + tanh(SLOPE (x + CUBE x^3)))`
    fn gelu(&mut self) {
        let x = self.value.clone();
        let mut constant = |name, number| self.constant(name, &[], &[number]);
        let (cube, slope) = (constant("gelu_cube", GELU_CUBE), constant("gelu_slope", GELU_SLOPE));
        let (one, half) = (constant("gelu_one", 1.0), constant("gelu_half", 0.5));
        for (operator, other) in [
            ("Mul", Some(&x)),
            ("Mul", Some(&x)),
            ("Mul", Some(&cube)),
            ("Add", Some(&x)),
            ("Mul", Some(&slope)),
            ("Tanh", None),
            ("Add", Some(&one)),
            ("Mul", Some(&x)),
            ("Mul", Some(&half)),
        ] {
            let others: Vec<&str> = other.into_iter().map(String::as_str).collect();
            self.apply(operator, &others, &[]);
        }
    }

    /// Applies an operator to the last value and others.
    fn apply(&mut self, operator: &str, others: &[&str], settings: &[(&str, i64)]) {
        let output = format!("{}_{}", operator.to_lowercase(), self.nodes.len());
        let input = std::iter::once(self.value.as_str()).chain(others.iter().copied()).map(String::from).collect();
        self.nodes.push(Node {
            input,
            output: vec![output.clone()],
            // rten finds values and nodes by one table of names.
            name: format!("{operator}_{}", self.nodes.len()),
            op_type: operator.into(),
            attribute: settings.iter().map(|&(name, number)| integer(name, number)).collect(),
            domain: String::new(),
        });
        self.value = output;
    }

    /// The same, to an output of the graph.
    fn end(&mut self, operator: &str, output: &str, settings: &[(&str, i64)]) {
        self.apply(operator, &[], settings);
        let node = self.nodes.last_mut().expect("a node was added");
        node.output = vec![output.into()];
        self.value = output.into();
    }

    /// Adds a constant and returns its name.
    fn constant(&mut self, name: &str, shape: &[usize], numbers: &[f32]) -> String {
        let name = format!("{name}_{}", self.nodes.len());
        self.constants.push(Tensor {
            dims: shape.iter().map(|&size| size as i64).collect(),
            data_type: FLOAT,
            name: name.clone(),
            raw_data: numbers.iter().flat_map(|number| number.to_le_bytes()).collect(),
            ..Tensor::default()
        });
        name
    }

    /// The same, of whole numbers.
    fn indices(&mut self, name: &str, numbers: &[i64]) -> String {
        let name = format!("{name}_{}", self.nodes.len());
        self.constants.push(Tensor {
            dims: vec![numbers.len() as i64],
            data_type: INT64,
            name: name.clone(),
            raw_data: numbers.iter().flat_map(|number| number.to_le_bytes()).collect(),
            ..Tensor::default()
        });
        name
    }
}

fn integer(name: &str, number: i64) -> Attribute {
    Attribute { name: name.into(), i: Some(number), r#type: INT, ..Attribute::default() }
}

/// The type of an attribute that is a whole number.
const INT: i32 = 2;
/// The type of an attribute that is a list of them.
const INTS: i32 = 7;

/// An input or output with any number of images.
fn value(name: &str, elem_type: i32, rest: &[i64], doc: &str) -> ValueInfo {
    let images = Dimension { dim_value: None, dim_param: Some("images".into()) };
    let rest = rest.iter().map(|&size| Dimension { dim_value: Some(size), dim_param: None });
    let shape = TensorShape { dim: std::iter::once(images).chain(rest).collect() };
    let r#type = Type { tensor_type: Some(TensorType { elem_type, shape: Some(shape) }) };
    ValueInfo { name: name.into(), r#type: Some(r#type), doc_string: doc.into() }
}

fn metadata(network: &Network) -> Vec<Entry> {
    // As in DESCRIBED.
    let mut entries = vec![
        ("name", network.name.clone()),
        ("classes", serde_json::to_string(&network.classes).expect("names are plain data")),
        ("height", network.input.height.to_string()),
        ("width", network.input.width.to_string()),
        ("max_value", network.input.max_value.to_string()),
        ("is_digit", network.input.is_digit.to_string()),
        ("input", network.takes()),
    ];
    if network.input.channels > 1 {
        entries.push(("channels", network.input.channels.to_string()));
    }
    if let (Some(provenance), None) = (&network.provenance, &network.origin) {
        let Provenance { experiment, arithmetic, weights_sha256, data_sha256, .. } = provenance;
        entries.extend(arithmetic.iter().map(|arithmetic| ("arithmetic", arithmetic.name().into())));
        entries.push(("weights_sha256", weights_sha256.clone()));
        entries.extend(data_sha256.iter().map(|digest| ("data_sha256", digest.clone())));
        entries.push(("seed", experiment.seed.to_string()));
        entries.push(("epochs", experiment.training.epochs.to_string()));
        if let Some(evaluation) = provenance.test_result() {
            entries.push(("test_errors", evaluation.errors.to_string()));
            entries.push(("test_images", evaluation.total.to_string()));
        }
        entries.push(("experiment", experiment.to_toml()));
    }
    let notes = network.origin.iter().flat_map(|origin| origin.notes.clone());
    let entries = entries.into_iter().map(|(key, value)| (key.into(), value)).chain(notes);
    entries.map(|(key, value)| Entry { key, value }).collect()
}

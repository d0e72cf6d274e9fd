//! Model cards: what a network is, how good it is, and what it is not for, with Hugging Face's header.

use serde_json::json;

use super::network::{Network, Provenance};
use super::origin::Origin;
use crate::evaluate::{EvaluationReport, Relation};
use crate::train::Arithmetic;

/// The first line after the header.
const MARK: &str = "<!-- chiffres export --to card -->";

/// The text of a `README.md` beside a model.
pub fn write(network: &Network) -> String {
    let mut out = header(network, network.provenance.as_ref().and_then(Provenance::test_result));
    out += &format!("{MARK}\n\n# {}\n\n", one_line(&network.name));
    out += &format!("A network that names images: {}.\n\n", network.summary());
    out += &format!("- In: {}.\n- Out: the probability of each class: {}.\n", network.takes(), classes(network));
    if network.input.variants {
        out += "- It reads each image five times, with small variants of it, and answers by the mean logits.\n";
    }
    let Some(provenance) = &network.provenance else { return out };
    out += &match &network.origin {
        Some(origin) => imported(origin),
        None => data(provenance),
    };
    out += &match &provenance.evaluation {
        Some((evaluation, relation)) => figures(evaluation, *relation),
        None => "\n## Evaluation\n\nThe test images were missing when this card was written.\n".into(),
    };
    out += &limits(network);
    if network.origin.is_none() {
        out += &repetition(provenance);
    }
    out
}

/// Returns whether a text is a card of [`write`].
pub fn is_card(text: &str) -> bool {
    text.starts_with("---\n") && text.contains(MARK)
}

/// Hugging Face's header. JSON is YAML, so that any name is written right.
fn header(network: &Network, evaluation: Option<&EvaluationReport>) -> String {
    let mut header = String::from("---\npipeline_tag: image-classification\nlibrary_name: chiffres\n");
    header += "tags: [image-classification, multilayer-perceptron, burn]\n";
    if let Some(evaluation) = evaluation {
        let index = json!([{
            "name": network.name,
            "results": [{
                "task": { "type": "image-classification" },
                "dataset": { "name": data_name(network), "type": "images", "split": "test" },
                "metrics": [{ "type": "accuracy", "value": 1.0 - evaluation.error_rate }],
            }],
        }]);
        header += &format!("model-index: {index}\n");
    }
    header + "---\n"
}

fn data_name(network: &Network) -> String {
    let Some(provenance) = &network.provenance else { return "images".into() };
    let data = &provenance.experiment.data;
    let last = data.path.rsplit(['/', '\\']).find(|part| !part.is_empty());
    last.filter(|_| !data.path.is_empty()).map_or_else(|| data.source.to_string(), String::from)
}

fn classes(network: &Network) -> String {
    let names: Vec<String> = network.classes.iter().map(|class| one_line(class)).collect();
    names.join(", ")
}

/// The data of an imported network.
fn imported(Origin { file, program, .. }: &Origin) -> String {
    let [file, program] = [file, program].map(|text| one_line(text));
    format!("\n## Data\n\n- Imported from {file}, written by {program}\n- The images that trained it: not known\n")
}

fn data(provenance: &Provenance) -> String {
    let data = &provenance.experiment.data;
    let digest = match &provenance.data_sha256 {
        Some(digest) => format!("SHA-256 of the images and labels: `{digest}`"),
        None => "Digest of the images: not known".into(),
    };
    let settings = [("split", data.split.to_string()), ("seed", provenance.experiment.seed.to_string())];
    let settings: Vec<String> = settings.iter().map(|(key, value)| format!("{key} `{value}`")).collect();
    format!(
        "\n## Data\n\n- Source: `{}`\n- {digest}\n- Images that train and test: {}\n",
        data.source,
        settings.join(", ")
    )
}

fn figures(evaluation: &EvaluationReport, relation: Relation) -> String {
    let percent = |rate: f64| format!("{:.1} %", 100.0 * rate);
    let interval = evaluation.error_rate_interval;
    let (images, doubt) = match relation {
        Relation::Same => ("test images", ""),
        Relation::Changed => (
            "images",
            "**These are not the test images of training**: some were added, removed or changed since, so that images that \
             trained the network may be among them.\n\n",
        ),
        Relation::Other => (
            "images",
            "**These are not the test images of training**, but others: images that trained the network may be among \
             them.\n\n",
        ),
        Relation::Unknown => {
            ("images", "**It is not known which images trained the network**: they may be among these.\n\n")
        }
    };
    let mut out = format!(
        "\n## Evaluation\n\n{doubt}{} errors of {} {images}: {} (95 % interval {} to {}).\n",
        evaluation.errors,
        evaluation.total,
        percent(evaluation.error_rate),
        percent(interval.low),
        percent(interval.high)
    );
    let error = 100.0 * evaluation.calibration.expected_calibration_error;
    out += &format!("Calibration error: {error:.1} points between confidence and accuracy.\n");
    out += "\nRows are the right classes, columns the answers.\n\n| |";
    let names: Vec<String> = evaluation.classes.iter().map(|class| one_line(&class.name).replace('|', "\\|")).collect();
    out += &names.iter().map(|name| format!(" {name} |")).collect::<String>();
    out += &format!("\n|---|{}\n", "--:|".repeat(names.len()));
    for (name, row) in names.iter().zip(evaluation.confusion.rows()) {
        let counts: String = row.iter().map(|count| format!(" {count} |")).collect();
        out += &format!("| **{name}** |{counts}\n");
    }
    out
}

fn limits(network: &Network) -> String {
    let images = match network.input.is_digit {
        true => "digits that the preprocessing of chiffres has cut out of pictures",
        false => "images like those of training",
    };
    format!(
        "\n## Limits\n\n- It reads {images}, and nothing else: of any other image it names a class too, often with high \
         confidence.\n- The figures above hold for images like those that were counted. Measure it on yours: \
         `chiffres evaluate RUN --data PATH`.\n- It is a network to learn with. Do not let it decide about people, money or \
         safety: examination marks, forms, cheques.\n"
    )
}

fn repetition(provenance: &Provenance) -> String {
    let Provenance { exporter, arithmetic, weights_sha256, experiment, .. } = provenance;
    let promise = match arithmetic {
        Some(Arithmetic::Fused) => format!(
            "On the processor, the weights come out byte for byte with every version whose arithmetic is `{}`, as that of \
             {exporter}, which wrote this card.",
            Arithmetic::Fused.name()
        ),
        Some(arithmetic) => format!(
            "The weights come out alike, but not byte for byte: the last bits of the arithmetic that made these \
             (`{}`) depend on the device or the version.",
            arithmetic.name()
        ),
        None => {
            "The weights come out alike; the model file does not say which arithmetic made these, so that the same \
                 bytes are not promised."
                .into()
        }
    };
    format!(
        "\n## Make it again\n\nSave the lines below as `again.toml`, then `chiffres train again.toml`. {promise} The SHA-256 \
         of these weights is `{weights_sha256}`.\n\n```toml\n{}```\n",
        experiment.to_toml()
    )
}

/// A name in one line of Markdown.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace('<', "&lt;")
}

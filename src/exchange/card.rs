//! Model cards: what a network is, how good it is, and what it is not for, with Hugging Face's header.

use serde_json::json;

use super::network::{Network, Provenance};
use crate::evaluate::EvaluationReport;

/// The first line after the header.
const MARK: &str = "<!-- chiffres export --to card -->";

/// The text of a `README.md` beside a model.
pub fn write(network: &Network) -> String {
    let evaluation = network.provenance.as_ref().and_then(|provenance| provenance.evaluation.as_ref());
    let mut out = header(network, evaluation);
    out += &format!("{MARK}\n\n# {}\n\n", one_line(&network.name));
    out += &format!("A network that names images: {}.\n\n", network.summary());
    out += &format!("- In: {}.\n- Out: the probability of each class: {}.\n", network.takes(), classes(network));
    if network.input.variants {
        out += "- It reads each image five times, with small variants of it, and answers by the mean logits.\n";
    }
    let Some(provenance) = &network.provenance else { return out };
    out += &data(provenance);
    out += &match evaluation {
        Some(evaluation) => figures(evaluation),
        None => "\n## Evaluation\n\nThe test images were missing when this card was written.\n".into(),
    };
    out += &limits(network);
    out += &repetition(provenance);
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

fn figures(evaluation: &EvaluationReport) -> String {
    let percent = |rate: f64| format!("{:.1} %", 100.0 * rate);
    let interval = evaluation.error_rate_interval;
    let mut out = format!(
        "\n## Evaluation\n\n{} errors of {} test images: {} (95 % interval {} to {}).\n",
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
         confidence.\n- The figures above hold for images like the test images. Measure it on yours: \
         `chiffres evaluate RUN --data PATH`.\n- It is a network to learn with. Do not let it decide about people, money or \
         safety: examination marks, forms, cheques.\n"
    )
}

fn repetition(provenance: &Provenance) -> String {
    format!(
        "\n## Make it again\n\nWith {}, save the lines below as `again.toml`, then `chiffres train again.toml`. On the \
         processor, the weights come out byte for byte; their SHA-256 is `{}`.\n\n```toml\n{}```\n",
        provenance.producer,
        provenance.weights_sha256,
        provenance.experiment.to_toml()
    )
}

/// A name in one line of Markdown.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace('<', "&lt;")
}

//! Networks of other programs that are not imported, in French.

use super::config::allowed;
use super::data::npz;
use crate::error::english::stem;
use crate::error::words::{brief, dimensions};
use crate::error::{ImportProblem, Language, Message};

pub(in crate::error) fn import(file: &str, problem: &ImportProblem) -> Message {
    match problem {
        ImportProblem::Pickle => Message::new(
            "c’est un pickle, qui peut exécuter n’importe quel programme à l’ouverture\u{a0}: chiffres n’en ouvre aucun",
        )
        .hint(format!(
            "si vous lui faites confiance, en Python\u{a0}:\nimport joblib, skops.io\nskops.io.dump(joblib.load({file:?}), {skops:?})",
            skops = format!("{}.skops", stem(file))
        )),
        ImportProblem::Torch => Message::new(
            "c’est un pickle de PyTorch, qui peut exécuter n’importe quel programme à l’ouverture\u{a0}: chiffres n’en ouvre \
             aucun",
        )
        .hint(format!(
            "en Python\u{a0}:\nimport torch\nfrom safetensors.torch import save_file\nsave_file(torch.load({file:?}, \
             weights_only=True), {tensors:?})  # le state_dict de couches Linear",
            tensors = format!("{}.safetensors", stem(file))
        )),
        ImportProblem::Keras => Message::new("c’est un fichier de Keras, que chiffres ne lit pas")
            .hint("en Python\u{a0}: model.export(\"network.onnx\", format=\"onnx\")"),
        ImportProblem::Model => Message::new("c’est déjà un fichier de modèle de chiffres")
            .hint(format!("utilisez-le tel quel\u{a0}: chiffres evaluate {file}")),
        ImportProblem::Format => Message::new("ce n’est pas un réseau dans un format que chiffres lit")
            .hint("il lit .skops, .onnx, .safetensors, .npz avec coefs_0, intercepts_0, ..., et ses propres exports"),
        ImportProblem::Archive { place, problem } => npz(problem).at(place.text(Language::French)),
        ImportProblem::Damaged { format, source } => {
            Message::new(format!("il est abîmé, ou n’est pas un fichier {format}\u{a0}: {}", brief(source)))
                .hint("écrivez-le à nouveau")
        }
        ImportProblem::Object { name } => {
            Message::new(format!("{} n’est pas un réseau de couches denses", brief(name))).hint(
                "un MLPClassifier en est un, seul ou dans un Pipeline après StandardScaler, MinMaxScaler ou MaxAbsScaler",
            )
        }
        ImportProblem::Setting { object, setting, value } => {
            Message::new(format!("{} a {setting} = {}, qui ne s’importe pas", brief(object), brief(value)))
                .hint("entraînez-le à nouveau sans ce réglage")
        }
        ImportProblem::Missing { name } => Message::new(format!("il manque {}", brief(name)))
            .hint("enregistrez le réseau après l’entraînement, en entier"),
        ImportProblem::Array { name, shape } => {
            Message::new(format!("{} de forme {} n’appartient pas à une couche dense", brief(name), shape_of(shape)))
                .hint("seules les couches denses sont importées\u{a0}: des matrices de poids, chacune avec ses biais")
        }
        ImportProblem::Node { operator, node } => Message::new(format!(
            "le nœud {} ({}) n’est pas d’un genre qui s’importe",
            brief(node),
            brief(operator)
        ))
        .hint(
            "ceux-ci s’importent\u{a0}: mise à l’échelle des pixels, MatMul ou Gemm, Add, Sigmoid, Tanh, Relu, Gelu dans sa forme tanh, \
             puis Softmax, ou Sigmoid pour deux classes",
        ),
        ImportProblem::ExactGelu { node } => Message::new(format!(
            "le nœud {} (Gelu) calcule GELU par la fonction d’erreur, mais chiffres a sa forme tanh",
            brief(node)
        ))
        .hint("entraînez-le avec nn.GELU(approximate=\"tanh\")"),
        ImportProblem::Inputs { layer, inputs, values } => {
            Message::new(format!("{} a {inputs} entrées, mais {values} valeurs y arrivent", brief(layer)))
                .hint("enregistrez le réseau en entier")
        }
        ImportProblem::NoLayers => Message::new("il n’a aucune couche dense")
            .hint("un réseau en a au moins une\u{a0}: des pixels aux classes"),
        ImportProblem::Order { layers } => Message::new(format!(
            "ni les noms ni les tailles ne donnent l’ordre des couches {}",
            brief(&layers.join(", "))
        ))
        .hint("nommez-les dans leur ordre\u{a0}: fc1, fc2, etc.\u{202f}; ou exportez le réseau en ONNX"),
        ImportProblem::Activations { found: [one, other] } => Message::new(format!(
            "ses couches ont des activations différentes, {one} et {other}\u{202f}; chiffres en a une pour toutes"
        ))
        .hint("entraînez-le avec une seule activation"),
        ImportProblem::Place { activation } => Message::new(format!(
            "{activation} se trouve là où chiffres n’a pas d’activation\u{a0}: avant la première couche, après la dernière, ou \
             deux fois"
        ))
        .hint("la dernière couche finit par softmax, ou pour deux classes par une fonction logistique"),
        ImportProblem::NoSize { inputs } => {
            Message::new(format!("il a {inputs} entrées, mais ne dit pas quelle image elles forment"))
                .hint(
                    "dites-le par --size LIGNESxCOLONNES, pour des images en couleurs par --size 3xLIGNESxCOLONNES ou \
                     LIGNESxCOLONNESx3\u{202f}; un réseau d’autres valeurs que des pixels ne sert pas ici",
                )
        }
        &ImportProblem::Size { size: [height, width, channels], inputs } => {
            let (values, times) = if channels > 1 { ("valeurs", "x3") } else { ("pixels", "") };
            let found = height.saturating_mul(width).saturating_mul(channels);
            let hint = match found.checked_mul(3) == Some(inputs) {
                true => format!(
                    "pour des images en couleurs, ajoutez les couleurs\u{a0}: --size 3x{height}x{width} pour un plan de chacune, \
                     comme dans PyTorch, ou --size {height}x{width}x3 pour les trois d’un pixel côte à côte"
                ),
                false => "donnez la taille des images de son entraînement, les lignes d’abord".into(),
            };
            Message::new(format!(
                "une image de {height}x{width}{times} a {found} {values}, mais le réseau a {inputs} entrées"
            ))
            .hint(hint)
        }
        ImportProblem::StagesSize { size, stages, filters, inputs } => {
            let [height, width] = size.map(|size| size.checked_shr(*stages as u32).unwrap_or(0));
            Message::new(format!(
                "d’une image de {}, {stages} fois un max pooling de 2x2 laisse {height}x{width}x{filters} nombres, mais la couche \
                 suivante a {inputs} entrées",
                dimensions(size),
            ))
            .hint("donnez la taille des images de son entraînement, les lignes d’abord\u{202f}; chaque convolution a un bord de 1")
        }
        ImportProblem::ScaledPixels => Message::new(
            "chaque pixel a sa propre échelle avant la convolution\u{a0}: une seule échelle pour tous est lue",
        )
        .hint("mettez tous les pixels à la même échelle, et entraînez à nouveau le réseau"),
        ImportProblem::NoScale { max_value } => {
            Message::new("il ne dit pas comment les pixels deviennent ses entrées").hint(format!(
                "ajoutez --scale {max_value} s’ils ont été divisés par {max_value} avant l’entraînement, --scale 1 s’ils sont entrés \
                 tels quels, de 0 à {max_value}"
            ))
        }
        ImportProblem::NoActivation => Message::new("il ne dit pas l’activation de ses couches cachées")
            .hint("ajoutez --activation sigmoid, tanh, relu, gelu (dans sa forme tanh) ou identity"),
        ImportProblem::NoClasses { classes } => {
            let names: Vec<String> = (0..*classes.min(&10)).map(|class| class.to_string()).collect();
            let more = if *classes > 10 { ",..." } else { "" };
            Message::new(format!("il ne dit pas les noms de ses {classes} classes"))
                .hint(format!("ajoutez-les dans l’ordre des sorties\u{a0}: --classes {}{more}", names.join(",")))
        }
        ImportProblem::ClassCount { found, expected } => Message::new(format!("{found} noms pour {expected} classes"))
            .hint("--classes a un nom pour chaque sortie, séparés par des virgules"),
        ImportProblem::SameClass { name } => Message::new(format!("deux classes s’appellent {name:?}"))
            .hint("donnez à chacune son nom\u{a0}: --classes 0,1,2"),
        ImportProblem::Contradiction { option, given, found } => {
            Message::new(format!("{option} est {given}, mais le fichier dit {found}")).hint(format!("enlevez {option}"))
        }
        ImportProblem::Limit { setting, found } => Message::new(format!(
            "{} vaut {}, mais doit être {}",
            setting.path,
            brief(found),
            allowed(&setting.allowed)
        ))
        .hint("entraînez un réseau plus petit"),
        ImportProblem::NotFinite => Message::new("un poids n’est pas un nombre fini").hint("entraînez-le à nouveau"),
    }
}

fn shape_of(sizes: &[usize]) -> String {
    brief(&format!("{sizes:?}"))
}

//! Problems with images, in French.

use crate::config::Column;
use crate::error::data::{
    BuiltInProblem, CsvProblem, DataProblem, DigitsProblem, DrawingProblem, IdxProblem, ImagesProblem, LabelProblem,
    NpzProblem, PixelProblem,
};
use crate::error::words::{
    brief, dimensions, enumeration, hexadecimal, images_and_labels, is_complex, product, quoted, shape, shapes,
};
use crate::error::{Message, Step};

const DAMAGED: &str = "le fichier est abîmé\u{a0}: procurez-vous-le à nouveau";

pub(in crate::error) fn step(step: &Step) -> String {
    match step {
        Step::Line(number) | Step::Row(number) => format!("ligne {number}"),
        Step::Column(Column::Name(name)) => format!("colonne {:?}", brief(name)),
        Step::Column(Column::Position(position)) => format!("colonne {position}"),
        Step::Image(number) => format!("image {number}"),
        Step::Drawing(number) => format!("dessin {number}"),
        Step::Array(name) => format!("tableau {name:?}"),
        Step::Value(number) => format!("valeur {number}"),
        Step::Byte(number) => format!("octet {number}"),
        Step::ContentByte(number) => format!("octet {number} de son contenu"),
    }
}

pub(in crate::error) fn data(problem: &DataProblem) -> Message {
    match problem {
        DataProblem::Csv(problem) => csv(problem),
        DataProblem::Idx(problem) => idx(problem),
        DataProblem::Npz(problem) => npz(problem),
        DataProblem::Pixel(problem) => pixel(problem),
        DataProblem::Label(problem) => label(problem),
        DataProblem::Images(problem) => images(problem),
        DataProblem::Digits(problem) => digits(problem),
        DataProblem::BuiltIn(problem) => built_in(problem),
        DataProblem::Drawing(problem) => drawing(problem),
        DataProblem::DrawingsFile(problem) => match **problem {
            DataProblem::Npz(ref problem) => npz(problem),
            ref problem => data(problem)
                .hint("choisissez un fichier de chiffres de 8×8 valeurs de 0 à 16, comme une classe les enregistre"),
        },
    }
}

fn csv(problem: &CsvProblem) -> Message {
    const ROWS: &str = "donnez un tableau avec une image par ligne";
    match problem {
        CsvProblem::Stopped { error } => Message::new(format!("la lecture s’est arrêtée\u{a0}: {error}")).hint(DAMAGED),
        CsvProblem::Empty => Message::new("le fichier est vide").hint(ROWS),
        CsvProblem::NoImages => Message::new("le tableau a un en-tête, mais pas d’images").hint(ROWS),
        CsvProblem::ColumnCount { found, separator } => {
            Message::new(format!("la première ligne a {}, avec {separator:?} comme séparateur", values(*found)))
                .hint("donnez à data.separator le caractère qui sépare deux valeurs")
        }
        CsvProblem::RaggedRow { found, expected } => {
            Message::new(format!("la ligne a {}, alors que la première en a {expected}", values(*found)))
                .hint("donnez à chaque ligne le même nombre de valeurs")
        }
        CsvProblem::NoLabelColumn { last } => {
            Message::new("aucune colonne ne s’appelle label, ni ne ressemble à des étiquettes").hint(format!(
                "indiquez leur colonne\u{a0}: --set data.label=0 est la première, --set data.label={last} la dernière"
            ))
        }
        CsvProblem::TwoLabelColumns { first, second } => Message::new(format!(
            "les étiquettes pourraient être dans la {} ou dans la {}",
            step(&Step::Column(first.clone())),
            step(&Step::Column(second.clone()))
        ))
        .hint(format!("dites laquelle\u{a0}: {} ou {}", label_setting(first), label_setting(second))),
        CsvProblem::SparseRows => {
            Message::new("les lignes sont creuses\u{a0}: des paires d’une position et d’une valeur, comme libsvm les écrit").hint(
                "en Python, avec numpy et sklearn.datasets\u{a0}: x, y = sklearn.datasets.load_svmlight_file(FICHIER); \
                 numpy.savez(\"images.npz\", x=x.toarray(), y=y)",
            )
        }
        CsvProblem::SparseArff => {
            Message::new("les lignes sont creuses\u{a0}: des paires d’une position et d’une valeur entre accolades")
                .hint("convertissez-les dans Weka avec le filtre SparseToNonSparse")
        }
        CsvProblem::MissingColumn { name } => Message::new(format!(
            "il manque la {}, que les images d’entraînement ont",
            step(&Step::Column(name.clone()))
        ))
        .hint("donnez les mêmes colonnes à tous les tableaux"),
        CsvProblem::AdditionalColumn { name } => {
            Message::new(format!("les images d’entraînement n’ont pas de {}", step(&Step::Column(name.clone()))))
                .hint("donnez les mêmes colonnes à tous les tableaux")
        }
        CsvProblem::OtherColumnCount { found, expected } => {
            Message::new(format!("le tableau a {found} colonnes, mais celui des images d’entraînement en a {expected}"))
                .hint("donnez les mêmes colonnes à tous les tableaux")
        }
        CsvProblem::NotOneHot => Message::new("les colonnes des classes n’ont pas un seul 1")
            .hint("donnez une classe à chaque image\u{a0}: un 1 dans sa colonne, et 0 dans les autres"),
        CsvProblem::MissingValue { text } => {
            let is = match text.is_empty() {
                true => "la cellule est vide".into(),
                false => format!("la cellule est {text:?}, ce qui signifie qu’il n’y a pas de valeur"),
            };
            Message::new(is)
                .hint("donnez-lui une valeur, ou retirez la ligne\u{202f}; avec pandas\u{a0}: table.fillna(0) ou table.dropna()")
        }
        CsvProblem::NoSuchColumn { setting, name, known } => {
            Message::new(format!("{setting} vaut {name:?}, mais il n’y a pas de telle colonne"))
                .hint(format!("les premières colonnes s’appellent {}", quoted(known)))
        }
        CsvProblem::NoHeader { setting, name } => {
            Message::new(format!("{setting} vaut {name:?}, mais la première ligne ne nomme pas les colonnes"))
                .hint("indiquez la colonne par sa position, comptée à partir de 0")
        }
        CsvProblem::NoSuchPosition { setting, position, last } => {
            Message::new(format!("{setting} est la colonne {position}, mais les colonnes vont de 0 à {last}"))
                .hint("comptez les colonnes à partir de 0")
        }
        CsvProblem::SharedColumn => {
            Message::new("l’étiquette, le groupe et les pixels doivent être dans des colonnes différentes, qui ne sont pas laissées de côté")
                .hint("vérifiez data.label, data.group et data.leave_out")
        }
        CsvProblem::NotANumber { text } => Message::new(format!("le pixel {text:?} n’est pas un nombre"))
            .hint("les pixels sont des nombres\u{202f}; data.label et data.group désignent les autres colonnes, data.leave_out celles à laisser de côté"),
        CsvProblem::NotUtf8 => {
            Message::new("l’étiquette n’est pas un texte en UTF-8").hint("enregistrez le tableau en UTF-8")
        }
        CsvProblem::LabelLength { max } => {
            Message::new(format!("l’étiquette n’est pas un texte de 1 à {max} caractères"))
                .hint("donnez une étiquette à chaque image")
        }
    }
}

/// The option that names a column of labels.
fn label_setting(column: &Column) -> String {
    match column {
        Column::Position(position) => format!("--set data.label={position}"),
        Column::Name(name) if name.chars().all(char::is_alphabetic) => format!("--set data.label={name}"),
        Column::Name(name) => format!("--set 'data.label=\"{}\"'", brief(name)),
    }
}

fn idx(problem: &IdxProblem) -> Message {
    const HEADER: &str =
        "un fichier idx commence par 00 00 08, le nombre de dimensions, et chaque dimension sur quatre octets";
    let (text, hint) = match problem {
        IdxProblem::Magic { found } => {
            (format!("le fichier commence par {}, ce que ne fait aucun fichier idx", hexadecimal(found)), HEADER)
        }
        IdxProblem::ValueType { found } => (
            format!("les valeurs sont du type 0x{found:02x}, mais doivent être des octets (0x08)"),
            "enregistrez les images en octets, de 0 à 255",
        ),
        IdxProblem::Dimensions { found } => {
            (format!("il y a {found} dimensions, mais les images en ont 2 ou 3, et les étiquettes 1"), HEADER)
        }
        IdxProblem::LabelsForImages => ("ce sont des étiquettes, mais il faut des images".into(), HEADER),
        IdxProblem::ImagesForLabels => ("ce sont des images, mais il faut des étiquettes".into(), HEADER),
        IdxProblem::ImageSize { height, width, max } => {
            (format!("les images font {height}×{width}, mais doivent faire de 1×1 à {max}×{max}"), HEADER)
        }
        IdxProblem::TooLong { dimensions: promised } => {
            (format!("le fichier continue, alors que son en-tête annonce {} valeurs", dimensions(promised)), DAMAGED)
        }
        IdxProblem::TooShort { dimensions: promised, found } => {
            let promised = match (product(promised), &promised[..]) {
                (Some(_), [single]) => single.to_string(),
                (Some(product), _) => format!("{} = {product}", dimensions(promised)),
                (None, _) => format!("{}, plus qu’aucun fichier n’en a", dimensions(promised)),
            };
            (
                format!("le fichier finit après {}, alors que son en-tête en annonce {promised}", values(*found)),
                "le fichier est incomplet\u{a0}: procurez-vous-le à nouveau",
            )
        }
        IdxProblem::CutShort => ("le fichier est incomplet".into(), DAMAGED),
        IdxProblem::Stopped { error } => (format!("la lecture s’est arrêtée\u{a0}: {error}"), DAMAGED),
    };
    Message::new(text).hint(hint)
}

/// The words of a library, which are English.
fn quoted_error(error: &str) -> String {
    format!(" (en anglais\u{a0}: «\u{a0}{error}\u{a0}»)")
}

pub(in crate::error) fn npz(problem: &NpzProblem) -> Message {
    const SAVE: &str = "enregistrez les tableaux avec numpy.savez\u{a0}: les images sous x, les étiquettes sous y";
    let (text, hint) = match problem {
        NpzProblem::NotAnArchive { error } => {
            (format!("ce n’est pas une archive de tableaux{}", quoted_error(error)), SAVE)
        }
        NpzProblem::NotAnArray { error } => (format!("ce n’est pas un tableau{}", quoted_error(error)), SAVE),
        NpzProblem::NoSignature => {
            ("ce n’est pas un tableau\u{a0}: les premiers octets ne sont pas ceux d’un fichier de NumPy".into(), SAVE)
        }
        NpzProblem::NotPlain => ("l’en-tête n’est pas celui d’un tableau simple".into(), SAVE),
        NpzProblem::Header => ("l’en-tête n’est pas de ceux que NumPy écrit".into(), SAVE),
        NpzProblem::Objects => (
            "le tableau contient des objets de Python, que seul Python sait lire".into(),
            "enregistrez-le à nouveau\u{a0}: les images par numpy.array(x.tolist()), les étiquettes par y.astype(str)",
        ),
        NpzProblem::Promise { kind, shape: promised } => (
            format!(
                "l’en-tête annonce des valeurs du type {kind} sous la forme {}, ce qui ne peut pas être des images",
                shape(promised)
            ),
            SAVE,
        ),
        NpzProblem::NoArray { name, known } => {
            let known = if known.is_empty() { "aucun".into() } else { brief(&known.join(", ")) };
            (
                format!("il n’y a pas de tableau {name:?}\u{202f}; il y a\u{a0}: {known}"),
                "nommez l’un d’eux, ou vérifiez data.path",
            )
        }
        NpzProblem::NoImages { known } if known.is_empty() => ("il n’y a pas de tableaux".into(), SAVE),
        NpzProblem::NoImages { known } => {
            let (images, labels) = images_and_labels(known);
            return Message::new(format!(
                "aucun tableau n’a un nom d’images d’entraînement\u{202f}; il y a\u{a0}: {}",
                shapes(known)
            ))
            .hint(format!("nommez les tableaux\u{a0}: --set data.images={images} --set data.labels={labels}"));
        }
        NpzProblem::NoImagesToPredict { known } => (
            format!("aucun tableau n’a un nom d’images\u{202f}; il y a\u{a0}: {}", shapes(known)),
            "enregistrez les images seules, comme fichier .npy\u{a0}: numpy.save(\"x.npy\", x)",
        ),
        NpzProblem::NoLabels { images } => {
            return Message::new(format!("il y a des images dans {images:?}, mais pas d’étiquettes pour elles")).hint(
                "enregistrez les étiquettes sous y, ou nommez leur tableau\u{a0}: --set data.labels=...\u{202f}; predict n’a pas besoin d’étiquettes",
            );
        }
        NpzProblem::TwoArrays { setting, arrays: [a, b] } => {
            return Message::new(format!("{a:?} et {b:?} pourraient tous deux être {setting}"))
                .hint(format!("nommez le bon\u{a0}: --set {setting}={a}, ou --set {setting}={b}"));
        }
        NpzProblem::Stopped { error } => (format!("la lecture s’est arrêtée{}", quoted_error(error)), DAMAGED),
        NpzProblem::BeyondEnd => ("le tableau va au-delà de la fin du fichier".into(), DAMAGED),
        NpzProblem::Length { shape: promised, bytes, found } => (
            format!("l’en-tête annonce {} valeurs en {bytes} octets, mais il y en a {found}", shape(promised)),
            DAMAGED,
        ),
        NpzProblem::ImagesShape { shape: found } => (
            format!(
                "la forme est {}, mais doit être [n, lignes, colonnes], [n, pixels], ou en couleurs [n, lignes, colonnes, 3]",
                shape(found)
            ),
            "ramenez-le à l’une d’elles avant de l’enregistrer\u{a0}: x.reshape(n, lignes, colonnes), x[..., [0, 1, 2]]",
        ),
        NpzProblem::ImagesSize { shape: found, max } => (
            format!("la forme est {}, mais il faut une ou plusieurs images de 1×1 à {max}×{max} pixels", shape(found)),
            SAVE,
        ),
        NpzProblem::OtherSize { found: (height, width), expected: (rows, columns) } => {
            (format!("les images font {height}×{width}, mais data.size = [{rows}, {columns}]"), "retirez data.size")
        }
        NpzProblem::LabelsShape { shape: found } => (
            format!("la forme est {}, mais doit être [n], ou [n, classes] avec un seul 1 par ligne", shape(found)),
            "enregistrez une étiquette par image",
        ),
        NpzProblem::NotOneHot { shape: found } => (
            format!("la forme est {}, mais chaque ligne n’est pas un seul 1 parmi des zéros", shape(found)),
            "enregistrez y.argmax(axis=1)\u{a0}: le numéro de la plus grande colonne de chaque ligne",
        ),
        NpzProblem::LabelValue { found } => (
            format!("l’étiquette est {found}, mais doit être un nombre entier ou un mot"),
            "enregistrez les classes comme entiers, ou comme mots\u{a0}: y.astype(str)",
        ),
        NpzProblem::ImageType { kind } => (
            format!(
                "les valeurs sont du type {kind}, mais doivent être des entiers, ou des flottants d’au plus 64 bits"
            ),
            match is_complex(kind) {
                true => "enregistrez leur module\u{a0}: numpy.abs(x)",
                false => "enregistrez-les comme nombres\u{a0}: x.astype(\"float32\")",
            },
        ),
        NpzProblem::LabelType { kind } => (
            format!("les valeurs sont du type {kind}, mais doivent être des entiers ou des mots"),
            "enregistrez-les comme mots\u{a0}: y.astype(str)",
        ),
    };
    Message::new(text).hint(hint)
}

fn pixel(problem: &PixelProblem) -> Message {
    match problem {
        PixelProblem::NotFinite { found } => {
            Message::new(format!("un pixel vaut {found}, ce qui n’est pas un nombre fini"))
                .hint("remplacez-le par un nombre")
        }
        PixelProblem::OutOfRange { found } => {
            Message::new(format!("un pixel vaut {found}, mais doit aller de 0 à 255")).hint(
                "donnez l’étendue des nombres, par exemple data.range = [0, 65535]\u{202f}; ou n’est-ce pas un pixel\u{a0}?",
            )
        }
        PixelProblem::OutsideRange { found, low, high } => {
            Message::new(format!("un pixel vaut {found}, alors que les autres vont de {low} à {high}"))
                .hint("ramenez toutes les images à la même étendue, ou donnez-la avec data.range = [bas, haut]")
        }
    }
}

fn label(problem: &LabelProblem) -> Message {
    match problem {
        LabelProblem::TooManyClasses { found, max } => {
            Message::new(format!("il y a {found} étiquettes différentes, mais au plus {max} classes"))
                .hint("vérifiez quelle colonne, ou quel tableau, contient les étiquettes")
        }
        LabelProblem::OneClass { class } => {
            Message::new(format!("toutes les images sont de la classe {class:?}, il n’y a donc rien à distinguer"))
                .hint("donnez des images d’au moins deux classes")
        }
        LabelProblem::NotAClass { label, classes } => {
            Message::new(format!("l’étiquette {label:?} n’est pas l’une des {classes} classes de data.classes"))
                .hint("corrigez l’étiquette, ou data.classes")
        }
        LabelProblem::UnknownClass { found, classes } => {
            let (shown, known) = (enumeration(found, "et"), enumeration(classes, "ou"));
            let verb = if found.len() == 1 { "n’est pas une classe" } else { "ne sont pas des classes" };
            Message::new(format!("{shown} {verb} de ce réseau, qui distingue {}", enumeration(classes, "et"))).hint(
                format!("les classes se reconnaissent à leur nom\u{a0}: renommez en {known}, ou retirez ces images"),
            )
        }
    }
}

fn images(problem: &ImagesProblem) -> Message {
    match problem {
        ImagesProblem::None => Message::new("il n’y a pas d’images").hint("vérifiez le fichier"),
        ImagesProblem::LabelCount { images, labels } => {
            Message::new(format!("il y a {images} images, mais {labels} étiquettes")).hint("vérifiez le fichier")
        }
        ImagesProblem::OtherSize { found: (height, width), expected: (rows, columns) } => Message::new(format!(
            "les images font {height}×{width}, mais celles de l’entraînement font {rows}×{columns}"
        ))
        .hint("les images d’entraînement et de test doivent être de la même taille"),
        ImagesProblem::OtherRange { is_unit } => {
            let (found, expected) = match is_unit {
                true => ("vont de 0 à 1", "sont des nombres entiers"),
                false => ("sont des nombres entiers", "vont de 0 à 1"),
            };
            Message::new(format!("les pixels {found}, mais ceux des images d’entraînement {expected}"))
                .hint("écrivez tous les pixels de 0 à 1, avec un point décimal, ou tous en nombres entiers de 0 à 255")
        }
        ImagesProblem::NotOfNetwork { found: (height, width), expected: (rows, columns) } => {
            Message::new(format!("les images font {height}×{width}, mais le réseau lit {rows}×{columns}"))
                .hint("donnez des images de la taille de celles de l’entraînement")
        }
        ImagesProblem::RowNotOfNetwork { pixels, expected: (rows, columns), channels } => Message::new(format!(
            "une image a {pixels} {}, mais le réseau lit {rows}×{columns}{} = {}",
            values_of(*channels),
            if *channels > 1 { "×3" } else { "" },
            rows * columns * channels
        ))
        .hint("donnez des images de la taille de celles de l’entraînement"),
        ImagesProblem::OtherNumbers { low, high } => Message::new(format!(
            "les pixels vont de {low} à {high}, alors que ceux des images d’entraînement sont des entiers de 0 à 255"
        ))
        .hint("ramenez toutes les images à la même étendue"),
        ImagesProblem::SizeSetting { pixels, height, width, channels } => Message::new(format!(
            "une image a {pixels} {}, mais data.size = [{height}, {width}]{} en fait {}",
            values_of(*channels),
            if *channels > 1 { " avec data.channels = 3" } else { "" },
            height * width * channels
        ))
        .hint("donnez à data.size le nombre de lignes et de colonnes des images"),
        ImagesProblem::NotSquare { pixels, channels } => {
            let squares = if *channels > 1 { "trois carrés" } else { "un carré" };
            Message::new(format!("une image a {pixels} {}, dont on ne peut pas faire {squares}", values_of(*channels)))
                .hint("dites combien de lignes et de colonnes elle a\u{a0}: data.size = [lignes, colonnes]")
        }
    }
}

/// What an image of this many channels is made of.
fn values_of(channels: usize) -> &'static str {
    if channels > 1 { "valeurs" } else { "pixels" }
}

fn digits(problem: &DigitsProblem) -> Message {
    Message::new(match problem {
        DigitsProblem::Size { height, width } => {
            format!("les images font {height}×{width}, mais les chiffres font 8×8")
        }
        DigitsProblem::Unit => {
            "les pixels vont de 0 à 1, mais ceux des chiffres sont des nombres entiers de 0 à 16".into()
        }
        DigitsProblem::Value { found } => format!("un pixel vaut {found}, mais ceux des chiffres vont de 0 à 16"),
    })
    .hint("ramenez-les à 8×8 nombres entiers de 0 à 16, ou retirez data.preprocess")
}

fn built_in(problem: &BuiltInProblem) -> Message {
    Message::new(match problem {
        BuiltInProblem::Stopped { error } => format!("la lecture s’est arrêtée\u{a0}: {error}"),
        BuiltInProblem::NoComma => "il n’y a pas de virgule".into(),
        BuiltInProblem::PixelCount { found, expected } => format!("{found} pixels, mais un chiffre en a {expected}"),
        BuiltInProblem::Number { text, max } => format!("{text:?} n’est pas un nombre entier de 0 à {max}"),
    })
}

fn drawing(problem: &DrawingProblem) -> Message {
    Message::new(match problem {
        DrawingProblem::TooMany { found, max } => {
            format!("il y a {found} dessins, mais une classe en compte au plus {max}")
        }
        DrawingProblem::Label { found } => format!("l’étiquette est {found}, mais doit aller de 0 à 9"),
        DrawingProblem::PixelCount { found, expected } => {
            format!("le dessin a {found} valeurs, mais doit en avoir {expected}")
        }
        DrawingProblem::Value { found, max } => format!("un pixel vaut {found}, mais doit aller de 0 à {max}"),
        DrawingProblem::Blank => "le dessin est vide".into(),
        DrawingProblem::Name { name, max } => format!("{name:?} n’est pas un nom de 1 à {max} caractères"),
        DrawingProblem::ReservedName { name } => {
            format!("{name:?} est un nom réservé aux auteurs des chiffres du programme")
        }
        DrawingProblem::OnlyBuiltIn => {
            "le fichier ne contient aucun dessin d’une classe, seulement les chiffres du programme".into()
        }
        DrawingProblem::Count { images, found } => {
            format!("il y a {images} images, mais {found} étiquettes ou noms pour elles")
        }
        DrawingProblem::NamedLabels => "les étiquettes sont des noms, mais doivent être les chiffres de 0 à 9".into(),
    })
    .hint("un dessin est un chiffre de 8×8 nombres entiers de 0 à 16, avec le nom de son auteur")
}

fn values(count: usize) -> String {
    if count < 2 { format!("{count} valeur") } else { format!("{count} valeurs") }
}

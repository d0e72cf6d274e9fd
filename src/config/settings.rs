//! The settings of an experiment: the only place that declares them.
//!
//! `docs/config.md`, the JSON Schema, the checks of a configuration file and the structs come from this table.
//! For a new setting, add an entry here, use it, explain it in a file of `config/`, and run the tests with UPDATE_DOCS=1.

use serde::{Deserialize, Serialize};

use super::allowed::{Allowed, integer, number};
use super::declare::settings;
use super::values::{
    Activation, Channels, ClassWeights, Column, Fit, Folds, Header, Init, LeaveOut, OptimizerKind, Paper,
    PicturePreprocessing, Portion, ScheduleKind, Source, SplitBy,
};

settings! {
    /// Everything that decides a training run: the same experiment on the same CPU backend ends with the same weights.
    ///
    /// ```
    /// use chiffres::Experiment;
    ///
    /// let text = "[model]\nhidden = [32]\n[training]\nepochs = 50";
    /// let experiment = Experiment::from_toml("my.toml", text, &[])?;
    /// assert_eq!((&experiment.model.hidden[..], experiment.training.epochs), (&[32][..], 50));
    /// assert_eq!(experiment.training.batch_size, 200, "other settings have their defaults");
    ///
    /// let errors = Experiment::from_toml("my.toml", "[training]\nepoch = 50", &[]).unwrap_err();
    /// assert!(errors.to_string().starts_with("my.toml:2:1: there is no setting training.epoch"));
    /// # Ok::<(), chiffres::Error>(())
    /// ```
    pub struct Experiment {
        /// Name of the run's folder under `artifacts/`.
        name: String = "run".into();
        allowed: Allowed::Name;
        hint: "letters, digits, '-', '_' and '.' make a name that works everywhere",
              "lettres, chiffres, «\u{a0}-\u{a0}», «\u{a0}_\u{a0}» et «\u{a0}.\u{a0}» font un nom accepté partout";

        /// Seed of all randomness: the starting weights, the order of the images, their variants, random splits and
        /// folds. The same seed gives the same network.
        seed: u64 = 0;
        allowed: integer(0..=i64::MAX);
        hint: "any whole number from 0 on will do; 0 is the default",
              "tout nombre entier à partir de 0 convient\u{a0}; 0 par défaut";
    }

    /// The images: their source, their size, their splits, and the scale of their pixels.
    ///
    /// Settings that a source does not use stay at their defaults.
    [data]
    pub struct DataConfig {
        /// Source of the images: `digits`, the 1,797 images of 8x8 pixels inside the program; `idx`, files of the MNIST
        /// family; `csv`, a table with an image in each row; `folder`, a folder of pictures for each class;
        /// `npz`, NumPy arrays; `parquet`, image sets as Hugging Face stores them.
        source: Source = Source::Digits;
        allowed: Allowed::Choice(Source::WORDS);
        hint: "\"digits\" needs no download",
              "\"digits\" ne demande aucun téléchargement";

        /// File or folder of the images, relative to the folder the program is started in; every source but `digits`
        /// needs it.
        path: String = String::new();
        allowed: Allowed::Text;
        hint: "write it in quotes, like \"data/mnist\"",
              "écrivez-le entre guillemets, comme \"data/mnist\"";

        /// `idx`, `npz`: file in the folder `path`, or array, of the images to train on; by default the one whose name says
        /// so, like `train-images-idx3-ubyte`, `x`, `X_train` or `train_images`. Without images to test, a part of them
        /// tests.
        images: String = String::new();
        allowed: Allowed::Text;
        hint: "write a name in quotes",
              "écrivez un nom entre guillemets";

        /// `idx`, `npz`: file, or array, of their labels; by default the one whose name says so, like
        /// `train-labels-idx1-ubyte`, `y`, `y_train` or `target`.
        labels: String = String::new();
        allowed: Allowed::Text;
        hint: "write a name in quotes",
              "écrivez un nom entre guillemets";

        /// Another name of `images`.
        train_images: String = String::new();
        allowed: Allowed::Text;
        hint: "write a name in quotes",
              "écrivez un nom entre guillemets";

        /// Another name of `labels`.
        train_labels: String = String::new();
        allowed: Allowed::Text;
        hint: "write a name in quotes",
              "écrivez un nom entre guillemets";

        /// `idx`, `npz`: file, or array, of the images to hold out; by default the one whose name says so, like `x_val`.
        validation_images: String = String::new();
        allowed: Allowed::Text;
        hint: "write a name in quotes",
              "écrivez un nom entre guillemets";

        /// `idx`, `npz`: file, or array, of their labels.
        validation_labels: String = String::new();
        allowed: Allowed::Text;
        hint: "write a name in quotes",
              "écrivez un nom entre guillemets";

        /// `idx`, `npz`: file, or array, of the images to test with; by default the one whose name says so, like
        /// `t10k-images-idx3-ubyte` or `x_test`.
        test_images: String = String::new();
        allowed: Allowed::Text;
        hint: "write a name in quotes",
              "écrivez un nom entre guillemets";

        /// `idx`, `npz`: file, or array, of their labels.
        test_labels: String = String::new();
        allowed: Allowed::Text;
        hint: "write a name in quotes",
              "écrivez un nom entre guillemets";

        /// `csv`, `parquet`: column of the labels; by default the one called `label`, `class`, `target` or `y`, or in a
        /// table the one that looks like labels.
        label: Column = Column::default();
        allowed: Allowed::Column;
        hint: "\"label\" is a column by its name, 0 the first one",
              "\"label\" désigne une colonne par son nom, 0 la première";

        /// `csv`, `npz`, `parquet`: column, or array, that says which images belong together, for example those of one
        /// writer; none by default.
        group: Column = Column::default();
        allowed: Allowed::Column;
        hint: "\"writer\" is a column by its name, 0 the first one",
              "\"writer\" désigne une colonne par son nom, 0 la première";

        /// `csv`: columns that are neither pixels nor labels. `auto` leaves out those that number the rows; a list leaves out
        /// the columns in it alone.
        leave_out: LeaveOut = LeaveOut::Auto;
        allowed: Allowed::Columns;
        hint: "[\"id\", 0] is a column by its name and the first one; [] leaves out none",
              "[\"id\", 0] désigne une colonne par son nom et la première\u{a0}; [] n’en laisse aucune de côté";

        /// `csv`: character between two values; `auto`, the default of `csv`, finds it in the first rows. Several spaces in
        /// a row are one.
        separator: String = ",".into();
        allowed: Allowed::Separator;
        hint: "\"auto\" finds it; \",\", \";\" and \"\\t\" are usual",
              "\"auto\" le trouve\u{a0}; \",\", \";\" et \"\\t\" sont les plus courants";

        /// `csv`: `yes` if the first row names the columns, `no` if it is an image. `auto` takes it for names if most of
        /// its fields are not numbers, if they count 0, 1, 2, ..., or if one of them is the name of the label column.
        header: Header = Header::Auto;
        allowed: Allowed::Choice(Header::WORDS);
        hint: "\"auto\" looks at the first row",
              "\"auto\" regarde la première ligne";

        /// Rows and columns of an image: the size that pictures are resized to, and the shape of rows of numbers. `[]`
        /// keeps the size of pictures, and takes rows of numbers as squares.
        size: Vec<usize> = Vec::new();
        allowed: Allowed::Integers { min: 1, max: 4096, max_len: 2 };
        hint: "[28, 28] is what MNIST has",
              "les images de MNIST font [28, 28]";

        /// Values of a pixel: 1 is grey, 3 is red, green and blue, and `auto`, the default of networks with `model.filters`,
        /// is what the source has. Colours become grey with 1; grey values become three equal ones with 3. In a `csv` table
        /// with 3, and in an array of rows of numbers, the three values of a pixel follow each other.
        channels: Channels = Channels::GREY;
        allowed: Allowed::Channels;
        hint: "3 keeps colours, 1 makes them grey; \"auto\" keeps what there is",
              "3 garde les couleurs, 1 les rend grises\u{a0}; \"auto\" garde ce qu’il y a";

        /// Fit of pictures into a `size` of another shape, in the data and for predictions: `letterbox`, the default of
        /// networks with `model.filters`, adds bars in the mean colour of the picture's border; `crop` keeps its middle;
        /// `stretch` makes it wider or narrower.
        fit: Fit = Fit::Stretch;
        allowed: Allowed::Choice(Fit::WORDS);
        hint: "\"letterbox\" keeps the whole picture as it is",
              "\"letterbox\" garde l’image entière telle qu’elle est";

        /// `idx`, `csv`, `npz`: swaps the rows and columns of each image. EMNIST's images lie on their side, and stand
        /// upright when they are swapped.
        transpose: bool = false;
        allowed: Allowed::Boolean;
        hint: "true suits EMNIST",
              "true convient à EMNIST";

        /// Preprocessing of images, in the data and for predictions: `resize` makes pictures grey and of the given size;
        /// `digit` finds the digit, sets it upright and reduces it to 8x8 pixels; `centred` finds it and centres it in
        /// 28x28, light on dark, as MNIST's digits are. With `digit`, images of 8x8 pixels in `idx`, `csv` and `npz` must
        /// be such digits already, with values from 0 to 16. Images that are centred already stay as they are, and all
        /// others go the way of pictures.
        preprocess: PicturePreprocessing = PicturePreprocessing::Resize;
        allowed: Allowed::Choice(PicturePreprocessing::WORDS);
        hint: "\"digit\" suits photographs of single digits",
              "\"digit\" convient aux photographies d’un seul chiffre";

        /// `folder`: paper behind transparent pictures, in the data and for predictions: `white`, `black`, or `each`, behind
        /// each picture the one that its ink stands out from. `auto`, the default of `folder`, is white, or black if most
        /// transparent training pictures have light ink; the model file has the answer.
        paper: Paper = Paper::Each;
        allowed: Allowed::Choice(Paper::WORDS);
        hint: "\"auto\" looks at the training pictures",
              "\"auto\" regarde les images d’entraînement";

        /// Names of the classes, in the order of the network's outputs and of numeric labels; `[]` takes the names in the
        /// data, sorted.
        classes: Vec<String> = Vec::new();
        allowed: Allowed::Names;
        hint: "write a list of names, like [\"cat\", \"dog\"]",
              "écrivez une liste de noms, comme [\"chat\", \"chien\"]";

        /// Method of splitting the images: in their `order`; at `random`; `stratified`, so that each split has its share
        /// of each class; by `group`, so that no group is in two splits. Sources other than `digits` are stratified by
        /// default.
        split: SplitBy = SplitBy::Order;
        allowed: Allowed::Choice(SplitBy::WORDS);
        hint: "\"stratified\" suits most data",
              "\"stratified\" convient à la plupart des données";

        /// Number, or share, of the images to train on; the others test, unless the source has test images of its own.
        /// `auto`, the default of sources other than `digits`: all training images of the source, or 0.8 of its images
        /// if it has no test images.
        train: Portion = Portion::Images(1000);
        allowed: Allowed::Portion { auto: true, min: 1 };
        hint: "1000 is what the article uses; 0.8 is a share",
              "l’article utilise 1000\u{a0}; 0.8 est une part";

        /// Number, or share, of the training images to hold out: training watches its loss on them. They are chosen as
        /// `split` says (by `order`, the last ones). 0 holds out none. `auto`, the default of sources other than
        /// `digits`: the validation images of the source, or none if it has none.
        validation: Portion = Portion::NONE;
        allowed: Allowed::Portion { auto: true, min: 0 };
        hint: "200 is a usual choice, 0.1 a share; 0 holds out none",
              "200 est un choix courant, 0.1 une part\u{a0}; 0 n’en met aucune de côté";

        /// `csv`, `npz`: the two numbers that become the grey values 0 and 255, as `[-1.0, 1.0]`. `[]` looks at the
        /// numbers: whole ones from 0 to 255 stay as they are; others have the range of the training images.
        range: Vec<f64> = Vec::new();
        allowed: Allowed::Range;
        hint: "[-1.0, 1.0] suits numbers from -1 to 1; [] looks at them",
              "[-1.0, 1.0] convient aux nombres de -1 à 1\u{a0}; [] les regarde";

        /// Divisor of the pixel values before they enter the network. 16 brings the digits to the range 0 to 1; the
        /// default of other sources is 255, and 16 with `preprocess = "digit"`.
        scale: f32 = 16.0;
        allowed: number(1e-6..=1e6);
        hint: "16 brings the digits' pixels to 0..1",
              "16 ramène les pixels des chiffres entre 0 et 1";

        /// Value added to the scaled pixels; with a scale of 8, -1 brings the digits to the range -1 to 1.
        offset: f32 = 0.0;
        allowed: number(-1e6..=1e6);
        hint: "0 leaves them as they are",
              "0 les laisse tels quels";

        /// Other experiments, by name or file, whose training images train too: never held out, never tested with. Settings
        /// may follow, as in `"mnist data.path=my data data.train=1000"`. Sizes and classes are the same.
        also: Vec<String> = Vec::new();
        allowed: Allowed::Texts;
        hint: "[\"many-writers\"] trains on MNIST's digits too",
              "[\"many-writers\"] entraîne aussi sur les chiffres de MNIST";
    }

    /// Data augmentation: random variants of the training images, drawn anew for each image and epoch.
    ///
    /// Draws are uniform between the bounds, but for `elastic`. At 0, the default, a setting is off.
    [augmentation]
    pub struct AugmentationConfig {
        /// Moves each training image by up to this many pixels, across and down.
        shift: f64 = 0.0;
        allowed: number(0.0..=1000.0);
        hint: "0.5 suits images of 8x8 pixels; 0 switches it off",
              "0.5 convient aux images de 8×8 pixels\u{a0}; 0 le désactive";

        /// Rotates each training image by up to this many degrees, either way.
        rotation: f64 = 0.0;
        allowed: number(0.0..=180.0);
        hint: "10 suits digits; 0 switches it off",
              "10 convient aux chiffres\u{a0}; 0 le désactive";

        /// Scales each training image by a factor from exp(-scale) to exp(scale).
        scale: f64 = 0.0;
        allowed: number(0.0..=2.0);
        hint: "0.15 is up to 16 %; 0 switches it off",
              "0.15, c’est jusqu’à 16\u{a0}%\u{a0}; 0 le désactive";

        /// Stretches the width of each training image by a factor from exp(-anisotropy) to exp(anisotropy), and its height
        /// by the inverse.
        anisotropy: f64 = 0.0;
        allowed: number(0.0..=2.0);
        hint: "0.12 is up to 13 %; 0 switches it off",
              "0.12, c’est jusqu’à 13\u{a0}%\u{a0}; 0 le désactive";

        /// Slants each training image by up to this many pixels across for each pixel down, either way.
        shear: f64 = 0.0;
        allowed: number(0.0..=2.0);
        hint: "0.3 suits digits; 0 switches it off",
              "0.3 convient aux chiffres\u{a0}; 0 le désactive";

        /// Bends each training image by a smooth random field: the standard deviation of its displacements at 3x3 control
        /// points, in pixels.
        elastic: f64 = 0.0;
        allowed: number(0.0..=1000.0);
        hint: "0.3 suits images of 8x8 pixels; 0 switches it off",
              "0.3 convient aux images de 8×8 pixels\u{a0}; 0 le désactive";

        /// Multiplies the pixel values of each training image by a factor from exp(-gain) to exp(gain).
        gain: f64 = 0.0;
        allowed: number(0.0..=2.0);
        hint: "0.1 is up to 11 %; 0 switches it off",
              "0.1, c’est jusqu’à 11\u{a0}%\u{a0}; 0 le désactive";

        /// Multiplies the difference of the pixels from middle grey by a factor from 1 to 1 + contrast, within the range
        /// of the pixels.
        contrast: f64 = 0.0;
        allowed: number(0.0..=100.0);
        hint: "0.4 suits the digits; 0 switches it off",
              "0.4 convient aux chiffres\u{a0}; 0 le désactive";

        /// Adds up to this much to the pixel values of each training image, or subtracts it.
        brightness: f64 = 0.0;
        allowed: number(0.0..=1e6);
        hint: "1 suits the digits, whose values are 0 to 16; 0 switches it off",
              "1 convient aux chiffres, dont les valeurs vont de 0 à 16\u{a0}; 0 le désactive";

        /// Changes the colours of each training image, for `data.channels = 3`: turns the hue by up to so many degrees either
        /// way, multiplies the saturation by a factor from exp(-s) to exp(s), and the brightness likewise. The three
        /// strengths are hue, saturation and brightness; `[]` switches it off.
        colour: Vec<f64> = Vec::new();
        allowed: Allowed::ColourStrengths;
        hint: "[5.0, 0.3, 0.2] is a little of each; a hue that names the class must not be turned",
              "[5.0, 0.3, 0.2] change un peu de chaque\u{a0}; une teinte qui fait la classe ne doit pas tourner";

        /// Mirrors each training image, left to right, with this probability.
        mirror: f64 = 0.0;
        allowed: number(0.0..=1.0);
        hint: "0.5 suits clothes and animals, which face either way, but not letters; 0 switches it off",
              "0.5 convient aux vêtements et aux animaux, tournés d’un côté ou de l’autre, mais pas aux lettres\u{a0}; 0 le désactive";
    }

    /// The network: from the pixels to the classes, a multilayer perceptron, with stages of convolution before it if
    /// `filters` lists any.
    [model]
    pub struct ModelConfig {
        /// Filters of each stage of convolution, from the image on: 3x3 convolution, ReLU and 2x2 max pooling, which halves
        /// height and width. `[]` is a perceptron, without stages.
        filters: Vec<usize> = Vec::new();
        allowed: Allowed::Integers { min: 1, max: 512, max_len: 8 };
        hint: "[16, 32] suits 28x28 pixels; [] is what the article uses",
              "[16, 32] convient à 28x28 pixels\u{a0}; l’article utilise []";

        /// Neurons in each hidden layer, from the input on; `[]`, without `filters`, is a linear classifier.
        hidden: Vec<usize> = vec![15];
        allowed: Allowed::Integers { min: 1, max: 4096, max_len: 16 };
        hint: "[15] is what the article uses",
              "l’article utilise [15]";

        /// Activation function of the hidden neurons; `gelu` in its tanh form.
        activation: Activation = Activation::Sigmoid;
        allowed: Allowed::Choice(Activation::WORDS);
        hint: "\"sigmoid\", the logistic function, is what the first network uses",
              "le premier réseau utilise \"sigmoid\", la fonction logistique";

        /// Distribution of the starting weights: `glorot-uniform` for weights and biases, as scikit-learn draws them;
        /// `glorot-normal` with variance 2 / (inputs + outputs) for weights, with biases 0.
        init: Init = Init::GlorotUniform;
        allowed: Allowed::Choice(Init::WORDS);
        hint: "\"glorot-uniform\" is what the article uses",
              "l’article utilise \"glorot-uniform\"";
    }

    /// The optimiser: how gradients become updates of the weights.
    [optimizer]
    pub struct OptimizerConfig {
        /// Optimisation algorithm: `sgd` with momentum, `adam`, or `adamw` with decoupled weight decay.
        kind: OptimizerKind = OptimizerKind::Sgd;
        allowed: Allowed::Choice(OptimizerKind::WORDS);
        hint: "\"sgd\" is what the first network uses",
              "le premier réseau utilise \"sgd\"";

        /// Size of the updates: the peak of the schedule.
        learning_rate: f64 = 0.1;
        allowed: Allowed::Number { min: 0.0, max: 1000.0, above: true };
        hint: "0.1 suits sgd; 0.001 to 0.01 suits adam",
              "0.1 convient à sgd\u{a0}; de 0.001 à 0.01 convient à adam";

        /// Course of the learning rate after the warm-up: `constant`, or falling to 0 along a line (`linear`) or half a
        /// cosine (`cosine`).
        schedule: ScheduleKind = ScheduleKind::Constant;
        allowed: Allowed::Choice(ScheduleKind::WORDS);
        hint: "\"constant\" is what the article uses",
              "l’article utilise \"constant\"";

        /// Share of all steps over which the learning rate first rises linearly to its peak.
        warmup: f64 = 0.0;
        allowed: number(0.0..=1.0);
        hint: "0.05 warms up over the first 5 % of the steps",
              "avec 0.05, le taux monte pendant les 5 premiers\u{a0}% des pas";

        /// `sgd`: share of the last update that is carried into the next.
        momentum: f64 = 0.9;
        allowed: number(0.0..=0.9999);
        hint: "0.9 is the usual value",
              "0.9 est la valeur courante";

        /// `sgd`: takes the gradient a step ahead along the momentum (Nesterov).
        nesterov: bool = true;
        allowed: Allowed::Boolean;
        hint: "true is what the first network uses",
              "le premier réseau utilise true";

        /// L2 penalty on the weights, not on the biases: this times the weight is added to its gradient; `adamw` shrinks
        /// the weight apart from the gradient.
        weight_decay: f64 = 0.0;
        allowed: number(0.0..=100.0);
        hint: "1e-4 is a usual value; 0 switches it off",
              "1e-4 est une valeur courante\u{a0}; 0 le désactive";

        /// `adam`, `adamw`: decay of the running mean of the gradient.
        beta1: f64 = 0.9;
        allowed: number(0.0..=0.9999);
        hint: "0.9 is the usual value",
              "0.9 est la valeur courante";

        /// `adam`, `adamw`: decay of the running mean of the squared gradient.
        beta2: f64 = 0.999;
        allowed: number(0.0..=0.999999);
        hint: "0.999 is the usual value",
              "0.999 est la valeur courante";

        /// `adam`, `adamw`: added to the denominator, so that it is never 0.
        epsilon: f64 = 1e-8;
        allowed: number(1e-30..=1.0);
        hint: "1e-8 is the usual value",
              "1e-8 est la valeur courante";
    }

    /// The training run: its length, its batches, and when it stops or saves.
    [training]
    pub struct TrainingConfig {
        /// Passes over the training images.
        epochs: usize = 200;
        allowed: integer(1..=1_000_000);
        hint: "200 is what the article uses",
              "l’article utilise 200";

        /// Images per optimisation step.
        batch_size: usize = 200;
        allowed: integer(1..=1_000_000);
        hint: "200 is what the article uses",
              "l’article utilise 200";

        /// Takes the images in a new order in each epoch.
        shuffle: bool = true;
        allowed: Allowed::Boolean;
        hint: "true is what the article uses",
              "l’article utilise true";

        /// Epochs without a better validation loss after which training stops and returns to its best epoch; 0 never stops
        /// early.
        patience: usize = 0;
        allowed: integer(0..=1_000_000);
        hint: "20 is a usual choice; 0 never stops early",
              "20 est un choix courant\u{a0}; 0 n’arrête jamais avant la fin";

        /// Weight of the classes in the loss: every image counts the same (`none`), or every class does (`balanced`).
        class_weights: ClassWeights = ClassWeights::None;
        allowed: Allowed::Choice(ClassWeights::WORDS);
        hint: "\"balanced\" suits classes of very different sizes",
              "\"balanced\" convient à des classes de tailles très différentes";

        /// Images that are shuffled at a time, for data larger than memory: blocks of the file are drawn, and the images
        /// of 16 blocks shuffled together; 0 shuffles all images at once.
        shuffle_buffer: usize = 0;
        allowed: integer(0..=1_000_000_000);
        hint: "0 for data that fits into memory, else 100000",
              "0 pour des données qui tiennent en mémoire, sinon 100000";

        /// Epochs between checkpoints; 0 saves one at the end and one on interruption.
        checkpoint_every: usize = 0;
        allowed: integer(0..=1_000_000);
        hint: "0 saves at the end and on interruption only",
              "0 n’enregistre qu’à la fin et en cas d’interruption";
    }

    /// Cross-validation, which evaluates an experiment by its training images alone.
    [validation]
    pub struct ValidationConfig {
        /// Folds of the training images for `cross-validate`, each held out once: one per writer (`writers`; in data with
        /// a `data.group`, one per group), or this many of about equal size, drawn from the seed.
        folds: Folds = Folds::Writers;
        allowed: Allowed::WordOrInteger { word: "writers", min: 2, max: 1000 };
        hint: "\"writers\" measures accuracy on unseen writers; 5 or 10 are usual numbers of folds",
              "\"writers\" mesure la précision sur de nouvelles écritures\u{a0}; 5 ou 10 parties sont des choix courants";
    }

    /// Prediction: what the finished network does with an image, and what its model file has besides the weights.
    [prediction]
    pub struct PredictionConfig {
        /// Reads each image five times: as it is, and as four variants, moved by 1/32 of its size along and across and
        /// rotated by 5 degrees. The answer is that of the mean logits. Training is the same.
        variants: bool = false;
        allowed: Allowed::Boolean;
        hint: "true makes fewer errors and takes five times as long; the article reads an image once",
              "true fait moins d’erreurs et prend cinq fois plus de temps\u{a0}; l’article lit une image une fois";

        /// Number of training images that the model file keeps, 3 bits a pixel, so that it flags doubtful answers without
        /// the others; 0 keeps none.
        references: usize = 0;
        allowed: integer(0..=100_000);
        hint: "500 suits ten classes; 0 keeps none",
              "500 convient à dix classes\u{a0}; 0 n’en garde aucune";
    }
}

/// A setting of a configuration file.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Setting {
    /// Its place in the file, as `table.name`.
    pub path: &'static str,
    /// Type and allowed values.
    pub allowed: Allowed,
    /// Advice for a value that is refused: what most people want.
    pub hint: Hint,
}

/// A hint in every language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hint {
    /// English.
    pub english: &'static str,
    /// French.
    pub french: &'static str,
}

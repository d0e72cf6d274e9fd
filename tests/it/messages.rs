//! Messages: every error reads well in English and in French, and shows its values in both.
//!
//! Each enum of problems has a test, which builds every variant (an exhaustive `match` notices a new one) and gives both
//! messages to [`pair`].

mod config;
mod data;
mod split;

use chiffres::config::{Activation, OptimizerKind, Setting};
use chiffres::error::data::NpzProblem;
use chiffres::error::{
    CodeProblem, Corner, DamageReason, DatasetShape, Error, ExportError, ExportProblem, FileKind, FoldsProblem,
    ImportError, ImportProblem, InputProblem, Language, Message, NoDigit, SheetProblem, StateProblem,
};
use chiffres::native;
use chiffres::native::error::{
    DeviceProblem, FileAction, LabProblem, PictureProblem, PictureUse, ResumeProblem, RunProblem, ShowProblem,
    TrainingProblem, VerifyProblem,
};
use chiffres::novelty::{Doubt, Reason};
use chiffres::sheet::Finding;
use chiffres::train::Arithmetic;
use insta::assert_snapshot;

/// The message of an error in both languages; `message` is what makes it.
fn pair(message: impl Fn(Language) -> Message, values: &[&str]) -> String {
    let (english, french) = (message(Language::English), message(Language::French));
    for Message { text, hint, .. } in [&english, &french] {
        assert_ne!(text.trim(), "");
        assert!(hint.as_deref().is_none_or(|hint| !hint.trim().is_empty()), "an empty hint: {text}");
    }
    assert_ne!(english.text, french.text);
    assert_eq!(english.place.is_some(), french.place.is_some(), "{english}");
    assert_eq!(english.hint.is_some(), french.hint.is_some(), "{english}");
    let lines = [&english, &french].map(|message| {
        let hint = message.hint.as_ref().map_or(String::new(), |hint| format!("\n    {hint}"));
        format!("{message}{hint}")
    });
    for value in values {
        assert!(lines.iter().all(|line| line.contains(value)), "{value} is missing: {lines:#?}");
    }
    assert!(!has_wrong_spaces(&lines[1]), "French has no-break spaces before : ; ! ? and inside « »: {}", lines[1]);
    format!("en: {}\nfr: {}\n", lines[0], lines[1])
}

/// Finds a sign that French sets apart after a plain space, or directly after a letter.
fn has_wrong_spaces(text: &str) -> bool {
    let words: Vec<char> = text.chars().collect();
    words.windows(2).any(|pair| match pair {
        [' ', ':' | ';' | '!' | '?' | '»'] | ['«', ' '] => true,
        [before, ';' | '!' | '?' | '»'] => before.is_alphabetic(),
        _ => false,
    })
}

#[test]
fn french_spaces_are_recognised() {
    for wrong in ["quoi ?", "quoi?", "un : deux", "« un »", "un; deux"] {
        assert!(has_wrong_spaces(wrong), "{wrong}");
    }
    for right in ["quoi\u{a0}?", "un\u{a0}: deux", "«\u{a0}un\u{a0}»", "un\u{202f}; deux", "my.toml:1:2\u{a0}: non"] {
        assert!(!has_wrong_spaces(right), "{right}");
    }
}

#[test]
fn every_lab_problem_reads_well_in_both_languages() {
    let refused = || std::io::Error::other("address already in use");
    let problems = [LabProblem::NotBuilt, LabProblem::Port { port: 4748, source: refused() }];
    for problem in problems {
        let values: &[&str] = match &problem {
            LabProblem::NotBuilt => &["--features lab"],
            LabProblem::Port { .. } => &["127.0.0.1:4748", "address already in use", "--port 0"],
        };
        let error = native::Error::from(problem);
        pair(|language| error.messages(language).swap_remove(0), values);
    }
}

#[test]
fn every_input_problem_reads_well_in_both_languages() {
    let shape = |height, width, channels, classes| DatasetShape { height, width, channels, classes };
    let mut problems = vec![
        InputProblem::WrongImageSize { found: 784, height: 8, width: 9, channels: 1 },
        InputProblem::WrongImageSize { found: 784, height: 8, width: 9, channels: 3 },
        InputProblem::OtherDataset { found: shape(28, 27, 1, 26), expected: shape(8, 9, 1, 10) },
        InputProblem::OtherDataset { found: shape(28, 27, 1, 26), expected: shape(8, 9, 3, 10) },
        InputProblem::OtherClass { index: 3, found: "hat".into(), expected: "shoe".into() },
    ];
    problems.extend([NoDigit::Uniform, NoDigit::Blank, NoDigit::NoInk].map(InputProblem::NoDigit));
    let values: fn(&InputProblem) -> &'static [&'static str] = |problem| match problem {
        InputProblem::NoDigit(NoDigit::Uniform | NoDigit::Blank | NoDigit::NoInk) => &[],
        InputProblem::WrongImageSize { .. } => &["784", "8", "9"],
        InputProblem::OtherDataset { .. } => &["28", "27", "26", "8", "9", "10"],
        InputProblem::OtherClass { .. } => &["3", "hat", "shoe"],
    };
    let pairs = problems.into_iter().map(|problem| {
        let (values, error) = (values(&problem), Error::Input(problem));
        pair(|language| error.messages(language).swap_remove(0), values)
    });
    assert_snapshot!(pairs.collect::<String>());
}

#[test]
fn every_picture_problem_reads_well_in_both_languages() {
    let mut problems = vec![
        PictureProblem::Unreadable { error: "permission denied".into() },
        PictureProblem::Folder,
        PictureProblem::NoPictures,
        PictureProblem::Empty,
        PictureProblem::TooManyBytes { max: 50_000_000 },
        PictureProblem::TooLarge { size: Some((20_000, 30_000)) },
        PictureProblem::TooLarge { size: None },
        PictureProblem::NoPixels,
        PictureProblem::OtherFormat,
        PictureProblem::UnreadFormat { format: "HEIC" },
        PictureProblem::OtherVariety,
        PictureProblem::Damaged,
    ];
    problems.extend([NoDigit::Uniform, NoDigit::Blank, NoDigit::NoInk].map(PictureProblem::NoDigit));
    let values: fn(&PictureProblem) -> &'static [&'static str] = |problem| match problem {
        PictureProblem::Unreadable { .. } => &["permission denied"],
        PictureProblem::TooManyBytes { .. } => &["50"],
        PictureProblem::TooLarge { size: Some(_) } => &["20000", "30000"],
        PictureProblem::TooLarge { size: None } | PictureProblem::Sheet(_) => &[],
        PictureProblem::NoDigit(NoDigit::Uniform | NoDigit::Blank | NoDigit::NoInk) => &[],
        PictureProblem::Folder | PictureProblem::NoPictures | PictureProblem::Empty | PictureProblem::NoPixels => &[],
        PictureProblem::UnreadFormat { .. } => &["HEIC"],
        PictureProblem::OtherFormat | PictureProblem::OtherVariety | PictureProblem::Damaged => &[],
    };
    problems.push(PictureProblem::Sheet(SheetProblem::NoSheet));
    let message = |problem: &PictureProblem, purpose, values: &[&str]| {
        let error = native::Error::Picture { path: "a.png".into(), problem: problem.clone(), purpose };
        pair(|language| error.messages(language).swap_remove(0), values)
    };
    let pairs = problems.iter().map(|problem| {
        let with_path: Vec<&str> = values(problem).iter().copied().chain(["a.png"]).collect();
        message(problem, PictureUse::Recognise, &with_path)
    });
    let in_a_class = message(&PictureProblem::Damaged, PictureUse::Train, &["a.png"]);
    assert_snapshot!(pairs.chain([in_a_class]).collect::<String>());
}

#[test]
fn every_code_problem_reads_well_in_both_languages() {
    let problems = [CodeProblem::Other, CodeProblem::TooNew, CodeProblem::Altered];
    let values: fn(CodeProblem) -> &'static [&'static str] = |problem| match problem {
        CodeProblem::Other | CodeProblem::TooNew | CodeProblem::Altered => &[],
    };
    let pairs = problems.into_iter().map(|problem| pair(|language| problem.message(language), values(problem)));
    assert_snapshot!(pairs.collect::<String>());
}

#[test]
fn every_sheet_problem_reads_well_in_both_languages() {
    let missing = |corners: &[Corner]| SheetProblem::MissingCorners { sheet: 7, corners: corners.to_vec() };
    let [top_left, top_right, bottom_right, bottom_left] = Corner::ALL;
    let problems = [
        SheetProblem::NoSheet,
        missing(&[bottom_left]),
        missing(&[top_left, top_right, bottom_right]),
        SheetProblem::NotFlat { sheet: 7 },
        SheetProblem::TooManySheets { last: 700, max: 500 },
        SheetProblem::OtherDigits { sheet: 7, kept: "a.jpg".into() },
    ];
    let values: fn(&SheetProblem) -> &'static [&'static str] = |problem| match problem {
        SheetProblem::NoSheet => &[],
        SheetProblem::MissingCorners { .. } | SheetProblem::NotFlat { .. } => &["7"],
        SheetProblem::TooManySheets { .. } => &["700", "500", "--pupils", "--first"],
        SheetProblem::OtherDigits { .. } => &["7", "a.jpg"],
    };
    let pairs = problems.iter().map(|problem| pair(|language| problem.message(language), values(problem)));
    let findings = [
        Finding::Empty,
        Finding::CrossedOut,
        Finding::PerhapsCrossedOut,
        Finding::Touches,
        Finding::Enters,
        Finding::Stranger,
        Finding::ReadAs { digit: 7, confidence: 0.96 },
    ];
    let findings = findings.map(|finding| {
        let values: &[&str] = match finding {
            Finding::Empty | Finding::CrossedOut | Finding::PerhapsCrossedOut => &[],
            Finding::Touches | Finding::Enters | Finding::Stranger => &[],
            Finding::ReadAs { .. } => &["7", "96"],
        };
        pair(|language| Message::new(finding.sentence(language)), values)
    });
    assert_snapshot!(pairs.chain(findings).collect::<String>());
}

#[test]
fn every_export_problem_reads_well_in_both_languages() {
    let problems = [
        ExportProblem::Variants,
        ExportProblem::Activation { activation: Activation::Gelu },
        ExportProblem::Stages,
        ExportProblem::Int8,
        ExportProblem::Layers,
        ExportProblem::NotFinite,
        ExportProblem::NotReadBack { images: 797, labels: 12 },
    ];
    let values: fn(&ExportProblem) -> &'static [&'static str] = |problem| match problem {
        ExportProblem::Variants => &["FORMAT", "prediction.variants"],
        ExportProblem::Activation { .. } => &["FORMAT", "gelu"],
        ExportProblem::Stages => &["FORMAT", "model.filters"],
        ExportProblem::Int8 | ExportProblem::Layers | ExportProblem::NotFinite => &["FORMAT"],
        ExportProblem::NotReadBack { .. } => &["FORMAT", "797", "12"],
    };
    let pairs = problems.into_iter().map(|problem| {
        let (values, error) = (values(&problem), ExportError { format: "FORMAT", problem });
        pair(|language| error.message(language), values)
    });
    assert_snapshot!(pairs.collect::<String>());
}

#[test]
fn every_import_problem_reads_well_in_both_languages() {
    let hidden = Setting::at("model.hidden").expect("a setting");
    let problems = [
        ImportProblem::Pickle,
        ImportProblem::Torch,
        ImportProblem::Keras,
        ImportProblem::Model,
        ImportProblem::Format,
        ImportProblem::Archive { place: Box::new("FILE".into()), problem: Box::new(NpzProblem::NoSignature) },
        ImportProblem::Damaged { format: "ONNX", source: "the text of prost".into() },
        ImportProblem::Object { name: "RandomForestClassifier".into() },
        ImportProblem::Setting { object: "MinMaxScaler".into(), setting: "clip", value: "True".into() },
        ImportProblem::Missing { name: "MLPClassifier.coefs_".into() },
        ImportProblem::Array { name: "conv.weight".into(), shape: vec![8, 1, 3, 3] },
        ImportProblem::Node { operator: "Conv".into(), node: "node_conv2d".into() },
        ImportProblem::ExactGelu { node: "/2/Gelu".into() },
        ImportProblem::Inputs { layer: "fc2".into(), inputs: 15, values: 16 },
        ImportProblem::NoLayers,
        ImportProblem::Order { layers: vec!["in".into(), "out".into()] },
        ImportProblem::Activations { found: [Activation::Tanh, Activation::Relu] },
        ImportProblem::Place { activation: Activation::Relu },
        ImportProblem::NoSize { inputs: 30 },
        ImportProblem::Size { size: [8, 8, 1], inputs: 192 },
        ImportProblem::Size { size: [8, 8, 3], inputs: 100 },
        ImportProblem::StagesSize { size: [28, 30], stages: 2, filters: 5, inputs: 99 },
        ImportProblem::ScaledPixels,
        ImportProblem::NoScale { max_value: 16 },
        ImportProblem::NoActivation,
        ImportProblem::NoClasses { classes: 12 },
        ImportProblem::ClassCount { found: 2, expected: 10 },
        ImportProblem::SameClass { name: "cat".into() },
        ImportProblem::Contradiction { option: "--scale", given: "16".into(), found: "1".into() },
        ImportProblem::Limit { setting: hidden, found: "[5000]".into() },
        ImportProblem::NotFinite,
    ];
    let values: fn(&ImportProblem) -> &'static [&'static str] = |problem| match problem {
        ImportProblem::Pickle => &["joblib.load(\"FILE\")", "skops"],
        ImportProblem::Torch => &["save_file", "FILE"],
        ImportProblem::Keras => &["onnx"],
        ImportProblem::Model => &["chiffres evaluate FILE"],
        ImportProblem::Format => &[".skops", ".onnx", ".safetensors", ".npz"],
        ImportProblem::Archive { .. } => &["FILE"],
        ImportProblem::Damaged { .. } => &["ONNX", "the text of prost"],
        ImportProblem::Object { .. } => &["RandomForestClassifier"],
        ImportProblem::Setting { .. } => &["MinMaxScaler", "clip = True"],
        ImportProblem::Missing { .. } => &["MLPClassifier.coefs_"],
        ImportProblem::Array { .. } => &["conv.weight", "[8, 1, 3, 3]"],
        ImportProblem::Node { .. } => &["node_conv2d", "Conv"],
        ImportProblem::ExactGelu { .. } => &["/2/Gelu", "tanh"],
        ImportProblem::Inputs { .. } => &["fc2", "15", "16"],
        ImportProblem::Order { .. } => &["in, out"],
        ImportProblem::Activations { .. } => &["tanh", "relu"],
        ImportProblem::Place { .. } => &["relu"],
        ImportProblem::NoSize { .. } => &["30", "--size"],
        ImportProblem::Size { size: [_, _, 1], .. } => &["8x8", "64", "192", "3x8x8", "8x8x3"],
        ImportProblem::Size { .. } => &["8x8x3", "192", "100"],
        ImportProblem::StagesSize { .. } => &["28x30", "7x7x5", "99"],
        ImportProblem::NoScale { .. } => &["--scale 16", "--scale 1"],
        ImportProblem::NoActivation => &["--activation"],
        ImportProblem::NoClasses { .. } => &["12", "--classes 0,1,2"],
        ImportProblem::ClassCount { .. } => &["2", "10"],
        ImportProblem::SameClass { .. } => &["cat"],
        ImportProblem::Contradiction { .. } => &["--scale", "16", "1"],
        ImportProblem::Limit { .. } => &["model.hidden", "4096"],
        ImportProblem::NoLayers | ImportProblem::ScaledPixels | ImportProblem::NotFinite => &[],
    };
    let pairs = problems.into_iter().map(|problem| {
        let (values, error) = (values(&problem), ImportError { file: "FILE".into(), problem });
        pair(|language| error.message(language), values)
    });
    assert_snapshot!(pairs.collect::<String>());
}

/// The problem of a layer that is too large.
#[test]
fn every_verify_problem_reads_well_in_both_languages() {
    let arithmetic = |found, device: &str| VerifyProblem::Arithmetic { found, device: device.into() };
    let problems = [
        VerifyProblem::Unfinished { done: 12, planned: 34 },
        VerifyProblem::Diverged { epoch: 7 },
        VerifyProblem::OtherConfig,
        VerifyProblem::BuiltInImages,
        VerifyProblem::OtherImages,
        arithmetic(Some(Arithmetic::Operations), "wgpu:1"),
        arithmetic(Some(Arithmetic::Shards), "flex,ndarray"),
        arithmetic(Some(Arithmetic::Mixed), "flex"),
        arithmetic(Some(Arithmetic::Other("fused-9".into())), "flex"),
        arithmetic(None, "flex"),
    ];
    let values: fn(&VerifyProblem) -> &'static [&'static str] = |problem| match problem {
        VerifyProblem::Unfinished { .. } => &["RUN", "12", "34"],
        VerifyProblem::Diverged { .. } => &["RUN", "7", "optimizer.learning_rate"],
        VerifyProblem::OtherConfig => &["RUN", "config.toml"],
        VerifyProblem::OtherImages | VerifyProblem::BuiltInImages => &["RUN", "--data"],
        VerifyProblem::Arithmetic { found, .. } => match found {
            Some(Arithmetic::Operations) => &["RUN", "wgpu:1"],
            Some(Arithmetic::Shards) => &["RUN", "flex,ndarray"],
            Some(Arithmetic::Other(_)) => &["RUN", "fused-9", "fused-1"],
            Some(Arithmetic::Fused | Arithmetic::Mixed) | None => &["RUN"],
        },
    };
    let pairs = problems.into_iter().map(|problem| {
        let (values, error) = (values(&problem), native::Error::Verify { run: "RUN".into(), problem });
        pair(|language| error.messages(language).swap_remove(0), values)
    });
    assert_snapshot!(pairs.collect::<String>());
}

#[test]
fn every_show_problem_reads_well_in_both_languages() {
    let problems = [
        ShowProblem::NoSteps { index: 1234 },
        ShowProblem::NoStepsOfRows { file: "x.npy".into() },
        ShowProblem::SeveralPictures { found: 56 },
        ShowProblem::NotAPicture { file: Some("FILE".into()) },
        ShowProblem::NotAPicture { file: None },
        ShowProblem::NotDigits { run: "RUN".into() },
        ShowProblem::NoHiddenNeurons,
    ];
    let values: fn(&ShowProblem) -> &'static [&'static str] = |problem| match problem {
        ShowProblem::NoSteps { .. } => &["1234"],
        ShowProblem::NoStepsOfRows { .. } => &["x.npy", "--explain"],
        ShowProblem::SeveralPictures { .. } => &["56"],
        ShowProblem::NotAPicture { .. } => &["--invert"],
        ShowProblem::NotDigits { .. } => &["RUN", "8"],
        ShowProblem::NoHiddenNeurons => &[],
    };
    let pairs = problems.into_iter().map(|problem| {
        let (values, error) = (values(&problem), native::Error::Show(problem));
        pair(|language| error.messages(language).swap_remove(0), values)
    });
    assert_snapshot!(pairs.collect::<String>());
}

#[test]
fn every_doubt_reads_well_in_both_languages() {
    let unsure = |class: &str| Doubt::Unsure { label: 1, class: class.into() };
    let none = |is_digit| Doubt::NoClass { is_digit, reasons: vec![Reason::Patch] };
    let doubts = ["7", "8", "coat", "ankle boot"].map(unsure).into_iter().chain([none(true), none(false)]);
    let values: fn(&Doubt) -> Vec<&str> = |doubt| match doubt {
        Doubt::Unsure { class, .. } => vec![class],
        Doubt::NoClass { .. } => Vec::new(),
    };
    let doubts = doubts.map(|doubt| pair(|language| Message::new(doubt.message(language)), &values(&doubt)));
    let reasons = [
        Reason::Far { distance: 45.67, limit: 30.43 },
        Reason::Ink { ink: 512, limits: 238..=433 },
        Reason::Negative { border: 0.9, usual: 0.125 },
        Reason::Unlike { distance: 26.12 },
        Reason::Patch,
        Reason::Parts,
        Reason::Holes,
    ];
    let values: fn(&Reason) -> &'static [&'static str] = |reason| match reason {
        Reason::Far { .. } => &["45", "7", "30", "4"],
        Reason::Ink { .. } => &["512", "238", "433"],
        Reason::Negative { .. } => &["90 %", "12 %"],
        Reason::Unlike { .. } => &["26", "1"],
        Reason::Patch | Reason::Parts | Reason::Holes => &[],
    };
    let reasons = reasons.iter().map(|reason| pair(|language| Message::new(reason.message(language)), values(reason)));
    assert_snapshot!(doubts.chain(reasons).collect::<String>());
}

#[test]
fn every_damage_reason_reads_well_in_both_languages() {
    let problem = || {
        let errors = chiffres::Experiment::from_toml("FILE", "[training]\nbatch_size = 0", &[]).unwrap_err();
        Box::new(errors.problems[0].clone())
    };
    let source = || "LIBRARY".to_string();
    let reasons = [
        DamageReason::NoHeader,
        DamageReason::UnreadableHeader,
        DamageReason::WrongLength,
        DamageReason::Safetensors { source: source() },
        DamageReason::OfAnotherProgram,
        DamageReason::Header { source: source() },
        DamageReason::OtherKind { found: "checkpoint".into() },
        DamageReason::OtherKind { found: "model".into() },
        DamageReason::OtherKind { found: "KIND".into() },
        DamageReason::NoDigest,
        DamageReason::WrongDigest,
        DamageReason::NoImages,
        DamageReason::Setting { problem: problem() },
        DamageReason::Preprocessing { setting: "stroke" },
        DamageReason::References,
        DamageReason::NoTensor { name: "layers.1.bias".into() },
        DamageReason::OtherShape {
            name: "layers.0.weight".into(),
            dtype: "F64".into(),
            found: [64, 15].into(),
            expected: [64, 20].into(),
        },
        DamageReason::Json { source: source() },
        DamageReason::History { source: source() },
        DamageReason::Optimizer { source: source() },
    ];
    let kinds = [FileKind::Model, FileKind::Checkpoint, FileKind::Run];
    let message = |kind, reason: &DamageReason, values: &[&str]| {
        let error = Error::Damaged { kind, path: "artifacts/mlp/FILE".into(), reason: reason.clone() };
        let values: Vec<&str> = ["artifacts/mlp/FILE"].iter().chain(values).copied().collect();
        pair(|language| error.messages(language).swap_remove(0), &values)
    };
    let mut transcript: String = kinds.iter().map(|&kind| message(kind, &DamageReason::WrongDigest, &[])).collect();
    for reason in &reasons {
        let values: &[&str] = match reason {
            DamageReason::NoHeader
            | DamageReason::UnreadableHeader
            | DamageReason::WrongLength
            | DamageReason::OfAnotherProgram
            | DamageReason::NoDigest
            | DamageReason::WrongDigest
            | DamageReason::References
            | DamageReason::NoImages => &[],
            DamageReason::Safetensors { .. }
            | DamageReason::Header { .. }
            | DamageReason::Json { .. }
            | DamageReason::History { .. }
            | DamageReason::Optimizer { .. } => &["LIBRARY"],
            DamageReason::OtherKind { found } if found == "KIND" => &["KIND"],
            DamageReason::OtherKind { .. } => &[],
            DamageReason::Setting { .. } => &["training.batch_size", "0"],
            DamageReason::Preprocessing { .. } => &["preprocessing.stroke"],
            DamageReason::NoTensor { .. } => &["layers.1.bias"],
            DamageReason::OtherShape { .. } => &["layers.0.weight", "F64", "[64, 15]", "[64, 20]"],
        };
        transcript += &message(FileKind::Model, reason, values);
    }
    let error = Error::TooNew { path: "FILE".into(), found: 9, known: 3 };
    transcript += &pair(|language| error.messages(language).swap_remove(0), &["FILE", "9", "3"]);
    assert_snapshot!(transcript);
}

#[test]
fn every_state_problem_reads_well_in_both_languages() {
    let problems = [
        StateProblem::Layers { found: vec![(64, 15), (15, 10)], expected: vec![(64, 20), (20, 10)] },
        StateProblem::Record { text: "LIBRARY".into() },
        StateProblem::Optimizer { kind: OptimizerKind::Adamw },
    ];
    let values: fn(&StateProblem) -> &'static [&'static str] = |problem| match problem {
        StateProblem::Layers { .. } => &["64", "15", "20", "10"],
        StateProblem::Record { .. } => &["LIBRARY"],
        StateProblem::Optimizer { .. } => &["adamw"],
    };
    let pairs = problems.into_iter().map(|problem| {
        let (values, error) = (values(&problem), Error::State(problem));
        pair(|language| error.messages(language).swap_remove(0), values)
    });
    assert_snapshot!(pairs.collect::<String>());
}

#[test]
fn every_folds_problem_reads_well_in_both_languages() {
    let problems = [
        FoldsProblem::EarlyStopping,
        FoldsProblem::UnknownWriters,
        FoldsProblem::TooFew { images: 12, folds: 34 },
        FoldsProblem::TooFew { images: 1, folds: 2 },
    ];
    let values: fn(&FoldsProblem) -> &'static [&'static str] = |problem| match problem {
        FoldsProblem::EarlyStopping => &["training.patience=0"],
        FoldsProblem::UnknownWriters => &["data.group", "validation.folds = 10"],
        FoldsProblem::TooFew { images: 1, .. } => &["1", "2"],
        FoldsProblem::TooFew { .. } => &["12", "34"],
    };
    let pairs = problems.into_iter().map(|problem| {
        let (values, error) = (values(&problem), Error::Folds(problem));
        pair(|language| error.messages(language).swap_remove(0), values)
    });
    assert_snapshot!(pairs.collect::<String>());
}

#[test]
fn every_device_problem_reads_well_in_both_languages() {
    let (backend, text) = (|| "rocm".to_string(), || "ANSWER".to_string());
    let available = || vec!["wgpu", "flex"];
    let problems = [
        DeviceProblem::UnknownBackend { available: available() },
        DeviceProblem::NotCompiledIn { backend: backend(), available: available() },
        DeviceProblem::NoNumber { backend: backend() },
        DeviceProblem::NoSuchNumber { backend: backend() },
        DeviceProblem::NotWorking { available: available() },
        DeviceProblem::NotAnAddress,
        DeviceProblem::UnknownHost,
        DeviceProblem::Unreachable { error: text() },
        DeviceProblem::NotAWorker { error: text() },
        DeviceProblem::Silent,
        DeviceProblem::RemoteNotCompiledIn,
        DeviceProblem::NotServed { error: text() },
        DeviceProblem::ServerNotCompiledIn,
    ];
    let values: fn(&DeviceProblem) -> &'static [&'static str] = |problem| match problem {
        DeviceProblem::UnknownBackend { .. } | DeviceProblem::NotWorking { .. } => &["wgpu, flex"],
        DeviceProblem::NotCompiledIn { .. } => &["--features rocm", "wgpu, flex"],
        DeviceProblem::NoNumber { .. } | DeviceProblem::NoSuchNumber { .. } => &["rocm:0"],
        DeviceProblem::NotAnAddress => &["remote:ws://"],
        DeviceProblem::UnknownHost | DeviceProblem::Silent => &["chiffres worker --listen"],
        DeviceProblem::Unreachable { .. } | DeviceProblem::NotAWorker { .. } => &["ANSWER", "chiffres worker --listen"],
        DeviceProblem::RemoteNotCompiledIn | DeviceProblem::ServerNotCompiledIn => &["--features remote"],
        DeviceProblem::NotServed { .. } => &["ANSWER"],
    };
    // No snapshot: which backends are compiled in depends on the build.
    for problem in problems {
        let values = [values(&problem), &["NAME"]].concat();
        let error = native::Error::Device { name: "NAME".into(), problem };
        pair(|language| error.messages(language).swap_remove(0), &values);
    }
    let listen = native::Error::Listen { address: "10.0.0.1:99".into(), source: std::io::Error::other("ANSWER") };
    pair(|language| listen.messages(language).swap_remove(0), &["10.0.0.1:99", "ANSWER"]);
}

#[test]
fn every_file_action_reads_well_in_both_languages() {
    let actions = [FileAction::Read, FileAction::Write, FileAction::Create, FileAction::Replace, FileAction::Remove];
    let pairs = actions.into_iter().map(|action| {
        let source = std::io::Error::other("ANSWER");
        let error = native::Error::File { action, path: "a/FILE".into(), source };
        pair(|language| error.messages(language).swap_remove(0), &["a/FILE", "ANSWER"])
    });
    assert_snapshot!(pairs.collect::<String>());
}

#[test]
fn every_run_problem_reads_well_in_both_languages() {
    let (path, run) = (|| "artifacts/mlp".to_string(), || "mlp".to_string());
    let problems = [
        RunProblem::NoName,
        RunProblem::NotFound { run: "mpl".into(), folder: "artifacts", others: vec![] },
        RunProblem::NotFound { run: "mpl".into(), folder: "artifacts", others: vec!["mlp".into(), "wide".into()] },
        RunProblem::NotARun { path: path(), missing: "run.json".into() },
        RunProblem::InUse { path: path() },
        RunProblem::BeingTrained { path: path() },
        RunProblem::Unfinished { path: path(), run: run() },
        RunProblem::Diverged { path: path(), epoch: 12 },
        RunProblem::Gone { path: path() },
        RunProblem::NoModel { path: path(), run: run() },
        RunProblem::NoCheckpoint { path: path() },
        RunProblem::Imported { path: path(), file: "net.skops".into() },
        RunProblem::ImagesUnknown { file: "net.skops".into() },
    ];
    let values: fn(&RunProblem) -> &'static [&'static str] = |problem| match problem {
        RunProblem::NoName => &[],
        RunProblem::NotFound { others, .. } if others.is_empty() => &["mpl", "chiffres train"],
        RunProblem::NotFound { .. } => &["mpl", "artifacts", "mlp, wide"],
        RunProblem::NotARun { .. } => &["artifacts/mlp", "run.json"],
        RunProblem::InUse { .. } => &["artifacts/mlp", "--name"],
        RunProblem::Imported { .. } => &["artifacts/mlp", "net.skops", "--data"],
        RunProblem::ImagesUnknown { .. } => &["net.skops", "--data"],
        RunProblem::BeingTrained { .. } | RunProblem::NoCheckpoint { .. } | RunProblem::Gone { .. } => {
            &["artifacts/mlp"]
        }
        RunProblem::Diverged { .. } => &["artifacts/mlp", "12", "optimizer.learning_rate"],
        RunProblem::Unfinished { .. } | RunProblem::NoModel { .. } => &["artifacts/mlp", "--resume mlp"],
    };
    let pairs = problems.into_iter().map(|problem| {
        let (values, error) = (values(&problem), native::Error::Run(problem));
        pair(|language| error.messages(language).swap_remove(0), values)
    });
    assert_snapshot!(pairs.collect::<String>());
}

#[test]
fn every_resume_problem_reads_well_in_both_languages() {
    let problems = [
        ResumeProblem::OtherImages,
        ResumeProblem::OtherConfig,
        ResumeProblem::OtherSetting { origin: "--set seed=3".into() },
        ResumeProblem::FewerEpochs { wanted: 12, planned: 34 },
        ResumeProblem::Finished { done: 34, planned: 34 },
        ResumeProblem::StoppedEarly { done: 12 },
        ResumeProblem::Diverged { epoch: 12 },
        ResumeProblem::BuiltInImages,
        ResumeProblem::LearningRate,
    ];
    let values: fn(&ResumeProblem) -> &'static [&'static str] = |problem| match problem {
        ResumeProblem::OtherImages | ResumeProblem::OtherConfig | ResumeProblem::LearningRate => &["artifacts/mlp"],
        ResumeProblem::OtherSetting { .. } => &["--set seed=3", "data.path"],
        ResumeProblem::Diverged { .. } => &["artifacts/mlp", "12", "optimizer.learning_rate"],
        ResumeProblem::BuiltInImages => &["artifacts/mlp", "--data"],
        ResumeProblem::FewerEpochs { .. } => &["artifacts/mlp", "12", "34"],
        ResumeProblem::Finished { .. } => &["artifacts/mlp", "34", "training.epochs=68"],
        ResumeProblem::StoppedEarly { .. } => &["artifacts/mlp", "12", "training.patience"],
    };
    let pairs = problems.into_iter().map(|problem| {
        let values = values(&problem);
        let error = native::Error::Resume { run: "artifacts/mlp".into(), problem };
        pair(|language| error.messages(language).swap_remove(0), values)
    });
    assert_snapshot!(pairs.collect::<String>());
}

#[test]
fn every_training_problem_reads_well_in_both_languages() {
    let (device, error) = (|| "remote:ws://10.0.0.1:99".to_string(), || "ANSWER".to_string());
    let problems = [
        TrainingProblem::NoTerminal,
        TrainingProblem::Killed,
        TrainingProblem::Lost { device: device(), epochs: 12 },
        TrainingProblem::Device { device: device(), error: error() },
        TrainingProblem::Learner { error: error() },
        TrainingProblem::Panicked,
        TrainingProblem::NoCheckpointer,
        TrainingProblem::Curves { error: error() },
    ];
    let values: fn(&TrainingProblem) -> &'static [&'static str] = |problem| match problem {
        TrainingProblem::NoTerminal => &["--progress plain"],
        TrainingProblem::Killed | TrainingProblem::Panicked | TrainingProblem::NoCheckpointer => &[],
        TrainingProblem::Lost { .. } => &["remote:ws://10.0.0.1:99", "12", "--resume"],
        TrainingProblem::Device { .. } => &["remote:ws://10.0.0.1:99", "ANSWER"],
        TrainingProblem::Learner { .. } | TrainingProblem::Curves { .. } => &["ANSWER"],
    };
    let pairs = problems.into_iter().map(|problem| {
        let (values, error) = (values(&problem), native::Error::Training(problem));
        pair(|language| error.messages(language).swap_remove(0), values)
    });
    assert_snapshot!(pairs.collect::<String>());
}

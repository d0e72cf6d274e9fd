//! Class weights: the weighted loss, and what it does to a rare class.

use burn::tensor::{Device, Int, Tensor, TensorData};

use chiffres::data::{Images, Labels, Origin, Pixels, Reading, Unit};
use chiffres::{Classifier, Dataset, Experiment, Mlp, SavedModel, Split, SplitName, Trainer, evaluate};

#[test]
fn the_weighted_loss_and_its_gradient_are_those_of_pytorch() {
    // torch.nn.functional.cross_entropy(logits, targets, weight=torch.tensor([0.5, 2, 1.25])), PyTorch 2.15.
    let device = Device::flex().autodiff();
    let logits = [[2.0f32, 0.5, -1.0], [0.1, 0.2, 0.3], [-2.0, 1.0, 0.0], [1.0, 1.0, 1.0]].concat();
    let logits = Tensor::<2>::from_data(TensorData::new(logits, [4, 3]), &device).require_grad();
    let targets = Tensor::<1, Int>::from_data(TensorData::new(vec![0i32, 2, 1, 1], [4]), &device);
    let weights = Tensor::<1>::from_data(TensorData::new(vec![0.5f32, 1.25, 2.0, 2.0], [4]), &device);
    let loss = Mlp::loss(logits.clone(), targets, Some(weights));
    let value: Vec<f32> = loss.clone().into_data().try_into_vec_as().unwrap();
    assert!((f64::from(value[0]) - 0.742_318_749_427_795_4).abs() < 1e-6, "{value:?}");
    let gradients = loss.backward();
    let gradient: Vec<f32> = logits.grad(&gradients).unwrap().into_data().try_into_vec_as().unwrap();
    let expected =
        [[-0.0186f32, 0.0152, 0.0034], [0.0653, 0.0722, -0.1376], [0.0122, -0.1025, 0.0903], [0.1159, -0.2319, 0.1159]]
            .concat();
    for (found, expected) in gradient.iter().zip(&expected) {
        assert!((found - expected).abs() < 6e-5, "{gradient:?}");
    }
}

#[test]
fn balanced_training_finds_more_of_a_rare_class() {
    // Two classes that overlap, one of them in a tenth of the images.
    let mut state = 1u32;
    let mut noise = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8 / 2
    };
    let labels: Vec<i64> = (0..600).map(|i| i64::from(i % 10 == 0)).collect();
    let values = labels.iter().flat_map(|&label| [noise() + 40 * label as u8, noise() / 2 + noise() / 2]).collect();
    let images = Images {
        height: 1,
        width: 2,
        channels: 1,
        pixels: Pixels::in_memory(2, values),
        is_light: false,
        is_unit: false,
        labels: Labels::Numbers(labels),
        groups: None,
        origin: Origin::File { file: "made up".into(), unit: Unit::Image, first: 0 },
        reading: Reading::new("made up"),
    };
    let dataset = Dataset::new(images, &[], None).unwrap();
    let judge = |class_weights: &str| {
        let config = format!(
            "[data]\nsource = \"csv\"\npath = \"x\"\ntrain = 300\n[training]\nclass_weights = \"{class_weights}\"\nepochs = 60\nbatch_size = 50\n[model]\nhidden = [4]\n"
        );
        let experiment = Experiment::from_toml("test.toml", &config, &[]).unwrap();
        let mut trainer = Trainer::new(&experiment, &dataset, &Device::flex()).unwrap();
        while trainer.epoch().is_some() {}
        let saved = SavedModel::new(&experiment, &dataset, trainer.model().weights());
        let split = Split::new(&dataset, &experiment).unwrap();
        let classifier = Classifier::new(&saved, &Device::flex());
        let evaluation = evaluate(&classifier, &dataset, &split, SplitName::Test).unwrap();
        (saved.weights, evaluation.confusion.class_scores()[1].recall.unwrap())
    };
    let ((plain_weights, plain), (balanced_weights, balanced)) = (judge("none"), judge("balanced"));
    assert_ne!(plain_weights, balanced_weights);
    assert!(balanced > plain + 0.3, "{plain} of the rare class without weights, {balanced} with them");
}

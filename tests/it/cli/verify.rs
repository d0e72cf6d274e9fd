//! `chiffres verify`: runs that come out byte for byte, and runs that do not.

use chiffres::SavedModel;
use chiffres::train::Arithmetic;
use sha2::{Digest, Sha256};

use super::{Place, text};

impl Place {
    /// Changes the model of a run.
    fn change_model(&self, run: &str, change: impl FnOnce(SavedModel) -> SavedModel) {
        self.put(&format!("artifacts/{run}/model"), change(self.model(run)).to_bytes());
    }
}

#[test]
fn a_run_verifies() {
    let place = Place::new();
    place.train(&["--seed", "5", "--set", "data.validation=100", "--set", "training.patience=10"]);
    let digest: Vec<u8> = place
        .model("mlp")
        .weights
        .iter()
        .flat_map(|layer| layer.weight.iter().chain(&layer.bias))
        .flat_map(|value| value.to_le_bytes())
        .collect();
    let digest: String = Sha256::digest(digest).iter().map(|byte| format!("{byte:02x}")).collect();

    let (before, files) = (place.file("artifacts/mlp/run.json"), place.files("artifacts/mlp"));
    let output = place.run(&["verify", "mlp"]);
    let (report, progress) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(0), "{report}{progress}");
    assert!(progress.starts_with("epoch  1/40   loss "), "{progress}");
    let lines: Vec<&str> = report.lines().collect();
    assert_eq!(lines[0], "run       artifacts/mlp, fused-1");
    assert!(lines[1].starts_with("repeated  40 epochs from seed 5, ") && lines[1].ends_with(" s on flex"), "{report}");
    assert_eq!(lines[3], format!("saved     SHA-256 {digest}"));
    assert_eq!(lines[4], format!("repeated  SHA-256 {digest}"));
    assert_eq!(lines[5..], ["verified  all 1,135 parameters have the same bytes"]);
    assert_eq!(
        (place.file("artifacts/mlp/run.json"), place.files("artifacts/mlp")),
        (before, files),
        "nothing is saved"
    );
}

#[test]
fn a_resumed_run_and_a_moved_one_verify() {
    let place = Place::new();
    place.train(&[]);
    place.ok(&["train", "--resume", "mlp", "--set", "training.epochs=50", "--progress", "none"]);
    std::fs::rename(place.path("artifacts/mlp"), place.path("elsewhere")).unwrap();
    let report = place.json(&["verify", "elsewhere", "--json"]);
    assert_eq!((&report["verified"], &report["epochs"], &report["different"]), (&true.into(), &50.into(), &0.into()));
    assert_eq!(report["saved_sha256"], report["trained_sha256"]);
    assert_eq!((&report["arithmetic"], &report["largest_difference"]), (&"fused-1".into(), &0.0.into()));
}

#[test]
fn other_weights_are_found() {
    let place = Place::new();
    place.train(&[]);
    let good = place.model("mlp");
    // The last bit of one weight.
    place.change_model("mlp", |mut model| {
        let weight = &mut model.weights[0].weight[17];
        *weight = f32::from_bits(weight.to_bits() ^ 1);
        model
    });
    let output = place.run(&["verify", "mlp"]);
    let (report, note) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(3), "{report}{note}");
    assert!(
        report.contains(&format!("\nrepeated  SHA-256 {}\ndiffers   1 of 1,135 ", good.weights_sha256())),
        "{report}"
    );
    assert!(note.ends_with("\nnot verified: artifacts/mlp does not hold the weights that its training ends with\n"));

    // The model of another seed.
    place.train(&["--seed", "7", "--name", "seventh"]);
    place.put("artifacts/mlp/model", place.file("artifacts/seventh/model"));
    let output = place.run(&["verify", "mlp", "--json"]);
    assert_eq!(output.status.code(), Some(3));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&report["verified"], &report["trained_sha256"]), (&false.into(), &good.weights_sha256().into()));
    assert!(report["different"].as_u64().unwrap() > 1000, "{report}");
    assert_eq!(report["other_settings"], serde_json::json!(["name", "seed"]));

    // A network of another shape.
    place.train(&["--name", "small", "--set", "model.hidden=[3]"]);
    place.put("artifacts/mlp/model", place.file("artifacts/small/model"));
    let output = place.run(&["verify", "mlp"]);
    let report = text(&output.stdout);
    assert_eq!(output.status.code(), Some(3));
    let end =
        "\ndiffers   the layers have other sizes\nsettings  the model was trained with another model.hidden, name\n";
    assert!(report.ends_with(end), "{report}");
}

#[test]
fn a_run_that_this_program_cannot_repeat_is_an_error() {
    let place = Place::new();
    place.train(&[]);
    let model = place.file("artifacts/mlp/model");
    let refusal = |found: Option<Arithmetic>| {
        place.change_model("mlp", |model| SavedModel { arithmetic: found, ..model });
        place.fails(1, &["verify", "mlp"])
    };
    let error = "error: artifacts/mlp cannot be repeated bit for bit: ";
    let anew = "train anew on ndarray or flex, on one device; only such a run can be verified";
    for (found, reason, hint) in [
        (None, "its model does not say which arithmetic made it; earlier versions did not record that", anew),
        (Some(Arithmetic::Operations), "flex adds up in an order of its own", anew),
        (
            Some(Arithmetic::Other("fused-0".into())),
            "it was made by the arithmetic \"fused-0\", but this version has \"fused-1\"",
            "verify it with the version of chiffres that trained it",
        ),
    ] {
        assert_eq!(refusal(found), format!("{error}{reason}\nhint: {hint}\n"));
    }
    place.put("artifacts/mlp/model", &model);

    let two = ["train", "config/mlp.toml", "--name", "two", "--device", "flex,flex", "--progress", "none"];
    place.ok(&two);
    let note = place.fails(1, &["verify", "two"]);
    assert!(note.contains("flex,flex are several devices, whose gradients were added up"), "{note}");

    // Begun by a version that did not say, or on another device.
    let resume = ["train", "--resume", "mlp", "--set", "training.epochs=50", "--progress", "none"];
    let output = place.run(&[&resume[..], &["--device", "flex,flex"]].concat());
    assert!(text(&output.stderr).contains("note: the run was begun with another arithmetic"));
    assert_eq!(place.model("mlp").arithmetic, Some(Arithmetic::Mixed));
    assert!(text(&place.file("artifacts/mlp/run.json")).contains("\"arithmetic\": \"mixed\""));
    let note = place.fails(1, &["verify", "mlp"]);
    assert!(note.contains("it began with one arithmetic and was resumed with another"), "{note}");
}

#[test]
fn a_run_that_is_not_as_it_was_trained_is_an_error() {
    let place = Place::new();
    place.train(&[]);
    let (config, info) = (text(&place.file("artifacts/mlp/config.toml")), text(&place.file("artifacts/mlp/run.json")));

    place.put("artifacts/mlp/config.toml", config.replace("epochs = 40", "epochs = 41"));
    let note = place.fails(1, &["verify", "mlp"]);
    assert!(note.contains("artifacts/mlp has a config.toml that its model was not trained with"), "{note}");
    place.put("artifacts/mlp/config.toml", &config);

    place.put("artifacts/mlp/run.json", info.replace("\"done\"", "\"interrupted\""));
    let note = place.fails(1, &["verify", "mlp"]);
    assert!(note.contains("artifacts/mlp is not finished: 40 of 40 epochs are done"), "{note}");
    place.put("artifacts/mlp/run.json", &info);

    std::fs::remove_file(place.path("artifacts/mlp/model")).unwrap();
    assert!(place.fails(1, &["verify", "mlp"]).contains("artifacts/mlp has lost its model"));
    assert!(place.fails(1, &["verify", "config/mlp.toml"]).contains("config/mlp.toml is not a run"));
}

#[test]
fn other_images_are_an_error() {
    let place = Place::new();
    let table = |ink: u8| (0..20).map(|i| format!("{},{i},{}\n", i % 2, ink * (i % 2))).collect::<String>();
    place.put("images.csv", table(9));
    place.put("other.csv", table(8));
    let data = "[data]\nsource = \"csv\"\npath = \"images.csv\"\nlabel = 0\nsize = [1, 2]\ntrain = 16\n";
    place.put("table.toml", format!("name = \"table\"\n{data}[training]\nepochs = 3\nbatch_size = 5\n"));
    place.ok(&["train", "table.toml", "--device", "flex", "--progress", "none"]);
    let note = place.fails(1, &["verify", "table", "--data", "other.csv"]);
    assert!(note.contains("artifacts/table was trained on other images than there are now"), "{note}");

    std::fs::rename(place.path("images.csv"), place.path("moved.csv")).unwrap();
    place.fails(1, &["verify", "table"]);
    assert_eq!(place.json(&["verify", "table", "--data", "moved.csv", "--json"])["verified"], true);
}

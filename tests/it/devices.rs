//! Several devices in one training run, on this machine and on workers.

use burn::tensor::Device;

use chiffres::native::device;
use chiffres::native::{Training, train};
use chiffres::{Experiment, TrainingState};

use crate::{digits, experiment, learn};

/// Trains as `chiffres train --device NAMES` does, without a folder.
fn learn_on(experiment: &Experiment, names: &str, start: Option<TrainingState>) -> TrainingState {
    let training = Training::new(experiment, digits(), device::open_all(Some(names)).unwrap()).unwrap();
    train(Training { start, ..training }).unwrap().state
}

fn largest_difference(a: &TrainingState, b: &TrainingState) -> f32 {
    let weights = |state: &TrainingState| -> Vec<f32> {
        state.weights.iter().flat_map(|layer| layer.weight.iter().chain(&layer.bias).copied()).collect()
    };
    weights(a).iter().zip(weights(b)).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
}

#[test]
fn several_devices_train_as_one_does() {
    // 1,000 images in batches of 333: the last batch is a single image, less than there are devices. Weights of the
    // classes make the parts of a batch count differently.
    let settings =
        ["training.epochs=6", "training.batch_size=333", "training.class_weights=balanced", "data.validation=0"];
    let experiment = experiment(&settings);
    let one = learn(&experiment, None, Device::flex()).state;
    for names in ["flex,flex", "flex,flex,flex"] {
        let several = learn_on(&experiment, names, None);
        let difference = largest_difference(&one, &several);
        assert!(difference < 2e-5, "{names}: weights differ by {difference}");
        for (a, b) in one.history.epochs.iter().zip(&several.history.epochs) {
            assert_eq!(
                (a.train.images, a.train.errors),
                (b.train.images, b.train.errors),
                "{names}, epoch {}",
                a.epoch
            );
        }
        let again = learn_on(&experiment, names, None);
        assert!(
            several.weights == again.weights,
            "{names}: weights differ by {}",
            largest_difference(&several, &again)
        );
    }
}

#[test]
fn several_devices_of_different_backends_train_together() {
    let experiment = experiment(&["training.epochs=5"]);
    let one = learn(&experiment, None, Device::flex()).state;
    let several = learn_on(&experiment, "flex,ndarray", None);
    let difference = largest_difference(&one, &several);
    assert!(difference < 2e-5, "weights differ by {difference}");
}

#[test]
fn a_training_on_several_devices_goes_on_as_if_it_had_never_stopped() {
    let [two, four] = ["training.epochs=2", "training.epochs=4"].map(|epochs| experiment(&[epochs]));
    let through = learn_on(&four, "flex,flex", None);
    let resumed = learn_on(&four, "flex,flex", Some(learn_on(&two, "flex,flex", None)));
    assert!(through.weights == resumed.weights, "weights differ by {}", largest_difference(&through, &resumed));
}

#[test]
fn names_of_several_devices_are_checked_one_by_one() {
    let message = |names: &str| device::open_all(Some(names)).unwrap_err().to_string();
    assert_eq!(message("flex,tpu"), "device \"tpu\" is not a backend");
    assert_eq!(message("flex,,flex"), "device \"\" is not a backend");
    assert_eq!(device::open_all(Some("flex, ndarray")).unwrap().name, "flex,ndarray");
    if !cfg!(feature = "remote") {
        assert!(message("remote:ws://127.0.0.1:1").contains("the feature remote is not compiled in"));
    }
}

#[cfg(feature = "remote")]
mod workers {
    use std::io::{BufRead, BufReader};
    use std::process::{Child, Command, Stdio};
    use std::thread;
    use std::time::Duration;

    use chiffres::train::Arithmetic;

    use super::*;

    /// A process that shares its flex device; it ends with the test.
    struct Worker {
        process: Child,
        address: String,
    }

    impl Worker {
        fn start(port: &str) -> Self {
            let mut process = Command::new(env!("CARGO_BIN_EXE_chiffres"))
                .args(["worker", "--listen", &format!("127.0.0.1:{port}"), "--device", "flex"])
                .stdout(Stdio::piped())
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
            let mut line = String::new();
            BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
            let address = line.strip_prefix("listening on ").and_then(|rest| rest.split_once(',')).expect(&line).0;
            Self { process, address: address.into() }
        }
    }

    impl Drop for Worker {
        fn drop(&mut self) {
            let _ = self.process.kill();
            let _ = self.process.wait();
        }
    }

    #[test]
    fn workers_train_as_this_machine_does() {
        // A worker executes tensor operations, this machine its kernel: the weights differ by rounding.
        let experiment = experiment(&["training.epochs=8", "data.validation=100"]);
        let here = learn(&experiment, None, Device::flex()).state;
        let workers = [Worker::start("0"), Worker::start("0")];
        let one = format!("remote:{}", workers[0].address);
        let both = format!("remote:{},{}", workers[0].address, workers[1].address);
        for (names, arithmetic) in [(one, Arithmetic::Operations), (both, Arithmetic::Shards)] {
            let there = learn_on(&experiment, &names, None);
            assert_eq!(there.arithmetic, Some(arithmetic), "{names}");
            let difference = largest_difference(&here, &there);
            assert!(difference < 2e-5, "{names}: weights differ by {difference}");
            assert!(there.weights == learn_on(&experiment, &names, None).weights, "{names}: again other weights");
        }
    }

    #[test]
    fn a_worker_that_dies_ends_the_run_with_a_checkpoint_to_go_on_from() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::copy("config/mlp.toml", folder.path().join("mlp.toml")).unwrap();
        let chiffres = |args: &[&str]| {
            let mut command = Command::new(env!("CARGO_BIN_EXE_chiffres"));
            command.args(args).current_dir(folder.path()).stdin(Stdio::null()).env("XDG_RUNTIME_DIR", folder.path());
            command
        };
        let mut workers = [Worker::start("0"), Worker::start("0")];
        let devices = format!("remote:{},{}", workers[0].address, workers[1].address);
        let through = ["train", "mlp.toml", "--device", &devices, "--progress", "none", "--name", "run"];
        assert!(chiffres(&through).output().unwrap().status.success());
        let expected = std::fs::read(folder.path().join("artifacts/run/model")).unwrap();

        let mut training = chiffres(&["train", "mlp.toml", "--device", &devices, "--name", "run", "--exist-ok"])
            .stderr(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(training.stderr.take().unwrap()).lines().map(|line| line.unwrap());
        assert!(lines.any(|line| line.starts_with("epoch  11/200")), "it trains");
        workers[1].process.kill().unwrap();
        let rest: Vec<String> = lines.collect();
        assert_eq!(training.wait().unwrap().code(), Some(1));
        let said = rest.iter().find(|line| line.starts_with("error: ")).unwrap_or_else(|| panic!("{rest:?}"));
        let lost =
            format!("error: the connection to remote:{} was lost; training stopped after epoch ", workers[1].address);
        assert!(said.starts_with(&lost), "{said}");
        assert!(rest.iter().any(|line| line.contains("train --resume")), "{rest:?}");
        assert!(!rest.iter().any(|line| line.contains("panicked")), "{rest:?}");

        // With another worker in its place, it ends with the weights of a run that never stopped.
        thread::sleep(Duration::from_millis(100));
        let other = Worker::start("0");
        let devices = format!("remote:{},{}", workers[0].address, other.address);
        let resumed =
            chiffres(&["train", "--resume", "run", "--device", &devices, "--progress", "none"]).output().unwrap();
        assert!(resumed.status.success(), "{}", String::from_utf8_lossy(&resumed.stderr));
        assert_eq!(std::fs::read(folder.path().join("artifacts/run/model")).unwrap(), expected);
    }

    #[test]
    fn a_worker_that_is_not_there_says_what_to_do() {
        let error = device::open(Some("remote:ws://127.0.0.1:1")).unwrap_err();
        assert!(error.to_string().contains("cannot be reached"), "{error}");
        assert!(error.hint().unwrap().contains("chiffres worker"));
        // A socket that is open, but never answers, is given up.
        let error = device::open(Some("remote:127.0.0.1:1")).unwrap_err();
        assert!(error.to_string().contains("is not an address"), "{error}");
    }
}

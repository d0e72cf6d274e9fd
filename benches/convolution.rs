//! A training step of three networks with stages of convolution, on random pixels: `benches/peers/convolution.py` sets it beside
//! PyTorch.
//!
//! `cargo bench --bench convolution -- NET BATCH STEPS [avx2|none]` prints the microseconds of a step: the least and the median
//! CPU time, and the least and the median time by the clock. Linux only: the CPU time is in /proc.

use std::time::Instant;

use burn::tensor::{Device, Tensor, TensorData};

use chiffres::Experiment;
use chiffres::MlpConfig;
use chiffres::config::Activation;
use chiffres::data::Batch;
use chiffres::fused;
use chiffres::fused::kernel::Instructions;
use chiffres::model::StagesConfig;
use chiffres::native::device;
use chiffres::train::optimize;

fn main() {
    // `cargo bench` adds an option of its own.
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let [net, batch, steps, instructions @ ..] = &arguments[..] else { return };
    let (batch, steps): (usize, usize) = (batch.parse().expect("a number"), steps.parse().expect("a number"));
    let lanes = match instructions.first().map(String::as_str) {
        Some("avx2") => 8,
        Some(_) => 4,
        None => Instructions::best().lanes(),
    };
    let instructions = Instructions::all().into_iter().find(|instructions| instructions.lanes() == lanes);
    fused::set_instructions(instructions.expect("the processor has these instructions"));
    let (image, filters, hidden) = match net.as_str() {
        "A" => ([28, 28, 1], vec![16, 32], vec![64]),
        "B" => ([8, 8, 1], vec![8, 16], vec![]),
        _ => ([32, 32, 3], vec![32, 64], vec![]),
    };
    let config = MlpConfig::new(image.iter().product(), hidden, 10)
        .with_activation(Activation::Relu)
        .with_stages(StagesConfig::new(image, filters));
    let text = "[optimizer]\nkind = \"adam\"\nlearning_rate = 0.001";
    let experiment = Experiment::from_toml("benchmark", text, &[]).expect("the settings are right");

    let device = device::open(Some("flex")).expect("flex always works").device.autodiff();
    let mut model = config.init(&device);
    let mut optimizer = experiment.optimizer.init();
    let batch = random(config.inputs, batch, &device);
    let mut times = Vec::new();
    // The kernel counts the time of a running thread now and then alone: a figure is the mean of some steps.
    let block = steps.div_ceil(20);
    for _ in 0..21 {
        let (cpu, wall) = (cpu_ns(), Instant::now());
        for _ in 0..block {
            (model, _) = optimize(model, &mut optimizer, 0.001, batch.clone());
        }
        times.push([(cpu_ns() - cpu) / 1000, wall.elapsed().as_micros() as u64].map(|time| time / block as u64));
    }
    let of = |i: usize| {
        let mut times: Vec<u64> = times[1..].iter().map(|times| times[i]).collect();
        times.sort_unstable();
        [times[0], times[times.len() / 2]]
    };
    let ([cpu, cpu_median], [wall, wall_median]) = (of(0), of(1));
    println!("{cpu} {cpu_median} {wall} {wall_median}");
}

/// Random pixels are the worst case for whatever branches.
fn random(inputs: usize, images: usize, device: &Device) -> Batch {
    let pixel = |i: usize| ((i.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 33) % 256) as f32 / 255.0;
    let pixels: Vec<f32> = (0..images * inputs).map(pixel).collect();
    let targets: Vec<i32> = (0..images).map(|i| (i * 7 % 10) as i32).collect();
    Batch {
        images: Tensor::from_data(TensorData::new(pixels, [images, inputs]), device),
        targets: Tensor::from_data(TensorData::new(targets, [images]), device),
        weights: None,
        shard: None,
    }
}

/// Nanoseconds that all threads of this process have run.
fn cpu_ns() -> u64 {
    let threads = std::fs::read_dir("/proc/self/task").expect("this is Linux");
    let times = threads.map(|thread| {
        let path = thread.expect("a thread").path().join("schedstat");
        let text = std::fs::read_to_string(path).unwrap_or_default();
        text.split(' ').next().and_then(|time| time.parse::<u64>().ok()).unwrap_or(0)
    });
    times.sum()
}

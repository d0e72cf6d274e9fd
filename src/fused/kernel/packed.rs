//! Parameters in the order in which the matrix products read them.

use pulp::{Simd, WithSimd};

use super::Network;

/// The parameters of a layer in panels; see `products.rs`.
#[derive(Debug)]
pub(super) struct PackedLayer {
    pub inputs: usize,
    pub outputs: usize,
    pub weight: Vec<f32>,
    /// The transpose of `weight`, in panels too; empty if no gradient goes through the layer.
    pub transpose: Vec<f32>,
    pub bias: Vec<f32>,
}

impl PackedLayer {
    pub fn new(inputs: usize, outputs: usize) -> Self {
        Self { inputs, outputs, weight: Vec::new(), transpose: Vec::new(), bias: Vec::new() }
    }
}

/// Copies parameters into panels.
pub(super) struct Pack<'a> {
    pub network: Network<'a>,
    pub layers: &'a mut [PackedLayer],
    /// The first layer whose transpose is needed.
    pub transposed: usize,
}

impl WithSimd for Pack<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let lanes = S::F32_LANES;
        for (index, (packed, layer)) in self.layers.iter_mut().zip(self.network.layers).enumerate() {
            let PackedLayer { inputs, outputs, .. } = *packed;
            packed.bias.resize(outputs.next_multiple_of(lanes), 0.0);
            packed.bias[..outputs].copy_from_slice(layer.bias);
            packed.weight.resize(outputs.next_multiple_of(lanes) * inputs, 0.0);
            let transposed = index >= self.transposed;
            if transposed {
                packed.transpose.resize(inputs.next_multiple_of(lanes) * outputs, 0.0);
            }
            let vectors = S::as_mut_simd_f32s(&mut packed.weight).0;
            for (row, weights) in layer.weight.chunks_exact(outputs).enumerate() {
                for (panel, weights) in weights.chunks(lanes).enumerate() {
                    vectors[panel * inputs + row] = simd.partial_load_f32s(weights);
                }
                if transposed {
                    let column = &mut packed.transpose[row / lanes * outputs * lanes + row % lanes..];
                    for (weight, place) in weights.iter().zip(column.iter_mut().step_by(lanes)) {
                        *place = *weight;
                    }
                }
            }
        }
    }
}

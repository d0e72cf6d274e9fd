//! The two matrix products of a layer, in tiles whose sums stay in registers.
//!
//! A matrix that is read along its columns is packed in panels: as many columns as a vector has lanes, one row of a panel
//! after another, so that a row of a panel is a vector. Columns that fill the last panel up are 0.
//!
//! Each element of a result is a sum of its own, one product after another in the order of the rows: its bits do not
//! depend on the width of the vectors nor on the size of the tiles. Multiplications and additions round apart, because not
//! every processor, and no browser, has an operation that does both.

// The same index stands in several arrays of a tile.
#![allow(clippy::needless_range_loop)]

use pulp::Simd;

/// Rows of a matrix, one every `stride` numbers.
#[derive(Clone, Copy)]
pub(super) struct Rows<'a> {
    pub values: &'a [f32],
    pub stride: usize,
    /// Columns.
    pub width: usize,
    pub count: usize,
}

/// Calls `$tile::<S, M, H, N>`, the product in tiles of M vectors by N panels that fill the registers: there are 32 of 16
/// lanes, and 16 of fewer. H is half of M.
macro_rules! in_tiles {
    ($tile:ident, $S:ident, $($argument:expr),*) => {
        match $S::F32_LANES {
            16 => $tile::<$S, 8, 4, 2>($($argument),*),
            8 => $tile::<$S, 4, 2, 2>($($argument),*),
            _ => $tile::<$S, 2, 1, 4>($($argument),*),
        }
    };
}

/// `out[i] = bias + sum over k of rows[i][k] * weight[k]`, for k in `columns`.
///
/// `weight` is in panels of as many rows as `rows` has columns. `bias`, which may be empty for 0, and the rows of `out` are
/// padded to whole panels.
#[inline(always)]
pub(super) fn multiply<S: Simd>(
    simd: S,
    rows: Rows<'_>,
    columns: &[usize],
    weight: &[f32],
    bias: &[f32],
    out: &mut [f32],
) {
    let ((weight, _), (bias, _), (out, _)) = (S::as_simd_f32s(weight), S::as_simd_f32s(bias), S::as_mut_simd_f32s(out));
    in_tiles!(multiply_in_tiles, S, simd, rows, columns, weight, bias, out)
}

/// `sums[k] += sum over i of rows[i][k] * delta[i]`, for k in `columns`.
///
/// The sum of the rows is complete before it is added: sums of sums lose fewer digits than one long sum.
///
/// `sums` is in panels of as many rows as `rows` has columns; the rows of `delta` are padded to whole panels.
#[inline(always)]
pub(super) fn add_outer_products<S: Simd>(simd: S, rows: Rows<'_>, columns: &[usize], delta: &[f32], sums: &mut [f32]) {
    let ((delta, _), (sums, _)) = (S::as_simd_f32s(delta), S::as_mut_simd_f32s(sums));
    in_tiles!(add_outer_products_in_tiles, S, simd, rows, columns, delta, sums)
}

#[inline(always)]
fn multiply_in_tiles<S: Simd, const M: usize, const H: usize, const N: usize>(
    simd: S,
    rows: Rows<'_>,
    columns: &[usize],
    weight: &[S::f32s],
    bias: &[S::f32s],
    out: &mut [S::f32s],
) {
    let inner = rows.width;
    let panels = weight.len() / inner;
    let mut panel = 0;
    while panel < panels {
        let wide = panel + N <= panels;
        let weight = &weight[panel * inner..];
        let mut i = 0;
        while i < rows.count {
            let tall = i + M <= rows.count;
            let tile = Tile {
                rows: Rows { values: &rows.values[i * rows.stride..], ..rows },
                out: &mut out[i * panels + panel..],
                out_stride: panels,
            };
            let bias = bias.get(panel..).unwrap_or_default();
            match (tall, wide) {
                (true, true) => tile.multiply::<S, M, N>(simd, columns, weight, bias),
                (true, false) => tile.multiply::<S, M, 1>(simd, columns, weight, bias),
                (false, true) => tile.multiply::<S, 1, N>(simd, columns, weight, bias),
                (false, false) => tile.multiply::<S, 1, 1>(simd, columns, weight, bias),
            }
            i += if tall { M } else { 1 };
        }
        panel += if wide { N } else { 1 };
    }
}

#[inline(always)]
fn add_outer_products_in_tiles<S: Simd, const M: usize, const H: usize, const N: usize>(
    simd: S,
    rows: Rows<'_>,
    columns: &[usize],
    delta: &[S::f32s],
    sums: &mut [S::f32s],
) {
    let inner = rows.width;
    let panels = sums.len() / inner;
    let mut panel = 0;
    while panel < panels {
        let wide = panel + N <= panels;
        let delta = &delta[panel..];
        let sums = &mut sums[panel * inner..];
        // What is left of the columns goes in tiles of half the size first: in tiles of one column each addition waits for
        // the one before it.
        match wide {
            true => {
                let rest = add_to_columns::<S, M, N>(simd, rows, columns, delta, panels, sums);
                let rest = add_to_columns::<S, H, N>(simd, rows, rest, delta, panels, sums);
                add_to_columns::<S, 1, N>(simd, rows, rest, delta, panels, sums);
            }
            false => {
                let rest = add_to_columns::<S, M, 1>(simd, rows, columns, delta, panels, sums);
                let rest = add_to_columns::<S, H, 1>(simd, rows, rest, delta, panels, sums);
                add_to_columns::<S, 1, 1>(simd, rows, rest, delta, panels, sums);
            }
        }
        panel += if wide { N } else { 1 };
    }
}

/// Adds to M columns at a time, and returns the columns that are left.
#[inline(always)]
fn add_to_columns<'a, S: Simd, const M: usize, const N: usize>(
    simd: S,
    rows: Rows<'_>,
    columns: &'a [usize],
    delta: &[S::f32s],
    panels: usize,
    sums: &mut [S::f32s],
) -> &'a [usize] {
    let (tall, rest) = columns.as_chunks::<M>();
    for columns in tall {
        let tile = Tile { rows, out: &mut *sums, out_stride: rows.width };
        tile.add_outer_products::<S, M, N>(simd, columns, delta, panels);
    }
    rest
}

/// M by N vectors of a product.
struct Tile<'a, V> {
    rows: Rows<'a>,
    out: &'a mut [V],
    /// Vectors from a row of `out` to the next in [`Tile::multiply`], from a panel to the next in the other.
    out_stride: usize,
}

impl<V: Copy> Tile<'_, V> {
    #[inline(always)]
    fn multiply<S: Simd<f32s = V>, const M: usize, const N: usize>(
        self,
        simd: S,
        columns: &[usize],
        weight: &[V],
        bias: &[V],
    ) {
        let Rows { values, stride, width, .. } = self.rows;
        // Not by `array::from_fn`: where it is not inlined, the lengths are not known below, and every index is checked.
        let (mut rows, mut panels) = ([&values[..width]; M], [&weight[..width]; N]);
        for m in 0..M {
            rows[m] = &values[m * stride..][..width];
        }
        for n in 0..N {
            panels[n] = &weight[n * width..][..width];
        }
        let mut sums = [[simd.splat_f32s(0.0); N]; M];
        for (n, &bias) in bias.iter().take(N).enumerate() {
            for sums in &mut sums {
                sums[n] = bias;
            }
        }
        for &k in columns {
            // One check for all the rows below.
            assert!(k < width);
            for m in 0..M {
                let value = simd.splat_f32s(rows[m][k]);
                for n in 0..N {
                    sums[m][n] = simd.add_f32s(sums[m][n], simd.mul_f32s(value, panels[n][k]));
                }
            }
        }
        for m in 0..M {
            for n in 0..N {
                self.out[m * self.out_stride + n] = sums[m][n];
            }
        }
    }

    #[inline(always)]
    fn add_outer_products<S: Simd<f32s = V>, const M: usize, const N: usize>(
        self,
        simd: S,
        columns: &[usize; M],
        delta: &[V],
        panels: usize,
    ) {
        let Rows { values, stride, width, count } = self.rows;
        let columns = *columns;
        // One check for all the rows below.
        for m in 0..M {
            assert!(columns[m] < width);
        }
        let mut sums = [[simd.splat_f32s(0.0); N]; M];
        for i in 0..count {
            let row = &values[i * stride..][..width];
            let delta: &[V; N] = delta[i * panels..].first_chunk().expect("a row of delta has all panels");
            for m in 0..M {
                let value = simd.splat_f32s(row[columns[m]]);
                for n in 0..N {
                    sums[m][n] = simd.add_f32s(sums[m][n], simd.mul_f32s(value, delta[n]));
                }
            }
        }
        for m in 0..M {
            for n in 0..N {
                let out = &mut self.out[n * self.out_stride + columns[m]];
                *out = simd.add_f32s(*out, sums[m][n]);
            }
        }
    }
}

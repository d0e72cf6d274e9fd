//! Distances between images: Euclidean, of their grey values.

/// The sum of the squared differences, at most `u32::MAX`.
pub(super) fn square_distance(a: &[u8], b: &[u8]) -> u32 {
    nearer(a, b, u32::MAX).unwrap_or(u32::MAX)
}

/// The square distance if it is below `limit`. A part of the pixels is enough to rule most images out.
pub(super) fn nearer(a: &[u8], b: &[u8], limit: u32) -> Option<u32> {
    const PART: usize = 16;
    let square = |a: &[u8], b: &[u8]| a.iter().zip(b).map(|(&a, &b)| u32::from(a.abs_diff(b)).pow(2)).sum::<u32>();
    let ((a, a_rest), (b, b_rest)) = (a.as_chunks::<PART>(), b.as_chunks::<PART>());
    let mut distance = square(a_rest, b_rest);
    for (a, b) in a.iter().zip(b) {
        if distance >= limit {
            return None;
        }
        distance = distance.saturating_add(square(a, b));
    }
    (distance < limit).then_some(distance)
}

/// The sum of all values, at most `u32::MAX`.
pub(super) fn sum(pixels: &[u8]) -> u32 {
    pixels.iter().fold(0, |sum: u32, &value| sum.saturating_add(value.into()))
}

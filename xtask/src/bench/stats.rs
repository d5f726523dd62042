//! Medians and spreads of what was measured in turns.

/// What several rounds gave.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample(Vec<f64>);

impl Sample {
    /// Sorts the values of all rounds.
    pub fn new(values: impl IntoIterator<Item = f64>) -> Self {
        let mut values: Vec<f64> = values.into_iter().collect();
        values.sort_by(f64::total_cmp);
        Self(values)
    }

    /// The ratios of rounds, one by one: what disturbs a round disturbs both of its halves.
    pub fn ratios(one: &[f64], other: &[f64]) -> Self {
        Self::new(one.iter().zip(other).map(|(one, other)| one / other))
    }

    /// The middle value, or NaN without any.
    pub fn median(&self) -> f64 {
        self.at(0.5)
    }

    /// The value below which this share of all lies.
    fn at(&self, share: f64) -> f64 {
        let last = self.0.len().saturating_sub(1) as f64;
        let place = (last * share).round() as usize;
        self.0.get(place).copied().unwrap_or(f64::NAN)
    }

    /// `1.03 (1.01–1.07)`: the median, and the quarters below and above it.
    pub fn shown(&self, digits: usize) -> String {
        let [low, middle, high] = [0.25, 0.5, 0.75].map(|share| self.at(share));
        match self.0.len() {
            0 => "–".to_owned(),
            1 => format!("{middle:.digits$}"),
            _ => format!("{middle:.digits$} ({low:.digits$}–{high:.digits$})"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_and_the_quarters() {
        for (values, shown) in [
            (vec![], "–"),
            (vec![2.0], "2.0"),
            (vec![3.0, 1.0, 2.0], "2.0 (2.0–3.0)"),
            (vec![5.0, 1.0, 4.0, 2.0, 3.0], "3.0 (2.0–4.0)"),
        ] {
            assert_eq!(Sample::new(values.clone()).shown(1), shown, "{values:?}");
        }
        assert_eq!(Sample::ratios(&[2.0, 9.0], &[1.0, 3.0]).median(), 3.0);
    }
}

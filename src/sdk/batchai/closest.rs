//! The class whose name is nearly the one that is asked for.

use super::Surface;

/// So many letters of a name may be wrong for each that is.
const LETTERS: usize = 8;

impl Surface {
    /// The client, model or enum whose name differs least from this one, if it is only a letter or two.
    pub fn closest(&self, name: &str) -> Option<&'static str> {
        let models = self.models.keys().chain(self.enums.keys()).chain(self.clients.keys());
        let near = models.map(|known| (distance(known, name), *known));
        near.filter(|(distance, _)| *distance <= 1 + name.len() / LETTERS).min().map(|(_, known)| known)
    }
}

/// How many letters must be put in, taken out, changed or swapped with the next to make one name of the other.
fn distance(a: &str, b: &str) -> usize {
    let [a, b] = [a, b].map(|name| name.to_lowercase().into_bytes());
    let mut rows: Vec<Vec<usize>> = vec![(0..=b.len()).collect()];
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let least = (rows[i][j] + usize::from(x != y)).min(rows[i][j + 1] + 1).min(row[j] + 1);
            let swapped = i > 0 && j > 0 && *x == b[j - 1] && a[i - 1] == *y;
            row.push(if swapped { least.min(rows[i - 1][j - 1] + 1) } else { least });
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use crate::sdk::batchai;

    #[test]
    fn a_letter_or_two_may_be_wrong() {
        let meant = |name| batchai().closest(name);
        assert_eq!(meant("ClusterCreateParamters"), Some("ClusterCreateParameters"));
        assert_eq!(meant("Clsuter"), Some("Cluster"));
        assert_eq!(meant("TensorflowSettings"), Some("TensorFlowSettings"));
        assert_eq!(meant("DataFrame"), None);
    }
}

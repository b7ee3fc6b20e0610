//! The class whose name is nearly the one that is asked for.

use strsim::osa_distance;

use super::Surface;

/// So many letters of a name may be wrong for each that is.
const LETTERS: usize = 8;

impl Surface {
    /// The client, model or enum whose name differs least from this one, if it is only a letter or two.
    pub fn closest(&self, name: &str) -> Option<&'static str> {
        let models = self.models.keys().chain(self.enums.keys()).chain(self.clients.keys());
        let lower = name.to_lowercase();
        let near = models.map(|known| (osa_distance(&known.to_lowercase(), &lower), *known));
        near.filter(|(distance, _)| *distance <= 1 + name.len() / LETTERS).min().map(|(_, known)| known)
    }
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

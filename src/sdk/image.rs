//! Container images of Batch AI's time: which CUDA they hold, and on which GPUs of today that runs.
//!
//! Whether an image can still be pulled nobody can tell from its name, so that is not here.

use std::sync::OnceLock;

use serde::Deserialize;

use crate::facts::facts;

/// Images that hold the same CUDA.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Image {
    /// How their names begin.
    pub names: Vec<String>,
    pub cuda: String,
    /// Where that is written.
    pub source: String,
}

/// What a major version of CUDA means today.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cuda {
    pub major: String,
    /// Completes "it holds CUDA 9.0, which …".
    pub says: String,
    #[serde(rename = "do")]
    pub todo: String,
    /// Where that is written.
    pub source: String,
}

#[derive(Deserialize)]
struct File {
    image: Vec<Image>,
    cuda: Vec<Cuda>,
}

fn file() -> &'static File {
    static FILE: OnceLock<File> = OnceLock::new();
    FILE.get_or_init(|| facts!("sdk-images"))
}

/// The CUDA that an image holds, and what that means today; `None` where nothing is known against it.
pub fn dated_cuda(image: &str) -> Option<(&str, &'static Cuda)> {
    let version = named(image).or_else(|| {
        let runs_on_gpu = image.contains("gpu") || !image.starts_with("tensorflow/");
        let listed = file().image.iter().find(|row| row.names.iter().any(|name| image.starts_with(name.as_str())));
        listed.filter(|_| runs_on_gpu).map(|row| row.cuda.as_str())
    })?;
    let major = version.split('.').next().unwrap_or_default();
    file().cuda.iter().find(|cuda| cuda.major == major).map(|cuda| (version, cuda))
}

/// `9.0` in `cntk:2.5-gpu-cuda9.0-cudnn7` and in `nvidia/cuda:9.0-base`.
fn named(image: &str) -> Option<&str> {
    let rest = image[image.find("cuda")? + "cuda".len()..].trim_start_matches(':');
    let end = rest.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(rest.len());
    let version = rest[..end].trim_end_matches('.');
    version.starts_with(|c: char| c.is_ascii_digit()).then_some(version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_has_a_source_and_a_version_that_is_explained() {
        assert!(file().image.len() > 3 && file().cuda.len() == 3);
        for Image { names, cuda, source } in &file().image {
            assert!(!source.is_empty() && names.iter().all(|name| dated_cuda(&format!("{name}0-gpu")).is_some()));
            let major = cuda.split('.').next();
            assert!(file().cuda.iter().any(|c| Some(c.major.as_str()) == major), "{cuda}");
        }
        assert!(file().cuda.iter().all(|c| !c.says.is_empty() && !c.todo.is_empty() && !c.source.is_empty()));
    }

    #[test]
    fn the_name_of_an_image_tells_its_cuda() {
        let cuda = |image: &str| dated_cuda(image).map(|(version, _)| version.to_owned());
        assert_eq!(cuda("microsoft/cntk:2.5.1-gpu-python2.7-cuda9.0-cudnn7.0").as_deref(), Some("9.0"));
        assert_eq!(cuda("pytorch/pytorch:0.4_cuda9_cudnn7").as_deref(), Some("9"));
        assert_eq!(cuda("tensorflow/tensorflow:1.4.1-gpu-py3").as_deref(), Some("8"));
        assert_eq!(cuda("nvidia/cuda:9.0-base-ubuntu16.04").as_deref(), Some("9.0"));
        assert_eq!(cuda("nvcr.io/nvidia/tensorflow:18.09"), None);
        assert_eq!(cuda("tensorflow/tensorflow:1.8.0"), None);
        assert_eq!(cuda("contoso.azurecr.io/train:cuda12.4"), None);
        assert_eq!(cuda("contoso.azurecr.io/cudaless"), None);
    }
}

//! How Azure ML's YAML writes what the classes of azure-ai-ml hold, as data.

use std::sync::OnceLock;

use serde::Deserialize;

use super::row::Ordered;
use crate::facts::facts;

/// What is known of Azure ML's YAML.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Yaml {
    #[serde(rename = "document")]
    documents: Vec<YamlDocument>,
    #[serde(rename = "part")]
    parts: Vec<YamlPart>,
    words: Ordered<String>,
}

/// A class that is a file of its own.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct YamlDocument {
    /// Dotted.
    pub class: String,
    /// The address of the schema.
    pub schema: String,
    /// What `type` says.
    #[serde(rename = "type")]
    pub kind: String,
    /// The command that takes the file.
    pub create: String,
    /// Keys of YAML in their order, with the keyword of each.
    pub keys: Ordered<String>,
    /// What stands in front of a text.
    #[serde(default = "Ordered::empty")]
    pub prefix: Ordered<String>,
    /// What is written where the class does not have it.
    #[serde(default = "Ordered::empty")]
    pub missing: Ordered<serde_json::Value>,
    /// What the command that takes the file is asked to set where the class does not have it.
    #[serde(default = "Ordered::empty")]
    pub asked: Ordered<String>,
    /// Above which key a comment on a part of Batch AI's parameters stands.
    #[serde(default = "Ordered::empty")]
    pub above: Ordered<String>,
}

/// A class that is a part of another.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct YamlPart {
    /// Dotted.
    pub class: String,
    /// What `type` says, where that is the class.
    #[serde(rename = "type", default)]
    pub kind: String,
    /// Keys of YAML in their order, with the keyword of each.
    pub keys: Ordered<String>,
    /// What stands in the place of a secret.
    #[serde(default = "Ordered::empty")]
    pub secret: Ordered<String>,
}

impl Yaml {
    /// The class of this name, without its module, that is a file of its own.
    pub fn document(&self, name: &str) -> Option<&YamlDocument> {
        self.documents.iter().find(|document| last(&document.class) == name)
    }

    /// The class of this name, without its module, that is a part of another.
    pub fn part(&self, name: &str) -> Option<&YamlPart> {
        self.parts.iter().find(|part| last(&part.class) == name)
    }

    /// A sentence of the table, in the words of YAML.
    pub fn said(&self, sentence: &str) -> String {
        self.words.iter().fold(sentence.to_owned(), |text, (python, yaml)| text.replace(python, yaml))
    }

    /// Every class, with the keywords that are known of it.
    pub fn classes(&self) -> impl Iterator<Item = (&str, &Ordered<String>)> {
        let documents = self.documents.iter().map(|document| (document.class.as_str(), &document.keys));
        documents.chain(self.parts.iter().map(|part| (part.class.as_str(), &part.keys)))
    }
}

fn last(dotted: &str) -> &str {
    dotted.rsplit('.').next().unwrap_or(dotted)
}

/// What is known of Azure ML's YAML, read once.
pub fn yaml() -> &'static Yaml {
    static READ: OnceLock<Yaml> = OnceLock::new();
    READ.get_or_init(|| facts!("concept-yaml"))
}

//! The concept table is true: everything of Batch AI is in it, and everything that it names exists.
//!
//! Each test lists all that is missing, with the row and the target, so that a new row can be written step by step.

mod account;
mod calls;
mod commands;
mod neighbours;
mod notes;
mod packages;
mod rows;
mod sentences;
mod support;
mod targets;
mod templates;

use std::cell::RefCell;

#[allow(unused_imports, reason = "the tests of these tests use it")]
pub use account::is_named;
use bai2aml::concept::{Kind, Mapping, Row, Shape, SymbolRow, table};
use bai2aml::report::Fate;
use bai2aml::sdk::Target;

thread_local! {
    /// The code of the row to which the tests are confined, if they are.
    static CONFINED: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Does some work that sees the cases of one row only.
#[allow(dead_code, reason = "the tests of these tests do")]
pub fn confined<T>(code: &str, work: impl FnOnce() -> T) -> T {
    CONFINED.set(Some(code.to_owned()));
    let done = work();
    CONFINED.set(None);
    done
}

/// The tests that a single row can fail.
#[allow(dead_code, reason = "the tests of these tests do")]
pub const ALL: [(&str, fn()); 36] = [
    ("kinds_are_what_the_inventory_says", account::kinds_are_what_the_inventory_says),
    ("what_is_begun_is_a_poller", calls::what_is_begun_is_a_poller),
    ("every_symbol_of_batch_ai_is_in_a_row", account::every_symbol_of_batch_ai_is_in_a_row),
    (
        "every_parameter_field_and_member_has_exactly_one_place",
        account::every_parameter_field_and_member_has_exactly_one_place,
    ),
    ("nothing_else_has_a_place", account::nothing_else_has_a_place),
    ("every_type_of_a_row_is_known", account::every_type_of_a_row_is_known),
    (
        "every_name_of_a_row_that_looks_like_batch_ai_exists",
        account::every_name_of_a_row_that_looks_like_batch_ai_exists,
    ),
    ("what_is_an_expression_is_no_statement", calls::what_is_an_expression_is_no_statement),
    ("what_templates_write_exists", calls::what_templates_write_exists),
    (
        "every_command_and_option_of_batch_ai_has_its_place",
        commands::every_command_and_option_of_batch_ai_has_its_place,
    ),
    ("every_new_option_exists", commands::every_new_option_exists),
    ("no_option_is_lost", commands::no_option_is_lost),
    ("steps_name_options_of_their_command", commands::steps_name_options_of_their_command),
    (
        "every_package_is_installed_by_the_tests_in_a_version_that_is_asked_for",
        packages::every_package_is_installed_by_the_tests_in_a_version_that_is_asked_for,
    ),
    ("names_of_packages_are_normal", packages::names_of_packages_are_normal),
    ("neighbours_are_called_as_they_are", neighbours::neighbours_are_called_as_they_are),
    ("it_is_said_where_nobody_can_log_in", notes::it_is_said_where_nobody_can_log_in),
    ("the_age_of_an_image_is_told", notes::the_age_of_an_image_is_told),
    ("codes_names_and_symbols_are_there_once", rows::codes_names_and_symbols_are_there_once),
    ("names_are_words_with_hyphens", rows::names_are_words_with_hyphens),
    ("every_mapping_has_what_its_shape_needs", rows::every_mapping_has_what_its_shape_needs),
    ("every_fate_but_exact_says_why", rows::every_fate_but_exact_says_why),
    ("sentences_have_the_form_of_messages", sentences::sentences_have_the_form_of_messages),
    ("summaries_complete_this_code", sentences::summaries_complete_this_code),
    ("no_row_is_left_to_be_written", sentences::no_row_is_left_to_be_written),
    (
        "every_support_function_that_a_row_asks_for_is_there",
        support::every_support_function_that_a_row_asks_for_is_there,
    ),
    (
        "every_support_function_that_a_template_calls_is_asked_for",
        support::every_support_function_that_a_template_calls_is_asked_for,
    ),
    ("every_filter_that_a_row_asks_for_is_there", support::every_filter_that_a_row_asks_for_is_there),
    ("every_import_exists", targets::every_import_exists),
    ("every_class_exists", targets::every_class_exists),
    ("no_object_is_its_own_name", targets::no_object_is_its_own_name),
    ("every_keyword_exists", targets::every_keyword_exists),
    ("every_hole_is_a_field_or_a_word_of_the_context", templates::every_hole_is_a_field_or_a_word_of_the_context),
    ("no_parameter_is_lost", templates::no_parameter_is_lost),
    ("what_is_set_is_a_value_of_an_object", templates::what_is_set_is_a_value_of_an_object),
    ("every_member_of_an_enum_has_code", templates::every_member_of_an_enum_has_code),
];

/// What becomes of the symbols of a row in one form of a target.
struct Case {
    row: &'static Row,
    symbol: &'static SymbolRow,
    target: Target,
    /// The key in the table: `v2`, `v1` or `v1-src`.
    form: &'static str,
    mapping: &'static Mapping,
}

/// The whole table, one mapping after the other.
fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    let only = CONFINED.with_borrow(Clone::clone);
    for row in table().rows().filter(|row| only.as_ref().is_none_or(|only| row.code == *only)) {
        for symbol in &row.symbols {
            let forms = [
                ("v2", Target::V2, Some(&symbol.v2)),
                ("v1", Target::V1, Some(&symbol.v1)),
                ("v1-src", Target::V1, symbol.v1_src.as_ref()),
            ];
            for (form, target, mapping) in forms {
                cases.extend(mapping.map(|mapping| Case { row, symbol, target, form, mapping }));
            }
        }
    }
    cases
}

impl Case {
    /// A line for the reader of a failure.
    fn says(&self, message: &str) -> String {
        format!("{} {} {}: {message}", self.row.code, self.symbol.sources[0], self.form)
    }

    /// Whether its new code is Python; that of a command line is not.
    fn is_python(&self) -> bool {
        self.symbol.kind != Kind::Command
    }

    /// Whether all of it is left for a person, or goes, so that nothing has to be said of its parts.
    fn is_whole(&self) -> bool {
        let mapping = self.mapping;
        matches!(mapping.shape, Shape::Manual | Shape::Drop) || mapping.fate == Fate::Manual && mapping.code.is_empty()
    }
}

/// Fails with all that is wrong, one a line.
fn all_right(wrong: impl IntoIterator<Item = String>) {
    let mut wrong: Vec<String> = wrong.into_iter().collect();
    wrong.dedup();
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

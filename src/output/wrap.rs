//! Breaks a sentence into lines of a given width, at spaces only; it stays one line where there is no width.

use super::visible;

/// `text` in lines of at most `width` characters. The first line starts after `used` characters, the others after
/// `hang`. A word that is wider than a line stays whole. Without a width nothing is broken. Control characters in
/// `text`, newlines too, are spelt out: a sentence from user code cannot start a line of its own.
pub fn wrap(text: &str, used: usize, hang: &str, width: Option<usize>) -> String {
    let text = visible::text(text);
    let Some(width) = width else { return text.into_owned() };
    let (mut out, mut column) = (String::with_capacity(text.len() + 16), used);
    for (i, word) in text.split(' ').enumerate() {
        let length = word.chars().count();
        if i > 0 && column + 1 + length <= width {
            out.push(' ');
            column += 1;
        } else if column + length > width && column > hang.len() || i > 0 {
            out.push('\n');
            out.push_str(hang);
            column = hang.len();
        }
        out.push_str(word);
        column += length;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_at_spaces_and_hang() {
        assert_eq!(wrap("one two three", 4, "  ", Some(12)), "one two\n  three");
    }

    #[test]
    fn a_word_that_does_not_fit_after_the_start_goes_to_the_next_line() {
        assert_eq!(wrap("overlong one", 8, "  ", Some(12)), "\n  overlong\n  one");
    }

    #[test]
    fn a_word_wider_than_the_line_stays_whole() {
        assert_eq!(wrap("averyveryverylongword", 0, "", Some(5)), "averyveryverylongword");
    }

    #[test]
    fn a_newline_in_the_text_is_spelt_out() {
        assert_eq!(wrap("one\nerror: two", 0, "", None), "one^Jerror: two");
    }

    #[test]
    fn without_a_width_nothing_is_broken() {
        assert_eq!(wrap("one two three", 400, "  ", None), "one two three");
    }
}

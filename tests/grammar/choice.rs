//! The numbers that decide what a program looks like. Where they run out the simplest is chosen, so that fewer and smaller
//! numbers make a smaller program: that is how proptest shrinks one.

/// Numbers, taken one after the other.
pub struct Choices<'a>(std::slice::Iter<'a, u16>);

impl<'a> Choices<'a> {
    pub fn new(numbers: &'a [u16]) -> Self {
        Choices(numbers.iter())
    }

    /// A number below `count`; 0 for the simplest.
    pub fn below(&mut self, count: usize) -> usize {
        let number = self.0.next().copied().unwrap_or_default();
        usize::from(number) * count / (usize::from(u16::MAX) + 1)
    }

    /// Whether the one case in so many is there.
    pub fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == count - 1
    }

    /// One of them; the first is the simplest.
    pub fn pick<'b, T: ?Sized>(&mut self, of: &[&'b T]) -> &'b T {
        of[self.below(of.len())]
    }
}

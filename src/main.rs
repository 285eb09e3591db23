//! The program: hands its arguments to [`polity::cli`].

fn main() {}

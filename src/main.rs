//! The program: everything is in the library, so that tests and other front ends can use it too.

use std::process::ExitCode;

fn main() -> ExitCode {
    bai2aml::cli::main()
}

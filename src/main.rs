use bai2aml::{concept::JobForm, convert::*, sdk::Target, source::Source};
fn main() {
    let args: Vec<String> = std::env::args().collect();
    let bytes = std::fs::read(&args[1]).unwrap();
    let target = if args.get(2).map(String::as_str) == Some("v1") { Target::V1 } else { Target::V2 };
    let s = Source::read(&args[1], bytes).unwrap_or_else(|p| panic!("{p:?}"));
    for c in convert(vec![s], &Options { target, job_form: JobForm::Estimator }) {
        if args[1].ends_with("ipynb") {
            let s = Source::read(&args[1], c.after.clone()).unwrap();
            for cell in s.cells() { println!("# %% [{}]\n{}", cell.index, cell.text); }
        } else { print!("{}", String::from_utf8_lossy(&c.after)); }
        for f in &c.findings { if f.fate == bai2aml::report::Fate::Manual { eprintln!("{}:{:?}:{} {} {:?} {} -> {:?}", f.location.path, f.location.cell, f.location.line, f.code, f.fate, f.message, f.actions); } }
        for p in &c.problems { eprintln!("{p:?}"); }
    }
}

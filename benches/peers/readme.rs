//! The result, in the README between its two marks.

use std::fs;
use std::path::Path;

use super::table::Table;

const BEGIN: &str = "<!-- measured: begin -->\n";
const END: &str = "<!-- measured: end -->\n";

/// Puts the tables where the README tells how fast it is.
pub fn tell(tables: &[Table]) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let text = fs::read_to_string(&path).unwrap();
    let (before, rest) = text.split_once(BEGIN).expect("the README has the mark");
    let (_, after) = rest.split_once(END).expect("the README has the end mark");
    let told: Vec<String> = tables.iter().map(markdown).collect();
    let text = format!("{before}{BEGIN}{}{END}{after}", told.join("\n"));
    fs::write(path, text).unwrap();
}

fn markdown(table: &Table) -> String {
    let row = |[what, time, ratio, goal]: &[String; 4]| {
        let what = match what.strip_prefix("  ") {
            Some(name) => name.to_owned(),
            None if time.is_empty() => format!("**{what}**"),
            None => what.clone(),
        };
        format!("| {what} | {time} | {ratio} | {goal} |\n")
    };
    let rows: String = table.rows.iter().map(row).collect();
    format!(
        "{}\n\n| | time | | |\n|---|---|---|---|\n{rows}",
        table.title
    )
}

//! The result, in the manual between its two marks: what was measured in another run stays.

use std::fs;
use std::path::Path;

use super::table::Table;

const BEGIN: &str = "<!-- measured: begin -->\n";
const END: &str = "<!-- measured: end -->\n";

/// Puts the tables where the manual tells how fast it is.
pub fn tell(tables: &[Table]) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("man/sharemail-speed.7.md");
    let text = fs::read_to_string(&path).unwrap();
    let (before, rest) = text.split_once(BEGIN).expect("the page has the mark");
    let (told, after) = rest.split_once(END).expect("the page has the end mark");
    let mut parts = parts(told);
    for table in tables {
        let new = (table.title.clone(), markdown(table));
        match parts.iter_mut().find(|(title, _)| *title == table.title) {
            Some(old) => *old = new,
            None => parts.push(new),
        }
    }
    let told: Vec<String> = parts.into_iter().map(|(_, text)| text).collect();
    let text = format!("{before}{BEGIN}{}{END}{after}", told.join("\n"));
    fs::write(path, text).unwrap();
    println!("man/sharemail-speed.7.md is written; now the page of it: cargo run -- generate .");
}

/// The tables that stand there, each with its title.
fn parts(told: &str) -> Vec<(String, String)> {
    let mut parts: Vec<(String, String)> = Vec::new();
    for line in told.lines() {
        let is_title = !line.is_empty() && !line.starts_with('|');
        if is_title {
            parts.push((line.to_owned(), String::new()));
        }
        if let Some((_, text)) = parts.last_mut() {
            text.push_str(line);
            text.push('\n');
        }
    }
    for (_, text) in &mut parts {
        text.truncate(text.trim_end().len());
        text.push('\n');
    }
    parts
}

fn markdown(table: &Table) -> String {
    let row = |[what, time, ratio, _]: &[String; 4]| {
        let what = match what.strip_prefix("  ") {
            Some(name) => name.to_owned(),
            None if time.is_empty() => format!("**{what}**"),
            None => what.clone(),
        };
        format!("| {what} | {time} | {ratio} |\n")
    };
    let rows: String = table.rows.iter().map(row).collect();
    format!("{}\n\n| | time | |\n|---|---|---|\n{rows}", table.title)
}

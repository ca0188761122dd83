//! The README, and the pages of the manual that are written in Markdown.

use sharemail::cli::docs::manual::PAGES;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// What a newcomer reads first has an end.
const README_LINES: usize = 250;

fn readme() -> String {
    fs::read_to_string(root().join("README.md")).unwrap()
}

/// The targets of the links in a text, code left out.
fn links(text: &str) -> Vec<String> {
    let prose: String = text.split("```").step_by(2).collect();
    let targets = prose.split("](").skip(1);
    targets
        .filter_map(|rest| rest.split(')').next().map(str::to_owned))
        .collect()
}

/// The anchors that a code host gives headings.
fn anchors(text: &str) -> BTreeSet<String> {
    let prose: String = text.split("```").step_by(2).collect();
    let headings = prose.lines().filter(|line| line.starts_with('#'));
    let anchor = |line: &str| {
        let kept = |c: &char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_');
        let text = line.trim_start_matches('#').trim().to_lowercase();
        text.chars()
            .filter(kept)
            .collect::<String>()
            .replace(' ', "-")
    };
    headings.map(anchor).collect()
}

#[test]
fn the_readme_is_short() {
    let lines = readme().lines().count();
    assert!(lines <= README_LINES, "README.md has {lines} lines");
}

#[test]
fn every_source_in_man_is_a_page_of_the_manual() {
    let known: BTreeSet<String> = PAGES
        .iter()
        .map(|page| format!("{}.{}.md", page.name, page.section))
        .collect();
    let files = fs::read_dir(root().join("man")).unwrap();
    let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    let sources: BTreeSet<String> = names.filter(|name| name.ends_with(".md")).collect();
    assert_eq!(sources, known);
}

#[test]
fn the_readme_leads_to_every_page() {
    let links = links(&readme());
    for page in PAGES {
        let path = format!("man/{}.{}.md", page.name, page.section);
        assert!(links.contains(&path), "{path}");
    }
}

#[test]
fn no_link_leads_nowhere() {
    let mut texts = vec![(root().join("README.md"), readme())];
    for page in PAGES {
        let path = root().join(format!("man/{}.{}.md", page.name, page.section));
        texts.push((path, page.source.to_owned()));
    }
    for (path, text) in texts {
        for link in links(&text)
            .into_iter()
            .filter(|link| !link.contains("://"))
        {
            let (file, anchor) = link.split_once('#').unwrap_or((&link, ""));
            let target: PathBuf = match file {
                "" => path.clone(),
                file => path.parent().unwrap().join(file),
            };
            let told = fs::read_to_string(&target)
                .unwrap_or_else(|error| panic!("{}: {link}: {error}", path.display()));
            let known = anchor.is_empty() || anchors(&told).contains(anchor);
            assert!(known, "{}: {link}", path.display());
        }
    }
}

#[test]
fn a_page_names_others_by_their_names() {
    for page in PAGES {
        for part in page.source.split('[').skip(1) {
            let Some((text, rest)) = part.split_once("](") else {
                continue;
            };
            let target = rest.split(')').next().unwrap();
            let Some(file) = target.strip_suffix(".md") else {
                continue;
            };
            let (name, section) = file.rsplit_once('.').unwrap();
            assert_eq!(text, format!("{name}({section})"), "{}", page.name);
        }
    }
}

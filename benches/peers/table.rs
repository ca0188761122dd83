//! Medians, ratios and goals, as lines for people.

use std::time::Duration;

/// The times of one thing.
#[derive(Clone, Default)]
pub struct Samples(Vec<Duration>);

impl Samples {
    pub fn push(&mut self, time: Duration) {
        self.0.push(time);
    }

    pub fn is_longer_than(&self, patience: Duration) -> bool {
        self.0.iter().any(|time| *time > patience)
    }

    fn median(&self) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        let middle = sorted.len() / 2;
        let median = if sorted.len().is_multiple_of(2) {
            (sorted[middle - 1] + sorted[middle]) / 2
        } else {
            sorted[middle]
        };
        median.as_secs_f64()
    }

    /// The median, and from where to where.
    fn shown(&self) -> String {
        let ends = self.0.iter().min().zip(self.0.iter().max());
        let (least, most) = ends.map_or((0.0, 0.0), |(a, b)| (a.as_secs_f64(), b.as_secs_f64()));
        match self.0.as_slice() {
            [one] => seconds(one.as_secs_f64()),
            _ => format!(
                "{} ({} to {})",
                seconds(self.median()),
                seconds(least),
                seconds(most)
            ),
        }
    }
}

/// Rows under a title: what, time, ratio, goal.
pub struct Table {
    pub title: String,
    pub rows: Vec<[String; 4]>,
}

impl Table {
    pub fn new(title: String) -> Table {
        Table {
            title,
            rows: Vec::new(),
        }
    }

    /// Begins the rows of a work.
    pub fn work(&mut self, what: &str) {
        self.row(what, String::new(), String::new(), String::new());
    }

    /// One of the others; `of_a_part`: a tenth was done and told ten times as long.
    pub fn other(&mut self, name: &str, samples: &Samples, of_a_part: bool) {
        let told = if of_a_part { "from a tenth" } else { "" };
        self.row(
            &format!("  {name}"),
            samples.shown(),
            told.to_owned(),
            String::new(),
        );
    }

    /// Our own, beside the best of the others.
    pub fn ours(&mut self, ours: &Samples, others: &[Samples], goal: f64) {
        let best = others
            .iter()
            .map(Samples::median)
            .fold(f64::INFINITY, f64::min);
        let faster = best / ours.median();
        let (ratio, goal) = match others {
            [] => Default::default(),
            _ => (
                format!("{faster:.1} times as fast as the best other"),
                verdict(faster >= goal, &format!("at least {goal}")),
            ),
        };
        self.row("  sharemail", ours.shown(), ratio, goal);
    }

    /// A former sharemail, and how many times it our own takes.
    pub fn before(&mut self, before: &Samples, ours: &Samples) {
        let times = ours.median() / before.median();
        let ratio = format!("sharemail takes {times:.2} times that");
        self.row("  sharemail before", before.shown(), ratio, String::new());
    }

    /// The bare stream, and how many times it our own takes.
    pub fn floor(&mut self, floor: &Samples, ours: &Samples, goal: Option<f64>) {
        let times = ours.median() / floor.median();
        let goal = goal.map(|most| verdict(times <= most, &format!("at most {most}")));
        let ratio = format!("sharemail takes {times:.2} times that");
        self.row(
            "  the floor",
            floor.shown(),
            ratio,
            goal.unwrap_or_default(),
        );
    }

    /// What a part of the row above takes.
    pub fn part(&mut self, what: &str, samples: &Samples) {
        self.row(what, samples.shown(), String::new(), String::new());
    }

    pub fn time(&mut self, what: &str, samples: &Samples, most: Duration) {
        let goal = format!("under {} ms", most.as_millis());
        let met = samples.median() < most.as_secs_f64();
        self.row(what, samples.shown(), String::new(), verdict(met, &goal));
    }

    /// The time of a work on so many `entries`, and of each of them.
    pub fn each(&mut self, what: &str, samples: &Samples, entries: usize) {
        let micros = samples.median() * 1e6 / entries as f64;
        let ratio = format!("{micros:.1} µs for each");
        self.row(what, samples.shown(), ratio, String::new());
    }

    pub fn memory(&mut self, what: &str, kib: u64, most_kib: u64) {
        let shown = format!("{:.1} MiB", kib as f64 / 1024.0);
        let goal = format!("under {} MiB", most_kib >> 10);
        self.row(what, shown, String::new(), verdict(kib < most_kib, &goal));
    }

    pub fn print(&self) {
        println!("\n{}", self.title);
        let width = |column: usize| {
            let cells = self.rows.iter().map(|row| row[column].len());
            cells.max().unwrap_or(0)
        };
        let [what, time, ratio] = [width(0), width(1), width(2)];
        for [a, b, c, d] in &self.rows {
            let line = format!("  {a:what$}  {b:time$}  {c:ratio$}  {d}");
            println!("{}", line.trim_end());
        }
    }

    fn row(&mut self, what: &str, time: String, ratio: String, verdict: String) {
        self.rows.push([what.to_owned(), time, ratio, verdict]);
    }
}

fn verdict(met: bool, goal: &str) -> String {
    format!("goal {}: {goal}", if met { "met" } else { "NOT MET" })
}

fn seconds(seconds: f64) -> String {
    if seconds < 1.0 {
        format!("{:.0} ms", seconds * 1000.0)
    } else {
        format!("{seconds:.2} s")
    }
}

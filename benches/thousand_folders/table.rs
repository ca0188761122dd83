//! Medians, ratios and goals, as lines for people.

use std::time::Duration;

/// The times of one thing.
#[derive(Default)]
pub struct Samples(Vec<Duration>);

impl Samples {
    pub fn push(&mut self, time: Duration) {
        self.0.push(time);
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
        format!(
            "{} ({} to {})",
            seconds(self.median()),
            seconds(least),
            seconds(most)
        )
    }
}

/// What the ratio of two medians should be.
#[derive(Clone, Copy)]
pub enum Goal {
    /// So many times faster than the rival, or more.
    Faster(f64),
    /// So many times as long as the rival, or less.
    Slower(f64),
    /// It is only told.
    None,
}

/// Lines under a title, printed together.
pub struct Table {
    title: &'static str,
    rows: Vec<[String; 4]>,
}

impl Table {
    pub fn new(title: &'static str) -> Table {
        Table {
            title,
            rows: Vec::new(),
        }
    }

    /// What others are compared with.
    pub fn rival(&mut self, what: &str, samples: &Samples) {
        self.row(what, samples.shown(), String::new(), String::new());
    }

    pub fn compare(&mut self, what: &str, samples: &Samples, rival: &Samples, goal: Goal) {
        let faster = rival.median() / samples.median();
        let (ratio, verdict) = match goal {
            Goal::Faster(least) => (
                format!("{faster:.1} times faster"),
                verdict(faster >= least, &format!("at least {least} times faster")),
            ),
            Goal::Slower(most) => (
                format!("{:.2} times the stream", 1.0 / faster),
                verdict(1.0 / faster <= most, &format!("at most {most} times")),
            ),
            Goal::None if faster >= 1.0 => (format!("{faster:.1} times faster"), String::new()),
            Goal::None => (format!("{:.2} times as long", 1.0 / faster), String::new()),
        };
        self.row(what, samples.shown(), ratio, verdict);
    }

    pub fn time(&mut self, what: &str, samples: &Samples, most: Duration) {
        let goal = format!("under {} ms", most.as_millis());
        let met = samples.median() < most.as_secs_f64();
        self.row(what, samples.shown(), String::new(), verdict(met, &goal));
    }

    pub fn memory(&mut self, what: &str, kib: u64, most_kib: u64) {
        let shown = format!("{:.1} MiB", kib as f64 / 1024.0);
        let goal = format!("under {} MiB", most_kib >> 10);
        self.row(what, shown, String::new(), verdict(kib < most_kib, &goal));
    }

    pub fn print(&self) {
        println!("\n{}", self.title);
        let width = |column: usize| {
            self.rows
                .iter()
                .map(|row| row[column].len())
                .max()
                .unwrap_or(0)
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
        format!("{:.1} ms", seconds * 1000.0)
    } else {
        format!("{seconds:.2} s")
    }
}

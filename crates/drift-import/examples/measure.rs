//! Measures the import: its rate beside a bare loop of `create`, and its memory as the file grows.
//!
//! ```console
//! cargo run --release -p drift-import --example measure -- rate 200000 9
//! cargo run --release -p drift-import --example measure -- memory 10000 1000000
//! cargo run --release -p drift-import --features workbooks --example measure -- workbook 200000
//! ```
//!
//! A local Drift serves in a process of its own, and so does each measured run. Ratios count: machines differ. Where
//! there is `taskset`, Drift has one processor and what is measured another: left to itself, Linux moves three busy
//! threads about on two processors, and that decides the rate more than the programs do.

use std::error::Error;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use drift::{Client, NewContact};
use drift_import::{Import, InputOptions, Options, Purpose, Source, Unmapped};
use futures::StreamExt;

type Done<T = ()> = Result<T, Box<dyn Error>>;

const CONCURRENCY: usize = 16;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Done {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let texts: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match texts[..] {
        ["serve"] => serve().await,
        ["bare", url, rows] => bare(url, rows.parse()?).await,
        ["import", url, file] => import(url, file).await,
        ["rate", rows, rounds] => rate(rows.parse()?, rounds.parse()?),
        ["memory", few, many] => memory(few.parse()?, many.parse()?),
        ["workbook", rows] => workbook(rows.parse()?),
        _ => Err("say: rate ROWS ROUNDS, memory FEW MANY or workbook ROWS".into()),
    }
}

/// Serves until standard input ends.
async fn serve() -> Done {
    let emulator = drift_emulator::Emulator::start().await?;
    println!("{}", emulator.url());
    tokio::task::spawn_blocking(|| std::io::stdin().read_line(&mut String::new())).await??;
    Ok(())
}

fn client(url: &str) -> Done<Client> {
    Ok(Client::builder(drift_emulator::DEFAULT_TOKEN)
        .base_url(url)
        .build()?)
}

/// The loop that an import is measured against.
async fn bare(url: &str, rows: u64) -> Done {
    let contacts = client(url)?.contacts();
    let (mut begun, cpu) = (None, cpu_seconds(THIS_THREAD));
    let creates = futures::stream::iter(0..rows).map(|n| {
        let contacts = contacts.clone();
        async move {
            let new = NewContact::new(format!("lead{n}@example.test"))
                .map_err(|error| error.to_string())?;
            let new = new
                .name(format!("Lead {n}"))
                .attribute("plan", "pro")
                .attribute("city", "Berlin");
            contacts
                .create(new)
                .await
                .map_err(|error| error.to_string())
        }
    });
    let mut creates = creates.buffer_unordered(CONCURRENCY);
    while let Some(created) = creates.next().await {
        created?;
        begun.get_or_insert_with(Instant::now);
    }
    let begun = begun.ok_or("no rows")?;
    let cpu = cpu_seconds(THIS_THREAD) - cpu;
    println!(
        "{{\"seconds\":{},\"cpu\":{cpu},\"sending\":{cpu}}}",
        begun.elapsed().as_secs_f64()
    );
    Ok(())
}

async fn import(url: &str, file: &str) -> Done {
    let planning = Instant::now();
    let source = Source::scan(file, &InputOptions::default())?;
    let mut options = Options::default();
    options.unmapped = Unmapped::Attribute;
    options.concurrency = CONCURRENCY;
    options.offline = true;
    let import = Import::new(client(url)?, source, options);
    let plan = import.plan(Purpose::Commit).await?;
    let planned = planning.elapsed();
    let (cpu, sending) = (cpu_seconds("self"), cpu_seconds(THIS_THREAD));
    let mut to_end = plan.summary()?.create;
    let mut run = plan.commit()?;
    let (beginning, mut begun, mut ended, mut created) = (Instant::now(), None, None, 0);
    while let Some(event) = run.next().await {
        match event? {
            drift_import::Event::Row { .. } => {
                to_end -= 1;
                begun.get_or_insert_with(Instant::now);
                if to_end == 0 {
                    ended = Some(Instant::now());
                }
            }
            drift_import::Event::Finished(summary) => created = summary.created,
            _ => {}
        }
    }
    let (begun, ended) = begun.zip(ended).ok_or("no rows")?;
    println!(
        "{{\"seconds\":{},\"plan\":{},\"begin\":{},\"results\":{},\"created\":{created},\"cpu\":{},\"sending\":{},\"peak_kib\":{}}}",
        (ended - begun).as_secs_f64(),
        planned.as_secs_f64(),
        (begun - beginning).as_secs_f64(),
        ended.elapsed().as_secs_f64(),
        cpu_seconds("self") - cpu,
        cpu_seconds(THIS_THREAD) - sending,
        peak_kib().unwrap_or(0)
    );
    Ok(())
}

/// Everything but the journal is done by one thread, this one.
const THIS_THREAD: &str = "thread-self";

/// The processor time of a process or a thread so far, where the system says so: a rate on a busy machine says little,
/// what the processors had to do says more.
fn cpu_seconds(process: &str) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let ticks = after_name.split_whitespace().skip(11).take(2);
    ticks
        .filter_map(|ticks| ticks.parse::<f64>().ok())
        .sum::<f64>()
        / 100.0
}

/// The most memory that this process has held, where the system says so.
fn peak_kib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

/// The processors of Drift and of what is measured.
const PROCESSORS: [&str; 2] = ["0", "1"];

/// This program again, on a processor of its own where that can be had.
fn this_program(processor: &str) -> Done<Command> {
    let program = std::env::current_exe()?;
    let tried = Command::new("taskset")
        .args(["-c", processor, "true"])
        .output();
    if !tried.is_ok_and(|tried| tried.status.success()) {
        return Ok(Command::new(program));
    }
    let mut command = Command::new("taskset");
    command.args(["-c", processor]).arg(program);
    Ok(command)
}

struct Served(Child, String);

impl Served {
    fn start() -> Done<Self> {
        let mut child = this_program(PROCESSORS[0])?
            .arg("serve")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut url = String::new();
        BufReader::new(child.stdout.take().ok_or("no output")?).read_line(&mut url)?;
        // By its name, as in life: once a name was looked up a program has a second thread, and from then on its memory
        // is locked, which would otherwise be a cost of the import's alone.
        Ok(Self(child, url.trim().replace("127.0.0.1", "localhost")))
    }
}

impl Served {
    fn cpu(&self) -> f64 {
        cpu_seconds(&self.0.id().to_string())
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ended = self.0.kill();
        let _ended = self.0.wait();
    }
}

fn run(arguments: &[&str]) -> Done<serde_json::Value> {
    let output = this_program(PROCESSORS[1])?
        .args(arguments)
        .stderr(Stdio::inherit())
        .output()?;
    Ok(serde_json::from_slice(&output.stdout)?)
}

fn write_leads(path: &Path, rows: u64) -> Done {
    let mut file = std::io::BufWriter::new(std::fs::File::create(path)?);
    writeln!(file, "email,name,plan,city")?;
    for n in 0..rows {
        writeln!(file, "lead{n}@example.test,Lead {n},pro,Berlin")?;
    }
    Ok(file.flush()?)
}

/// The same rows as Excel writes them: each text once, in a table of its own.
fn write_workbook(path: &Path, rows: u64) -> Done {
    let namespace = "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"";
    let relations = "xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"";
    let of_office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let mut archive = zip::ZipWriter::new(std::fs::File::create(path)?);
    let options = zip::write::SimpleFileOptions::default();
    let parts = [
        (
            "[Content_Types].xml",
            "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>"
                .to_owned(),
        ),
        (
            "_rels/.rels",
            format!(
                "<Relationships {relations}><Relationship Id=\"a\" Type=\"{of_office}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                "<Relationships {relations}><Relationship Id=\"a\" Type=\"{of_office}/worksheet\" Target=\"worksheets/sheet1.xml\"/><Relationship Id=\"b\" Type=\"{of_office}/sharedStrings\" Target=\"sharedStrings.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/workbook.xml",
            format!(
                "<workbook {namespace} xmlns:r=\"{of_office}\"><sheets><sheet name=\"Leads\" sheetId=\"1\" r:id=\"a\"/></sheets></workbook>"
            ),
        ),
    ];
    for (name, text) in parts {
        archive.start_file(name, options)?;
        archive.write_all(text.as_bytes())?;
    }
    archive.start_file("xl/sharedStrings.xml", options)?;
    write!(archive, "<sst {namespace}>")?;
    for text in ["email", "name", "plan", "city", "pro", "Berlin"] {
        write!(archive, "<si><t>{text}</t></si>")?;
    }
    for n in 0..rows {
        write!(
            archive,
            "<si><t>lead{n}@example.test</t></si><si><t>Lead {n}</t></si>"
        )?;
    }
    write!(archive, "</sst>")?;
    archive.start_file("xl/worksheets/sheet1.xml", options)?;
    write!(archive, "<worksheet {namespace}><sheetData>")?;
    let mut row = |number: u64, texts: [u64; 4]| {
        write!(archive, "<row r=\"{number}\">")?;
        for (column, text) in ["A", "B", "C", "D"].iter().zip(texts) {
            write!(
                archive,
                "<c r=\"{column}{number}\" t=\"s\"><v>{text}</v></c>"
            )?;
        }
        write!(archive, "</row>")
    };
    row(1, [0, 1, 2, 3])?;
    for n in 0..rows {
        row(n + 2, [6 + 2 * n, 7 + 2 * n, 4, 5])?;
    }
    write!(archive, "</sheetData></worksheet>")?;
    archive.finish()?;
    Ok(())
}

fn measured_import(rows: u64) -> Done<serde_json::Value> {
    measured_file("leads.csv", write_leads, rows)
}

fn measured_file(
    name: &str,
    write: impl FnOnce(&Path, u64) -> Done,
    rows: u64,
) -> Done<serde_json::Value> {
    let served = Served::start()?;
    let folder = tempfile::tempdir()?;
    let file = folder.path().join(name);
    write(&file, rows)?;
    let mut measured = run(&["import", &served.1, &file.display().to_string()])?;
    measured["server_cpu"] = served.cpu().into();
    if measured["created"].as_u64() != Some(rows) {
        return Err(format!("not all rows were created: {measured}").into());
    }
    Ok(measured)
}

fn measured_bare(rows: u64) -> Done<serde_json::Value> {
    let served = Served::start()?;
    let mut measured = run(&["bare", &served.1, &rows.to_string()])?;
    measured["server_cpu"] = served.cpu().into();
    Ok(measured)
}

fn rate(rows: u64, rounds: usize) -> Done {
    let (mut ratios, mut cpu_ratios, mut sending_ratios) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..rounds {
        let (bare, import) = (measured_bare(rows)?, measured_import(rows)?);
        let of = |run: &serde_json::Value, name: &str| run[name].as_f64().unwrap_or(f64::NAN);
        let per_row = |run: &serde_json::Value, name: &str| of(run, name) * 1e6 / rows as f64;
        let cpu = |run: &serde_json::Value| per_row(run, "cpu") + per_row(run, "server_cpu");
        let (ratio, cpu_ratio, sending_ratio) = (
            of(&bare, "seconds") / of(&import, "seconds"),
            cpu(&bare) / cpu(&import),
            of(&bare, "sending") / of(&import, "sending"),
        );
        println!(
            "bare loop {:.0}/s, {:.1} us of CPU a row and {:.1} in Drift; import {:.0}/s, {:.1} us, {:.1} of them in the sending thread, and {:.1}; rate {ratio:.3}, CPU {cpu_ratio:.3}, sending thread {sending_ratio:.3}; plan {:.2} s, begin {:.3} s, results {:.2} s",
            rows as f64 / of(&bare, "seconds"),
            per_row(&bare, "cpu"),
            per_row(&bare, "server_cpu"),
            rows as f64 / of(&import, "seconds"),
            per_row(&import, "cpu"),
            per_row(&import, "sending"),
            per_row(&import, "server_cpu"),
            of(&import, "plan"),
            of(&import, "begin"),
            of(&import, "results"),
        );
        ratios.push(ratio);
        cpu_ratios.push(cpu_ratio);
        sending_ratios.push(sending_ratio);
    }
    for (name, ratios) in [
        ("rate", &mut ratios),
        ("CPU", &mut cpu_ratios),
        ("CPU of the sending thread", &mut sending_ratios),
    ] {
        ratios.sort_by(f64::total_cmp);
        let (least, most) = (ratios[0], ratios[rounds - 1]);
        println!(
            "{name}: median ratio {:.3}, from {least:.3} to {most:.3}",
            ratios[rounds / 2]
        );
    }
    Ok(())
}

/// A workbook beside CSV of the same rows.
fn workbook(rows: u64) -> Done {
    let csv = measured_import(rows)?;
    let workbook = measured_file("leads.xlsx", write_workbook, rows)?;
    println!("CSV: {csv}\nworkbook: {workbook}");
    for (what, name) in [("peak memory", "peak_kib"), ("time of the plan", "plan")] {
        let of = |run: &serde_json::Value| run[name].as_f64().unwrap_or(f64::NAN);
        println!(
            "{what} of a workbook of {rows} rows: {:.2} times that of CSV",
            of(&workbook) / of(&csv)
        );
    }
    Ok(())
}

fn memory(few: u64, many: u64) -> Done {
    let mut peaks = Vec::new();
    for rows in [few, many] {
        let measured = measured_import(rows)?;
        println!("{rows} rows: {measured}");
        peaks.push(measured["peak_kib"].as_f64().ok_or("no memory")?);
    }
    println!(
        "peak memory of {many} rows: {:.3} times that of {few}",
        peaks[1] / peaks[0]
    );
    Ok(())
}

//! The options that every command has.

use std::time::Duration;

use clap::Args;

/// Options of every command.
#[derive(Args)]
pub struct GlobalArgs {
    /// Print JSON, also for errors
    #[arg(long, global = true, help_heading = "Global options")]
    pub json: bool,
    /// Use a local Drift; no account needed
    #[arg(long, global = true, help_heading = "Global options")]
    pub sandbox: bool,
    /// The base URL, if not https://driftapi.com
    #[arg(
        long,
        global = true,
        value_name = "URL",
        conflicts_with = "sandbox",
        help_heading = "Global options"
    )]
    pub base_url: Option<String>,
    /// Use this profile
    #[arg(
        long,
        global = true,
        value_name = "NAME",
        conflicts_with = "sandbox",
        help_heading = "Global options"
    )]
    pub profile: Option<String>,
    /// Stop after this long, retries included [default: 60]
    #[arg(long, global = true, value_name = "SECONDS", value_parser = seconds, help_heading = "Global options")]
    pub timeout: Option<Duration>,
    /// Print the result and errors only
    #[arg(
        short,
        long,
        global = true,
        conflicts_with = "verbose",
        help_heading = "Global options"
    )]
    pub quiet: bool,
    /// Print a line for each request on standard error
    #[arg(short, long, global = true, help_heading = "Global options")]
    pub verbose: bool,
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text
        .parse()
        .map_err(|_| "not a number of seconds".to_owned())?;
    let limit = Duration::try_from_secs_f64(seconds).map_err(|cause| cause.to_string())?;
    if limit.is_zero() || limit > Duration::from_secs(86_400) {
        return Err("give more than 0 and at most 86400 seconds".to_owned());
    }
    Ok(limit)
}

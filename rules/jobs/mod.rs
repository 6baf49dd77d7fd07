//! Jobs and CronJobs: when they run, and what remains of them.

pub(crate) mod cronjob_deadline_missing;
pub(crate) mod job_ttl_missing;

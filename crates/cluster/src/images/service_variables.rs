//! Images that read a variable that a Service sets.

use std::sync::LazyLock;

use super::lines;
use podwright_model::ImageReference;

const TABLE: &str = include_str!("service_variables.txt");

/// Setting of a program that a Service with the usual name overrides.
#[derive(Clone, Copy, Debug)]
pub struct ServiceSetting {
    image: &'static str,
    /// Name of the Service.
    pub service: &'static str,
    /// Variable that both use.
    pub variable: &'static str,
}

static SETTINGS: LazyLock<Vec<ServiceSetting>> = LazyLock::new(|| {
    let all = lines(TABLE).map(|[image, service, variable, _source]| ServiceSetting {
        image,
        service,
        variable,
    });
    all.collect()
});

/// Returns the settings that the program in an image reads from variables of Services.
pub fn service_settings(image: &ImageReference) -> impl Iterator<Item = &'static ServiceSetting> {
    let repository = image.repository();
    SETTINGS.iter().filter(move |known| {
        let before = repository.strip_suffix(known.image);
        before.is_some_and(|before| before.is_empty() || before.ends_with('/'))
    })
}

#[cfg(test)]
mod tests {
    use super::{SETTINGS, TABLE};
    use crate::environment::link_candidates;

    #[test]
    fn every_line_has_a_source() {
        super::super::check_table::<4>(TABLE);
    }

    #[test]
    fn the_service_sets_the_variable() {
        for setting in SETTINGS.iter() {
            let services = link_candidates(setting.variable);
            assert!(
                services.iter().any(|one| one == setting.service),
                "{setting:?}"
            );
        }
    }
}

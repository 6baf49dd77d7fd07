/// A port of a Service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Port<'a> {
    /// Value of `name`; empty if it is not set.
    pub name: &'a str,
    /// Value of `port`.
    pub number: i64,
    /// Value of `protocol`; `TCP` if it is not set.
    pub protocol: &'a str,
}

/// Variable that a Service defines in the containers of its namespace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceVariable {
    /// Name of the variable.
    pub name: String,
    /// Value; `None` if it contains the cluster IP and that is not known.
    pub value: Option<String>,
}

/// Returns the variables of a Service with a cluster IP, in the order of the kubelet (`FromServices`,
/// `pkg/kubelet/envvars`).
///
/// A Service without a cluster IP (headless, `ExternalName`) defines no variables: do not call this function for it.
/// `cluster_ip` is `None` if the cluster will assign it.
#[must_use]
pub fn service_variables(
    service: &str,
    cluster_ip: Option<&str>,
    ports: &[Port<'_>],
) -> Vec<ServiceVariable> {
    let prefix = of_name(service);
    let mut variables = Vec::new();
    let mut add = |name: String, value: Option<String>| {
        variables.push(ServiceVariable { name, value });
    };
    // `net.JoinHostPort`
    let url = |port: &Port<'_>| {
        let ip = cluster_ip?;
        let host = if ip.contains(':') {
            format!("[{ip}]")
        } else {
            ip.to_owned()
        };
        Some(format!(
            "{}://{host}:{}",
            port.protocol.to_lowercase(),
            port.number
        ))
    };
    add(
        format!("{prefix}_SERVICE_HOST"),
        cluster_ip.map(str::to_owned),
    );
    let Some(first) = ports.first() else {
        return variables;
    };
    add(
        format!("{prefix}_SERVICE_PORT"),
        Some(first.number.to_string()),
    );
    for port in ports.iter().filter(|port| !port.name.is_empty()) {
        add(
            format!("{prefix}_SERVICE_PORT_{}", of_name(port.name)),
            Some(port.number.to_string()),
        );
    }
    add(format!("{prefix}_PORT"), url(first));
    for port in ports {
        let own = format!(
            "{prefix}_PORT_{}_{}",
            port.number,
            port.protocol.to_uppercase()
        );
        add(own.clone(), url(port));
        add(format!("{own}_PROTO"), Some(port.protocol.to_lowercase()));
        add(format!("{own}_PORT"), Some(port.number.to_string()));
        add(format!("{own}_ADDR"), cluster_ip.map(str::to_owned));
    }
    variables
}

/// Number of variables that [`service_variables`] returns.
#[must_use]
pub fn service_variable_count(ports: &[Port<'_>]) -> usize {
    if ports.is_empty() {
        return 1;
    }
    let named = ports.iter().filter(|port| !port.name.is_empty()).count();
    3 + named + 4 * ports.len()
}

fn of_name(name: &str) -> String {
    name.replace('-', "_").to_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ipv6_address_is_bracketed_in_urls_only() {
        let port = Port {
            name: "",
            number: 80,
            protocol: "TCP",
        };
        let variables = service_variables("web", Some("fd00::1"), &[port]);
        let value = |name: &str| {
            let found = variables.iter().find(|variable| variable.name == name);
            found.unwrap().value.as_deref()
        };
        assert_eq!(value("WEB_PORT"), Some("tcp://[fd00::1]:80"));
        assert_eq!(value("WEB_PORT_80_TCP_ADDR"), Some("fd00::1"));
        assert_eq!(service_variable_count(&[port]), variables.len());
        assert_eq!(
            service_variable_count(&[]),
            service_variables("web", None, &[]).len()
        );
        let unknown = service_variables("web", None, &[port]);
        assert_eq!(unknown.len(), variables.len());
        let known: Vec<&str> = unknown
            .iter()
            .filter(|variable| variable.value.is_some())
            .map(|variable| variable.name.as_str())
            .collect();
        assert_eq!(
            known,
            [
                "WEB_SERVICE_PORT",
                "WEB_PORT_80_TCP_PROTO",
                "WEB_PORT_80_TCP_PORT"
            ]
        );
    }
}

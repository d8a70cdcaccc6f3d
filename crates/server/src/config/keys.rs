//! Every key there is, its default and what it is for.

/// A key that may be set: name, default, what it is for.
pub struct Key {
    /// As in the file, with dots for tables.
    pub name: &'static str,
    /// Its value when nobody sets it.
    pub default: &'static str,
    /// What it is for, for `docs/operations/install.md`.
    pub about: &'static str,
}

/// Every key there is.
pub const KEYS: &[Key] = &[
    Key { name: "listen", default: "127.0.0.1:8080", about: "address of the web and FHIR doors" },
    Key {
        name: "admin_listen",
        default: "127.0.0.1:8081",
        about: "address of the admin door: health, metrics",
    },
    Key {
        name: "origin",
        default: "",
        about: "what browsers see: https://carnet.example.org; empty: http://localhost:<port>",
    },
    Key {
        name: "client_address_header",
        default: "",
        about: "header in which a proxy of yours gives the client's address",
    },
    Key {
        name: "client_address_proxy",
        default: "",
        about: "address of that proxy, or several with commas between; the header of anybody else is not looked at",
    },
    Key { name: "data_dir", default: "./carnet-data", about: "folder of everything kept in files" },
    Key {
        name: "database",
        default: "",
        about: "postgres://… for the server engine; empty: the embedded one, in data_dir",
    },
    Key { name: "key_file", default: "", about: "the master keys; empty: data_dir/master.key" },
    Key { name: "log_format", default: "text", about: "text or json" },
    Key { name: "log_level", default: "info", about: "error, warn, info, debug or trace" },
    Key { name: "max_body_mb", default: "80", about: "largest request of the FHIR door, in MB" },
    Key { name: "max_upload_mb", default: "25", about: "largest file of a person's own upload, in MB" },
    Key { name: "worker", default: "true", about: "run the worker inside `carnet serve`" },
    Key {
        name: "openid.certificate_header",
        default: "",
        about: "header in which a proxy of yours hands over a client's certificate (RFC 9440, or escaped PEM)",
    },
    Key {
        name: "openid.certificate_proxy",
        default: "",
        about: "address of that proxy; the header of anybody else is not looked at",
    },
    Key {
        name: "openid.certificate_origin",
        default: "",
        about: "another origin where that proxy asks services for certificates, so that browsers are never asked",
    },
    Key {
        name: "log.origin",
        default: "",
        about: "what the transparency log is called; empty: the host of origin, /log. It keeps its first name",
    },
    Key {
        name: "log.witnesses",
        default: "",
        about: "who follows the log: name+id+key https://…, several with commas between",
    },
    Key {
        name: "log.threshold",
        default: "",
        about: "how many of them must have cosigned a checkpoint before it is shown; empty: one, if there are any",
    },
    Key {
        name: "email.relay",
        default: "",
        about: "who sends our e-mails: smtps://name:password@host, smtp://host:587 or folder:PATH; empty: nobody",
    },
    Key {
        name: "email.from",
        default: "",
        about: "who they are from; empty: carnet@ and the host of origin",
    },
    Key { name: "push.services", default: people::notice::push::USUAL, about: super::push::ABOUT },
    Key { name: "contact.name", default: "", about: "who runs the service, as people are told" },
    Key { name: "contact.address", default: "", about: "its postal address; a semicolon between two lines" },
    Key { name: "contact.phone", default: "", about: "telephone of the team that helps people" },
    Key { name: "contact.email", default: "", about: "e-mail address of that team" },
    Key { name: "contact.privacy", default: "", about: "e-mail address of the data protection officer" },
    Key { name: "contact.publisher", default: "", about: "who answers for what is published here" },
    Key { name: "contact.host", default: "", about: "who hosts the health data, with the address" },
    Key { name: "theme.name", default: "Carnet", about: "what the service is called" },
    Key {
        name: "theme.accent",
        default: "",
        about: "the operator's colour, #rrggbb, dark enough for white text",
    },
    Key {
        name: "enrolment.window_weeks",
        default: "6",
        about: "weeks in which an announced person may oppose",
    },
    Key {
        name: "access",
        default: "",
        about: "a table of your own of what professions see, and of emergency call centres; empty: knowledge/fr/access.toml",
    },
    Key { name: "store.readers", default: "4", about: "threads that read" },
    Key { name: "store.writers", default: "16", about: "connections that write (server engine)" },
    Key {
        name: "store.batch",
        default: "128",
        about: "requests committed together at most (embedded engine)",
    },
    Key {
        name: "store.cache_kib",
        default: "8192",
        about: "page cache of each connection, in KiB (embedded engine)",
    },
    Key {
        name: "limits.local",
        default: "false",
        about: "limit requests from this very machine too (tests; a proxy here without client_address_header)",
    },
    Key {
        name: "limits.header_seconds",
        default: "30",
        about: "how long a request's head may take; a proxy's keep-alive towards us must be shorter",
    },
    Key { name: "limits.connections", default: "10000", about: "connections open at once" },
    Key {
        name: "limits.connections_per_network",
        default: "500",
        about: "connections open at once from one network, when no proxy gives client addresses",
    },
    Key { name: "limits.network.sign_in", default: "300/minute", about: "proofs of who one is, per network" },
    Key { name: "limits.network.code", default: "60/minute", about: "codes typed, per network" },
    Key { name: "limits.network.search", default: "600/minute", about: "searches for a person, per network" },
    Key { name: "limits.network.read", default: "6000/minute", about: "pages and resources, per network" },
    Key { name: "limits.network.write", default: "1200/minute", about: "changes, per network" },
    Key { name: "limits.network.upload", default: "300/minute", about: "documents sent, per network" },
    Key { name: "limits.network.token", default: "1200/minute", about: "access tokens, per network" },
    Key { name: "limits.account.search", default: "60/minute", about: "searches for a person, per account" },
    Key { name: "limits.account.read", default: "600/minute", about: "pages and resources, per account" },
    Key { name: "limits.account.write", default: "120/minute", about: "changes, per account" },
    Key { name: "limits.account.upload", default: "60/minute", about: "documents sent, per account" },
    Key { name: "limits.client.search", default: "6000/minute", about: "searches for a person, per client" },
    Key { name: "limits.client.read", default: "none", about: "resources read, per client" },
    Key { name: "limits.client.upload", default: "none", about: "deposits, per client: e.g. 5000/second" },
];

use super::credentials_in;

/// The credentials are enclosed in `«»`.
#[test]
fn texts_tell() {
    for marked in [
        "see https://me:«pa55»@r.example/x and http://db:80/a@b",
        "amqp://«ghp_0123456789abcdef0123»@r.example",
        "--password-command \"echo «hunter2canary9»\" --user me",
        "args: [--password-command=printf %s «hunter2canary9»]",
        "- --password-command\n- echo «hunter2canary9»\n- --command hunter2canary9",
        "printf 'TOKEN=%s' «hunter2canary9»",
        "mysql --defaults-extra-file=<(printf '[client]\\npassword=%s' «hunter2canary9»)",
        "printf '[client]\\nuser=%s\\npassword=%s' root «hunter2canary9»",
        "printf 'TOKEN=%s\\n' \"«hunter2canary9»\"",
        "passwordCommand: echo «hunter2canary9»",
        "root:«pa55»@tcp(db:3306)/shop",
        "image: me:«pa55»@r.example/a:1, me:«pa55»@r.example:5000/a",
        "r.example/a:1@sha256:abc/ git@github.com:a/b a:1@b",
        "image: 'me:«pa55»@r.example', me:«pa55»@db:5432, me:«pa55»@localhost",
        "https://r.example/x?sv=1&sig=«a%3D»&se=2 https://r.example/?X-Amz-Signature=«abc»#x",
        "https://f.example/api?code=«abc==»&clientId=x https://r.example/a?tag=1&name=b",
        "https://hooks.slack.com/services/«T0000000A»/«B0000000A»/«abcdEFGH1234» x",
        "https://api.telegram.org/bot123456789:«AAabcdefGH12»/sendMessage",
        "https://open.example/open-apis/bot/v2/hook/«0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9»",
        "https://webhook.shop.svc:443/validate-apps-v1-deployment?timeout=10s",
        "Authorization failed: bearer «abcd1234» and Basic «cm9ib3Q6aHVudGVy», token «abcd1234»",
        "the bearer of a token expires in basic terms; token authentication",
        "args: ['-u', 'a:«b»'] -u 1000:1000 --user me:«b»",
        "me:«$apr1$x1y2z3w4$abcdefghij0123456789ab» me:«$2y$10$abcdefghijklmnopqrstuv»",
        "DB_PASWORD=«abc» apitokne: «abc1» spec: ok",
        "PGPASSWORD=«abc» psql",
        "requirepass «hunter2canary»\nport 1",
        "set X-Api-Key \"«hunter2canary»\"; stats auth admin:«b»",
        "password required for access1234 x",
        "private_key = '''«a\nb»'''",
        "CREATE USER a IDENTIFIED BY '«hunter2canary»';",
        "echo «aHVudGVyMmNhbmFyeQ==» | base64 -d > x",
        "cannot read https:/me:«pa55»@x/y",
        "x ghp_ «ghp_0123456789abcdef0123456789abcdef0123» y",
        "--password=«pa55» --user=me --token «abc» --verbose",
        "args: [\"--api-key\", \"«abc»\", \"--port\", \"80\"]",
        "- --password\n- «pa55»\n- --port\n- 80",
        "mysql -uroot -p«pa55» shop",
        "curl -u me:«pa55» -H 'Authorization: Bearer «abc»' http://x",
        "redis-cli -a «pa55» ping",
        "mkdir -p /data; nc -p 8080; docker login x && mkdir -p bin",
        "- --token\nenv:\n",
        "password: # to be filled in\n",
        "<password>\n</x>",
        "creds: [{\"type\": \"insecure\"}]",
        "\"--db_password=$(PW)\", \"x\"",
        "{\\\"password\\\": \\\"«pa55»\\\", \\\"user\\\": \\\"me\\\"}",
        "{\"name\":\"DB_PASSWORD\",\"value\":\"«pa55»\"},{\"name\":\"A\",\"value\":\"b\"}",
        "- name: DB_PASSWORD\n  value: «pa55»\n- name: A\n  value: b",
        "# the password is «hunter2canary», not more",
        "# a password is wanted here",
        "-----BEGIN RSA PRIVATE KEY-----«\nabc\n»-----END RSA PRIVATE KEY-----",
        "<password>«pa55»</password><user>me</user>",
        "image: quay.io/x/token:v1.2.3",
        "secretKeyRef: {name: db, key: password}",
        "password: $(DB) token: ${X} secret: {{ .x }} token: <a b> passwd: $a-b",
        "token: \"«token»\"\n---\nother: \"x\"",
        "Authorization: token «abc»",
        "failed to fetch oauth token: unexpected status from /token?scope=a: 401",
        "tokenPath: /x\nsecretName: y",
        "define('DB_PASSWORD', '«abcd1234»'); [\"v1/Secret\",\"v1/Service1\"]",
        "os.environ[\"API_TOKEN\"] = \"«abc»\" const token = `«abc»`;",
        "object.metadata.annotations['api-key'] != '«abc»'",
        "<name>fs.s3a.secret.key</name><value>«abcd1234»</value><name>a</name><value>b</value>",
        "<property name=\"db.password\">«abc»</property><property name=\"a\">b</property>",
        "postgres%3A%2F%2Fa%3A«abcd»%40db.example%2Fx https%3A%2F%2Fh.example%2Fa%40b",
        "{\"kty\": \"oct\", \"k\": \"«abcd1234»\"} {\"k\": \"x\"}",
        "db.example:5432:shop:me:«abc» a:1:b:c:d fe80:11:a:b:c12:d0",
        "echo «abcd1234» | docker login -u a --password-stdin r.example; echo abcd1234",
        "docker login --password-stdin <<< \"«abc»\"",
        "openssl rsa -passin pass:«abc» -passout \"pass:«abcd»\" pass:x",
        "curl -ua:«abc» x; smbclient -U 'a%«abc»' //h/x; sshpass -p«abc» ssh a; zip -P «abc» a.zip",
        "ldapsearch -w «abcd1234» -D x; htpasswd -bc f a «abcd1234»; ls -w 80",
        "sqlplus a/«abc»@db; mount //a:«abc»@h/x",
        "password: «${PW:-abc}» token: ${PW} secret: ${{ secrets.MY-TOKEN1234 }}",
        "printf \"password=%s\" \"«abcd1234»\"",
        "psk=\"«abc»\" bindpw «abcd1234»\ncertificateKey: tls.key",
    ] {
        let mut text = String::new();
        let mut wanted = Vec::new();
        for c in marked.chars() {
            match c {
                '«' => wanted.push(text.len()..text.len()),
                '»' => wanted.last_mut().unwrap().end = text.len(),
                c => text.push(c),
            }
        }
        assert_eq!(credentials_in(&text), wanted, "{marked}");
    }
}

/// Every order of what starts and ends a credential, next to characters of several bytes.
#[test]
fn pieces_in_any_order_are_read() {
    const PIECES: [&str; 48] = [
        "echo ",
        "é",
        "☸",
        "\n",
        " ",
        "\"",
        "'",
        "\\",
        "`",
        "|",
        "<<<",
        "--password-stdin",
        "--with-token",
        "pass:",
        "-passin ",
        "-pass",
        "htpasswd -b",
        "mc alias set ",
        "sqlplus ",
        "/",
        "@",
        "//",
        ":",
        "%2F%2F",
        "%3A",
        "%40",
        "{\"kty\":",
        "\"k\":",
        "\"d\" :",
        "db.x:5432:a:b:",
        "define('TOKEN', '",
        "environ[\"KEY\"] = ",
        "<name>",
        "</name>",
        "<value>",
        "password=",
        "%s\"",
        "${PW:-",
        "}",
        "{{ .x | default \"",
        "-ua:",
        "curl ",
        "abcd1234",
        "-U a%",
        "smbclient ",
        "zip -P ",
        "…",
        "psk",
    ];
    let mut state = 1_u64;
    let mut next = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 40).unwrap()
    };
    let mut hidden = 0;
    for _ in 0..20_000 {
        let pieces = (0..1 + next() % 9).map(|_| PIECES[next() % PIECES.len()]);
        let text: String = pieces.collect();
        let found = credentials_in(&text);
        let is_sorted = found.is_sorted_by(|one, next| one.end <= next.start);
        assert!(
            is_sorted && found.iter().all(|range| text.get(range.clone()).is_some()),
            "{text}"
        );
        hidden += usize::from(!found.is_empty());
    }
    assert!(hidden > 1_000, "{hidden}");
}

// Prints the commands that a server offers, separated by commas.
//   offered.mjs BINARY

import { spawn } from "node:child_process";

const server = spawn(process.argv[2], ["lsp"], { stdio: ["pipe", "pipe", "inherit"] });
const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "initialize", params: { capabilities: {} } });
server.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
let received = "";
server.stdout.setEncoding("utf8").on("data", (data) => {
  received += data;
  const [head, answer] = received.split(/\r\n\r\n(.*)/s);
  if (answer !== undefined && Buffer.byteLength(answer) >= Number(/Content-Length: (\d+)/.exec(head)[1])) {
    console.log(JSON.parse(answer).result.capabilities.executeCommandProvider.commands.join(","));
    server.kill();
  }
});

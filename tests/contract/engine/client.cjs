// One real client: node client.cjs ORIGIN TRANSPORTS(comma) — prints what it lived through as JSON.
const path = require("node:path");
const { createRequire } = require("node:module");
const modules = createRequire(path.resolve(__dirname, "../../../web_client/package.json"));
const { io } = modules("socket.io-client");

const [origin, transports] = process.argv.slice(2);
const said = [];
const socket = io(origin, {
  transports: transports.split(","),
  auth: { token: "good" },
  reconnection: false,
});

const upgraded = () => {
  const engine = socket.io.engine;
  if (!transports.includes("polling,websocket")) return Promise.resolve();
  if (engine.transport.name === "websocket") return Promise.resolve();
  return new Promise((resolve) => engine.once("upgrade", resolve));
};

socket.on("said", (payload) => said.push(payload));
socket.on("connect", async () => {
  await upgraded();
  const acks = [];
  for (let number = 0; number < 20; number += 1) {
    acks.push(await socket.emitWithAck("say", { number, text: "Ça va à l'étage ? 🐈" }));
  }
  while (said.length < 20) await new Promise((resolve) => setTimeout(resolve, 10));
  const refused = io(origin, { transports: ["websocket"], auth: { token: "bad" }, forceNew: true });
  const error = await new Promise((resolve) => refused.on("connect_error", resolve));
  const transport = socket.io.engine.transport.name;
  socket.on("disconnect", (reason) => {
    console.log(JSON.stringify({ transport, acks, said, refused: error.data, reason }));
    process.exit(0);
  });
  socket.emit("enough");
});
socket.on("connect_error", (error) => {
  console.log(JSON.stringify({ error: error.message }));
  process.exit(1);
});

// A member on Node: node node_member.cjs ORIGIN TOKEN TRANSPORT. Says hello in the street, waits for
// the answer, reads it again, and prints every packet of it all, a JSON string a line.
const path = require("node:path");
const { createRequire } = require("node:module");
const modules = createRequire(path.resolve(__dirname, "../../web_client/package.json"));
const { io } = modules("socket.io-client");

const [origin, token, transport] = process.argv.slice(2);
const packets = [];
const socket = io(origin, { transports: [transport], auth: { token }, reconnection: false });
socket.io.engine.on("packet", ({ data }) => packets.push(String(data)));

const end = (code) => {
  console.log(packets.map((packet) => JSON.stringify(packet)).join("\n"));
  process.exit(code);
};

socket.on("connect", async () => {
  const { me } = await socket.emitWithAck("sync", { positions: {} });
  const posted = { key: process.argv[5], to: "street", home: me.home, text: "Bonjour de Node" };
  const { message } = await socket.emitWithAck("message.post", posted);
  socket.on("message.posted", async (event) => {
    if (event.message.text !== "Bonjour Node") return;
    await socket.emitWithAck("history", { conversation: message.id });
    await socket.emitWithAck("directory", { ring: "street" });
    end(0);
  });
});
socket.on("connect_error", () => end(1));

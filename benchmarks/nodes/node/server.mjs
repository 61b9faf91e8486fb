// The peers: Node's socket.io on two processes, joined by one of its three Redis adapters.
// node server.mjs PORT REDIS_PORT pubsub|sharded|streams
import { createServer } from "node:http";
import { createAdapter as createPubSub, createShardedAdapter } from "@socket.io/redis-adapter";
import { createAdapter as createStreams } from "@socket.io/redis-streams-adapter";
import { createClient } from "redis";
import { Server } from "socket.io";

const [port, redisPort, kind] = process.argv.slice(2);
const client = createClient({ url: `redis://127.0.0.1:${redisPort}` });
await client.connect();
let adapter;
if (kind === "streams") {
  adapter = createStreams(client);
} else {
  const listening = client.duplicate();
  await listening.connect();
  adapter =
    kind === "sharded" ? createShardedAdapter(client, listening) : createPubSub(client, listening);
}

const server = createServer();
const io = new Server(server, { adapter, transports: ["websocket"], perMessageDeflate: false });

io.on("connection", (socket) => {
  socket.join("room");
  socket.on("post", (payload, ack) => {
    io.to("room").emit("said", payload);
    ack?.({ ok: true });
  });
});

server.listen(Number(port), "127.0.0.1");

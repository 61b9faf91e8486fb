// The peer: Node's socket.io with the `ws` engine, no compression, one room.
import { createServer } from "node:http";
import { Server } from "socket.io";

const server = createServer();
const io = new Server(server, { transports: ["websocket"], perMessageDeflate: false });

io.on("connection", (socket) => {
  socket.join("room");
  socket.on("post", (payload, ack) => {
    io.to("room").emit("said", payload);
    ack?.({ ok: true });
  });
});

server.listen(Number(process.argv[2]), "127.0.0.1");

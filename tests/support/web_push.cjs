// Sends one push message as npm's web-push does, for a service that must take both senders.
// Standard input: {subscription, payload, options, vapid: {publicKey, privateKey}}. Output: the status.

const { createRequire } = require("node:module");
const path = require("node:path");

const webPush = createRequire(path.join(__dirname, "../../web_client/package.json"))("web-push");

let text = "";
process.stdin.on("data", (part) => (text += part));
process.stdin.on("end", async () => {
  const { subscription, payload, options, vapid } = JSON.parse(text);
  const keys = vapid ?? webPush.generateVAPIDKeys();
  try {
    const answer = await webPush.sendNotification(subscription, payload, {
      ...options,
      vapidDetails: { subject: "mailto:operator@example.org", ...keys },
    });
    console.log(JSON.stringify({ status: answer.statusCode, key: keys.publicKey }));
  } catch (error) {
    console.log(JSON.stringify({ status: error.statusCode ?? 0, said: String(error.body ?? error) }));
  }
});

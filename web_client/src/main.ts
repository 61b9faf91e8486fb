import "./base.css";
import { mount } from "svelte";
import { App } from "./app.svelte";
import Palier from "./Palier.svelte";
import { Cache } from "./cache";
import { pause } from "./pause";
import { keepInstallPrompt } from "./push/install";
import { keepForOffline, openWhatIsClicked } from "./frame/offline";

const app = new App(new Cache());
void pause().then(() => app.start());
const target = document.getElementById("palier");
if (target !== null) mount(Palier, { target, props: { app } });
openWhatIsClicked((path) => app.router.go(path));
keepInstallPrompt();
// After the first view: offline starts, the badge, our own question, what most visits open next.
void app.opened.then(async () => {
  keepForOffline();
  await import("./push/page.svelte").then(({ beginPush }) => beginPush(app));
  await import("./rooms/ConversationView.svelte");
}).catch(() => null);
